"""One server on a data folder, with one worker, whatever is started or sent beside it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.http.kit import office
from tests.support.ports import own_port
from tests.support.programs import ROOT, call
from tests.support.wait import wait_for

ODD = (signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGUSR2, signal.SIGWINCH)


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("one")) as server:
        yield server


def workers(pid: int) -> list[int]:
    """Return the children that are alive, by any thread of the process."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return sorted(int(child) for task in tasks for child in task.read_text().split())


def test_a_second_server_on_the_folder_is_refused_in_words(rig):
    port = own_port()
    second = subprocess.run(
        rig.server.argv,
        env={**rig.env, "MOISO_PORT": str(port)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1, second
    assert "Máy chủ của thư mục dữ liệu này đang chạy rồi." in second.stderr
    assert "The server of this data folder is already running." in second.stderr
    assert f"[server_already_running] folder: {rig.data}" in second.stderr
    with pytest.raises(ConnectionRefusedError):
        call(port, "GET", "/healthz")
    assert rig.get("/readyz").status == 200


def test_a_server_that_was_killed_makes_room_at_once(rig):
    """Only the main process is killed: its worker dies by itself, with the lock."""
    for _ in range(3):
        killed = rig.server.process
        os.kill(killed.pid, signal.SIGKILL)
        rig.server.start()  # before the old one is even waited for
        killed.wait(10)
        rig.wait_ready()
        assert rig.server.process.poll() is None
    assert "server_already_running" not in rig.server.output


def test_a_worker_that_dies_is_replaced_under_the_same_lock(rig):
    (worker,) = workers(rig.server.process.pid)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: workers(rig.server.process.pid) not in ([], [worker]), "a new worker", 20)
    rig.wait_ready()
    test_a_second_server_on_the_folder_is_refused_in_words(rig)


@pytest.mark.parametrize("number", ODD, ids=lambda number: number.name)
def test_no_signal_makes_a_second_worker_or_takes_the_only_one(rig, number):
    """What is ignored leaves no trace to wait for: the kernel's own table tells it."""
    (before,) = workers(rig.server.process.pid)
    for pid in (rig.server.process.pid, before):
        status = Path(f"/proc/{pid}/status").read_text()
        ignored = int(status.split("SigIgn:")[1].split()[0], 16)
        assert ignored >> (number - 1) & 1, pid
        os.kill(pid, number)
    assert rig.get("/readyz").status == 200
    assert workers(rig.server.process.pid) == [before]


def test_a_folder_that_takes_no_lock_file_stops_no_server(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "server.lock").symlink_to(tmp_path / "nowhere" / "lock")
    with office(tmp_path) as server:
        assert server.get("/readyz").status == 200
        assert "server_lock_unusable" in server.server.output
