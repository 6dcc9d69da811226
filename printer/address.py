"""The ways to a printer as a person types them: one text for each kind of transport.

192.168.1.50:9100                network (port 9100 if left out)
serial:/dev/ttyUSB0@115200       serial line (115,200 baud if left out)
usblp:/dev/usb/lp0               USB, the kernel's class driver
usb:04b8:0e15                    USB, by vendor and product, through libusb
"""

from __future__ import annotations

import re
from typing import Any

from printer.errors import AddressInvalid

_USB = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")


def parse_address(text: str) -> dict[str, Any]:
    """Give the kind and settings for `open_printer`; raises `AddressInvalid`."""
    kind, colon, rest = text.partition(":")
    if colon and kind == "usblp" and rest:
        return {"kind": "usblp", "device": rest}
    if colon and kind == "serial" and rest:
        device, at, baud = rest.partition("@")
        if at and not baud.isdigit():
            raise AddressInvalid(address=text)
        return {"kind": "serial", "device": device, **({"baud": int(baud)} if at else {})}
    if colon and kind == "usb" and (found := _USB.fullmatch(rest)):
        return {"kind": "usb", "vendor": int(found[1], 16), "product": int(found[2], 16)}
    if colon and kind in ("usblp", "serial", "usb"):
        raise AddressInvalid(address=text)
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, "9100"
    if not host or not port.isdigit() or "/" in host:
        raise AddressInvalid(address=text)
    return {"kind": "tcp", "host": host, "port": int(port)}
