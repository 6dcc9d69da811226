"""Whose token it is, for as long as the office has such a screen."""

import dataclasses

import pytest

from appliance.errors import NotFound
from appliance.usecases import devices

SCREENS = (("kiosk", "kiosk-1"), ("board", "main"), ("counter", "2"), ("panel", "1"))


@pytest.fixture
def bare(ctx):
    """Return the same data under a configuration that names no screen any more."""
    office = ctx.office
    rating = dataclasses.replace(office.rating, panels=())
    without = dataclasses.replace(office, kiosks=(), boards=(), counters=(), rating=rating)
    return dataclasses.replace(ctx, office=without)


@pytest.mark.parametrize(("kind", "name"), SCREENS)
def test_a_screen_that_the_configuration_names_no_longer_has_no_token(ctx, bare, kind, name):
    token = devices.new_token()
    paired = devices.pair(ctx, kind, name, token, actor="staff:lan")
    assert devices.who(ctx, token) == paired
    assert devices.who(bare, token) is None
    with pytest.raises(NotFound):
        devices.pair(bare, kind, name, devices.new_token(), actor="staff:lan")


def test_an_agent_is_named_by_no_configuration(ctx, bare):
    token = devices.new_token()
    paired = devices.pair(ctx, "agent", "main", token, actor="staff:lan")
    assert devices.who(bare, token) == paired
