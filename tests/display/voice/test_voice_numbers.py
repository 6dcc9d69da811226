"""Numbers as people in Hà Nội say them, against a list that was made another way."""

import unicodedata
from pathlib import Path

import pytest

from display.voice import numbers

LIST = Path(__file__).with_name("numbers_vi.tsv")


def reviewed() -> dict[int, str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {int(number): words for number, words in rows}


def test_every_number_reads_as_the_reviewed_list_says():
    listed = reviewed()
    assert list(listed) == list(range(10000))
    assert {n: " ".join(numbers.words(n)) for n in listed} == listed


def test_the_list_says_how_it_was_made_and_is_nfc():
    text = LIST.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "not by display/voice/numbers.py" in text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (101, "một trăm linh một"),
        (1000, "một nghìn"),
        (1001, "một nghìn không trăm linh một"),
        (1010, "một nghìn không trăm mười"),
        (1100, "một nghìn một trăm"),
        (9999, "chín nghìn chín trăm chín mươi chín"),
    ],
)
def test_the_tricky_ones(number, words):
    assert " ".join(numbers.words(number)) == words


@pytest.mark.parametrize("number", [-1, 10000])
def test_a_number_outside_is_refused(number):
    with pytest.raises(ValueError, match="between 0 and 9999"):
        numbers.words(number)


def test_every_sign_of_a_label_has_a_name_of_its_own():
    names = [numbers.sign(c) for c in "0123456789ABCDĐEFGHIJKLMNOPQRSTUVWXYZ"]
    assert len(set(names)) == len(names)
    assert [numbers.sign(c) for c in "15CĐ"] == ["một", "năm", "xê", "đê"]


@pytest.mark.parametrize("sign", ["a", "-", "", "²", "AB"])
def test_a_sign_without_a_name_is_refused(sign):
    with pytest.raises(ValueError, match="no spoken name"):
        numbers.sign(sign)
