"""Today's ratings for the status page: how many, how, and for whose eyes."""

from __future__ import annotations

import dataclasses

from appliance.domain.rating import ENOUGH
from appliance.domain.rating_batches import BATCH
from appliance.usecases.ratings_today import RatingCounter
from tests.support.ratings import press, served


def today(ctx, *, with_levels: bool = True):
    (scale,) = RatingCounter(ctx).today(with_levels=with_levels)
    return scale


def rated(ctx, clock, level="hai_long", counter=1):
    served(ctx, counter)
    clock.pass_s(10)
    press(ctx, counter, level)
    clock.pass_s(10)


def test_a_day_without_a_press_shows_the_offices_scale(ctx):
    scale = today(ctx)
    assert (scale.scale, scale.n, len(scale.order)) == ("hai-long-5", 0, 5)
    assert scale.levels == dict.fromkeys(scale.order, 0)
    assert (scale.satisfied_pct, scale.counters) == (None, ())


def test_levels_are_summed_up_by_counter_and_what_does_not_count_stands_apart(ctx, clock):
    for level in ("rat_hai_long", "hai_long", "hai_long", "binh_thuong", "khong_hai_long"):
        rated(ctx, clock, level)
    press(ctx, 1, "khong_hai_long")
    for _ in range(BATCH):
        rated(ctx, clock, "binh_thuong", 3)
    scale = today(ctx)
    assert (scale.n, scale.batch, sum(scale.levels.values())) == (2 * BATCH, BATCH, 2 * BATCH)
    assert (scale.levels["rat_hai_long"], scale.levels["binh_thuong"]) == (1, 1 + BATCH)
    assert scale.excluded == {"repeat": 1}
    first, third = scale.counters
    assert (first.counter, first.n, first.excluded) == (1, BATCH, {"repeat": 1})
    assert list(first.levels.values()) == [1, 2, 1, 1, 0]
    assert (third.counter, third.levels["binh_thuong"]) == (3, BATCH)


def test_no_single_press_can_be_seen_at_a_counter_or_in_the_sum_of_the_office(ctx, clock):
    """Counter 2 has rated nearly a batch when counter 1 begins: the sum must not tell either."""
    counter = RatingCounter(ctx)
    for _ in range(BATCH - 1):
        rated(ctx, clock, "khong_hai_long", 2)
    before = None
    for n in range(1, 3 * BATCH + 1):
        rated(ctx, clock, "hai_long" if n % 2 else "khong_hai_long")
        (scale,) = counter.today(with_levels=True)
        first, second = scale.counters
        assert (first.n, second.n, second.levels) == (n, BATCH - 1, None)
        told = sum((first.levels or {}).values())
        assert told == n // BATCH * BATCH
        assert (first.levels is None) is (n < BATCH)
        assert sum(scale.levels.values()) == told
        if n % BATCH:
            assert (first.levels, scale.levels) == before or n == 1
        before = (first.levels, scale.levels)


def test_a_change_of_mind_shows_with_the_next_batch_only(ctx, clock):
    for _ in range(BATCH):
        rated(ctx, clock, "hai_long")
    clock.pass_s(-8)  # two seconds after the last press
    press(ctx, 1, "khong_hai_long")
    (first,) = today(ctx).counters
    assert (first.n, first.levels["hai_long"], first.excluded) == (BATCH, BATCH, {"superseded": 1})
    clock.pass_s(8)
    for _ in range(BATCH):
        rated(ctx, clock, "hai_long")
    (first,) = today(ctx).counters
    assert (first.levels["hai_long"], first.levels["khong_hai_long"]) == (2 * BATCH - 1, 1)


def test_a_share_is_told_from_enough_ratings_that_are_told_on(ctx, clock):
    for n in range(ENOUGH - 1):
        rated(ctx, clock, "khong_hai_long" if n < 3 else "hai_long")
    assert today(ctx).satisfied_pct is None
    rated(ctx, clock, "rat_hai_long")
    assert today(ctx).satisfied_pct == 90


def test_a_share_is_rounded_down(ctx, clock):
    for n in range(ENOUGH):
        rated(ctx, clock, "khong_hai_long" if n == 0 else "hai_long")
    # 29 of 30 are 96.7: rounded to the nearest, 299 of 300 would be told as everybody.
    assert today(ctx).satisfied_pct == 96


def test_whoever_may_not_see_levels_sees_numbers_alone(ctx, clock):
    for _ in range(ENOUGH):
        rated(ctx, clock)
    scale = today(ctx, with_levels=False)
    assert (scale.n, scale.levels, scale.satisfied_pct) == (ENOUGH, None, None)
    (counter,) = scale.counters
    assert (counter.n, counter.levels) == (ENOUGH, None)
    assert "hai_long" not in scale.model_dump_json(exclude={"order"})


def test_sums_that_are_remembered_follow_the_next_press_and_the_next_day(ctx, clock):
    counter = RatingCounter(ctx)
    rated(ctx, clock)
    assert counter.today(with_levels=True)[0].n == 1
    rated(ctx, clock)
    assert counter.today(with_levels=True)[0].n == 2
    clock.pass_s(48 * 3600)
    assert counter.today(with_levels=True)[0].n == 0


def test_series_of_different_scales_never_mix(ctx, clock):
    rated(ctx, clock)
    policy = dataclasses.replace(ctx.office.rating, scale="hai-long-3")
    ctx = dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, rating=policy))
    rated(ctx, clock)
    found = RatingCounter(ctx).today(with_levels=True)
    assert [(one.scale, one.n) for one in found] == [("hai-long-3", 1), ("hai-long-5", 1)]


def test_an_office_without_panels_shows_no_ratings(ctx):
    policy = dataclasses.replace(ctx.office.rating, panels=())
    ctx = dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, rating=policy))
    assert RatingCounter(ctx).today(with_levels=True) == ()
