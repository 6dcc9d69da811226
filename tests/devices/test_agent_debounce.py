"""One push is one press, whatever the contacts do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.devices.gpio.debounce import Debouncer, Edge

STEP_MS = 10


class Sampled:
    """A button whose levels are fed in spans of time."""

    def __init__(self, *, released_first: bool = True) -> None:
        self.debouncer = Debouncer()
        self.now_ms = 5_000
        if released_first:
            self.feed(active=False, for_ms=100)

    def feed(self, *, active: bool, for_ms: int) -> list[Edge]:
        edges = []
        for _ in range(for_ms // STEP_MS):
            edge = self.debouncer.sample(active=active, mono_ms=self.now_ms)
            self.now_ms += STEP_MS
            if edge is not None:
                edges.append(edge)
        return edges


# Spans in turn against and with the level that was; none lasts 40 ms: that would be a level.
bounces = st.lists(st.tuples(st.sampled_from([10, 20, 30]), st.sampled_from([10, 20, 30])))


def bounce(button: Sampled, spans: list[tuple[int, int]], *, towards: bool) -> list[Edge]:
    edges = []
    for there_ms, back_ms in spans:
        edges += button.feed(active=towards, for_ms=there_ms)
        edges += button.feed(active=not towards, for_ms=back_ms)
    return edges


@given(closing=bounces, opening=bounces, held_ms=st.integers(50, 2_000))
def test_a_push_with_bouncing_contacts_is_one_press(
    closing: list[tuple[int, int]], opening: list[tuple[int, int]], held_ms: int
) -> None:
    button = Sampled()
    edges = bounce(button, closing, towards=True)
    edges += button.feed(active=True, for_ms=held_ms)
    edges += bounce(button, opening, towards=False)
    edges += button.feed(active=False, for_ms=200)

    assert edges == [Edge.PRESSED, Edge.RELEASED]


@given(pattern=bounces)
def test_noise_shorter_than_a_push_is_no_press(pattern: list[tuple[int, int]]) -> None:
    button = Sampled()
    edges = bounce(button, pattern, towards=True)
    assert edges + button.feed(active=False, for_ms=200) == []


@given(pushes=st.lists(st.tuples(st.integers(40, 500), st.integers(40, 500)), max_size=10))
def test_every_distinct_push_is_a_press(pushes: list[tuple[int, int]]) -> None:
    button = Sampled()
    edges = []
    for held_ms, released_ms in pushes:
        edges += button.feed(active=True, for_ms=held_ms)
        edges += button.feed(active=False, for_ms=released_ms)
    edges += button.feed(active=False, for_ms=50)
    assert edges.count(Edge.PRESSED) == len(pushes)


@given(levels=st.lists(st.booleans(), max_size=300))
def test_presses_and_releases_take_turns_whatever_comes(levels: list[bool]) -> None:
    button = Sampled()
    edges = [edge for level in levels for edge in button.feed(active=level, for_ms=STEP_MS)]
    assert edges[::2] == [Edge.PRESSED] * len(edges[::2])
    assert edges[1::2] == [Edge.RELEASED] * len(edges[1::2])


def test_a_button_held_through_the_start_is_no_press_until_it_was_released() -> None:
    button = Sampled(released_first=False)
    assert button.feed(active=True, for_ms=5_000) == []
    assert button.feed(active=False, for_ms=100) == [Edge.RELEASED]
    assert button.feed(active=True, for_ms=100) == [Edge.PRESSED]


def test_a_button_held_for_30_s_is_stuck_once_and_free_after_its_release() -> None:
    button = Sampled()
    assert button.feed(active=True, for_ms=30_000) == [Edge.PRESSED]
    assert button.feed(active=True, for_ms=60_000) == [Edge.STUCK]
    assert button.debouncer.stuck
    assert button.feed(active=False, for_ms=100) == [Edge.FREED]
    assert not button.debouncer.stuck


def test_a_button_that_is_stuck_from_the_start_is_told_too() -> None:
    assert Sampled(released_first=False).feed(active=True, for_ms=31_000) == [Edge.STUCK]


def test_a_button_seen_released_once_may_be_pushed_at_once() -> None:
    button = Sampled(released_first=False)
    assert button.feed(active=False, for_ms=10) == []
    assert button.feed(active=True, for_ms=50) == [Edge.PRESSED]


def test_a_press_counts_from_30_ms_on() -> None:
    button = Sampled()
    assert button.feed(active=True, for_ms=30) == []
    assert button.feed(active=True, for_ms=10) == [Edge.PRESSED]
