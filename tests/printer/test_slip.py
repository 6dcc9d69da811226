"""What a slip accepts and refuses."""

import json
import unicodedata

import pytest

from printer.errors import PrinterError, SlipInvalid
from printer.slip import Slip


def test_a_slip_survives_json(slip):
    made = slip(priority_line="ƯU TIÊN", reprint_line="BẢN IN LẠI")
    assert Slip.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def test_decomposed_letters_are_composed(slip):
    decomposed = unicodedata.normalize("NFD", "Số thứ tự – Đăng ký kết hôn")
    assert slip(service=decomposed).service == "Số thứ tự – Đăng ký kết hôn"


def test_line_breaks_become_spaces(slip):
    assert slip(service=" Hộ\n tịch\t").service == "Hộ tịch"


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"offfice": "x"}, "offfice", "unknown"),
        ({"number": 7}, "number", "not_a_text"),
        ({"number": " "}, "number", "empty"),
        ({"notice": "one text"}, "notice", "not_a_list_of_texts"),
        ({"notice": [1]}, "notice", "not_a_text"),
        ({"service": "x" * 301}, "service", "too_long"),
    ],
)
def test_a_wrong_slip_is_refused_and_the_field_named(slip, change, field, problem):
    with pytest.raises(SlipInvalid) as caught:
        Slip.from_dict({**slip().to_dict(), **change})
    assert (caught.value.fields["field"], caught.value.fields["problem"]) == (field, problem)
    assert caught.value.permanent
    assert isinstance(caught.value, PrinterError)


def test_a_missing_field_is_named(slip):
    data = slip().to_dict()
    del data["office"]
    with pytest.raises(SlipInvalid, match="missing"):
        Slip.from_dict(data)
