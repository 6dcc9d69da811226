"""What a print job is called in a ledger: the server's number, and its seal if the server has any.

The number alone names nothing: a server whose database was replaced by a new one, or by an older
copy, gives it again to somebody else's slip. Jobs from before the seals go by their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def name_of(job_id: int, seal: str) -> str:
    """Return the job's name in the ledger."""
    return f"{job_id}:{seal}" if seal else str(job_id)


def number_and_seal(name: str) -> tuple[int, str]:
    """Return what the name was made of; no seal is an empty text."""
    number, _, seal = name.partition(":")
    return int(number), seal


def same_ticket(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two slips are of one ticket, as its number and the key of its page tell.

    All other words may have changed with the configuration or the program. A slip that says
    nothing was never drawn: it may be any ticket's.
    """
    return not one or not other or _ticket(one) == _ticket(other)


def _ticket(slip: Mapping[str, Any]) -> tuple[str, str]:
    return str(slip.get("number", "")), str(slip.get("tracking_url", "")).rpartition("/")[2]
