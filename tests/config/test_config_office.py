"""The office of the domain says what the file says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from appliance.config.load import load, sample_path
from appliance.config.office import to_hours, to_office
from appliance.config.schema import Config, HoursConfig
from appliance.domain.calendar import Window
from appliance.domain.office import Board, Counter, Kiosk, Printer, PriorityPolicy
from appliance.errors import NotFound

CONFIG: dict[str, Any] = {
    "office": {"name": "Văn Miếu", "parent": "UBND", "address": "Hà Nội", "code": "H26.107"},
    "hours": {"monday": ["08:00-11:30"], "exceptions": {"2026-12-25": [], "2026-12-26": []}},
    "services": [
        {
            "code": "ho-tich",
            "name_vi": "Hộ tịch",
            "name_en": "Civil status",
            "prefix": "A",
            "start": 5,
            "width": 2,
            "daily_cap": 50,
            "hours": {"exceptions": {"2026-12-26": ["08:00-09:00"]}},
        },
        {"code": "y-te", "name_vi": "Y tế", "name_en": "Health", "prefix": "B"},
    ],
    "counters": [{"number": 3, "services": ["y-te", "ho-tich"], "zone": "hall-b"}],
    "kiosks": [{"name": "k", "printer": "p", "screen": False}],
    "printers": [{"name": "p", "agent": "hall"}],
    "queue": {"recall_limit": 2, "return_behind": 1, "priority": {"run": 4}},
}


def test_every_value_arrives_where_it_belongs() -> None:
    office = to_office(Config.model_validate(CONFIG))
    assert (office.name, office.parent, office.address, office.code) == (
        "Văn Miếu",
        "UBND",
        "Hà Nội",
        "H26.107",
    )
    service = office.service("ho-tich")
    assert (service.series.label(5), service.series.last, service.daily_cap) == ("A05", 99, 50)
    assert office.counters == (Counter(3, ("y-te", "ho-tich"), "hall-b"),)
    assert office.kiosks == (Kiosk("k", "p", screen=False),)
    assert office.printers == (Printer("p", "hall"),)
    assert office.priority == PriorityPolicy(4, 1200)
    assert (office.recall_limit, office.return_behind) == (2, 1)


def test_without_boards_every_zone_has_one_that_speaks() -> None:
    office = to_office(Config.model_validate(CONFIG))
    assert office.boards == (Board("hall-b", "hall-b", sound=True),)
    assert office.board_of_zone("hall-b") is office.board("hall-b")


def test_named_boards_are_the_only_ones_and_the_first_of_a_zone_answers_for_it() -> None:
    boards = [{"name": "tv", "zone": "hall-b"}, {"name": "loud", "zone": "hall-b", "sound": True}]
    office = to_office(Config.model_validate({**CONFIG, "boards": boards}))
    assert office.boards == (Board("tv", "hall-b", False), Board("loud", "hall-b", True))
    assert office.board_of_zone("hall-b").name == "tv"
    with pytest.raises(NotFound) as caught:
        office.board("hall-b")
    assert caught.value.key == "unknown_board"


def test_windows_become_times_of_their_weekday() -> None:
    hours = to_hours(HoursConfig(monday=("08:00-11:30",), sunday=("09:15-10:00",)))
    assert hours.week[0] == (Window(time(8), time(11, 30)),)
    assert hours.week[6] == (Window(time(9, 15), time(10)),)
    assert hours.week[5] == (Window(time(7, 30), time(11, 45)),)


def test_a_service_without_hours_follows_the_office() -> None:
    assert to_office(Config.model_validate(CONFIG)).service("y-te").hours is None


def test_a_service_with_own_hours_keeps_the_holidays_of_the_office() -> None:
    hours = to_office(Config.model_validate(CONFIG)).service("ho-tich").hours
    assert hours is not None
    assert hours.windows(date(2026, 12, 25)) == ()
    assert hours.windows(date(2026, 12, 26)) == (Window(time(8), time(9)),)


def test_the_sample_office_is_open_on_a_monday_morning() -> None:
    office = to_office(load(sample_path(), {}))
    assert office.hours.is_open(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    assert not office.hours.is_open(datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    assert office.service("ho-tich").series.label(1) == "1001"
    assert office.zones == ("main",)
