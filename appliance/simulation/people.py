"""Citizens, clerks and a guard, each doing one thing at a time on the office's own clock."""

from __future__ import annotations

import secrets
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from appliance.clock import DemoClock
from appliance.simulation.buttons import Buttons
from appliance.simulation.link import Answer, Link
from appliance.simulation.plan import Citizen, Way
from appliance.simulation.raters import Raters
from appliance.simulation.rating_model import CounterTurn
from appliance.storage.types import from_iso

# Real time: idle clerks who ask more often keep a small computer busy with nothing.
_IDLE_S = 0.25
_COMES_AFTER_S = 15.0
_ABSENT_AFTER_S = 40.0
# Papers are put away, the citizen stands up and rates, the clerk drinks: then comes the next.
_BETWEEN_S = 45.0


@dataclass
class Promises:
    """What the office promised, kept outside of it: answered requests, by request id.

    `turns` is what clerks were answered, by counter; `links` the phone pages of those who took
    their number on the glass, by ticket. `refused` counts what was not done for citizens and
    clerks, by who asked for what and the answer.
    """

    answered: dict[str, str] = field(default_factory=dict)
    turns: dict[int, list[CounterTurn]] = field(default_factory=lambda: defaultdict(list))
    links: dict[int, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    pushes: int = 0


class Crowd:
    """The citizens: each comes at its time and takes a number at a button or at the glass."""

    def __init__(self, clock: DemoClock, glass: Link, buttons: Buttons, promises: Promises) -> None:
        self._clock = clock
        self._glass = glass
        self._buttons = buttons
        self._promises = promises

    def arrive(self, citizen: Citizen) -> datetime | None:
        """Take a number for `citizen`, whose time has come; return when to come again, if closed.

        Priority is chosen on the glass alone; a button has no such switch.
        """
        wants_button = citizen.way is Way.BUTTON and not citizen.priority
        if wants_button and self._buttons.push(citizen.service):
            self._promises.pushes += 1
            return None
        request_id = f"day-{citizen.number}-{secrets.token_hex(6)}"
        body = {
            "service": citizen.service,
            "priority": citizen.priority,
            "request_id": request_id,
        }
        answer = self._glass.ask("POST", "/api/v1/tickets", body)
        if answer.ok:
            ticket = answer.body["ticket"]
            self._promises.answered[request_id] = ticket["label"]
            self._promises.links[ticket["id"]] = answer.body["url"]
            return None
        if answer.refusal == "409 service_closed":
            next_open = answer.body["error"]["fields"]["next_open"]
            if next_open:
                return from_iso(next_open)
        self._promises.refused[f"a citizen who took a number: {answer.refusal}"] += 1
        return None

    def wait_until(self, at: datetime, stop: threading.Event) -> None:
        """Return when the office's clock shows `at`, or at once when the day is stopped."""
        left_s = (at - self._clock.now()).total_seconds() / self._clock.speed
        if left_s > 0:
            stop.wait(left_s)


class Clerk:
    """Somebody at a counter: calls, waits, serves or marks absent, until the day is over.

    `missed` is shared by all: the tickets that were absent once; they come at the next call.
    """

    def __init__(
        self,
        counter: int,
        link: Link,
        clock: DemoClock,
        plan: list[Citizen],
        missed: set[int],
        promises: Promises,
        raters: Raters,
    ) -> None:
        self.counter = counter
        self._link = link
        self._clock = clock
        self._plan = plan
        self._missed = missed
        self._turns = promises.turns[counter]
        self._refused = promises.refused
        self._raters = raters

    def work(self, doors_closed: threading.Event, stop: threading.Event) -> None:
        """Serve until nobody waits after the doors were closed."""
        while not stop.is_set():
            last_round = doors_closed.is_set()
            ticket = self._verb("call-next")
            if ticket is None:
                if last_round:
                    return
                stop.wait(_IDLE_S)
                continue
            self._note("called", ticket, "called_at")
            # Who holds a number from a button is not known; any citizen's habits will do.
            self._serve(ticket, self._plan[(int(str(ticket["id"])) - 1) % len(self._plan)], stop)

    def _serve(self, ticket: dict[str, object], citizen: Citizen, stop: threading.Event) -> None:
        ticket_id = int(str(ticket["id"]))
        if citizen.absent and ticket_id not in self._missed:
            self._missed.add(ticket_id)
            self._wait(_ABSENT_AFTER_S, stop)
            self._verb("recall")
            self._wait(_ABSENT_AFTER_S, stop)
            self._verb("absent")
            if citizen.returns:
                self._ask("return", f"/api/v1/tickets/{ticket_id}/return")
            return
        self._wait(_COMES_AFTER_S, stop)
        self._verb("serve")
        self._wait(citizen.service_s, stop)
        finished = self._verb("finish")
        if finished is not None:
            self._note("finished", finished, "ended_at")
            self._raters.served(ticket_id, self.counter, citizen)
        self._wait(_BETWEEN_S, stop)

    def _note(self, kind: str, ticket: dict[str, object], at: str) -> None:
        self._turns.append(CounterTurn(kind, int(str(ticket["id"])), from_iso(str(ticket[at]))))

    def _verb(self, verb: str) -> dict[str, object] | None:
        """Do a verb and return its ticket; None where nobody waits, or it was refused."""
        answer = self._ask(verb, f"/api/v1/counters/{self.counter}/{verb}")
        ticket: dict[str, object] | None = answer.body.get("ticket") if answer.ok else None
        return ticket

    def _ask(self, verb: str, path: str) -> Answer:
        answer = self._link.ask("POST", path, {"request_id": secrets.token_hex(8)})
        if not answer.ok:
            self._refused[f"the clerk of counter {self.counter} at {verb}: {answer.refusal}"] += 1
        return answer

    def _wait(self, domain_s: float, stop: threading.Event) -> None:
        stop.wait(domain_s / self._clock.speed)
