"""What a job's seal is for: a word about a job of a lost database changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.programs import Rig, running


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running(tmp_path_factory.mktemp("seals")) as office:
        office.agent.kill()
        yield office


@pytest.fixture(scope="module")
def token(rig: Rig) -> str:
    return Path(rig.data / "agent.token").read_text().strip()


def take(rig: Rig, n: int) -> dict[str, Any]:
    kiosk = rig.screen_token("kiosk", "kiosk-1")
    body = {"service": "ho-tich", "request_id": f"sealed-{n}"}
    answer = rig.post("/api/v1/tickets", body, token=kiosk)
    assert answer.status == 201, answer
    return dict(answer.body)


def inbox(rig: Rig, token: str, query: str) -> dict[str, Any]:
    answer = rig.get(f"/agent/v1/inbox?{query}&wait=0", token=token)
    assert answer.status == 200, answer
    return dict(answer.body)


def report(rig: Rig, token: str, **row: Any) -> dict[str, Any]:
    row = {"kind": "print", "state": "printed", "rev": 4, **row}
    body = {"v": 1, "instance": "test", "rows": [row]}
    answer = rig.post("/agent/v1/reports", body, token=token)
    assert answer.status == 200, answer
    return dict(answer.body["results"][0])


def test_jobs_have_their_seals_for_who_asks_and_for_nobody_else(rig: Rig, token: str) -> None:
    for n in (1, 2):
        take(rig, n)
    unasked = inbox(rig, token, "after=0")["messages"]
    assert len(unasked) >= 2
    assert not any("seal" in message for message in unasked), "an older agent refuses them"
    seals = [message["seal"] for message in inbox(rig, token, "seals=1&after=0")["messages"]]
    assert len(set(seals)) == len(unasked)
    assert {len(seal) for seal in seals} == {16}
    again = [message["seal"] for message in inbox(rig, token, "seals=1&after=0")["messages"]]
    assert again == seals


def test_a_word_about_another_job_of_the_same_number_is_refused(rig: Rig, token: str) -> None:
    take(rig, 3)
    job = inbox(rig, token, "seals=1&after=0")["messages"][-1]
    refused = report(rig, token, job_id=job["job_id"], seal="0123456789abcdef")
    assert (refused["outcome"], refused["code"]) == ("refused", "unknown_job")
    still = inbox(rig, token, "seals=1&after=0")["messages"]
    assert job["job_id"] in [message["job_id"] for message in still]
    assert report(rig, token, job_id=job["job_id"], seal=job["seal"])["outcome"] == "done"
    assert report(rig, token, job_id=job["job_id"])["outcome"] == "repeat", "no seal, as before"


def test_a_position_of_a_database_that_is_gone_is_none(rig: Rig, token: str) -> None:
    take(rig, 4)
    box = inbox(rig, token, "after=1000000")
    assert box["messages"]
    assert box["n"] < 1_000_000
