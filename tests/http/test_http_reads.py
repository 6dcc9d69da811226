"""A GET never changes anything, whoever asks and however oddly."""

from __future__ import annotations

import http.client
from contextlib import closing

import pytest

from tests.http.kit import TICKETS, holdings, rows, taken
from tests.http.rules import Rule, reading
from tests.support.people import administrator
from tests.support.programs import call
from tests.support.wait import wait_for

RULES = reading()
REPORTS = "/agent/v1/reports"
QUERIES = [
    "",
    "?lang=en",
    "?lang=%00",
    "?lang=",
    "?name=&zone=&kind=&after=&wait=",
    "?name=kiosk-9&zone=nowhere&kind=throne&after=-1&wait=-1",
    "?after=abc&wait=abc&next=//evil.example",
    f"?after={'9' * 400}&counter=2",
    "?wait=nan&after=nan&name=%ff%fe&zone=%f0%9f%92%a9&lang=%0d%0a",
    "?name=" + "x" * 3000,
    "?&&&===&?#",
]


@pytest.fixture(scope="module")
def askers(rig):
    """Return the headers of each who may ask."""
    manager = administrator(rig.port)
    agent = (rig.data / "agent.token").read_text().strip()
    cookies = "; ".join(f"{name}={value}" for name, value in manager.cookies.items())
    # The first word of an agent is news and becomes a row; this test is about the next ones.
    assert rig.get("/agent/v1/inbox", token=agent).status == 200
    devices = {"kiosk": rig.screen_token("kiosk", "kiosk-1"), "agent": agent}
    return {
        "nobody": {},
        "staff": {"Cookie": cookies},
        **{kind: {"Authorization": f"Bearer {token}"} for kind, token in devices.items()},
    }


def test_every_page_and_call_is_among_the_reads():
    paths = {rule.path for rule in RULES}
    assert paths >= {"/", "/kiosk", "/board", "/console", "/admin", "/lab", "/pair", "/login"}
    assert paths >= {"/api/v1/queue", f"{TICKETS}/1", "/agent/v1/inbox", "/healthz", "/readyz"}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_get_leaves_no_trace(rig, askers, rule: Rule):
    before = holdings(rig)
    for who, headers in askers.items():
        for query in QUERIES:
            answer = call(rig.port, "GET", rule.path + query, headers=headers)
            # 503: the lab's virtual hardware is not there in this test.
            assert answer.status < 500 or answer.status == 503, (who, query, answer)
            assert answer.status != 503 or rule.path.startswith("/lab/api/"), (who, query, answer)
    assert holdings(rig) == before


def settle(rig, askers):
    """Give every slip its last word: a job that waits for one changes by itself in the end."""
    jobs = [job for (job,) in rows(rig, "SELECT id FROM print_jobs WHERE state = 'queued'")]
    words = [{"kind": "print", "job_id": job, "state": "printed", "rev": 1} for job in jobs]
    batch = {"v": 1, "instance": "a-settler", "rows": words}
    answer = call(rig.port, "POST", REPORTS, batch, headers=askers["agent"])
    assert answer.status == 200, answer


def test_the_page_of_a_ticket_may_be_read_as_often_as_one_likes(rig, askers):
    taken(rig, rig.screen_token("kiosk", "kiosk-1"))
    settle(rig, askers)
    (token,) = rows(rig, "SELECT token FROM tickets ORDER BY id LIMIT 1")[0]
    before = holdings(rig)
    for path in (f"/t/{token}", f"/t/{token}/state", f"/t/{token}/qr.svg"):
        for query in QUERIES:
            assert rig.get(path + query).status == 200
    tag = rig.get(f"/t/{token}/state").headers["ETag"]
    assert rig.get(f"/t/{token}/state", headers={"If-None-Match": tag}).status == 304
    assert holdings(rig) == before


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_neither_does_a_head_or_a_question_for_methods(rig, askers, method):
    before = holdings(rig)
    for rule in RULES:
        with closing(http.client.HTTPConnection("127.0.0.1", rig.port, timeout=10)) as link:
            link.request(method, rule.path, headers=askers["staff"])
            assert link.getresponse().status < 504, rule
    assert holdings(rig) == before


def test_an_agent_asking_for_a_long_wait_is_answered_when_something_comes(rig, askers):
    """The longest wait is the server's; a strange one is no error."""
    agent = askers["agent"]
    settle(rig, askers)
    box = call(rig.port, "GET", "/agent/v1/inbox?after=0&wait=0", headers=agent).body
    assert box == {"v": 1, "n": 0, "messages": []}
    taken(rig, rig.screen_token("kiosk", "kiosk-1"))
    found = wait_for(
        lambda: (
            call(rig.port, "GET", f"/agent/v1/inbox?after=0&wait={'9' * 400}", headers=agent).body
        ),
        "the job is offered",
    )
    assert [message["kind"] for message in found["messages"]] == ["print"]
