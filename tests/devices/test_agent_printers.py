"""Printers as the configuration describes them, and the test page of one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.bootstrap.printer_test import test_printer as print_test_page
from appliance.bootstrap.printers import build_printer, slip_drawer
from appliance.config import Config
from appliance.config.schema import PrinterConfig
from appliance.errors import ConfigInvalid
from printer.escpos import EPSON
from printer.ledger import Ledger
from tests.support.paper import Simulator, make_slip


@pytest.mark.parametrize(
    ("keys", "name", "width"),
    [
        ({"host": "10.0.0.5"}, "tcp:10.0.0.5:9100", 576),
        ({"kind": "serial", "device": "/dev/ttyUSB0"}, "serial:/dev/ttyUSB0", 576),
        ({"kind": "usblp", "device": "/dev/usb/lp0"}, "usblp:/dev/usb/lp0", 576),
        ({"kind": "usb", "vendor_id": "04b8", "product_id": "0e15"}, "usb:04b8:0e15", 576),
        ({"profile": "POS-5890"}, "tcp:127.0.0.1:9100", 384),
        ({"profile": "POS-5890", "width_dots": 576}, "tcp:127.0.0.1:9100", 576),
    ],
)
def test_every_kind_of_printer_is_built(keys: dict[str, object], name: str, width: int) -> None:
    printer = build_printer(PrinterConfig(name="p", **keys))
    assert (printer.name, printer.width_dots) == (name, width)


@pytest.mark.parametrize(
    ("profile", "told"),
    [("TM-T20", "did you mean TM-T20II"), ("TM-U220", "cannot print slips (no_raster)")],
)
def test_an_impossible_profile_is_told_by_place(profile: str, told: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        build_printer(PrinterConfig(name="p", profile=profile))
    assert caught.value.problems[0].startswith("printers.p.profile")
    assert told in caught.value.problems[0]


def test_a_layout_in_the_data_folder_is_used_and_a_wrong_one_told(tmp_path: Path) -> None:
    assert slip_drawer(PrinterConfig(name="p"), tmp_path) is None
    settings = PrinterConfig(name="p", layout="slip.toml")
    with pytest.raises(ConfigInvalid):
        slip_drawer(settings, tmp_path)
    (tmp_path / "slip.toml").write_text('[[blocks]]\nblock = "number"\nsize = 90\n')
    draw = slip_drawer(settings, tmp_path)
    assert draw is not None
    assert draw(make_slip(), 576, EPSON).length_mm < 40


def test_the_test_page_is_printed_unless_the_agent_has_the_printer(
    sample: Config, tmp_path: Path
) -> None:
    simulator = Simulator(tmp_path / "slips", "--speed", "50").await_ready()
    try:
        [first] = sample.printers
        printer = first.model_copy(update={"port": simulator.port})
        config = sample.model_copy(update={"printers": (printer,)})
        assert print_test_page(config, tmp_path, None, ask=False)
        [evidence] = (tmp_path / "printer-tests").glob("*.json")
        assert json.loads(evidence.read_text())["outcome"]["state"] == "printed"
        with Ledger(tmp_path / f"ledger-{first.name}.sqlite") as ledger:
            assert ledger.paper.printed_mm > 100
            with pytest.raises(ConfigInvalid) as busy:
                print_test_page(config, tmp_path, first.name, ask=False)
        assert "stop it first" in busy.value.problems[0]
        with pytest.raises(ConfigInvalid, match="no printer 'other'"):
            print_test_page(config, tmp_path, "other", ask=False)
        assert simulator.state()["printed"] == 1
    finally:
        simulator.close()
