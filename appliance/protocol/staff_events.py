"""The rows of the log that tell of staff; see `events`."""

from __future__ import annotations

from typing import ClassVar, Literal

from appliance.protocol.event import Event

StaffChange = Literal["added", "password", "disabled", "enabled"]


class StaffChanged(Event):
    """An account was made or altered."""

    type: ClassVar[str] = "staff.changed"
    username: str
    role: str
    change: StaffChange


class StaffSignedIn(Event):
    """Somebody signed in."""

    type: ClassVar[str] = "staff.signed_in"
    username: str


class StaffSignedOut(Event):
    """Somebody ended a session; the event's request_id names it, so it ends once and for good."""

    type: ClassVar[str] = "staff.signed_out"
    username: str


class StaffSignInFailed(Event):
    """A wrong password; `locked` tells that the account is now locked out."""

    type: ClassVar[str] = "staff.sign_in_failed"
    username: str
    locked: bool
