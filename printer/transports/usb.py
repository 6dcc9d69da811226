"""A USB printer without the kernel's class driver, through libusb (Debian: libusb-1.0-0)."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from printer.errors import ConnectFailed, ConnectionLost, WriteFailed
from printer.transports.fd import why

_PRINTER_CLASS = 7
_READ_BYTES = 4096
# What pyusb raises of a bus or a device that is broken, going, or no printer at all: USBError is an
# OSError, a missing libusb and texts that cannot be read are ValueErrors, and a device without a
# configuration or interface fails where those are looked up.
_REFUSALS = (OSError, ValueError, LookupError)
# pyusb reads 0 as "wait for ever".
_LEAST_MS = 1


class UsbTransport:
    """The first printer with these ids; its endpoints are looked for, never assumed."""

    def __init__(
        self, vendor: int, product: int, serial: str | None = None, backend: Any = None
    ) -> None:
        self._ids = {"idVendor": vendor, "idProduct": product}
        if serial is not None:
            self._ids["serial_number"] = serial  # type: ignore[assignment]
        self._backend = backend
        self._device: Any = None
        self._interface = -1
        self._in: Any = None
        self._out: Any = None

    @property
    def name(self) -> str:
        """Name the printer by its ids."""
        return f"usb:{self._ids['idVendor']:04x}:{self._ids['idProduct']:04x}"

    @property
    def is_open(self) -> bool:
        """True while the device is claimed."""
        return self._device is not None

    def open(self, timeout_s: float) -> None:
        """Find, configure and claim the printer."""
        del timeout_s  # nothing here waits for the printer
        if self._device is not None:
            return
        import usb.core

        try:
            device = usb.core.find(backend=self._backend, **self._ids)
        except _REFUSALS as error:
            raise ConnectFailed(printer=self.name, why=_reason(error)) from error
        if device is None:
            raise ConnectFailed(printer=self.name, why="unplugged")
        try:
            self._claim(device)
        except _REFUSALS as error:
            _release(device)
            raise ConnectFailed(printer=self.name, why=_reason(error)) from error
        if self._in is None or self._out is None:
            _release(device)
            raise ConnectFailed(printer=self.name, why="no_endpoints")
        self._device = device

    def write(self, data: bytes, timeout_s: float) -> int:
        """Hand over what the printer takes within the time; 0 if it takes nothing."""
        if self._device is None:
            raise WriteFailed(0, "closed")
        try:
            return int(self._out.write(data, _ms(timeout_s)))
        except OSError as error:
            if error.errno == errno.ETIMEDOUT:
                return 0
            # libusb does not tell how much went before it failed: any of it may have.
            self.close()
            raise WriteFailed(len(data), why(error)) from error

    def read(self, timeout_s: float) -> bytes:
        """Give what has arrived within the time, b"" if nothing did."""
        if self._device is None:
            raise ConnectionLost(printer=self.name, why="closed")
        try:
            return bytes(self._in.read(_READ_BYTES, _ms(timeout_s)))
        except OSError as error:
            if error.errno == errno.ETIMEDOUT:
                return b""
            self.close()
            raise ConnectionLost(printer=self.name, why=why(error)) from error

    def close(self) -> None:
        """Give the device back."""
        device, self._device = self._device, None
        if device is not None:
            _release(device)

    def _claim(self, device: Any) -> None:
        import usb.util

        with suppress(NotImplementedError):
            for number in _interfaces(device):
                if device.is_kernel_driver_active(number):
                    device.detach_kernel_driver(number)
        # Setting the configuration that is already set would reset many printers.
        if _configuration(device) is None:
            device.set_configuration()
        interface = _printer_interface(device)
        usb.util.claim_interface(device, interface.bInterfaceNumber)
        self._in, self._out = (
            usb.util.find_descriptor(interface, custom_match=_bulk(way))
            for way in (usb.util.ENDPOINT_IN, usb.util.ENDPOINT_OUT)
        )


def _interfaces(device: Any) -> Iterator[int]:
    for configuration in device:
        for interface in configuration:
            yield interface.bInterfaceNumber


def _configuration(device: Any) -> Any:
    import usb.core

    try:
        return device.get_active_configuration()
    except usb.core.USBError:
        return None


def _printer_interface(device: Any) -> Any:
    """Give the interface of the printer class; some cheap printers call theirs vendor-specific."""
    import usb.util

    configuration = device.get_active_configuration()
    found = usb.util.find_descriptor(configuration, bInterfaceClass=_PRINTER_CLASS)
    return found if found is not None else configuration[(0, 0)]


def _bulk(way: int) -> Any:
    import usb.util

    def fits(endpoint: Any) -> bool:
        kind = usb.util.endpoint_type(endpoint.bmAttributes)
        direction = usb.util.endpoint_direction(endpoint.bEndpointAddress)
        return bool(kind == usb.util.ENDPOINT_TYPE_BULK and direction == way)

    return fits


def _reason(error: Exception) -> str:
    import usb.core

    if isinstance(error, OSError):
        return why(error)
    if isinstance(error, usb.core.NoBackendError):
        return "libusb_missing"
    return "unreadable" if isinstance(error, ValueError) else "no_endpoints"


def _release(device: Any) -> None:
    import usb.core
    import usb.util

    with suppress(usb.core.USBError):
        usb.util.dispose_resources(device)


def _ms(timeout_s: float) -> int:
    return max(_LEAST_MS, round(timeout_s * 1000))
