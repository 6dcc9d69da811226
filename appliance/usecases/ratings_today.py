"""Today's ratings, for the status page."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import date

from appliance.domain.rating import ENOUGH, POSITIVE, SCALES
from appliance.domain.rating_batches import BATCH
from appliance.domain.shares import share_pct
from appliance.protocol.status import CounterRatings, Ratings
from appliance.storage import ratings
from appliance.storage.ratings import Tally
from appliance.usecases.context import Context
from appliance.usecases.open_day import current_day


class RatingCounter:
    """Sums the day's ratings up; remembers the sums until there is another press."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = threading.Lock()
        self._known: tuple[date, int, list[Tally]] | None = None

    def today(self, *, with_levels: bool) -> tuple[Ratings, ...]:
        """Return the sums by scale, the office's own first and there even without a press.

        How many rated is told as it is, and how in whole batches of each counter: nobody who
        looks on sees what the citizen said who stands there.
        """
        tallies = self._tallies()
        policy = self._ctx.office.rating
        scales = [policy.scale] if policy.panels else []
        scales += sorted({tally.scale for tally in tallies} - set(scales))
        return tuple(
            _ratings(scale, [t for t in tallies if t.scale == scale], with_levels=with_levels)
            for scale in scales
        )

    def _tallies(self) -> list[Tally]:
        with self._ctx.db.read() as conn:
            day = current_day(conn, self._ctx.clock.now())
            count = ratings.count_of_day(conn, day)
            with self._lock:
                known = self._known
            if known is None or known[:2] != (day, count):
                known = (day, count, ratings.tallies(conn, day))
                with self._lock:
                    self._known = known
            return known[2]


def _ratings(scale: str, tallies: list[Tally], *, with_levels: bool) -> Ratings:
    order = tuple(level.value for level in SCALES[scale])
    # The office's levels are the sum of what its counters tell: told by themselves, batches of the
    # whole office less those of the counters would give single presses away.
    levels = _added(tally.batched or {} for tally in tallies)
    told = levels.total()
    satisfied = sum(levels[level.value] for level in POSITIVE)
    pct = share_pct(satisfied, told) if told >= ENOUGH else None
    return Ratings(
        scale=scale,
        order=order,
        n=sum(tally.n for tally in tallies),
        levels={level: levels[level] for level in order} if with_levels else None,
        satisfied_pct=pct if with_levels else None,
        needed=ENOUGH,
        batch=BATCH,
        excluded=dict(_added(tally.excluded for tally in tallies)),
        counters=tuple(
            CounterRatings(
                counter=tally.counter,
                n=tally.n,
                levels={level: tally.batched.get(level, 0) for level in order}
                if with_levels and tally.batched is not None
                else None,
                excluded=tally.excluded,
            )
            for tally in tallies
        ),
    )


def _added(parts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total
