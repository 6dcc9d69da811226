"""Texts for paper: letters that the slips' fonts have, addresses that a phone can scan."""

import unicodedata

import pytest

from appliance.config.load import load
from appliance.config.office import to_office
from appliance.config.texts import LONGEST_URL, has_letter
from printer.errors import GlyphMissing
from printer.text import face


@pytest.mark.parametrize("bold", [False, True])
def test_the_letters_that_a_name_may_hold_are_those_of_the_fonts(bold):
    font = face(24, bold)

    def drawn(letter):
        try:
            font.require(letter)
        except GlyphMissing:
            return False
        return True

    letters = [chr(n) for n in range(0x20, 0x3000) if unicodedata.category(chr(n)) != "Cc"]
    assert [a for a in letters if has_letter(a)] == [a for a in letters if drawn(a)]


@pytest.mark.parametrize("table", ["[office]\nname = ", '[office]\nname = "A"\nparent = '])
def test_a_name_that_no_slip_can_show_is_refused_with_the_letter(write, office, refused, table):
    path = write(office.replace('[office]\nname = "Văn Miếu"', f'{table}"Văn Miếu 漢"'))
    (told,) = refused(path)
    assert "(U+6F22)" in told
    assert told.endswith("use the letters of Vietnamese or English")


def test_a_service_that_no_slip_can_name_is_refused(problems, service):
    text = service("a", "2").replace("Dịch vụ", "Dịch vụ ж")
    (problem,) = problems(text)
    assert problem.startswith("services[2].name_vi: “ж” (U+0436) is in no font")


def test_a_decomposed_name_is_composed(write, office):
    decomposed = unicodedata.normalize("NFD", "Văn Miếu")
    assert load(write(office.replace("Văn Miếu", decomposed)), {}).office.name == "Văn Miếu"


@pytest.mark.parametrize(
    "address",
    [
        "dichvucong.gov.vn",
        "ftp://dichvucong.gov.vn",
        "https://",
        "https://dichvucong.gov.vn/thủ-tục",
        "https://dichvucong.gov.vn/a b",
        "https://[dichvucong",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_web_address_is_refused_and_the_way_out_told(problems, service, address):
    (problem,) = problems(service("a", "2", f'procedure_url = "{address}"'))
    assert problem.startswith("services[2].procedure_url: must begin with http:// or https://")
    assert problem.endswith("copy its address from the browser")


def test_an_address_too_long_to_scan_is_refused(problems, service):
    address = "https://a.vn/" + "x" * LONGEST_URL
    (problem,) = problems(service("a", "2", f'procedure_url = "{address}"'))
    assert "has 213 characters, more than 200" in problem


def test_a_service_has_its_own_page_or_the_offices(write, office, service):
    text = office.replace('name = "Văn Miếu"', 'name = "A"\nprocedure_url = "https://a.vn/"')
    text += service("b", "2", 'procedure_url = "https://b.vn/?keyword=khai%20sinh"')
    made = to_office(load(write(text), {}))
    assert [one.procedure_url for one in made.services] == [
        "https://a.vn/",
        "https://b.vn/?keyword=khai%20sinh",
    ]


def test_without_an_address_there_is_no_page(write, office):
    assert to_office(load(write(office), {})).services[0].procedure_url == ""
