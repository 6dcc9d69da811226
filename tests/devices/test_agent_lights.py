"""What a light says, as time goes by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.devices.gpio.backend import Wiring
from appliance.devices.gpio.lights import (
    ACKNOWLEDGED,
    CONFIRMED,
    OFF,
    PRINTER_BAD,
    REFUSED,
    Lights,
    Pattern,
)
from appliance.devices.gpio.mock_pins import MockPins


@pytest.fixture
def pins() -> Iterator[MockPins]:
    mock = MockPins(Wiring([], [27, 22]))
    yield mock
    mock.close()


def flashes(pattern: Pattern, for_ms: int = 5_000) -> int:
    lit = [pattern.shines(ms) for ms in range(0, for_ms, 10)]
    return sum(now and not before for before, now in zip([False, *lit], lit, strict=False))


def test_patterns_are_told_apart_by_their_flashes() -> None:
    assert flashes(OFF) == 0
    assert flashes(REFUSED) == 5
    assert flashes(PRINTER_BAD) == 2
    assert PRINTER_BAD.spans_ms[0] > 2 * REFUSED.spans_ms[0]


def test_an_acknowledged_press_shines_until_something_else_is_shown(pins: MockPins) -> None:
    lights = Lights(pins, [27, 22])
    lights.show(27, ACKNOWLEDGED)
    for now_ms in (0, 10, 3_600_000):
        lights.tick(now_ms)
        assert pins.lights() == {27: True, 22: False}
    lights.show(27, OFF)
    lights.tick(3_600_010)
    assert pins.lights() == {27: False, 22: False}


def test_a_confirmed_press_shines_for_one_more_second(pins: MockPins) -> None:
    lights = Lights(pins, [27, 22])
    lights.show(22, CONFIRMED)
    seen = []
    for now_ms in range(10_000, 12_000, 10):
        lights.tick(now_ms)
        seen.append(pins.lights()[22])
    assert seen == [True] * 100 + [False] * 100


def test_the_same_pattern_shown_again_begins_again(pins: MockPins) -> None:
    lights = Lights(pins, [27, 22])
    lights.show(27, CONFIRMED)
    lights.tick(0)
    lights.tick(1_500)
    assert not pins.lights()[27]
    lights.show(27, CONFIRMED)
    lights.tick(1_510)
    assert pins.lights()[27]


def test_a_button_without_a_light_shows_nothing(pins: MockPins) -> None:
    lights = Lights(pins, [27])
    lights.show(None, REFUSED)
    lights.tick(0)
    assert pins.lights() == {27: False, 22: False}
