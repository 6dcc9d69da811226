"""Every cause that any part of the house names can be said, with what to do, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from appliance.health.checks import host_checks
from appliance.health.unheard import Unheard
from appliance.health.verdicts import KINDS, ORDER
from display import texts
from printer.status import Cause

ROOT = Path(__file__).parents[2]
SPEAKERS = [
    *(ROOT / "appliance" / "health").rglob("*.py"),
    *(ROOT / "appliance" / "devices").rglob("*.py"),
    ROOT / "appliance" / "bootstrap" / "agent.py",
    ROOT / "display" / "agents.py",
    ROOT / "appliance" / "usecases" / "snapshots.py",
]
# A cause stands in a tuple, after the state; in the watch also alone.
IN_TUPLE = re.compile(r'\("([a-z]+(?:_[a-z]+)*)",\)')
ALONE = re.compile(r'causes\.append\("([a-z_]+)"\)')


def causes() -> set[str]:
    found = {cause.value for cause in Cause}
    for file in SPEAKERS:
        text = file.read_text(encoding="utf-8")
        found.update(IN_TUPLE.findall(text))
        found.update(ALONE.findall(text))
    found.update(get_args(Unheard))
    return found | {"unknown_cause", "link_lost", "storage_failed", "storage_busy"}


def test_causes_are_found_in_the_code():
    assert {"paper_out", "stuck", "disk_full", "not_connected", "server_down"} <= causes()
    assert {"heartbeat_late", "gpio_unavailable", "journal_unwritable"} <= causes()


@pytest.mark.parametrize("lang", texts.languages)
@pytest.mark.parametrize("family", ["cause", "remedy"])
def test_every_cause_has_its_sentences(lang, family):
    assert [c for c in causes() if texts.say(f"{family}.{c}", lang) == f"{family}.{c}"] == []


@pytest.mark.parametrize("lang", texts.languages)
def test_every_state_and_kind_has_its_word(lang):
    keys = [f"health.{state}" for state in ORDER] + [f"kind.{kind}" for kind in KINDS]
    keys += [f"doctor.{state}" for state in ORDER]
    keys += [f"kind.{check.subject}" for check in host_checks(Path())]
    assert [key for key in keys if texts.say(key, lang) == key] == []
