"""The slip in the browser: what is seen is what is printed, and what cannot be printed is told."""

from __future__ import annotations

import base64
import io
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from appliance.bootstrap.slip_painter import SlipPainter
from appliance.config import load, sample_path
from appliance.config.office import to_office
from appliance.config.schema import PrinterConfig
from appliance.errors import Refused, Unavailable
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


@pytest.mark.parametrize("width", [384, 512, 576])
def test_the_slip_is_shown_for_another_width_of_paper(manager, width):
    page = manager.get(f"/preview?width={width}").body
    assert shown(page)[0].width == width
    assert f'<option value="{width}" selected>' in page


@pytest.mark.parametrize("width", ["0", "385", "-384", "x", "99999999999"])
def test_a_width_that_no_printer_has_is_refused(manager, width):
    answer = manager.get(f"/preview?width={width}")
    assert answer.status == 422
    assert "384, 512 hoặc 576 điểm" in answer.body


def test_who_asks_while_a_slip_is_drawn_is_told_to_ask_again(manager):
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(manager.get, ["/preview"] * 8))
    assert {answer.status for answer in answers} == {200, 503}
    for answer in answers:
        if answer.status == 503:
            assert answer.headers["Retry-After"] == "3"
            assert "Đang vẽ một phiếu khác" in answer.body
    assert manager.get("/preview").status == 200


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


@pytest.mark.parametrize("width", [384, 512, 576])
def test_both_codes_of_the_preview_can_be_read(tmp_path, width):
    office = to_office(load(sample_path(), {}))
    papers = "https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword=khai%20sinh"
    office = replace(
        office, services=tuple(replace(one, procedure_url=papers) for one in office.services)
    )
    slip = sample_slip(
        office, office.services[0], "http://192.168.1.10", MONDAY, priority=True, reprint=True
    )
    printer = PrinterConfig(name="p", width_dots=width)
    picture = Image.open(io.BytesIO(SlipPainter(tmp_path)(slip, printer)))
    paper = Image.new("L", (width + 80, picture.height + 80), 255)
    paper.paste(picture.convert("L"), (40, 40))
    found = {code.text for code in zxingcpp.read_barcodes(paper)}
    assert found == {papers, "http://192.168.1.10/t/0123456789abcdef"}


def test_only_one_slip_is_drawn_at_a_time(tmp_path, slip):
    paint = SlipPainter(tmp_path)
    printer = PrinterConfig(name="p", layout="slow.toml")
    os.mkfifo(tmp_path / "slow.toml")
    with ThreadPoolExecutor(1) as hand:
        first = hand.submit(paint, slip, printer)
        # Opens as soon as the drawing process reads its layout, which it then waits for.
        with (tmp_path / "slow.toml").open("w") as layout:
            with pytest.raises(Unavailable) as caught:
                paint(slip, PrinterConfig(name="q"))
            layout.write('[[blocks]]\nblock = "number"\nsize = 100\n')
        assert Image.open(io.BytesIO(first.result())).width == 576
    assert caught.value.key == "preview_busy"
    assert Image.open(io.BytesIO(paint(slip, PrinterConfig(name="q")))).width == 576


def test_the_printers_own_layout_is_used_and_a_wrong_one_told(tmp_path, slip):
    (tmp_path / "own.toml").write_text('[[blocks]]\nblock = "number"\nsize = 100\n')
    printer = PrinterConfig(name="p", layout="own.toml")
    assert Image.open(io.BytesIO(SlipPainter(tmp_path)(slip, printer))).height < 100
    (tmp_path / "own.toml").write_text('[[blocks]]\nblock = "nummer"\n')
    with pytest.raises(Refused) as caught:
        SlipPainter(tmp_path)(slip, printer)
    assert caught.value.key == "slip_not_drawable"
    assert "blocks[1].block" in str(caught.value.fields["problem"])
