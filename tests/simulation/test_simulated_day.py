"""`moiso simulate-day` as a maintainer runs it: a whole day through the real interfaces."""

import os
import re
import subprocess
import sys

import pytest

from tests.support.programs import ROOT


def simulate(*argv: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("MOISO_")}
    return subprocess.run(
        [sys.executable, "-m", "appliance", "simulate-day", *argv],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def numbers(table: str) -> dict[str, float]:
    """Return the values of the table by their names."""
    rows = re.findall(r"│ ([a-z0-9, ]+?) +│ ([\d.]+)", table)
    return {name: float(value) for name, value in rows}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kills", [(), ("--kills",)], ids=["plain", "with kill -9"])
def test_a_day_of_300_citizens_loses_doubles_and_delays_nothing(kills):
    done = simulate("--citizens", "300", "--speed", "400", "--seed", "7", *kills)
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    said = numbers(done.stdout)
    assert said["lost"] == said["doubled"] == said["printed late"] == 0
    assert said["issued"] == 300 if not kills else 290 <= said["issued"] <= 300
    assert said["printed"] + said["shown on screen instead"] >= said["issued"]
    assert said["shown on screen instead"] > 0, "the printer was out of paper for a while"
    assert said["called"] == said["issued"]
    assert said["served"] + said["absent"] == said["issued"]
    assert said["absent"] > 0
    assert said["rated"] > 30
    assert said["not counted, late"] > 0
    assert said["not counted, wrong panel"] > 0
    assert "PROBLEM" not in done.stdout


@pytest.mark.parametrize("argv", [("--counters", "99"), ("--citizens", "0"), ("--speed", "0")])
def test_numbers_that_no_office_has_are_refused_without_a_trace(argv):
    done = simulate(*argv)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
