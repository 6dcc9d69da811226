"""The sentences: complete in both languages, used, filled, well written, compiled."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask, g

from appliance.config.schema_problems import KINDS
from appliance.config.shapes import SHAPES
from display import texts
from display.api.contract import CALLS
from display.api.openapi import descriptions

ROOT = Path(__file__).parents[2]
DISPLAY = ROOT / "display"
GAP = re.compile(r"\{([a-z_]+)\}")
KEY = re.compile(r"[a-z]+(?:\.[a-z0-9_]+)+")

# Keys that are put together in code: the prefix, and where the ends come from.
CAUSES = (
    "paper_out paper_near_end cover_open cutter_error unrecoverable overheated offline unplugged "
    "silent garbage cannot_answer stuck link_lost not_reported unknown_cause server_down "
    "server_silent not_allowed_to_ask "
    "heartbeat_late publisher_dead storage_busy storage_failed journal_unwritable gpio_unavailable "
    "ledger_lost ledger_unwritable ledger_unusable slip_undrawable "
    "not_connected not_drawing disk_nearly_full disk_full disk_many_files disk_unwritable "
    "disk_errors clock_unsynchronised clock_wrong clock_went_back too_hot undervoltage "
    "memory_short no_sensor check_failed voice_not_set_up voice_no_screen "
    "sound_locked sound_failed call_not_heard voice_chime_only own_clips_unusable"
)
FAMILIES = {
    "cause": CAUSES,
    "remedy": CAUSES,
    "state": "waiting called serving absent finished cancelled expired free",
    "role": "clerk supervisor technician administrator",
    "level": "rat_hai_long hai_long binh_thuong khong_hai_long rat_khong_hai_long",
    "reason": "cho_lau thai_do huong_dan giay_to qua_han khac",
    "rate": "late late_hint failed failed_hint",
    "rule": "superseded repeat late no_ticket wrong_panel closed unknown_time",
    "kind": "kiosk board counter agent console printer button buttons server panel disk clock "
    "temperature power memory voice",
    "health": "ok degraded failed unknown",
    "verify": "sound problems",
    "doctor": "ok degraded failed unknown start_server",
    "command": "day_back",
    "paper": "none queued sending sent printed unconfirmed failed expired unknown superseded",
    "simulated": "issued printed on_screen called served absent wait_p50 wait_p90 rated "
    "lost doubled late "
    "excluded_superseded excluded_repeat excluded_late excluded_no_ticket excluded_wrong_panel "
    "excluded_closed excluded_unknown_time",
    "kiosk.printer": "generic paper_out cover_open offline unknown",
    "kiosk.no_paper": "generic none paper_out cover_open offline",
    "time": "weekday_0 weekday_1 weekday_2 weekday_3 weekday_4 weekday_5 weekday_6",
    "lab": "try_1 try_2 try_3 try_4 try_5 printer_ready printer_stopped printer_dark screen_status "
    "screen_phone fault_paper_out fault_near_end fault_cover fault_cutter fault_overheat "
    "fault_broken fault_offline fault_slow fault_power fault_silent fault_garbage fault_babbles "
    "fault_swallow fault_drop fault_line fault_cycle",
    "phone": "waiting_hint serving_hint absent_hint finished_hint cancelled_hint expired_hint",
    # Made of the word with which `printer` tells what is wrong with a layout or a model.
    "config": "layout_wrong_kind layout_unreadable layout_unknown layout_missing "
    "layout_no_number layout_not_dots layout_no_such_file "
    "profile_no_raster profile_star_commands profile_too_narrow profile_narrower",
    "slip": "title ahead_line priority_line time_line notice_1 notice_2 tracking_line reprint_line",
}
FAMILIES["apidocs"] = " ".join(
    [
        *(f"call_{call.name}" for call in CALLS),
        *(f"answer_{status}" for call in CALLS for status in (*call.good, *call.bad)),
        *(f"parameter_{name}" for call in CALLS for name in (*call.numbers, *call.words)),
        *(key.removeprefix("apidocs.") for key in descriptions()),
    ]
)
FAMILY_KEYS = {f"{prefix}.{end}" for prefix, ends in FAMILIES.items() for end in ends.split()}
# Sent as a word, not raised: by the agent, by a page itself, or by a handler.
ERROR_NAMES = (
    "unknown_service unknown_counter unknown_ticket unknown_kiosk unknown_printer "
    "illegal_transition service_closed series_exhausted no_open_ticket recall_limit "
    "request_reused bad_json bad_field body_too_large not_signed_in wrong_token not_allowed "
    "csrf_failed too_many wrong_password account_locked account_disabled setup_done "
    "setup_code_wrong password_short passwords_differ username_taken pair_code_wrong "
    "pair_gone not_found method_not_allowed server_error demo_only config_invalid "
    "storage_busy storage_failed printer_bad_no_screen press_expired no_answer ticket_gone"
)
ERRORS_BY_CONTRACT = {f"error.{key}" for key in ERROR_NAMES.split()}
NOT_TEXTS = {"css", "js", "html", "static", "toml", "svg"}  # file names and endpoints look alike
VI_LETTERS = "ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
# Vietnamese sentences that truly have no accented letter.
PLAIN_VI = {"kiosk.done", "console.finish"}  # "Xong"
SLANG = re.compile(r"\b(bạn ơi|nhé|nha|ok|oke|ad|bro|vui lòng vui lòng|đéo|ko)\b")


def _catalog(lang: str) -> dict[str, str]:
    with (texts._FOLDER / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=lang) if m.id}


VI = _catalog("vi")
EN = _catalog("en")


def _pages() -> list[Path]:
    found = [*DISPLAY.rglob("*.html"), *DISPLAY.rglob("*.js"), *DISPLAY.rglob("*.py")]
    return [path for path in found if "vendor" not in path.parts]


def _used() -> set[str]:
    """Return every quoted word of the pages and their views that has the shape of a key."""
    used = set()
    for path in _pages():
        quoted = re.findall(r"""["'`]([a-z]+(?:\.[a-z0-9_]+)+)["'`]""", path.read_text("utf-8"))
        used.update(key for key in quoted if key.split(".")[0] in {k.split(".")[0] for k in VI})
    return {key for key in used if key.rpartition(".")[2] not in NOT_TEXTS}


def _raised() -> set[str]:
    """Return the error keys that Python raises."""
    kinds = "MoisoError|Refused|NotFound|Invalid|Denied|NotSignedIn|TooMany|TooLarge|Unavailable"
    rule = re.compile(rf"\b(?:{kinds})\(\s*\"([a-z_]+)\"")
    files = [path for part in ("appliance", "display") for path in (ROOT / part).rglob("*.py")]
    return {f"error.{key}" for path in files for key in rule.findall(path.read_text("utf-8"))}


def _problems() -> set[str]:
    """Return the keys with which Python tells what is wrong with the configuration."""
    rule = re.compile(r"\b(?:Problem|wrong|_unknown|_invalid|PydanticCustomError)\(\s*\"(\w+)\"")
    files = (ROOT / "appliance").rglob("*.py")
    found = {key for path in files for key in rule.findall(path.read_text("utf-8"))}
    return {f"config.{key}" for key in (*found, *SHAPES, *(key for key, _ in KINDS.values()))}


def test_both_languages_have_the_same_keys() -> None:
    assert set(VI) == set(EN)


@pytest.mark.parametrize("lang", texts.languages)
def test_no_key_stands_twice(lang: str) -> None:
    text = (texts._FOLDER / lang / "LC_MESSAGES" / "messages.po").read_text("utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert len(keys) == len(set(keys))


def test_every_sentence_is_there() -> None:
    assert [key for key in VI if not VI[key].strip() or not EN[key].strip()] == []


@pytest.mark.parametrize("lang", texts.languages)
def test_the_compiled_catalogue_is_fresh(lang: str) -> None:
    with (texts._FOLDER / lang / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = {str(m.id): str(m.string) for m in read_mo(file) if m.id}
    assert compiled == _catalog(lang), "run: pybabel compile -d display/translations"


def test_every_key_that_is_used_exists() -> None:
    assert {key for key in _used() if key not in VI} == set()


def test_every_error_that_is_raised_has_a_sentence() -> None:
    assert _raised() - set(VI) == set()


def test_everything_that_can_be_wrong_with_a_configuration_has_a_sentence() -> None:
    assert _problems() - set(VI) == set()


def test_every_error_of_the_contract_has_a_sentence() -> None:
    assert ERRORS_BY_CONTRACT - set(VI) == set()


def test_every_key_of_a_family_exists() -> None:
    assert FAMILY_KEYS - set(VI) == set()


def test_no_key_is_unused() -> None:
    known = _used() | FAMILY_KEYS | _raised() | _problems() | ERRORS_BY_CONTRACT
    plain = {key for key in VI if key.endswith(".plain") and key.removesuffix(".plain") in VI}
    assert sorted(set(VI) - known - plain) == []


def test_gaps_agree() -> None:
    assert {
        key: (VI[key], EN[key])
        for key in VI
        if set(GAP.findall(VI[key])) != set(GAP.findall(EN[key]))
    } == {}


def test_a_plain_sentence_has_no_gap() -> None:
    assert [key for key in VI if key.endswith(".plain") and GAP.search(VI[key])] == []


def test_keys_have_one_shape() -> None:
    assert [key for key in VI if not KEY.fullmatch(key)] == []


def test_text_is_nfc() -> None:
    for text in (*VI.values(), *EN.values()):
        assert unicodedata.is_normalized("NFC", text), text


def test_vietnamese_is_written_with_its_accents() -> None:
    bare = [
        key
        for key, text in VI.items()
        if key not in PLAIN_VI
        and GAP.sub("", text).strip(" .,:;·…–—?!()“”")
        and not set(text.lower()) & set(VI_LETTERS)
    ]
    assert bare == []


def test_vietnamese_uses_the_modern_words_of_offices() -> None:
    told = {key: re.sub(r"`[^`]+`", "", text) for key, text in VI.items()}  # names of fields
    wrong = {
        key: text
        for key, text in told.items()
        if SLANG.search(text.lower())
        or re.search(r"\b(file|click|login|online|offline|server)\b", text.lower())
    }
    assert wrong == {}


@pytest.mark.parametrize(("lang", "catalog"), [("vi", VI), ("en", EN)])
def test_sentences_have_clean_ends(lang: str, catalog: dict[str, str]) -> None:
    untidy = [
        k for k, s in catalog.items() if s != s.strip() or "  " in s or " ." in s or "..." in s
    ]
    assert untidy == []


def test_say_fills_the_gaps_in_the_language_asked_for() -> None:
    assert texts.say("kiosk.waiting", "vi", n=4) == "4 người đang chờ"
    assert texts.say("kiosk.waiting", "en", n=4) == "4 waiting"


def test_a_gap_without_a_value_is_a_dash() -> None:
    assert texts.fill("{a} và {b}", {"a": 1}) == "1 và –"


def test_an_unknown_key_is_shown_as_it_is() -> None:
    assert texts.say("no.such_key", "vi") == "no.such_key"


def test_t_speaks_the_language_of_the_request() -> None:
    with Flask("texts").app_context():
        assert texts.t("common.close") == "Đóng"
        g.lang = "en"
        assert texts.t("common.close") == "Close"
        g.lang = "xx"
        assert texts.t("common.close") == "Đóng"


def test_t_speaks_vietnamese_outside_a_request() -> None:
    assert texts.t("slip.title") == "PHIẾU SỐ THỨ TỰ"


def test_a_catalog_holds_the_asked_prefixes_in_both_languages() -> None:
    found = texts.catalog(["live", "state."])
    assert set(found) == {"vi", "en"}
    assert {key.split(".")[0] for key in found["vi"]} == {"live", "state"}
    assert found["vi"].keys() == found["en"].keys()


def test_a_closed_service_names_its_next_opening_in_office_time() -> None:
    fields = {"next_open": "2026-11-24T06:00:00Z"}
    assert "13:00 ngày 24/11/2026" in texts.sentence("service_closed", fields, "vi")


def test_a_closed_service_without_a_next_opening_has_its_own_sentence() -> None:
    said = texts.sentence("service_closed", {"next_open": None}, "vi")
    assert said == VI["error.service_closed.plain"]


def test_an_unknown_error_is_the_servers_fault() -> None:
    assert texts.sentence("never_heard_of", {}, "en") == EN["error.server_error"]
