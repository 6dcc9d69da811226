"""What a program logs can be read by journald's readers, and by a person at a terminal."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import datetime
from pathlib import Path

import pytest

from appliance import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before():
    logger = logging.getLogger("moiso")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.level, logger.propagate = before


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def journal(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("agent")
    return stream


def test_a_line_is_json_with_program_level_and_time(journal):
    logs.get_logger().warning("giấy sắp hết", printer="máy-in-1", left=12)
    [line] = lines(journal)
    assert datetime.fromisoformat(line.pop("timestamp")).utcoffset().total_seconds() == 0
    assert line == {
        "program": "agent",
        "level": "warning",
        "event": "giấy sắp hết",
        "printer": "máy-in-1",
        "left": 12,
    }
    assert "giấy" in journal.getvalue(), "letters are kept as they are"


def test_a_field_that_is_no_json_is_shown_as_python_does(journal):
    logs.get_logger().info("stored", path=Path("/x"), name="50 %s", exc_info=True)
    [line] = lines(journal)
    assert line["path"] == repr(Path("/x"))
    assert (line["name"], line["exc_info"]) == ("50 %s", True)


def test_an_error_is_told_with_its_trace_in_one_line(journal):
    try:
        int("không")
    except ValueError as exc:
        kept = exc
        logs.get_logger().exception("worker died", worker="sender")
    logs.get_logger().exception("request failed", kept)
    assert [line["level"] for line in lines(journal)] == ["error", "error"]
    for line in lines(journal):
        assert line["exception"].startswith("Traceback")
        assert line["exception"].endswith(": 'không'")


def test_set_up_again_does_not_double_the_lines(journal, monkeypatch):
    monkeypatch.setattr(sys, "stderr", journal)
    logs.set_up("server")
    logs.get_logger().info("once")
    assert [line["program"] for line in lines(journal)] == ["server"]


def test_on_a_terminal_a_line_is_for_people(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("run")
    logs.get_logger().warning("child died", child="agent", code=-9)
    _, *words = stream.getvalue().rstrip("\n").split("  ")
    assert words == ["[warning]", "child died", "child='agent'", "code=-9"]
