"""What contradicts itself between tables is refused: names, pins, hours, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config.cross import _shared_label
from appliance.config.load import load
from appliance.config.schema import ServiceConfig

Write = Callable[[str], Path]
Problems = Callable[..., list[str]]
Refused = Callable[..., list[str]]
Service = Callable[..., str]
TOO_SLOW = (
    "printers[1]: 9600 baud is too slow: a slip of 29 KB would take 30 s;"
    " set the printer to 38400 or more"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[[counters]]\nnumber = 2\nservices = ["ho-tich", "ho-tich"]',
            'counters[2].services[2]: "ho-tich" is taken by counters[2].services[1]',
        ),
        (
            '[[counters]]\nnumber = 2\nservices = ["ho-tihc"]',
            'counters[2].services[1]: no service "ho-tihc"; did you mean "ho-tich"?',
        ),
        (
            '[[boards]]\nname = "b"\n[[boards]]\nname = "b"',
            'boards[2].name: "b" is taken by boards[1].name',
        ),
        (
            '[[boards]]\nname = "a"\n[[boards]]\nname = "b"\nzone = "mian"',
            'boards[2].zone: no zone "mian"; did you mean "main"?',
        ),
        (
            '[[boards]]\nname = "b"\nsound = true\n[[boards]]\nname = "c"\nsound = true',
            'boards[2].sound: zone "main" is spoken by boards[1]',
        ),
        (
            '[[kiosks]]\nname = "k"\n[[kiosks]]\nname = "k"',
            'kiosks[2].name: "k" is taken by kiosks[1].name',
        ),
        (
            '[[printers]]\nname = "p"\n[[printers]]\nname = "p"\nport = 9101',
            'printers[2].name: "p" is taken by printers[1].name',
        ),
        (
            '[[printers]]\nname = "p"\nfallback = "p2"\n[[printers]]\nname = "p-2"\nport = 9101',
            'printers[1].fallback: no printer "p2"; did you mean "p-2"?',
        ),
        (
            '[[printers]]\nname = "p"\nfallback = "p"',
            "printers[1].fallback: a printer cannot take over its own slips",
        ),
        (
            '[[printers]]\nname = "p"\n[[printers]]\nname = "q"',
            'printers[2].host: "127.0.0.1:9100" is taken by printers[1].host',
        ),
        (
            '[[printers]]\nname = "p"\nkind = "usblp"',
            "printers[1]: a usblp printer needs device",
        ),
        (
            '[[printers]]\nname = "p"\nkind = "usb"\nvendor_id = "04b8"',
            "printers[1]: a usb printer needs vendor_id and product_id",
        ),
        (
            '[[printers]]\nname = "p"\nkind = "serial"\ndevice = "/dev/ttyUSB0"\nbaud = 9600',
            TOO_SLOW,
        ),
        (
            '[[printers]]\nname = "p-1"\n[[kiosks]]\nname = "k"\nprinter = "p-2"',
            'kiosks[1].printer: no printer "p-2"; did you mean "p-1"?',
        ),
        (
            '[[agent.buttons]]\npin = 4\npress = "call"\ncounter = 7',
            "agent.buttons[1].counter: no counter 7",
        ),
        (
            '[[agent.buttons]]\npin = 4\nlight_pin = 4\npress = "call"\ncounter = 1',
            "agent.buttons[1].light_pin: 4 is taken by agent.buttons[1].pin",
        ),
    ],
)
def test_tables_that_contradict_each_other_are_named(
    problems: Problems, text: str, told: str
) -> None:
    assert problems(text) == [told]


def test_two_services_of_one_code_are_named(problems: Problems, service: Service) -> None:
    assert problems(service("ho-tich", "2")) == [
        'services[2].code: "ho-tich" is taken by services[1].code'
    ]


def test_an_issue_button_needs_a_kiosk_and_a_service_that_exist(problems: Problems) -> None:
    button = '[[agent.buttons]]\npin = 4\npress = "issue"\nkiosk = "k"\nservice = "s"'
    assert problems(button) == [
        'agent.buttons[1].kiosk: no kiosk "k"',
        'agent.buttons[1].service: no service "s"',
    ]


def test_a_wrong_table_does_not_make_its_name_unknown(problems: Problems, service: Service) -> None:
    wrong = service("y-te", "6", "width = 9")
    told = problems(wrong + '[[counters]]\nnumber = 2\nservices = ["y-te"]')
    assert told == ["services[2].width: must be at most 5, not 9"]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ('monday = ["09:00-08:00"]', "hours.monday: 09:00-08:00 ends before it starts"),
        ('monday = ["09:00-09:00"]', "hours.monday: 09:00-09:00 ends before it starts"),
        (
            'monday = ["07:00-09:00", "08:59-10:00"]',
            "hours.monday: 08:59-10:00 must come after 07:00-09:00 and not overlap it",
        ),
        (
            'monday = ["13:00-14:00", "07:00-08:00"]',
            "hours.monday: 07:00-08:00 must come after 13:00-14:00 and not overlap it",
        ),
        ("exceptions.2026-02-29 = []", "hours.exceptions.2026-02-29: is not a day of the calendar"),
        (
            'exceptions.2026-02-28 = ["09:00-08:00"]',
            "hours.exceptions.2026-02-28: 09:00-08:00 ends before it starts",
        ),
    ],
)
def test_hours_that_cannot_be_are_named(problems: Problems, hours: str, told: str) -> None:
    assert problems(f"[hours]\n{hours}") == [told]


def test_windows_may_touch(write: Write, office: str) -> None:
    assert load(write(office + '[hours]\nmonday = ["07:00-09:00", "09:00-10:00"]'), {})


def test_own_hours_of_a_service_are_checked(problems: Problems, service: Service) -> None:
    own = service("y-te", "6", '[services.hours]\nmonday = ["09:00-08:00"]')
    assert problems(own) == ["services[2].hours.monday: 09:00-08:00 ends before it starts"]


@pytest.mark.parametrize(
    ("prefix", "more", "told"),
    [
        ("10", "width = 2", "would give label 1001 like services[1]"),
        ("19", "width = 2\nstart = 50", "would give label 1950 like services[1]"),
    ],
)
def test_two_series_that_could_show_one_label_are_refused(
    problems: Problems, prefix: str, more: str, told: str, service: Service
) -> None:
    assert problems(service("y-te", prefix, more)) == [f"services[2].prefix: {told}"]


@pytest.mark.parametrize(("prefix", "more"), [("2", ""), ("1A", "width = 2"), ("10", "")])
def test_series_with_labels_of_their_own_are_taken(
    write: Write, prefix: str, more: str, service: Service, office: str
) -> None:
    assert load(write(office + service("y-te", prefix, more)), {})


def test_a_daily_cap_may_keep_two_series_apart(write: Write, service: Service, office: str) -> None:
    capped = office.replace('prefix = "1"', 'prefix = "1"\ndaily_cap = 199')
    assert load(write(capped + service("y-te", "12", "width = 2")), {})


@pytest.mark.parametrize("more", ["", "width = 4", "start = 500"])
def test_two_services_of_one_prefix_are_refused_whatever_their_labels(
    write: Write, refused: Refused, service: Service, office: str, more: str
) -> None:
    capped = office.replace('prefix = "1"', 'prefix = "1"\ndaily_cap = 100')
    (told,) = refused(write(capped + service("y-te", "1", more)))
    assert told.endswith(': services[2].prefix: "1" is taken by services[1].prefix')


def test_the_first_number_must_fit_the_width(problems: Problems, service: Service) -> None:
    told = problems(service("y-te", "6", "start = 100\nwidth = 2"))
    assert told == ["services[2].start: 100 has more than 2 digits"]


def labels(one: ServiceConfig) -> Iterator[str]:
    last = 10**one.width - 1
    if one.daily_cap is not None:
        last = min(last, one.start + one.daily_cap - 1)
    return (f"{one.prefix}{number:0{one.width}d}" for number in range(one.start, last + 1))


SERIES = st.builds(
    lambda prefix, start, width, cap: ServiceConfig(
        code="s", name_vi="s", name_en="s", prefix=prefix, start=start, width=width, daily_cap=cap
    ),
    prefix=st.text("01A", min_size=1, max_size=3),
    start=st.integers(0, 120),
    width=st.integers(1, 3),
    cap=st.none() | st.integers(1, 50),
)


@given(SERIES, SERIES)
def test_the_first_shared_label_is_found_as_by_counting(
    one: ServiceConfig, other: ServiceConfig
) -> None:
    shared = set(labels(one)) & set(labels(other))
    assert _shared_label(one, other) == min(shared, default=None)
