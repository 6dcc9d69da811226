"""Which levels may be told of ratings while they come in: whole batches, never the last press.

Whoever looks at a counter's sums while a citizen stands there would see one of them go up by one.
So they are told as they were when the last batch was full, and stay so until the next one is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.domain.rating import Level, Press, Rule, judge

# Whoever knows when each of five citizens pressed learns only what all five said together. Ten, as
# in an officer's own report, would show a counter with twenty citizens a day almost nothing.
BATCH = 5

# A counter and the scale by which it was asked.
Series = tuple[int, str]


@dataclass(frozen=True)
class Arrived:
    """A press as it arrived, for a ticket or none."""

    series: Series
    ticket_id: int | None
    level: Level
    press: Press


def in_batches(presses: Iterable[Arrived]) -> dict[Series, Counter[Level]]:
    """Return how many counted ratings had which level when the last batch was full, by series.

    A series without a full batch is absent. The presses must come in the order in which they
    arrived, the excluded ones too: one that replaces a counted press, or arrives late and was made
    before it, changes what is told only together with the next full batch.
    """
    of_ticket: dict[int, list[Arrived]] = defaultdict(list)
    counted: dict[Series, dict[int, Level]] = defaultdict(dict)
    told: dict[Series, Counter[Level]] = {}
    for one in presses:
        if one.ticket_id is None:
            continue
        group = of_ticket[one.ticket_id]
        group.append(one)
        rules = judge(each.press for each in group)
        chosen = next((each for each in group if rules[each.press.id] is Rule.COUNTED), None)
        if chosen is None:
            continue
        levels = counted[chosen.series]
        is_new = one.ticket_id not in levels
        levels[one.ticket_id] = chosen.level
        if is_new and len(levels) % BATCH == 0:
            told[chosen.series] = Counter(levels.values())
    return told
