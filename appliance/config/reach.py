"""What would be lost: numbers nobody calls, calls nobody sees, ratings that never count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appliance.config.paths import Wrong, dotted, near, wrong
from appliance.config.schema import AgentConfig, BoardConfig
from appliance.config.tables import Tables, names, zones_of


def reach_problems(tables: Tables, raw: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yield what has its beginning in one table and its end in none."""
    yield from _never_called(tables, raw)
    yield from _never_shown(tables, raw)
    yield from _never_counted(tables, raw)


def _never_called(tables: Tables, raw: Mapping[str, Any]) -> Iterator[Wrong]:
    lists = names(raw, "counters", "services")
    called = [code for codes in lists if isinstance(codes, list) for code in codes]
    for loc, service in tables.services:
        if service.code not in called:
            yield wrong("never_called", (*loc, "code"), service=service.code)


def _never_shown(tables: Tables, raw: Mapping[str, Any]) -> Iterator[Wrong]:
    zones = zones_of(raw, "boards", BoardConfig)
    for loc, counter in tables.counters:
        if zones and counter.zone not in zones:  # without any board each zone is given one
            meant = near(counter.zone, map(str, zones))
            yield wrong("never_shown", (*loc, "zone"), zone=counter.zone, near=meant)


def _never_counted(tables: Tables, raw: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yield, once for a counter, why what is pressed at its rate buttons would not count."""
    agent = _agent_name(raw)
    panels = {panel.counter: (loc, panel.agent) for loc, panel in tables.panels}
    meant, known = names(raw, "panels", "counter"), names(raw, "counters", "number")
    told: set[object] = set()
    for loc, button in tables.buttons:
        counter = button.counter
        if button.press != "rate" or counter is None or counter not in known or counter in told:
            continue
        told.add(counter)
        if counter not in meant:
            yield wrong("no_panel", (*loc, "counter"), counter=counter)
        elif counter in panels and panels[counter][1] != agent:
            place = (*panels[counter][0], "agent")
            yield wrong("wrong_agent", place, agent=str(agent), button=dotted(loc))


def _agent_name(raw: Mapping[str, Any]) -> object:
    """Return the name of the agent to which the buttons of this file belong."""
    table = raw.get("agent")
    default = AgentConfig.model_fields["name"].default
    return table.get("name", default) if isinstance(table, Mapping) else default
