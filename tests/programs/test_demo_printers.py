"""The demo's two printers: as processes of the demo, and each the other's witness on paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.bootstrap.files import DataFolder
from appliance.clock import DemoClock
from appliance.config import load
from appliance.demo_office import DemoOffice, write_config
from tests.support.programs import Rig, running
from tests.support.wait import wait_for


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running(tmp_path_factory.mktemp("two"), with_second_printer=True) as office:
        yield office


def take(rig: Rig, kiosk: str, n: int) -> None:
    token = rig.screen_token("kiosk", kiosk)
    body = {"service": "ho-tich", "request_id": f"two-printers-{n:04d}"}
    assert rig.post("/api/v1/tickets", body, token=token).status == 201


def test_the_demo_has_two_printers_each_a_process_of_its_own(tmp_path: Path) -> None:
    clock = DemoClock(datetime.now(UTC), 1.0, datetime.now(UTC))
    office = DemoOffice(DataFolder(tmp_path), 8080, clock, os.environ)
    office.data.create()
    write_config(office.data, office.printer_ports)
    first, second = office.config.printers
    assert (first.name, first.fallback, first.width_dots) == ("printer-1", "printer-2", 576)
    assert (second.name, second.fallback, second.width_dots) == ("printer-2", None, 384)
    assert (first.port, second.port) == tuple(office.printer_ports.values())
    assert {kiosk.name: kiosk.printer for kiosk in office.config.kiosks} == {
        "kiosk-1": "printer-1",
        "kiosk-2": "printer-2",
    }
    children = {child.name: child for child in office.children()}
    assert list(children)[:2] == ["printer-1", "printer-2"]
    for name in ("printer-1", "printer-2"):
        assert str(office.printer_ports[name]) in children[name].argv
        assert str(office.printer_http_ports[name]) in children[name].argv


def test_an_office_with_one_printer_names_no_other_one(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    data.create()
    write_config(data, {"printer-1": 9101})
    config = load(data.config, {})
    (printer,) = config.printers
    assert (printer.port, printer.fallback) == (9101, None)
    assert [kiosk.name for kiosk in config.kiosks] == ["kiosk-1"]


def test_the_second_kiosk_prints_on_narrow_paper(rig: Rig) -> None:
    before = rig.printed()["printed"]
    take(rig, "kiosk-2", 1)
    wait_for(lambda: rig.printed_by_second()["printed"] == 1, "the slip is on paper")
    assert rig.printed_by_second()["slips"][-1]["width"] == 384
    assert rig.printed()["printed"] == before


def test_the_second_printer_takes_over_while_the_first_has_no_paper(rig: Rig) -> None:
    own, other = rig.printed()["printed"], rig.printed_by_second()["printed"]
    rig.fault(paper="out")
    wait_for(lambda: rig.device("printer-1") == "failed", "the fault is known")
    take(rig, "kiosk-1", 2)
    wait_for(lambda: rig.printed_by_second()["printed"] == other + 1, "the slip is on paper")
    rig.fault(paper="ok")
    wait_for(lambda: rig.device("printer-1") == "ok", "the printer is well again")
    take(rig, "kiosk-1", 3)
    wait_for(lambda: rig.printed()["printed"] == own + 1, "the next slip is on paper")
    assert rig.printed_by_second()["printed"] == other + 1
