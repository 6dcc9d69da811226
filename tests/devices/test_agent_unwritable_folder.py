"""A data folder that cannot be written when the agent starts is a fault, not the agent's end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from agent_kit import TOKEN, StubServer, make_config
from agent_process import AgentProcess
from press_bench import A, B, PressBench
from print_bench import job

from appliance.devices.gpio.lights import ACKNOWLEDGED, REFUSED
from tests.support.small_disk import SmallDisk
from tests.support.wait import wait_for


def test_without_a_journal_every_push_is_refused_until_it_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "agent.sqlite"
    path.mkdir()
    bench = PressBench(path)
    try:
        bench.push(A)
        wait_for(lambda: bench.journal_news == [False], "the fault")
        assert bench.lights.shown(27) is REFUSED
        path.rmdir()
        wait_for(lambda: bench.journal_news == [False, True], "the journal, without a push")
        bench.push(A)
        wait_for(lambda: bench.lights.shown(27) is ACKNOWLEDGED, "the light")
        assert [press.button for press in bench.journal.unanswered(9)] == [A.name]
    finally:
        bench.close()


def test_a_press_from_before_is_known_again_once_the_journal_is_open(tmp_path: Path) -> None:
    path, aside = tmp_path / "agent.sqlite", tmp_path / "aside"
    bench = PressBench(path)
    try:
        bench.push(B)
        (press,) = bench.presses(1)
        bench.close_desk()
        path.rename(aside)
        path.mkdir()
        bench._open()
        assert bench.journal.unanswered(9) == []
        path.rmdir()
        aside.rename(path)
        wait_for(lambda: bench.journal.is_open, "the journal")
        wait_for(lambda: len(bench.journal_news) == 2, "the news")
        assert bench.journal.unanswered(9) == [press]
        bench.desk.answered(press, "done", "")
        assert bench.journal.unanswered(9) == []
    finally:
        bench.close()


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def test_an_agent_on_a_read_only_disk_starts_says_so_and_recovers_by_itself(
    server: StubServer,
    start_agent: Callable[..., AgentProcess],
    tmp_path: Path,
    simulated_printer: tuple[int, int],
) -> None:
    disk = SmallDisk(tmp_path / "card")
    (disk.folder / "agent.token").write_text(TOKEN + "\n", encoding="ascii")
    remount(disk.folder, "ro")

    def says(kind: str) -> list[tuple[str, list[str]]]:
        rows = [row for row in server.rows("device") if row["device_kind"] == kind]
        return [(row["state"], row["causes"]) for row in rows]

    config = make_config(server.url, printer_port=simulated_printer[0])
    try:
        agent = start_agent(config, f"office:{disk.folder}")
        assert agent.ready
        wait_for(lambda: ("failed", ["journal_unwritable"]) in says("agent"), "its fault")
        wait_for(lambda: ("failed", ["ledger_unusable"]) in says("printer"), "the printer's")
        remount(disk.folder, "rw")
        wait_for(lambda: says("agent")[-1] == ("ok", []), "the agent")
        wait_for(lambda: says("printer")[-1] == ("ok", []), "the printer")
        server.offer(**job(1).model_dump(exclude={"kind", "n"}))
        wait_for(lambda: [row["state"] for row in server.rows("print")] == ["printed"], "a slip")
        assert agent.stop() == 0
    finally:
        disk.remove()
