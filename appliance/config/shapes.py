"""The shapes that texts of the configuration have, and what people are told of other ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from appliance.config.texts import printable, web_address

# What a text must look like, by the sentence ``config.<name>`` that tells people so.
SHAPES = {
    "not_a_code": r"^[a-z0-9][a-z0-9-]{0,31}$",
    "not_a_window": r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
    "not_a_day": r"^\d{4}-\d{2}-\d{2}$",
    "not_a_usb_id": r"^([0-9a-f]{4})?$",
    "not_a_prefix": r"^[A-Z0-9]{1,3}$",
    "not_a_device": r"^(/dev/.+)?$",
    "not_a_rate": r"^\d+ per (\d+ )?(second|minute|hour)$",
    "not_a_server": r"^http://[^/]+$",
}
Code = Annotated[str, Field(pattern=SHAPES["not_a_code"])]
WindowText = Annotated[str, Field(pattern=SHAPES["not_a_window"])]
DayText = Annotated[str, Field(pattern=SHAPES["not_a_day"])]
UsbId = Annotated[str, Field(pattern=SHAPES["not_a_usb_id"])]
Prefix = Annotated[str, Field(pattern=SHAPES["not_a_prefix"])]
DeviceNode = Annotated[str, Field(pattern=SHAPES["not_a_device"])]
RateText = Annotated[str, Field(pattern=SHAPES["not_a_rate"])]
ServerUrl = Annotated[str, Field(pattern=SHAPES["not_a_server"])]
SlipText = Annotated[str, AfterValidator(printable)]
WebAddress = Annotated[str, AfterValidator(web_address)]
