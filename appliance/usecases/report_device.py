"""Remember the state of a device; only changes become rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from appliance.protocol.events import DeviceChanged
from appliance.storage import devices
from appliance.storage.devices import DeviceReport
from appliance.storage.types import iso
from appliance.usecases.context import Context
from appliance.usecases.tell import tell

# News that says it is older has lost its time on the way.
_OLDEST = timedelta(days=366)


def report_device(
    ctx: Context,
    device: str,
    kind: str,
    state: str,
    causes: tuple[str, ...],
    *,
    actor: str,
    age_ms: int = 0,
) -> bool:
    """Store the state if it differs from the last one; returns whether it did.

    `age_ms` is how long ago, in real time, the device changed: the news may have waited for a
    lost link. An age of more than a year is not believed: the change is as old as its news.
    """
    with ctx.db.read() as conn:
        if _same(devices.report_of(conn, device), state, causes):
            return False
    with ctx.db.write() as conn:
        if _same(devices.report_of(conn, device), state, causes):
            return False
        now = ctx.clock.now()
        since = _before(ctx, now, age_ms)
        devices.store_report(conn, DeviceReport(device, kind, state, causes, since))
        kiosks = tuple(
            kiosk.name
            for kiosk in ctx.office.kiosks
            if kiosk.printer and device in ctx.office.with_fallbacks(kiosk.printer)
        )
        event = DeviceChanged.model_validate(
            {
                "device": device,
                "device_kind": kind,
                "state": state,
                "causes": causes,
                "since": iso(since),
                "kiosks": kiosks,
            }
        )
        tell(conn, now, event, actor=actor)
    return True


def _before(ctx: Context, now: datetime, age_ms: int) -> datetime:
    try:
        passed = ctx.clock.real_to_domain(age_ms)
    except OverflowError:
        return now
    return now if passed > _OLDEST else now - passed


def _same(last: DeviceReport | None, state: str, causes: tuple[str, ...]) -> bool:
    return last is not None and last.state == state and last.causes == causes
