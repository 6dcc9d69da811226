"""A printer that is known by name, and a name server that does not do its part."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from printer.errors import ConnectFailed
from printer.transports.tcp import TcpTransport
from tests.support.paper import Simulator

NAME = "printer-1.office.example"
REAL = socket.getaddrinfo


class NameServer:
    """Knows one name, unless it is silent or forgets it; counts the questions."""

    def __init__(self) -> None:
        self.speaks = threading.Event()
        self.speaks.set()
        self.knows = True
        self.asked = 0

    def look_up(self, host, port, *rest, flags=0, **settings):  # type: ignore[no-untyped-def]
        if host != NAME or flags & socket.AI_NUMERICHOST:
            return REAL(host, port, *rest, flags=flags, **settings)
        self.asked += 1
        self.speaks.wait()
        if not self.knows:
            raise socket.gaierror(socket.EAI_AGAIN, "temporary failure")
        return REAL("127.0.0.1", port, *rest, flags=flags, **settings)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    server = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server.look_up)
    yield server
    server.speaks.set()


def refusal(transport: TcpTransport, timeout_s: float) -> str:
    began_s = time.monotonic()
    with pytest.raises(ConnectFailed) as caught:
        transport.open(timeout_s)
    assert time.monotonic() - began_s < timeout_s + 1
    return str(caught.value.fields["why"])


@pytest.mark.timeout(30)
def test_a_silent_name_server_holds_nobody_beyond_the_deadline_and_is_asked_once(
    names: NameServer, simulator: Simulator
) -> None:
    names.speaks.clear()
    transport = TcpTransport(NAME, simulator.port)
    assert [refusal(transport, 0.2) for _ in range(3)] == ["timeout"] * 3
    assert names.asked == 1, "no thread for each try"
    names.speaks.set()
    transport.open(2)
    assert transport.is_open
    transport.close()


@pytest.mark.timeout(30)
@pytest.mark.parametrize("trouble", ["silent", "forgets"])
def test_the_last_address_serves_while_the_name_server_is_away(
    names: NameServer, simulator: Simulator, trouble: str
) -> None:
    transport = TcpTransport(NAME, simulator.port)
    transport.open(2)
    transport.close()
    names.knows = trouble != "forgets"
    if trouble == "silent":
        names.speaks.clear()
    transport.open(1)
    assert transport.is_open
    transport.close()


@pytest.mark.parametrize("name", [NAME, "x" * 64 + ".example", "a..b"])
def test_a_name_that_leads_nowhere_is_told(names: NameServer, name: str) -> None:
    names.knows = False
    assert refusal(TcpTransport(name), 5) == "name_unknown"


def test_an_address_is_connected_to_without_asking_anybody(
    names: NameServer, simulator: Simulator
) -> None:
    before = threading.active_count()
    transport = TcpTransport("127.0.0.1", simulator.port)
    transport.open(2)
    assert (names.asked, threading.active_count()) == (0, before)
    transport.close()
