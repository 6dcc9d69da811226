"""Presses are judged by the hours of the service that was given, not by the office's alone."""

from __future__ import annotations

import dataclasses

import pytest

from appliance.config import load, sample_path
from appliance.config.office import to_office
from appliance.domain.rating import Rule
from tests.support.ratings import call, end, press, served, take

HOUR_S = 3600


@pytest.fixture
def evening(ctx, tmp_path):
    """An office whose first service has a Monday evening of its own, and no morning."""
    path = tmp_path / "evening.toml"
    own = 'prefix = "1"\n[services.hours]\nmonday = ["18:00-20:00"]\n'
    path.write_text(sample_path().read_text().replace('prefix = "1"\n', own, 1))
    return dataclasses.replace(ctx, office=to_office(load(path, {})))


def test_a_service_of_the_evening_is_rated_then_though_the_office_has_closed(evening, clock):
    clock.pass_s(10 * HOUR_S)  # 18:05
    served(evening)
    assert press(evening).rule is Rule.COUNTED


def test_a_service_of_the_evening_is_rated_within_the_hour_after_it(evening, clock):
    clock.pass_s(11.9 * HOUR_S)  # 19:59
    take(evening, 1)
    call(evening, 1)
    clock.pass_s(0.9 * HOUR_S)  # 20:53
    end(evening, 1)
    assert press(evening).rule is Rule.COUNTED
    clock.pass_s(600)
    assert press(evening).rule is Rule.CLOSED


def test_the_hours_of_the_office_are_not_those_of_a_service_with_its_own(evening, clock):
    clock.pass_s(11 * HOUR_S)
    take(evening, 1)
    call(evening, 1)
    clock.pass_s((7 * 24 - 11) * HOUR_S)  # the next Monday, 08:05
    end(evening, 1)
    assert press(evening).rule is Rule.CLOSED


def test_without_a_ticket_the_hours_of_any_service_of_the_counter_are_work(evening, clock):
    clock.pass_s(10 * HOUR_S)
    assert press(evening, 1).rule is Rule.NO_TICKET
    assert press(evening, 3).rule is Rule.CLOSED
