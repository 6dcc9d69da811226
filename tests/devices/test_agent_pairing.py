"""How an agent comes by its token."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_kit import StubServer

from appliance.devices.agent_token import Token
from appliance.devices.http_client import HttpClient
from appliance.devices.pairing import Pairing
from tests.support.wait import wait_for


class Office:
    """The server's side: codes, and a technician who approves, or does not."""

    def __init__(self, server: StubServer) -> None:
        self.starts: list[dict[str, Any]] = []
        self.claims = 0
        self.claim: tuple[int, Any] = (202, {})
        server.pairing = self.answer

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path == "/pair/start":
            self.starts.append(body)
            n = len(self.starts)
            return 200, {"code": f"12345{n}", "secret": f"secret-{n}"}
        self.claims += 1
        assert body == {"secret": f"secret-{len(self.starts)}"}
        return self.claim


@pytest.fixture
def office(server: StubServer) -> Office:
    return Office(server)


@pytest.fixture
def paired(
    server: StubServer, tmp_path: Path
) -> Iterator[Callable[[], tuple[Token, list[str], threading.Thread]]]:
    made: list[tuple[Pairing, HttpClient, threading.Thread]] = []

    def start() -> tuple[Token, list[str], threading.Thread]:
        token = Token(tmp_path / "agent.token")
        codes: list[str] = []
        client = HttpClient(server.url, lambda: token.value)
        pairing = Pairing(client, token, "kiosk-2", codes.append, claim_every_s=0.01)
        thread = threading.Thread(target=pairing.run)
        thread.start()
        made.append((pairing, client, thread))
        return token, codes, thread

    yield start
    for pairing, client, thread in made:
        pairing.stop()
        thread.join(20)
        assert not thread.is_alive()
        client.close()


def test_the_code_is_shown_and_the_token_kept_for_us_alone(
    office: Office, paired: Any, tmp_path: Path
) -> None:
    token, codes, thread = paired()
    wait_for(lambda: office.claims >= 2)
    assert codes == ["123451"]
    assert office.starts == [{"kind": "agent", "name": "kiosk-2"}]
    assert token.value is None

    office.claim = (200, {"token": "the-token"})
    thread.join(20)
    assert token.value == "the-token"
    path = tmp_path / "agent.token"
    assert path.read_text().strip() == "the-token"
    assert path.stat().st_mode & 0o777 == 0o600
    assert Token(path).value == "the-token"


def test_a_token_that_cannot_be_stored_is_used_all_the_same(
    office: Office, paired: Any, tmp_path: Path
) -> None:
    (tmp_path / "agent.part").mkdir()  # the disk refuses
    office.claim = (200, {"token": "the-token"})
    token, _, thread = paired()
    thread.join(20)
    assert token.value == "the-token"
    assert not (tmp_path / "agent.token").exists()


def test_a_code_that_has_run_out_is_replaced(office: Office, paired: Any) -> None:
    office.claim = (410, {"error": "gone"})
    _, codes, _ = paired()
    wait_for(lambda: len(codes) >= 2)
    office.claim = (200, {"token": "the-token"})
    wait_for(lambda: codes[:2] == ["123451", "123452"])


def test_a_token_that_appears_in_the_file_ends_the_pairing(
    office: Office, paired: Any, tmp_path: Path
) -> None:
    token, _, thread = paired()
    wait_for(lambda: office.claims)
    (tmp_path / "agent.token").write_text("written-by-moiso-run\n")
    thread.join(20)
    assert token.value == "written-by-moiso-run"


def test_a_server_that_comes_late_is_waited_for(
    server: StubServer, office: Office, paired: Any
) -> None:
    office.claim = (200, {"token": "the-token"})
    server.stop()
    token, codes, thread = paired()
    server.start()
    thread.join(20)
    assert token.value == "the-token"
    assert codes == ["123451"]
