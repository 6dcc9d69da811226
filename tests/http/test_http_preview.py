"""The slip in the browser: what is seen is what is printed, and what cannot be printed is told."""

from __future__ import annotations

import base64
import io
import re

import pytest
import zxingcpp
from PIL import Image

from appliance.bootstrap.slip_painter import SlipPainter
from appliance.config import load, sample_path
from appliance.config.office import to_office
from appliance.config.schema import PrinterConfig
from appliance.errors import Refused
from display.slips import sample_slip
from printer.layout import draw
from printer.slip import Slip
from tests.support.clocks import MONDAY
from tests.support.people import administrator, clerk
from tests.support.programs import call

SLIP = re.compile(r'<img class="slip" src="data:image/png;base64,([^"]+)" alt="([^"]+)"')


def shown(page: str) -> tuple[Image.Image, str]:
    data, words = SLIP.search(page).groups()
    return Image.open(io.BytesIO(base64.b64decode(data))), words


@pytest.fixture(scope="module")
def manager(rig):
    return administrator(rig.port)


def test_a_technician_sees_the_slip_of_a_service_with_a_code_that_can_be_read(manager):
    picture, words = shown(manager.get("/preview?service=dat-dai&priority=1").body)
    assert picture.width == 576
    assert "Đất đai - Xây dựng" in words
    paper = Image.new("L", (picture.width + 80, picture.height + 80), 255)
    paper.paste(picture.convert("L"), (40, 40))
    (code,) = zxingcpp.read_barcodes(paper)
    assert code.text.endswith("/t/0123456789abcdef")


def test_a_reprint_and_a_priority_ticket_show_their_marks(manager):
    plain, _ = shown(manager.get("/preview").body)
    marked, _ = shown(manager.get("/preview?priority=1&reprint=1").body)
    assert marked.height > plain.height + 50


def test_a_strange_service_or_printer_is_told(manager):
    assert manager.get("/preview?service=nothing").status == 404
    assert manager.get("/preview?printer=nothing").status == 404


def test_only_technicians_see_it(rig):
    assert call(rig.port, "GET", "/preview").headers["Location"] == "/login?next=/preview"
    assert clerk(rig.port).get("/preview").status == 403


@pytest.fixture
def slip():
    config = load(sample_path(), {})
    office = to_office(config)
    return sample_slip(office, office.services[0], "http://192.168.1.10", MONDAY, priority=True)


def test_the_preview_is_what_the_agent_prints_dot_for_dot(tmp_path, slip):
    for profile, width in (("default", 384), ("default", None), ("POS-5890", None)):
        printer = PrinterConfig(name="p", width_dots=width, profile=profile)
        picture = Image.open(io.BytesIO(SlipPainter(tmp_path)(slip, printer)))
        drawn = draw(Slip.from_dict(slip.model_dump()), picture.width)
        assert picture.convert("1").tobytes() == drawn.tobytes()
        assert picture.width == (width or {"default": 576, "POS-5890": 384}[profile])


def test_the_printers_own_layout_is_used_and_a_wrong_one_told(tmp_path, slip):
    (tmp_path / "own.toml").write_text('[[blocks]]\nblock = "number"\nsize = 100\n')
    printer = PrinterConfig(name="p", layout="own.toml")
    assert Image.open(io.BytesIO(SlipPainter(tmp_path)(slip, printer))).height < 100
    (tmp_path / "own.toml").write_text('[[blocks]]\nblock = "nummer"\n')
    with pytest.raises(Refused) as caught:
        SlipPainter(tmp_path)(slip, printer)
    assert caught.value.key == "slip_not_drawable"
    assert "blocks[1].block" in str(caught.value.fields["problem"])
