"""Pictures of slips: every letter, no clipped column, the same dots everywhere."""

import unicodedata

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from printer.errors import GlyphMissing, SlipTooWide
from printer.layout import draw
from printer.text import face

WIDTHS = (384, 512, 576)
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = "aăâeêioôơuưy"
LOWER = sorted(
    {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES} | {"đ"}
)
ACCENTED = [letter for letter in LOWER if not letter.isascii()]
LETTERS = "".join(ACCENTED) + "".join(ACCENTED).upper()
SIGNS = "–—…“”‘’→×•₫№/:,.()-0123456789"
WORDS = st.lists(
    st.text(alphabet=LETTERS + "abcxyzABCXYZ0123456789", min_size=1, max_size=40),
    min_size=1,
    max_size=12,
)


def test_there_are_134_accented_letters():
    assert len(LETTERS) == 134


@pytest.mark.parametrize("bold", [False, True])
def test_every_vietnamese_letter_and_sign_has_its_own_glyph(bold):
    font = face(32, bold)
    font.require(LETTERS + SIGNS)
    pictures = {bytes(font._font.getmask(letter, mode="1")) for letter in LETTERS}
    assert len(pictures) == 134


@pytest.mark.parametrize("letter", ["漢", "😀", "\u200b", "ж"])
def test_a_letter_without_glyph_is_refused_by_name(slip, letter):
    with pytest.raises(GlyphMissing) as caught:
        draw(slip(service=f"Hộ tịch {letter}"), 576)
    assert caught.value.fields["letter"] == letter


@pytest.mark.parametrize("width", WIDTHS)
def test_the_longest_names_leave_the_margin_white(slip, width):
    picture = draw(
        slip("A001", service="Đăng ký quyền sử dụng đất và tài sản khác gắn liền với đất"), width
    )
    assert picture.mode == "1"
    for column in (0, 1, width - 2, width - 1):
        strip = picture.crop((column, 0, column + 1, picture.height))
        assert strip.convert("L").getextrema() == (255, 255), column


def test_a_slip_is_short(slip):
    assert draw(slip(), 576).height <= 8 * 75
    assert draw(slip(parent="", office="UBND XÃ AN KHÁNH"), 576).height <= 8 * 70


@pytest.mark.parametrize("width", WIDTHS)
def test_the_code_on_the_slip_can_be_read(slip, width):
    made = slip()
    paper = Image.new("L", (width + 80, 800), 255)
    paper.paste(draw(made, width).convert("L"), (40, 40))
    assert [code.text for code in zxingcpp.read_barcodes(paper)] == [made.tracking_url]


def test_a_number_too_long_for_the_paper_is_made_smaller_then_refused(slip):
    assert draw(slip("A-123456789"), 384).width == 384
    with pytest.raises(SlipTooWide):
        draw(slip("1" * 60), 384)


def test_an_unknown_width_is_refused(slip):
    with pytest.raises(SlipTooWide):
        draw(slip(), 400)


def test_a_dash_never_begins_a_line():
    font = face(24, True)
    for width_px in range(120, 500, 7):
        for line in font.wrap("PHƯỜNG VĂN MIẾU - QUỐC TỬ GIÁM – HÀ NỘI", width_px):
            assert line[0] not in "-–"


@given(words=WORDS, width_px=st.integers(80, 560), bold=st.booleans())
def test_wrapped_lines_fit_and_lose_nothing(words, width_px, bold):
    font = face(26, bold)
    text = " ".join(words)
    for lines in (font.wrap(text, width_px), font.balance(text, width_px)):
        assert all(font.width(line) <= width_px for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert len(lines) == len(font.wrap(text, width_px))


@given(text=st.text(alphabet=LETTERS + SIGNS + " AVTWo", max_size=40), bold=st.booleans())
def test_a_text_is_as_wide_as_its_letters(text, bold):
    font = face(26, bold)
    assert font.width(text) == pytest.approx(font._font.getlength(text), abs=1)
