"""What a monitor is told at /metrics: the day, the devices, the server itself."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from appliance.domain.paper import PaperState
from appliance.domain.ticket import TicketState
from appliance.errors import Unavailable
from appliance.health.exposition import CONTENT_TYPE, Exposition, Labels, by_label
from appliance.health.verdicts import ORDER, Line
from appliance.health.watch import Watch
from appliance.protocol.live import SCREEN_KINDS
from appliance.version import version

__all__ = ["CONTENT_TYPE", "metrics"]

WAIT_BOUNDS_S = (60, 180, 300, 600, 900, 1800, 3600)
# What the checks measure, by the name under which they tell it.
MEASURED = {
    "disk_used_pct": "Used share of the disk with the data, in percent",
    "disk_inodes_used_pct": "Used share of the inodes of that disk, in percent",
    "disk_errors": "Errors that ext4 file systems have counted",
    "clock_synchronised": "1 if the kernel's clock is synchronised",
    "temperature_celsius": "Temperature of the hottest zone",
    "undervoltage": "1 if the power supply was too weak",
    "memory_used_pct": "Share of the memory that cannot be had, in percent",
}


def metrics(watch: Watch, screens: Iterable[str]) -> str:
    """Return the text; `screens` are the kinds of the connected ones."""
    out = Exposition()
    build = {"version": version(), "python": sys.version.split()[0]}
    out.gauge("moiso_build_info", "Always 1; the labels tell the build", [(build, 1)])
    _devices(out, watch.lines())
    age_s = watch.beat_age_s()
    beats: list[tuple[Labels, float]] = [] if age_s is None else [({}, round(age_s, 3))]
    out.gauge("moiso_heartbeat_age_seconds", "Age of the last write of the watchdog", beats)
    kinds = by_label("kind", Counter(screens), SCREEN_KINDS)
    out.gauge("moiso_screens_connected", "Connected screens", kinds)
    numbers = watch.host.numbers
    for key, meaning in MEASURED.items():
        if key in numbers:
            out.gauge(f"moiso_{key}", meaning, [({}, numbers[key])])
    _day(out, watch)
    return out.text


def _devices(out: Exposition, lines: list[Line]) -> None:
    out.gauge(
        "moiso_device_state",
        "1 for the state that a device or process is in, 0 for the others",
        [
            ({"part": line.part, "kind": line.kind, "state": state}, int(line.state == state))
            for line in lines
            for state in ORDER
        ],
    )
    papers = [(line.part, line.paper) for line in lines if line.paper is not None]
    out.gauge(
        "moiso_paper_printed_millimetres",
        "Paper that a printer has used since its roll was changed",
        [({"printer": part}, paper.printed_mm) for part, paper in papers],
    )
    out.gauge(
        "moiso_paper_tickets_left",
        "For how many slips the paper of a printer should last",
        [
            ({"printer": part}, paper.tickets_left)
            for part, paper in papers
            if paper.tickets_left is not None
        ],
    )
    attention = sum(line.needs_attention for line in lines)
    out.gauge("moiso_attention", "Devices and processes that want a person", [({}, attention)])


def _day(out: Exposition, watch: Watch) -> None:
    try:
        day = watch.day.figures()
        ratings = watch.ratings.today(with_levels=False)
    except Unavailable:
        return  # the devices tell why; a zero here would be a lie
    states = by_label("state", day.tickets, TicketState)
    out.gauge("moiso_tickets", "Tickets of the business day by state", states)
    services = [service.code for service in watch.services]
    waiting = by_label("service", day.waiting, services)
    out.gauge("moiso_waiting", "Tickets that wait, by service", waiting)
    slips = by_label("state", day.slips, PaperState)
    out.gauge("moiso_print_jobs", "Print jobs of the business day by state", slips)
    presses = [
        ({"counter": str(one.counter), "scale": scale.scale, "rule": rule}, count)
        for scale in ratings
        for one in scale.counters
        for rule, count in {"counted": one.n, **one.excluded}.items()
    ]
    out.gauge("moiso_rating_presses", "Presses of rating panels of the business day", presses)
    out.histogram(
        "moiso_wait_seconds",
        "Wait from issue to first call on the business day, absent citizens apart",
        WAIT_BOUNDS_S,
        [({"service": code}, day.waits_s.get(code, [])) for code in services],
    )
