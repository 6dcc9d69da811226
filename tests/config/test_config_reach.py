"""What would lose citizens without a word is refused: no counter, no board, no panel for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.config.load import load

Write = Callable[[str], Path]
Problems = Callable[..., list[str]]
SECOND = '[[services]]\ncode = "y-te"\nname_vi = "Y tế"\nname_en = "Health"\nprefix = "6"\n'
UPSTAIRS = '[[counters]]\nnumber = 2\nservices = ["ho-tich"]\nzone = "tang-2"\n'
PANEL = '[[panels]]\ncounter = 1\nagent = "main"\n'
RATE = """
[[agent.buttons]]
press = "rate"
counter = 1
pin = 2
level = "binh_thuong"
"""


def test_a_service_that_no_counter_calls_is_refused(problems: Problems) -> None:
    told = 'services[2].code: no counter has "y-te" among its services: nobody could call it'
    assert problems(SECOND) == [told]


def test_a_service_of_a_wrong_counter_counts_as_called(problems: Problems) -> None:
    told = problems(SECOND + '[[counters]]\nnumber = 100\nservices = ["y-te"]')
    assert told == ["counters[2].number: must be at most 99, not 100"]


def test_a_wrong_list_of_services_is_told_beside_what_it_leaves_uncalled(
    problems: Problems,
) -> None:
    told = problems(SECOND + '[[counters]]\nnumber = 2\nservices = "y-te"')
    assert [line.partition(":")[0] for line in told] == ["counters[2].services", "services[2].code"]


@pytest.mark.parametrize(
    ("boards", "told"),
    [
        ('[[boards]]\nname = "b"', 'counters[2].zone: no board shows or speaks zone "tang-2"'),
        (
            '[[boards]]\nname = "b"\nzone = "tang-2"',
            'counters[1].zone: no board shows or speaks zone "main"',
        ),
    ],
)
def test_a_counter_whose_calls_no_board_shows_is_refused(
    problems: Problems, boards: str, told: str
) -> None:
    assert problems(UPSTAIRS + boards) == [told]


def test_a_misspelt_zone_of_a_counter_is_recognised(problems: Problems) -> None:
    boards = '[[boards]]\nname = "a"\n[[boards]]\nname = "b"\nzone = "tang-2"\n'
    told = problems(UPSTAIRS + UPSTAIRS.replace("tang-2", "tnag-2").replace("2", "3", 1) + boards)
    assert told == [
        'counters[3].zone: no board shows or speaks zone "tnag-2"; did you mean "tang-2"?'
    ]


def test_a_wrong_board_counts_for_its_zone(problems: Problems) -> None:
    told = problems('[[boards]]\nname = "b"\nsond = true')
    assert told == ['boards[1].sond: unknown key; did you mean "sound"?']


@pytest.mark.parametrize("boards", ["", '[[boards]]\nname = "b"\n[[boards]]\nname = "c"\n'])
def test_every_zone_has_a_board_or_none_is_named(write: Write, office: str, boards: str) -> None:
    named = boards.replace('name = "c"', 'name = "c"\nzone = "tang-2"')
    assert load(write(office + UPSTAIRS + named), {})


SECOND_PANEL = UPSTAIRS + PANEL.replace("1", "2")


@pytest.mark.parametrize("others", ["", SECOND_PANEL])
def test_a_rate_button_without_a_panel_is_refused_once_for_its_counter(
    problems: Problems, others: str
) -> None:
    told = problems(others + RATE + RATE.replace("pin = 2", "pin = 3"))
    assert told == [
        "agent.buttons[1].counter: no panel has counter 1: no press of this button would count"
    ]


@pytest.mark.parametrize(
    ("panel", "name"), [('agent = "hall"', "main"), ("", "main"), ('agent = "main"', "hall")]
)
def test_a_rate_button_at_a_panel_that_is_not_its_agents_is_refused(
    problems: Problems, panel: str, name: str
) -> None:
    told = problems(f'[[panels]]\ncounter = 1\n{panel}\n[agent]\nname = "{name}"\n{RATE}')
    (said,) = told
    assert said.startswith(f'panels[1].agent: must be "{name}", the agent of agent.buttons[1], or')


def test_the_name_of_the_agent_may_come_from_the_environment(
    write: Write, office: str, problems: Problems
) -> None:
    assert load(write(office + PANEL + RATE), {})
    (told,) = problems(PANEL + RATE, {"MOISO_AGENT__NAME": "hall"})
    assert told.startswith('panels[1].agent: must be "hall", the agent of agent.buttons[1]')


def test_a_panel_may_have_its_buttons_on_another_machine(write: Write, office: str) -> None:
    assert load(write(office + PANEL.replace("main", "hall")), {})


def test_a_rate_button_of_an_unknown_counter_is_told_as_that_alone(problems: Problems) -> None:
    told = problems(RATE.replace("counter = 1", "counter = 7"))
    assert told == ["agent.buttons[1].counter: no counter 7"]


def test_a_counter_has_one_panel_and_a_panel_a_counter(problems: Problems) -> None:
    tablet = "[[panels]]\ncounter = 1\n"
    assert problems(tablet + tablet) == ["panels[2].counter: 1 is taken by panels[1].counter"]
    assert problems(tablet.replace("1", "7")) == ["panels[1].counter: no counter 7"]


def test_a_button_asks_for_a_level_that_the_office_has(problems: Problems) -> None:
    (told,) = problems("[rating]\nscale = 4\n" + PANEL + RATE)
    assert told == 'agent.buttons[1].level: "binh_thuong" is not among the 4 levels of rating'


def test_a_rate_button_needs_a_level_and_no_other_has_one(problems: Problems) -> None:
    without = RATE.replace('level = "binh_thuong"\n', "")
    other = RATE.replace('"rate"', '"call"')
    for text in (without, other):
        assert "a rate button needs a level" in problems(text)[0]
