"""Slips as their layout declares them, and golden pictures of how they must look."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from appliance.config.texts import LONGEST_URL
from printer.errors import GlyphMissing, LayoutInvalid, SlipTooWide
from printer.layout import draw
from printer.layout_file import BLOCKS, Layout, default_layout, load_layout
from printer.testpage import accented_letters, draw_test_page
from tests.support.golden import SLIPS, TOKEN, digests, golden_picture

GOLDEN = Path(__file__).parent / "golden"
LOGO = Path(__file__).parent / "logo.png"
WIDTHS = (384, 512, 576)
# Made with Pillow 13.0.0, whose own FreeType draws the letters; to make them anew, after looking
# at them: MOISO_GOLDEN=write python -m pytest tests/printer/test_layout_file.py
WRITE = os.environ.get("MOISO_GOLDEN") == "write"
NAMES = ("vi", "en", "full", "full-en", "letters")
QUIET_PX = 40


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_a_slip_looks_as_its_golden_picture_dot_for_dot(name, width):
    made, path = golden_picture(name, width), GOLDEN / f"{name}-{width}.png"
    if WRITE:
        made.save(path, optimize=True)
        write_digests(digests(name, width, made))
    with Image.open(path) as golden:
        assert made.size == golden.size
        assert ImageChops.logical_xor(made, golden.convert("1")).getbbox() is None, path.name
    assert digests(name, width, made).items() <= known_digests().items()


def known_digests():
    path = GOLDEN / "digests.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_digests(made):
    known = {**known_digests(), **made}
    path = GOLDEN / "digests.json"
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def test_every_golden_picture_belongs_to_a_test():
    pictures = {f"{name}-{width}.png" for name in NAMES for width in WIDTHS}
    assert {path.name for path in GOLDEN.glob("*.png")} == pictures
    assert {name.rpartition(".")[0] + ".png" for name in known_digests()} == pictures


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_every_code_of_a_golden_picture_can_be_read(name, width):
    """As a phone sees it: the slip on a table, so with white around it."""
    with Image.open(GOLDEN / f"{name}-{width}.png") as golden:
        codes = {code.text for code in codes_of(golden)}
    if name == "letters":
        assert codes == {f"{TOKEN}-{module}" for module in (3, 4, 5)}
    else:
        slip = SLIPS[name]()
        assert codes == {slip.tracking_url, slip.procedure_url} - {""}


def codes_of(picture):
    paper = Image.new("L", (picture.width + 2 * QUIET_PX, picture.height + 2 * QUIET_PX), 255)
    paper.paste(picture.convert("L"), (QUIET_PX, QUIET_PX))
    return zxingcpp.read_barcodes(paper)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["full", "full-en"])
def test_the_two_codes_of_a_slip_cannot_be_taken_for_each_other(name, width):
    """The tracking code is above and left of its text, the other below and right of its own."""
    slip = SLIPS[name]()
    picture = golden_picture(name, width)
    at = {code.text: code.position for code in codes_of(picture)}
    tracking, procedure = at[slip.tracking_url], at[slip.procedure_url]
    assert procedure.top_left.y - tracking.bottom_left.y >= 16
    assert tracking.top_left.x < QUIET_PX + width / 3
    assert procedure.top_right.x > QUIET_PX + width * 2 / 3
    between = picture.crop(
        (0, tracking.bottom_left.y - QUIET_PX + 2, width, procedure.top_left.y - QUIET_PX - 2)
    )
    assert between.convert("L").getextrema() == (0, 255), "a line parts them"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_longest_name_in_hanoi_fits_75_mm_of_paper(slip, width):
    assert draw(slip(), width).height <= 75 * 8


def url_of(length):
    return ("https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword=" + "a1" * 200)[:length]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_longest_address_that_may_be_configured_can_be_read(slip, width):
    made = slip("A025", procedure_url=url_of(LONGEST_URL), procedure_line="Hồ sơ cần chuẩn bị")
    codes = {code.text for code in codes_of(draw(made, width))}
    assert codes == {made.tracking_url, made.procedure_url}


def test_an_address_whose_code_would_be_too_fine_is_refused(slip):
    with pytest.raises(SlipTooWide) as caught:
        draw(slip(procedure_url=url_of(290)), 384)
    assert caught.value.fields["field"] == "procedure_url"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_test_page_shows_all_letters_and_codes_that_can_be_read(width):
    assert len(accented_letters()) == 134
    page = draw_test_page(width, 203, {"model": "X"}, "token")
    codes = [code.text for code in zxingcpp.read_barcodes(page.convert("L"))]
    assert sorted(codes) == ["token-3", "token-4", "token-5"]
    for edge in (0, width - 1):
        column = page.crop((edge, 0, edge + 1, page.height)).convert("L").tobytes()
        assert column.count(0) == 64, "the ruler's bar, and nothing else, is at the edge"


def declared(*blocks, **more):
    return Layout.from_dict({"blocks": [*blocks, {"block": "number", "size": 100}], **more})


def test_blocks_stand_in_the_order_of_the_layout_and_empty_ones_take_no_paper(slip):
    title = {"block": "title", "size": 27}
    priority = {"block": "priority", "size": 27, "before": 40, "after": 40}
    without = draw(slip(), 576, declared(title))
    assert draw(slip(), 576, declared(title, priority)).height == without.height
    with_it = draw(slip(priority_line="ƯU TIÊN"), 576, declared(title, priority))
    assert with_it.height > without.height + 80


# The beginning of a true PNG: its head is whole, its dots are not.
CUT_SHORT = (Path(__file__).parent / "logo.png").read_bytes()[:200]


def test_a_line_is_drawn_only_if_something_follows(slip):
    title = {"block": "title", "size": 27}
    rule = {"block": "rule", "before": 30}
    number = {"block": "number", "size": 100}
    plain = Layout.from_dict({"blocks": [number, title]})
    ruled = Layout.from_dict({"blocks": [number, title, rule]})
    assert draw(slip(), 576, ruled).height == draw(slip(), 576, plain).height


def test_a_size_may_differ_from_width_to_width(slip):
    layout = Layout.from_dict({"blocks": [{"block": "number", "size": [60, 100, 160]}]})
    heights = [draw(slip(), width, layout).height for width in WIDTHS]
    assert heights == sorted(set(heights))


def test_a_logo_is_drawn_as_it_is_and_one_too_wide_is_refused(slip, tmp_path):
    logo = Image.new("RGBA", (200, 80), (0, 0, 0, 0))
    logo.paste((10, 10, 10, 255), (0, 0, 100, 80))
    logo.save(tmp_path / "logo.png")
    (tmp_path / "layout.toml").write_text(
        '[[blocks]]\nblock = "logo"\nfile = "logo.png"\n[[blocks]]\nblock = "number"\nsize = 99\n'
    )
    layout = load_layout(tmp_path / "layout.toml")
    drawn = draw(slip(), 576, layout).crop((188, 0, 388, 80))
    assert (drawn.getpixel((50, 40)), drawn.getpixel((150, 40))) == (0, 255)
    Image.new("1", (600, 10)).save(tmp_path / "logo.png")
    with pytest.raises(SlipTooWide):
        draw(slip(), 576, load_layout(tmp_path / "layout.toml"))


@pytest.fixture
def with_logo(tmp_path):
    Image.new("1", (200, 80)).save(tmp_path / "logo.png")
    path = tmp_path / "layout.toml"
    path.write_text(
        '[[blocks]]\nblock = "logo"\nfile = "logo.png"\n[[blocks]]\nblock = "number"\nsize = 99\n'
    )
    return path


@pytest.mark.parametrize("content", [None, b"", b"half an upload", CUT_SHORT])
def test_what_happens_to_a_logo_later_reaches_no_slip_of_a_layout_that_was_read(
    slip, with_logo, content
):
    layout = load_layout(with_logo)
    before = draw(slip(), 576, layout).tobytes()
    logo = with_logo.with_name("logo.png")
    logo.unlink()
    if content is not None:
        logo.write_bytes(content)
    assert draw(slip(), 576, layout).tobytes() == before
    with pytest.raises(LayoutInvalid) as caught:
        load_layout(with_logo)
    assert caught.value.fields["file"] == str(logo)
    if content is None:
        assert caught.value.fields["problem"] == "no_such_file"


@pytest.mark.parametrize("field", ["title", "service", "wait_line", "tracking_line", "number"])
def test_a_letter_without_glyph_is_an_error_wherever_it_stands(slip, field):
    with pytest.raises(GlyphMissing):
        draw(slip(**{field: "số 漢"}) if field != "number" else slip("漢"), 576)


NUMBER = {"block": "number", "size": 100}


@pytest.mark.parametrize(
    ("data", "key", "problem"),
    [
        ({}, "blocks", "missing"),
        ({"blocks": [{"block": "title", "size": 20}]}, "blocks", "no_number"),
        ({"blocks": [NUMBER], "insets": 3}, "insets", "unknown"),
        ({"blocks": [NUMBER], "inset": [1, 2]}, "inset", "not_dots"),
        ({"blocks": ["number"]}, "blocks[1]", "not_a_table"),
        ({"blocks": [NUMBER, {"block": "titel"}]}, "blocks[2].block", "unknown"),
        ({"blocks": [{**NUMBER, "sise": 1}]}, "blocks[1].sise", "unknown"),
        ({"blocks": [{**NUMBER, "bold": 1}]}, "blocks[1].bold", "not_a_bool"),
        ({"blocks": [{**NUMBER, "size": -1}]}, "blocks[1].size", "not_dots"),
        ({"blocks": [NUMBER, {"block": "title"}]}, "blocks[2].size", "missing"),
        (
            {"blocks": [NUMBER, {"block": "tracking", "size": 4}]},
            "blocks[2].text_size",
            "missing",
        ),
        ({"blocks": [NUMBER, {"block": "logo"}]}, "blocks[2].file", "missing"),
    ],
)
def test_a_wrong_layout_is_refused_and_the_place_named(data, key, problem):
    with pytest.raises(LayoutInvalid) as caught:
        Layout.from_dict(data)
    assert (caught.value.fields["key"], caught.value.fields["problem"]) == (key, problem)


def test_a_layout_that_is_no_toml_is_refused(tmp_path):
    (tmp_path / "layout.toml").write_text("[[blocks")
    for name in ("layout.toml", "missing.toml"):
        with pytest.raises(LayoutInvalid):
            load_layout(tmp_path / name)


def test_the_usual_layout_has_every_text_of_a_slip():
    blocks = {part.block for part in default_layout().parts}
    assert blocks >= {"office", "title", "number", "service", "ahead", "wait", "priority"}
    assert blocks >= {"time", "procedure", "tracking", "notice", "parent", "reprint"}


def test_the_guide_explains_every_block():
    guide = (Path(__file__).parents[2] / "docs" / "printers.md").read_text(encoding="utf-8")
    table = guide[guide.index("| block |") : guide.index("Texts are wrapped")]
    rows = [line.split("|")[1] for line in table.splitlines()[2:] if line]
    assert {name for row in rows for name in row.replace("`", "").replace(" ", "").split(",")} == {
        *BLOCKS
    }
