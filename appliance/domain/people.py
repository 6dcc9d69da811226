"""Staff roles and what each may do; rules for names and passwords."""

from __future__ import annotations

import re
from enum import StrEnum

from appliance.domain.errors import Invalid

PASSWORD_MIN = 10
_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,38}$")


class Role(StrEnum):
    """What a member of staff is."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What somebody may do."""

    TAKE_TICKET = "take_ticket"
    WORK_COUNTER = "work_counter"
    SEE_QUEUE = "see_queue"
    HANDLE_SLIPS = "handle_slips"
    MANAGE_DEVICES = "manage_devices"
    MANAGE_STAFF = "manage_staff"
    RATE = "rate"
    SEE_STATUS = "see_status"
    SEE_RATINGS = "see_ratings"


_AT_COUNTER = frozenset(
    {Right.TAKE_TICKET, Right.WORK_COUNTER, Right.SEE_QUEUE, Right.HANDLE_SLIPS}
)
ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: _AT_COUNTER | {Right.SEE_STATUS},
    # A counter's levels are its clerk's: neither clerks nor technicians see them live.
    Role.SUPERVISOR: _AT_COUNTER | {Right.SEE_STATUS, Right.SEE_RATINGS},
    Role.TECHNICIAN: frozenset({Right.MANAGE_DEVICES, Right.HANDLE_SLIPS, Right.SEE_STATUS}),
    # Nobody of the staff can ever rate.
    Role.ADMINISTRATOR: frozenset(Right) - {Right.RATE},
}
# A token has its own rights only: a kiosk cannot read, a board only looks, a panel only rates.
DEVICE_RIGHTS: dict[str, frozenset[Right]] = {
    "kiosk": frozenset({Right.TAKE_TICKET}),
    "board": frozenset({Right.SEE_QUEUE}),
    "counter": frozenset({Right.SEE_QUEUE}),
    "agent": frozenset(),
    "panel": frozenset({Right.RATE}),
}


def checked_username(text: str) -> str:
    """Return the name in its stored form; raises Invalid("bad_username")."""
    name = text.strip().lower()
    if not _USERNAME.match(name):
        raise Invalid("bad_username", username=name[:40])
    return name


def check_password(password: str, username: str) -> None:
    """Raise Invalid("password_short" | "password_is_name") for a password that is no secret."""
    if len(password) < PASSWORD_MIN:
        raise Invalid("password_short", minimum=PASSWORD_MIN)
    if password.lower() == username:
        raise Invalid("password_is_name")
