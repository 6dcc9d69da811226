"""What a program beside the server can find out: asks the server, else looks for itself."""

from __future__ import annotations

import http.client
import os
from contextlib import closing
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path

from pydantic import ValidationError

from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import Unavailable
from appliance.health.checks import host_checks
from appliance.health.checks.clock_day import ClockDay
from appliance.health.host import HostChecks
from appliance.health.message import status_of
from appliance.health.unheard import NOT_ALLOWED, Unheard
from appliance.health.verdicts import Facts, ServerFacts, verdicts
from appliance.protocol.status import Status
from appliance.storage import days, devices, heartbeat
from appliance.storage.devices import DeviceReport, Paired
from appliance.storage.readonly import reading

ANSWER_WITHIN_S = 5.0
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - what a server may listen on


def examine(config: Config, data: Path, token: str, clock: Clock) -> Status:
    """Return what the status page shows; without a server, what can be known without one."""
    told = ask(config, token)
    return told if isinstance(told, Status) else look(config, data, clock, told)


def ask(config: Config, token: str) -> Status | Unheard:
    """Return the server's own word, or the cause why there is none."""
    named = config.server.host
    host = "127.0.0.1" if named in _EVERYWHERE else named
    link = http.client.HTTPConnection(host, config.server.port, timeout=ANSWER_WITHIN_S)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with closing(link):
            link.request("GET", "/api/v1/status", headers=headers)
            answer = link.getresponse()
            if answer.status in _REFUSED:
                return NOT_ALLOWED
            return Status.model_validate_json(answer.read())
    except ConnectionRefusedError:
        return "server_down"
    except (OSError, http.client.HTTPException, ValidationError):
        # An error's body is no Status: a server that cannot tell how it is counts as silent.
        return "server_silent"


def look(config: Config, data: Path, clock: Clock, cause: Unheard) -> Status:
    """Return what the database and this machine tell while the server says nothing."""
    causes: list[str] = [cause]
    beat: datetime | None = None
    reports: tuple[DeviceReport, ...] = ()
    paired: tuple[Paired, ...] = ()
    day: date | None = None
    database = data / "office.sqlite"
    try:
        with reading(database) as conn:
            beat = heartbeat.last(conn)
            reports = tuple(devices.reports(conn))
            paired = tuple(one for one in devices.paired(conn) if one.revoked_at is None)
            day = days.last_opened(conn)
    except Unavailable as exc:
        # What we may not read is no damage; a server that runs tells of its database itself.
        if cause != NOT_ALLOWED and not _barred(database):
            causes.append(exc.key)
    host = HostChecks([*host_checks(data, visitor=True), ClockDay(lambda: day, clock.now)], clock)
    return status_of(
        verdicts(_facts(config, host, tuple(causes), beat, reports, paired)), clock.now(), None
    )


def _facts(
    config: Config,
    host: HostChecks,
    causes: tuple[str, ...],
    beat: datetime | None,
    reports: tuple[DeviceReport, ...],
    paired: tuple[Paired, ...],
) -> Facts:
    agents = {config.agent.name, *(printer.agent for printer in config.printers)}
    agents |= {one.name for one in paired if one.kind == "agent"}
    host.look()
    return Facts(
        server=ServerFacts(causes, beat, heard=False),
        agents=dict.fromkeys(sorted(agents), True),
        printers={printer.name: printer.agent for printer in config.printers},
        reports=reports,
        host=host.reports(reports),
    )


def _barred(file: Path) -> bool:
    """Return whether this user may not read a file that is there, or not even look for it."""
    try:
        return file.is_file() and not os.access(file, os.R_OK)
    except PermissionError:
        return True
