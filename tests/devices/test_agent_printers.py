"""Printers as the configuration describes them, and the test page of one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.bootstrap.printer_test import test_printer as print_test_page
from appliance.bootstrap.printers import build_printer, slip_drawer
from appliance.config import Config
from appliance.config.schema import PrinterConfig
from appliance.errors import ConfigInvalid, Problem
from display.texts import languages, problem_sentence
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
        ({"profile": "TM-T20II", "width_dots": 384}, "tcp:127.0.0.1:9100", 384),
        ({"profile": "RP326", "width_dots": 576}, "tcp:127.0.0.1:9100", 576),
    ],
)
def test_every_kind_of_printer_is_built(keys: dict[str, object], name: str, width: int) -> None:
    printer = build_printer(PrinterConfig(name="p", **keys))
    assert (printer.name, printer.width_dots) == (name, width)


@pytest.mark.parametrize(
    ("profile", "told"),
    [("TM-T20", 'did you mean "TM-T20II'), ("TM-U220", "prints no raster pictures")],
)
def test_an_impossible_profile_is_told_by_place(profile: str, told: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        build_printer(PrinterConfig(name="p", profile=profile))
    said = problem_sentence(caught.value.problems[0], "en")
    assert said.startswith("printers.p.profile: ")
    assert told in said


@pytest.mark.parametrize(("profile", "dots"), [("NT-5890K", 384), ("TM-T88V", 512)])
def test_slips_wider_than_the_model_prints_are_refused_by_place(profile: str, dots: int) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        build_printer(PrinterConfig(name="p", profile=profile, width_dots=576))
    assert problem_sentence(caught.value.problems[0], "en").startswith(
        f'printers.p.width_dots: profile "{profile}" is {dots} dots wide'
    )
    assert f"chỉ rộng {dots} điểm" in problem_sentence(caught.value.problems[0], "vi")


def test_a_layout_in_the_data_folder_is_used_and_a_wrong_one_told(tmp_path: Path) -> None:
    assert slip_drawer(PrinterConfig(name="p"), tmp_path) is None
    settings = PrinterConfig(name="p", layout="slip.toml")
    for content, told in (
        (None, "cannot be read"),
        ("[[blocks]", "cannot be read"),
        ("a = 1", "a: no such key or block"),
        ('[[blocks]]\nblock = "time"\nsize = 20', "blocks: without the block number"),
        ('[[blocks]]\nblock = "number"\nsize = "x"', "blocks[1].size: must be a number of dots"),
        ('[[blocks]]\nblock = "logo"\nfile = 1', "blocks[1].file: the value is of the wrong kind"),
        (
            '[[blocks]]\nblock = "number"\nsize = 90\n[[blocks]]\nblock = "logo"\nfile = "x.png"',
            "x.png: no such file",
        ),
    ):
        if content is not None:
            (tmp_path / "slip.toml").write_text(content)
        with pytest.raises(ConfigInvalid) as caught:
            slip_drawer(settings, tmp_path)
        (problem,) = caught.value.problems
        said = [problem_sentence(problem, lang) for lang in languages]
        assert told in said[1]
        assert "–" not in said[0]
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
        assert busy.value.problems == (Problem("agent_prints", first.name),)
        with pytest.raises(ConfigInvalid, match="other: not_my_printer"):
            print_test_page(config, tmp_path, "other", ask=False)
        assert simulator.state()["printed"] == 1
    finally:
        simulator.close()
