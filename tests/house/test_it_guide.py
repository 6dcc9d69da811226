"""The guide for IT staff says what the screens say."""

from __future__ import annotations

from display.texts import catalog
from tools import it_guide


def test_the_guide_is_up_to_date() -> None:
    assert it_guide.DOCUMENT.read_text(encoding="utf-8") == it_guide.render(), "run: make docs"


def test_every_cause_has_a_remedy_and_the_other_way_round() -> None:
    for sentences in catalog(["cause", "remedy"]).values():
        keys = {family: set() for family in ("cause", "remedy")}
        for key in sentences:
            family, _, name = key.partition(".")
            keys[family].add(name)
        assert keys["cause"] == keys["remedy"]


def test_the_guide_names_every_cause_in_both_languages() -> None:
    text = it_guide.render()
    for lang, sentences in catalog(["cause"]).items():
        assert [key for key, said in sentences.items() if f"| {said} |" not in text] == [], lang
