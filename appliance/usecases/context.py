"""What every use case is given."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.clock import Clock
from appliance.domain.office import Office
from appliance.storage.engine import Database


@dataclass(frozen=True)
class Context:
    """The database, the time, the office as configured, and the name of this machine's boot."""

    db: Database
    clock: Clock
    office: Office
    boot_id: str
