"""A number taken at the first kiosk, straight through the use case."""

from __future__ import annotations

from appliance.usecases.context import Context
from appliance.usecases.issue import Issued, issue


def take_number(
    ctx: Context, request_id: str, service: str = "ho-tich", *, priority: bool = False
) -> Issued:
    """Issue a ticket as the kiosk does."""
    return issue(
        ctx,
        service,
        priority=priority,
        kiosk="kiosk-1",
        request_id=request_id,
        actor="kiosk:kiosk-1",
    )
