"""A crowd: 8 clients take 2,000 tickets while 8 counters call them."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from appliance.storage.audit import audit
from tests.support.people import Person, clerk
from tests.support.programs import Rig, call
from tests.support.wait import wait_for

TICKETS = 2000
CLIENTS = 8
# The counter with the number of its worker; together they serve every service.
COUNTERS = [1, 2, 3, 4, 5, 6, 3, 6]
SERVICES = (
    *("ho-tich", "chung-thuc", "dat-dai", "bao-tro", "kinh-te"),
    *("y-te", "nop-truc-tuyen", "tra-ket-qua", "huong-dan"),
)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """The server alone: what is printed is not the point here."""
    rig = Rig(
        tmp_path_factory.mktemp("crowd"),
        extra_env={"MOISO_LIMITS__TICKETS_PER_DEVICE": "100000 per 1 second"},
    )
    rig.prepare()
    rig.server.start()
    rig.wait_ready()
    yield rig
    rig.stop()


@pytest.mark.timeout(400)
def test_2000_tickets_none_doubled_none_skipped_none_called_by_two_counters(crowd: Rig):
    issued: list[tuple[str, str]] = []
    called: list[tuple[int, str]] = []
    done_issuing = threading.Event()
    token = crowd.screen_token("kiosk", "kiosk-1")

    def take(client: int) -> None:
        for n in range(TICKETS // CLIENTS):
            body = {
                "service": SERVICES[(client + n) % len(SERVICES)],
                "priority": n % 7 == 0,
                "request_id": f"crowd-{client}-{n:04d}",
            }
            answer = call(crowd.port, "POST", "/api/v1/tickets", body, token=token)
            assert answer.status == 201, answer
            ticket = answer.body["ticket"]
            issued.append((ticket["service"], ticket["label"]))

    def serve(worker: int) -> None:
        lan: Person = clerk(crowd.port)
        empty = 0
        while empty < 2:
            last_round = done_issuing.is_set()
            answer = lan.verb(COUNTERS[worker], "call-next", f"call-{worker}-{len(called)}-{empty}")
            if answer.status == 409:
                continue
            assert answer.status == 200, answer
            ticket = answer.body["ticket"]
            if ticket is not None:
                called.append((worker, ticket["label"]))
                empty = 0
            elif last_round:
                empty += 1

    with ThreadPoolExecutor(CLIENTS + len(COUNTERS)) as pool:
        counters = [pool.submit(serve, worker) for worker in range(len(COUNTERS))]
        clients = [pool.submit(take, client) for client in range(CLIENTS)]
        _all_done(clients)
        done_issuing.set()
        _all_done(counters)
    _prove(crowd, issued, [label for _, label in called])


def _all_done(jobs: list[Future[None]]) -> None:
    for job in jobs:
        job.result()


def _prove(crowd: Rig, issued: list[tuple[str, str]], called: list[str]) -> None:
    assert len(issued) == TICKETS
    assert max(Counter(label for _, label in issued).values()) == 1
    assert sorted(called) == sorted(label for _, label in issued)
    for service in SERVICES:
        numbers = sorted(int(label[1:]) for code, label in issued if code == service)
        assert numbers == list(range(1, len(numbers) + 1))
    crowd.server.stop()
    found = audit(crowd.data / "office.sqlite")
    assert found.problems == []
    assert found.counts["tickets"] == TICKETS
    # Nobody pulled a slip, so every one of them must be known as expired or still be young.
    assert found.counts.get("slips expired", 0) + found.counts.get("slips queued", 0) == TICKETS


def test_the_server_is_back_with_everything_after_a_clean_stop(crowd: Rig):
    crowd.server.start()
    wait_for(crowd.is_ready, "the server is back")
    assert clerk(crowd.port).get("/api/v1/queue").body["waiting"] == []
