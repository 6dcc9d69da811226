"""Note in the log that the server runs with another configuration than before."""

from __future__ import annotations

import hashlib

from appliance.protocol.events import OfficeConfigured
from appliance.storage import log
from appliance.usecases.context import Context
from appliance.usecases.tell import tell


def note_configuration(ctx: Context, effective: str) -> bool:
    """Write `office.configured` if the effective configuration's digest is new."""
    digest = hashlib.sha256(effective.encode()).hexdigest()
    with ctx.db.write() as conn:
        last = log.last_rare(conn, OfficeConfigured.type)
        if last is not None and last.payload["digest"] == digest:
            return False
        event = OfficeConfigured(office=ctx.office.name, digest=digest)
        tell(conn, ctx.clock.now(), event, actor="system")
    return True
