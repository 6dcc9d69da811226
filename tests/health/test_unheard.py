"""What is told while the server was not heard: one thing to do, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.health.verdicts import Facts, ServerFacts, host_report, overall, verdicts
from appliance.storage.devices import DeviceReport

EARLIER = datetime(2026, 11, 23, 0, 58, tzinfo=UTC)


def report(device, kind):
    return DeviceReport(device, kind, "ok", (), EARLIER)


@pytest.mark.parametrize(
    ("cause", "state"),
    [("server_down", "failed"), ("server_silent", "failed"), ("not_allowed_to_ask", "unknown")],
)
def test_without_the_server_only_the_machine_itself_is_known(cause, state):
    facts = Facts(
        server=ServerFacts((cause, "storage_failed"), None, heard=False),
        agents={"main": True},
        reports=(report("agent-main", "agent"), report("main-gpio5", "button")),
        host=(host_report("disk", "ok", (), EARLIER),),
    )
    lines = verdicts(facts)
    assert {line.part: (line.state, line.causes, line.needs_attention) for line in lines} == {
        "server": (state, (cause, "storage_failed"), True),
        "agent-main": ("unknown", (cause,), False),
        "buttons-main": ("unknown", (cause,), False),
        "host:disk": ("ok", (), False),
    }
    assert [line.kind for line in lines] == ["server", "agent", "buttons", "disk"]
    assert overall(lines) == state


@pytest.mark.parametrize(
    ("disk", "worst"), [("ok", "unknown"), ("degraded", "unknown"), ("failed", "failed")]
)
def test_a_warning_does_not_hide_that_nothing_is_known_of_the_server(disk, worst):
    facts = Facts(
        server=ServerFacts(("not_allowed_to_ask",), EARLIER, heard=False),
        host=(host_report("disk", disk, (), EARLIER),),
    )
    lines = verdicts(facts)
    assert overall(lines) == worst
    assert next(line.since for line in lines if line.kind == "server") is None
