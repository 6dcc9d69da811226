"""A day that a clock ahead of its time has opened: told by server and doctor, mended by command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.server import build_context
from appliance.config import load
from appliance.demo_office import write_config
from appliance.domain.calendar import office_day
from appliance.storage.migrate import upgrade
from appliance.usecases.issue import issue
from tests.support.clocks import HandClock
from tests.support.programs import ROOT, Rig


@pytest.fixture
def rig(tmp_path) -> Iterator[Rig]:
    """An office, no demo, in which a number was taken while the clock was a year ahead."""
    office = Rig(tmp_path)
    office.env["MOISO_DEMO_CLOCK"] = ""
    office.server.argv.remove("--demo")
    data = DataFolder(office.data)
    data.create()
    write_config(data, {"printer-1": office.printer_port})
    upgrade(data.database)
    clock = HandClock()
    ctx = build_context(load(data.config, {}), data.database, clock)
    opening = ctx.office.hours.next_opening(datetime.now(UTC) + timedelta(days=365))
    assert opening is not None
    clock.at = opening
    how = {"priority": False, "kiosk": "kiosk-1", "request_id": "request-1", "actor": "kiosk"}
    assert issue(ctx, "ho-tich", **how).ticket.label == "1001"
    ctx.db.close()
    yield office
    office.stop()


def moiso(rig: Rig, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", *words],
        env=rig.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def causes_of_clock(lines: list[dict]) -> list[str]:
    return next(line["causes"] for line in lines if line["kind"] == "clock")


def test_it_is_told_and_put_right_while_the_server_runs_and_the_proof_holds(rig):
    told = json.loads(moiso(rig, "doctor", "--json").stdout)
    assert "clock_went_back" in causes_of_clock(told["lines"])
    rig.server.start()
    rig.wait_ready()
    status = rig.get("/api/v1/status").body
    assert "clock_went_back" in causes_of_clock(status["lines"])
    assert date.fromisoformat(status["today"]["day"]) > office_day(datetime.now(UTC))
    assert "moiso day back" in moiso(rig, "doctor").stdout

    refused = moiso(rig, "day", "back")
    assert refused.returncode == 1
    assert "Còn 1 số đang chờ và 0 số ở quầy" in refused.stderr

    today = {office_day(datetime.now(UTC))}
    done = moiso(rig, "day", "back", "--end-tickets", "--lang", "en")
    today.add(office_day(datetime.now(UTC)))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Returned to ")
    assert date.fromisoformat(rig.get("/api/v1/status").body["today"]["day"]) in today

    again = moiso(rig, "day", "back", "--lang", "en")
    assert again.returncode == 1
    assert "there is nothing to put right" in again.stderr
    assert moiso(rig, "verify", str(rig.data)).returncode == 0


def test_a_folder_without_an_office_is_no_place_for_it(rig, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    told = moiso(rig, "day", "back", "--data", str(empty))
    assert told.returncode == 1
    assert "Chưa có cơ sở dữ liệu" in told.stderr
    assert "There is no database" in told.stderr
    assert list(empty.iterdir()) == []
