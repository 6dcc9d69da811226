"""A hall with a board that speaks, "loud", and one that does not, "quiet"; and who calls there."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

from tests.support.people import Person, clerk
from tests.support.programs import Rig
from tests.support.voices import TONE_MS, write_set

BOARDS = """
[[boards]]
name = "loud"
zone = "main"
sound = true

[[boards]]
name = "quiet"
zone = "main"
"""


@contextlib.contextmanager
def open_hall(folder: Path, length_ms: int = TONE_MS) -> Iterator[Rig]:
    """Give an office whose recordings have clips of `length_ms`: a call lasts a second or more."""
    office = Rig(folder)
    try:
        office.prepare()
        path = office.data / "moiso.toml"
        text = path.read_text(encoding="utf-8")
        assert "\nrecall_limit = 3" in text
        often = text.replace("\nrecall_limit = 3", "\nrecall_limit = 10")
        path.write_text(often + BOARDS, encoding="utf-8")
        write_set(office.data / "voice", length_ms)
        office.server.start()
        office.wait_ready()
        yield office
    finally:
        office.stop()


def nobody_is_called(rig: Rig) -> None:
    """End what earlier tests left called: a new page would speak what was not heard."""
    person = desk(rig)
    for counter in range(1, 5):
        assert person.verb(counter, "finish").status in (200, 409)


def told(rig: Rig, name: str) -> dict:
    """Return what the server knows of a board's sound."""
    boards = rig.get("/readyz").body["boards"]
    return next(board for board in boards if board["name"] == name)


_took = iter(range(1, 1000))


@functools.cache
def desk(rig: Rig) -> Person:
    """Return a clerk who signed in once: an address may not do so again and again."""
    return clerk(rig.port)


def called(rig: Rig, counter: int, service: str, *, priority: bool = False) -> str:
    """Take a number, call it, return its label."""
    person = desk(rig)
    asked = {"service": service, "priority": priority, "request_id": f"voice-{next(_took):06d}"}
    taken = rig.post("/api/v1/tickets", asked, token=rig.screen_token("kiosk", "kiosk-1"))
    assert taken.status in (200, 201), taken
    answer = person.verb(counter, "call-next")
    assert answer.status == 200, answer
    return str(answer.body["ticket"]["label"])


def spoken(rig: Rig, name: str = "loud") -> list[str]:
    return [one["file"] for one in told(rig, name)["spoken"]]


def voice(rig: Rig, name: str = "loud") -> tuple[str, list[str]] | None:
    """Return what the status page says of the board's voice."""
    lines = rig.get("/api/v1/status").body["lines"]
    found = [line for line in lines if line["part"] == f"voice:{name}"]
    return (found[0]["state"], found[0]["causes"]) if found else None
