"""`moiso run` and `moiso demo` as somebody starts them: they restart what dies, stop cleanly."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.ports import own_port
from tests.support.programs import DEMO_CLOCK, ROOT, Program, anchored, call
from tests.support.wait import wait_for


def program(folder: Path, *argv: str, **env: str) -> tuple[Program, int]:
    port = own_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MOISO_")}
    full = {
        **clean,
        "MOISO_DATA": str(folder / "data"),
        "MOISO_PORT": str(port),
        "MOISO_AGENT__SERVER_URL": f"http://127.0.0.1:{port}",
        **env,
    }
    command = [sys.executable, "-m", "appliance", *argv]
    return Program(argv[0], command, full, folder / "out.log"), port


def is_ready(port: int) -> bool:
    try:
        return call(port, "GET", "/readyz", timeout_s=3).status == 200
    except OSError:
        return False


def children(parent: Program) -> dict[str, psutil.Process]:
    """Return the guardian's children by the program that they run."""
    assert parent.process is not None
    found = {}
    for child in psutil.Process(parent.process.pid).children():
        try:
            words = child.cmdline()
        except psutil.NoSuchProcess:  # it has just died; a zombie is one of these
            continue
        for name in ("server", "agent", "simulate"):
            if name in words:
                found[name] = child
    return found


@contextlib.contextmanager
def run(folder: Path) -> Iterator[tuple[Program, int]]:
    running, port = program(folder, "run", MOISO_AGENT__PIN_FACTORY="mock")
    running.start()
    try:
        wait_for(lambda: is_ready(port), "the office is ready", 60)
        wait_for(lambda: len(children(running)) == 2, "both children run")
        yield running, port
    finally:
        running.kill()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A running office, for who leaves it as ready as it was."""
    with run(tmp_path_factory.mktemp("run")) as found:
        yield found


@pytest.fixture
def doomed_office(tmp_path):
    with run(tmp_path) as found:
        yield found


@pytest.mark.parametrize("victim", ["server", "agent"])
def test_run_restarts_what_dies(office, victim):
    running, port = office
    dead = children(running)[victim]
    dead.kill()
    wait_for(
        lambda: (now := children(running).get(victim)) is not None and now.pid != dead.pid,
        f"a new {victim}",
    )
    wait_for(lambda: is_ready(port), "the office is ready again")
    wait_for(lambda: "agent-main" in call(port, "GET", "/readyz").body["devices"], "the agent")


def test_a_dead_worker_of_the_server_is_replaced_and_the_port_is_never_stuck(office):
    running, port = office
    server = children(running)["server"]
    (worker,) = server.children()
    server.kill()
    wait_for(lambda: not worker.is_running(), "the worker dies with its parent")
    wait_for(lambda: is_ready(port), "the office is ready again")


def test_run_stops_everything_when_it_is_told_to(doomed_office):
    running, _port = doomed_office
    family = psutil.Process(running.process.pid).children(recursive=True)
    assert len(family) >= 3
    assert running.stop() == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []


def test_nothing_outlives_a_run_that_is_killed(doomed_office):
    running, _port = doomed_office
    family = psutil.Process(running.process.pid).children(recursive=True)
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait(30)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []


def test_run_gives_the_agent_a_token_that_only_its_owner_can_read(office):
    running, _port = office
    token = Path(running.env["MOISO_DATA"]) / "agent.token"
    assert token.stat().st_mode & 0o777 == 0o600
    assert len(token.read_text()) >= 43


def test_a_new_office_gets_a_sample_configuration_and_a_one_time_code(office):
    running, _port = office
    assert "wrote a sample configuration" in running.output
    assert "one-time code" in running.output


def test_the_demo_prints_its_addresses_and_leaves_nothing_behind_on_ctrl_c(tmp_path):
    demo, port = program(tmp_path, "demo", MOISO_DEMO_CLOCK=anchored(DEMO_CLOCK))
    demo.start()
    wait_for(lambda: f"http://localhost:{port}/lab" in demo.output, "the addresses", 60)
    assert call(port, "GET", "/lab").status == 200
    family = psutil.Process(demo.process.pid).children(recursive=True)
    assert {"server", "agent", "simulate"} <= set(children(demo))
    os.killpg(demo.process.pid, signal.SIGINT)
    assert demo.process.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    logs = {log.name: log.read_text("utf-8") for log in (tmp_path / "data" / "logs").glob("*.log")}
    assert logs.keys() >= {"server.log", "agent.log", "panels.log", "printer-1.log"}
    for told in (demo.output, *logs.values()):
        assert "Traceback" not in told
    assert str(tmp_path / "data" / "logs") in demo.output
    assert '"level"' not in demo.output, "a newcomer reads addresses, no log lines"


def test_the_demo_says_what_to_do_when_the_port_is_taken(tmp_path, office):
    _running, port = office
    demo, _ = program(tmp_path, "demo", MOISO_PORT=str(port))
    demo.start()
    assert demo.process.wait(60) == 2
    for said in ("cổng này đang được dùng; hãy thử", "this port is in use; try"):
        assert f"MOISO_PORT={port}: {said}: MOISO_PORT={port + 1} make demo" in demo.output


def test_help_explains_every_program():
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in ("server", "agent", "run", "demo", "verify"):
        line = next(line for line in done.stdout.splitlines() if f" {name} " in line)
        assert len(line.split()) > 4, line


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["server", "--config", "nowhere.toml"], "nowhere.toml: không có tệp này"),
        (["verify", "nowhere.sqlite"], "Chưa có cơ sở dữ liệu nowhere.sqlite"),
        (["day", "back", "--lang", "fr"], "vi / en"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_clear_line(tmp_path, argv, said):
    wrong, _ = program(tmp_path, *argv)
    wrong.start()
    assert wrong.process.wait(60) == 2
    assert said in wrong.output
    assert "Traceback" not in wrong.output
