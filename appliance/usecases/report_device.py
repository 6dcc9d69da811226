"""Remember the state of a device; only changes become rows."""

from __future__ import annotations

from appliance.protocol.events import DeviceChanged
from appliance.storage import devices
from appliance.storage.devices import DeviceReport
from appliance.usecases.context import Context
from appliance.usecases.tell import tell


def report_device(
    ctx: Context, device: str, kind: str, state: str, causes: tuple[str, ...], *, actor: str
) -> bool:
    """Store the state if it differs from the last one; returns whether it did."""
    with ctx.db.read() as conn:
        if _same(devices.report_of(conn, device), state, causes):
            return False
    with ctx.db.write() as conn:
        if _same(devices.report_of(conn, device), state, causes):
            return False
        now = ctx.clock.now()
        devices.store_report(conn, DeviceReport(device, kind, state, causes, now))
        kiosks = tuple(kiosk.name for kiosk in ctx.office.kiosks if kiosk.printer == device)
        event = DeviceChanged.model_validate(
            {
                "device": device,
                "device_kind": kind,
                "state": state,
                "causes": causes,
                "kiosks": kiosks,
            }
        )
        tell(conn, now, event, actor=actor)
    return True


def _same(last: DeviceReport | None, state: str, causes: tuple[str, ...]) -> bool:
    return last is not None and last.state == state and last.causes == causes
