"""Citizens after their service: at a panel's buttons, at the tablet, or on the phone.

Each writes down what was pressed and when, in real time, so that the office can be held to it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urlsplit

from appliance.clock import DemoClock
from appliance.simulation.buttons import PanelButtons
from appliance.simulation.link import Link
from appliance.simulation.plan import Citizen, Place, RatingHabit
from appliance.simulation.touches import Touch, Touches

_PEOPLE_AT_ONCE = 24
# When each habit presses, in the office's seconds after the first press.
_AGAIN_S: dict[RatingHabit, tuple[float, ...]] = {
    RatingHabit.DOUBLE: (12.0,),
    RatingHabit.CHANGES_MIND: (1.0, 2.0),
}
_LATE_S = 240.0
_OFFLINE_S = 900.0
# Of real time: then the pages give up.
_PAGES_INSIST_S = 8.0


class Raters:
    """The citizens who rate; none keeps the counter waiting.

    `levels` are best first, `tablets` the links of the counters' tablets, `links` the phone pages
    by ticket.
    """

    def __init__(
        self,
        clock: DemoClock,
        port: int,
        levels: Sequence[str],
        buttons: PanelButtons,
        tablets: Mapping[int, Link],
        links: Mapping[int, str],
    ) -> None:
        self._clock = clock
        self._port = port
        self._levels = levels
        self._buttons = buttons
        self._tablets = tablets
        self._links = links
        self._given_up = threading.Event()
        self._pool = ThreadPoolExecutor(_PEOPLE_AT_ONCE, thread_name_prefix="rater")
        self._jobs: list[Future[None]] = []
        self.touches = Touches()

    def served(self, ticket_id: int, counter: int, citizen: Citizen) -> None:
        """Let the citizen, just served, do what is their habit."""
        if citizen.rating is not RatingHabit.NONE:
            self._jobs.append(self._pool.submit(self._rate, ticket_id, counter, citizen))

    def push_all(self) -> None:
        """Let a child push a button of every panel, now."""
        for counter in self._tablets:
            if self._buttons.has(counter):
                self._jobs.append(self._pool.submit(self._push, counter, self._levels[0]))

    def panels_were_killed(self) -> None:
        """Note that a button pushed now may not be felt."""
        self.touches.panels_killed_ms.append(time.monotonic() * 1000)

    def finish(self) -> None:
        """Return when everybody has gone; raises what went wrong with one of them."""
        self._pool.shutdown()
        for job in self._jobs:
            job.result()

    def give_up(self) -> None:
        """Send everybody home."""
        self._given_up.set()
        self._pool.shutdown(cancel_futures=True)

    def _rate(self, ticket_id: int, counter: int, citizen: Citizen) -> None:
        habit = citizen.rating
        wait_s = citizen.hurry_s + (_LATE_S if habit is RatingHabit.LATE else 0.0)
        moments = [wait_s, *(wait_s + more for more in _AGAIN_S.get(habit, ()))]
        levels = [
            self._levels[(citizen.level + n * (habit is RatingHabit.CHANGES_MIND)) % 5]
            for n in range(len(moments))
        ]
        served_s = time.time()
        if habit is RatingHabit.WRONG_PANEL:
            self._wait_until(served_s + wait_s / self._clock.speed)
            self._at_the_neighbour(counter, citizen, levels[0])
        elif self._place(ticket_id, counter, citizen) is Place.BUTTONS:
            for moment_s, level in zip(moments, levels, strict=True):
                self._wait_until(served_s + moment_s / self._clock.speed)
                self._push(counter, level, bounce=habit is RatingHabit.BOUNCE)
        else:
            touched = []
            for moment_s, level in zip(moments, levels, strict=True):
                self._wait_until(served_s + moment_s / self._clock.speed)
                touched.append(self._touch(ticket_id, counter, level, citizen))
            if habit is RatingHabit.OFFLINE:
                offline_s = min(_OFFLINE_S / self._clock.speed, _PAGES_INSIST_S)
                self._wait_until(time.time() + offline_s)
            for touch in touched:
                self._tell(touch, ticket_id, again=habit is RatingHabit.BOUNCE)

    def _place(self, ticket_id: int, counter: int, citizen: Citizen) -> Place:
        """Return where the citizen can rate as they like; only a page can be offline."""
        if citizen.place is Place.PHONE and ticket_id in self._links:
            return Place.PHONE
        wants_buttons = citizen.place is Place.BUTTONS and self._buttons.has(counter)
        if wants_buttons and citizen.rating is not RatingHabit.OFFLINE:
            return Place.BUTTONS
        return Place.TABLET

    def _touch(self, ticket_id: int, counter: int, level: str, citizen: Citizen) -> Touch:
        phone = self._place(ticket_id, counter, citizen) is Place.PHONE
        # A tablet names the ticket that it asks for; after that time it is asked by nobody.
        named = phone or citizen.rating is not RatingHabit.LATE
        now_s = time.time()
        return Touch(
            counter,
            level,
            "phone" if phone else "page",
            now_s,
            now_s,
            name=f"day-rate-{secrets.token_hex(8)}",
            ticket=ticket_id if named else None,
        )

    def _at_the_neighbour(self, counter: int, citizen: Citizen, level: str) -> None:
        """Press where one was not served: buttons, or a tablet, which may be set up wrongly."""
        neighbour = counter % len(self._tablets) + 1
        if citizen.place is Place.BUTTONS and self._buttons.has(neighbour):
            self._push(neighbour, level)
            return
        wrong = citizen.number % 2 == 0 and neighbour != counter
        now_s = time.time()
        touch = Touch(
            counter if wrong else neighbour,
            level,
            "page",
            now_s,
            now_s,
            name=f"day-rate-{secrets.token_hex(8)}",
            right=not wrong,
        )
        self._send(touch, self._tablets[neighbour], "/api/v1/ratings")

    def _push(self, counter: int, level: str, *, bounce: bool = False) -> None:
        self.touches.add(self._buttons.push(counter, level, bounce=bounce))

    def _tell(self, touch: Touch, ticket_id: int, *, again: bool) -> None:
        """Send a press; `again`: twice under the same id, as a page does that heard no answer."""
        for _ in range(1 + again):
            if touch.via == "phone":
                path = f"{urlsplit(self._links[ticket_id]).path}/rating"
                self._send(touch, Link(self._port), path)
            else:
                self._send(touch, self._tablets[touch.counter], "/api/v1/ratings")

    def _send(self, touch: Touch, link: Link, path: str) -> None:
        if touch not in self.touches.all:
            self.touches.add(touch)
        tries_s: list[float] = []

        def body() -> dict[str, object]:
            tries_s.append(time.time())
            told: dict[str, object] = {
                "level": touch.level,
                "request_id": touch.name,
                "age_ms": max(0, int((tries_s[-1] - touch.to_s) * 1000)),
            }
            if touch.via == "page":
                told["counter"] = touch.counter
                told["ticket"] = touch.ticket
            return told

        answer = link.ask("POST", path, anew=body)
        ends_s = [*tries_s[1:], time.time()]
        longest_s = max(end - start for start, end in zip(tries_s, ends_s, strict=True))
        touch.told_within_s = max(touch.told_within_s, longest_s)
        if not answer.ok:
            self.touches.refused.append(f"{answer.refusal} for {touch.level} at {path}")

    def _wait_until(self, at_s: float) -> None:
        left_s = at_s - time.time()
        if left_s > 0:
            self._given_up.wait(left_s)
