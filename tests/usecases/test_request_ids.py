"""An id names one request: whoever asks for anything else with it is refused, nothing changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from appliance.domain.paper import PaperState
from appliance.domain.rating import Level, Reason, Via
from appliance.errors import Refused
from appliance.storage import log
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from appliance.usecases.mirror_print import mirror_print
from appliance.usecases.rate import Asked, give_reasons, rate
from appliance.usecases.recall import recall
from appliance.usecases.reprint import reprint
from appliance.usecases.serve import serve
from appliance.usecases.void_slip import void_slip

STAFF = "staff:lan"
Ask = Callable[[str], object]


class Scene:
    """A morning in which every verb was asked for once, each with an id that is its name."""

    def __init__(self, ctx) -> None:
        self.ctx = ctx
        self.asks: dict[str, Ask] = {}
        for name in ("issue", "issue another", "issue priority"):
            self.do(name, self.issuing(name))
        for n in (1, 2, 3):
            mirror_print(ctx, n, PaperState.PRINTED, rev=3, reason="", actor="agent:main")
        self.do("reprint", lambda id_: reprint(ctx, 2, request_id=id_, actor=STAFF))
        mirror_print(ctx, 4, PaperState.PRINTED, rev=3, reason="", actor="agent:main")
        self.do("void", lambda id_: void_slip(ctx, 2, request_id=id_, actor=STAFF))
        self.at_counter("call", call_next)
        self.at_counter("recall", recall)
        self.at_counter("absent", absent)
        self.do("return", lambda id_: bring_back(ctx, 3, request_id=id_, actor=STAFF))
        self.at_counter("call the second", call_next)
        self.at_counter("serve", serve)
        self.at_counter("finish", finish)
        self.rating("rate", Level.DISSATISFIED)
        self.reasons("reasons", "rate", Reason.OTHER)
        self.at_counter("call the third", call_next)
        self.at_counter("call the last", call_next)
        self.at_counter("call nobody", call_next)
        assert self.row("call nobody").type == "ticket.finished"
        self.do("issue to cancel", self.issuing("issue to cancel"))
        self.do("cancel", lambda id_: cancel(ctx, 4, request_id=id_, actor=STAFF))

    def do(self, name: str, ask: Ask) -> None:
        ask(name)
        assert self.row(name), f"{name} left no event"
        self.asks[name] = ask

    def row(self, request_id: str):
        with self.ctx.db.read() as conn:
            return log.of_request(conn, request_id)

    def head(self) -> int:
        with self.ctx.db.read() as conn:
            return log.head(conn)

    def issuing(self, name: str) -> Ask:
        service = "chung-thuc" if name == "issue another" else "ho-tich"
        return lambda id_: issue(
            self.ctx,
            service,
            priority=name == "issue priority",
            kiosk="kiosk-1",
            request_id=id_,
            actor="kiosk:kiosk-1",
        )

    def at_counter(self, name: str, verb, counter: int = 1) -> None:
        self.do(name, lambda id_: verb(self.ctx, counter, request_id=id_, actor=STAFF))

    def rating(self, name: str, level: Level) -> None:
        self.do(name, lambda id_: rate(self.ctx, Asked(1, level, Via.PAGE, id_), actor="panel:1"))

    def reasons(self, name: str, press: str, reason: Reason) -> None:
        self.do(
            name,
            lambda id_: give_reasons(
                self.ctx,
                press,
                (reason,),
                via=Via.PAGE,
                owner=1,
                request_id=id_,
                actor="panel:1",
            ),
        )


# Asked for once more these are the same request word for word, so they are told by their id alone.
ALIKE = (
    {"call", "call the second", "call the third", "call the last", "call nobody"},
    {"issue", "issue to cancel"},
)


@pytest.fixture
def scene(ctx):
    # Counter 1 serves both services, so that one counter sees every verb.
    assert {"ho-tich", "chung-thuc"} <= set(ctx.office.counter(1).services)
    return Scene(ctx)


def assert_reused(scene: Scene, ask: Ask, request_id: str) -> None:
    before = scene.head()
    with pytest.raises(Refused) as caught:
        ask(request_id)
    assert caught.value.key == "request_reused"
    assert scene.head() == before


def test_the_same_request_again_changes_nothing_and_is_no_error(scene):
    before = scene.head()
    for name, ask in scene.asks.items():
        ask(name)
    assert scene.head() == before


def test_no_verb_is_answered_under_the_id_of_another_one(scene):
    pairs = 0
    for first, second in itertools.permutations(scene.asks, 2):
        if not any({first, second} <= group for group in ALIKE):
            assert_reused(scene, scene.asks[second], first)
            pairs += 1
    assert pairs > 250


@pytest.mark.parametrize(
    "verb", [call_next, recall, absent, serve, finish], ids=lambda verb: verb.__name__
)
def test_a_verb_of_a_counter_is_not_answered_at_another_counter(scene, verb):
    for name in scene.asks:
        assert_reused(scene, lambda id_: verb(scene.ctx, 2, request_id=id_, actor=STAFF), name)


@pytest.mark.parametrize("verb", [bring_back, cancel, reprint, void_slip])
def test_a_verb_of_a_ticket_is_not_answered_for_another_ticket(scene, verb):
    for name in scene.asks:
        assert_reused(scene, lambda id_: verb(scene.ctx, 1, request_id=id_, actor=STAFF), name)


@pytest.mark.parametrize(
    "asked",
    [
        {"level": Level.SATISFIED},
        {"counter": 2},
        {"via": Via.PHONE},
        {"ticket_id": 1},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_another_rating_under_a_known_id_is_refused(scene, asked):
    press = {"counter": 1, "level": Level.DISSATISFIED, "via": Via.PAGE, **asked}
    assert_reused(
        scene, lambda id_: rate(scene.ctx, Asked(request_id=id_, **press), actor="panel:1"), "rate"
    )


def test_a_rating_that_is_told_again_later_is_the_same_one(scene, clock):
    before = scene.head()
    clock.pass_s(40)
    again = Asked(1, Level.DISSATISFIED, Via.PAGE, "rate", age_ms=40_000)
    assert rate(scene.ctx, again, actor="panel:1").repeated
    assert scene.head() == before


def test_other_reasons_under_a_known_id_are_refused(scene):
    def other(id_: str) -> None:
        give_reasons(
            scene.ctx,
            "rate",
            (Reason.ATTITUDE,),
            via=Via.PAGE,
            owner=1,
            request_id=id_,
            actor="panel:1",
        )

    assert_reused(scene, other, "reasons")


def test_a_call_from_before_the_verb_was_noted_is_still_answered(scene):
    with scene.ctx.db.write() as conn:
        payload = dict(scene.row("call nobody").payload)
        del payload["verb"]
        now = scene.ctx.clock.now()
        log.append(conn, now, "ticket.finished", payload, actor=STAFF, request_id="old-call")
    before = scene.head()
    done = scene.asks["call nobody"]("old-call")
    assert done.ticket is None
    assert done.finished.id == payload["ticket"]["id"]
    assert scene.head() == before
