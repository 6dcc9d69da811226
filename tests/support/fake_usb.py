"""A USB bus with one printer on it, for pyusb to find."""

from __future__ import annotations

import array
import contextlib
import errno
import socket
from types import SimpleNamespace

import usb.backend
import usb.core


class FakeUsb(usb.backend.IBackend):
    """One printer on a bus: pyusb's own code above, a network connection to the simulator below.

    Its endpoints are not where most printers have them, and the kernel's driver holds it.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.kernel_driver = True
        self.link: socket.socket | None = None

    def plugged(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def enumerate_devices(self):
        return ["printer"] if self.link or self.plugged() else []

    def get_device_descriptor(self, dev):
        return SimpleNamespace(
            **dict.fromkeys(
                ("bLength", "bDescriptorType", "bcdUSB", "bDeviceClass", "bDeviceSubClass"), 0
            ),
            **dict.fromkeys(
                ("bDeviceProtocol", "bcdDevice", "iManufacturer", "iProduct", "iSerialNumber"), 0
            ),
            bMaxPacketSize0=64,
            idVendor=0x04B8,
            idProduct=0x0E15,
            bNumConfigurations=1,
            address=1,
            bus=1,
            port_number=1,
            port_numbers=None,
            speed=3,
        )

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        return SimpleNamespace(
            **dict.fromkeys(("bLength", "bDescriptorType", "wTotalLength", "iConfiguration"), 0),
            bNumInterfaces=2,
            bConfigurationValue=1,
            bmAttributes=0,
            bMaxPower=0,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev, intf, alt, config):
        if intf > 1 or alt or config:
            raise IndexError
        return SimpleNamespace(
            **dict.fromkeys(("bLength", "bDescriptorType", "bInterfaceSubClass"), 0),
            **dict.fromkeys(("bInterfaceProtocol", "iInterface"), 0),
            bInterfaceNumber=intf,
            bAlternateSetting=0,
            bNumEndpoints=3 if intf == 1 else 0,
            bInterfaceClass=7 if intf == 1 else 3,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        address, kind = ((0x83, 3), (0x84, 2), (0x05, 2))[ep]
        return SimpleNamespace(
            **dict.fromkeys(("bLength", "bDescriptorType", "bRefresh", "bSynchAddress"), 0),
            bEndpointAddress=address,
            bmAttributes=kind,
            wMaxPacketSize=64,
            bInterval=0,
            extra_descriptors=[],
        )

    def open_device(self, dev):
        try:
            self.link = socket.create_connection(("127.0.0.1", self.port), timeout=1)
        except OSError as error:
            raise usb.core.USBError("no such device", -4, errno.ENODEV) from error
        self.link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        return self.link

    def close_device(self, handle):
        handle.close()
        self.link = None

    def get_configuration(self, handle):
        return 1

    def is_kernel_driver_active(self, handle, intf):
        return self.kernel_driver and intf == 1

    def detach_kernel_driver(self, handle, intf):
        self.kernel_driver = False

    def claim_interface(self, handle, intf):
        assert (intf, self.kernel_driver) == (1, False)

    def release_interface(self, handle, intf):
        pass

    def bulk_write(self, handle, ep, intf, data, timeout_ms):
        assert ep == 0x05
        return self._call(handle, lambda: handle.send(data.tobytes()), timeout_ms)

    def bulk_read(self, handle, ep, intf, buffer: array.array, timeout_ms):
        assert ep == 0x84
        count = self._call(handle, lambda: handle.recv_into(buffer), timeout_ms)
        if not count:
            raise usb.core.USBError("gone", -4, errno.ENODEV)
        return count

    @staticmethod
    def _call(handle, work, timeout_ms):
        assert timeout_ms > 0, "0 means for ever"
        handle.settimeout(timeout_ms / 1000)
        try:
            return work()
        except TimeoutError:
            raise usb.core.USBTimeoutError("timeout", -7, errno.ETIMEDOUT) from None
        except OSError as error:
            raise usb.core.USBError("gone", -4, errno.ENODEV) from error
