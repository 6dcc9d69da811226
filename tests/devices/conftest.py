"""Servers, simulators and agents that are gone after each test."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_kit import TOKEN, StubServer
from agent_process import AgentProcess
from link_bench import LinkBench
from press_bench import PressBench
from print_bench import PrintBench

from appliance.config.schema import Config


@pytest.fixture
def server() -> Iterator[StubServer]:
    stub = StubServer()
    yield stub
    stub.stop()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "agent.token").write_text(TOKEN + "\n", encoding="ascii")
    return folder


@pytest.fixture
def link(server: StubServer, tmp_path: Path) -> Iterator[LinkBench]:
    (tmp_path / "agent.token").write_text(TOKEN)
    bench = LinkBench(server, tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[PressBench]:
    made = PressBench(tmp_path / "agent.sqlite")
    yield made
    made.close()


@pytest.fixture
def start_agent(data: Path) -> Iterator[Callable[..., AgentProcess]]:
    started: list[AgentProcess] = []

    def start(config: Config, *options: str) -> AgentProcess:
        agent = AgentProcess(config, data, *options)
        started.append(agent)
        return agent

    yield start
    for agent in started:
        agent.kill()


@pytest.fixture
def simulated_printer(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The TCP port of a simulated printer and the port of its lab."""
    command = [sys.executable, "-m", "printer", "simulate", "--port", "0", "--http-port", "0"]
    process = subprocess.Popen(
        [*command, "--dir", str(tmp_path / "slips"), "--speed", "50"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    found = re.search(r"tcp=127\.0\.0\.1:(\d+) http=127\.0\.0\.1:(\d+)", process.stdout.readline())
    assert found
    yield int(found[1]), int(found[2])
    process.terminate()
    process.wait(10)
    process.stdout.close()


@pytest.fixture
def lab(simulated_printer: tuple[int, int]) -> Callable[..., Any]:
    def ask(path: str, **body: Any) -> Any:
        url = f"http://127.0.0.1:{simulated_printer[1]}{path}"
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(url, data, {"X-Moiso-Lab": "1"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read())

    return ask


@pytest.fixture
def print_bench(simulated_printer: tuple[int, int], tmp_path: Path) -> Iterator[PrintBench]:
    made = PrintBench(tmp_path, simulated_printer[0])
    yield made
    made.stop()
