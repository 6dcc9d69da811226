"""A server alone, who may ask it, and the proof that nothing was changed."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from display import texts
from tests.support.people import Person, administrator, clerk
from tests.support.programs import Answer, Rig

FAST = {
    "MOISO_LIMITS__TICKETS_PER_DEVICE": "1000 per 1 second",
    "MOISO_LIMITS__LOGINS_PER_ADDRESS": "1000 per 1 second",
}
PASSWORD = "mot-mat-khau-dai"
TICKETS = "/api/v1/tickets"
_ids = itertools.count(1)
_TABLES = (
    *("business_days", "series_heads", "tickets", "devices", "staff"),
    *("rating_presses", "rating_reasons", "panel_turns"),
)


@contextlib.contextmanager
def office(
    folder: Path,
    *,
    env: dict[str, str] | None = None,
    demo: bool = True,
    edit: Callable[[str], str] = lambda text: text,
) -> Iterator[Rig]:
    """Give a server without agent and printer, and a second kiosk; end it whatever happens.

    `edit` may change the configuration's text first.
    """
    rig = Rig(folder, extra_env={**FAST, **(env or {})})
    try:
        rig.prepare() if demo else _plain(rig)
        config = rig.data / "moiso.toml"
        text = edit(config.read_text(encoding="utf-8"))
        config.write_text(f'{text}\n[[kiosks]]\nname = "kiosk-2"\n', encoding="utf-8")
        rig.server.start()
        rig.wait_ready()
        yield rig
    except BaseException:
        if rig.server.log.exists():
            sys.stderr.write(f"--- server\n{rig.server.output[-4000:]}\n")
        raise
    finally:
        rig.stop()


def _plain(rig: Rig) -> None:
    """Make the data folder of a server that is no demo."""
    from appliance.bootstrap.files import DataFolder
    from appliance.demo_office import write_config

    data = DataFolder(rig.data)
    data.create()
    write_config(data, {"printer-1": rig.printer_port})
    rig.env["MOISO_DEMO_CLOCK"] = ""
    rig.server.argv.remove("--demo")


def request_id() -> str:
    """Return an id that no test used before."""
    return f"http-test-{next(_ids):06d}"


def take(rig: Rig, token: str, service: str = "ho-tich", **more: Any) -> Answer:
    """Take a number, with a fresh request unless one is named."""
    body = {"service": service, "request_id": request_id(), **more}
    return rig.post(TICKETS, body, token=token)


def taken(rig: Rig, token: str, service: str = "ho-tich", **more: Any) -> dict[str, Any]:
    """Return a ticket that is there."""
    answer = take(rig, token, service, **more)
    assert answer.status in (200, 201), answer
    return dict(answer.body["ticket"])


def staff(rig: Rig, username: str, role: str) -> Person:
    """Make an account and return its person, signed in."""
    manager = administrator(rig.port)
    answer = manager.form("/admin/accounts", username=username, password=PASSWORD, role=role)
    assert answer.status == 303, answer
    person = Person(rig.port)
    assert person.sign_in(username, PASSWORD).status == 303
    return person


def clear(rig: Rig) -> None:
    """Bring the queue of the day to its end."""
    lan = clerk(rig.port)
    queue = lan.get("/api/v1/queue").body
    for counter in queue["counters"]:
        if counter["ticket"] is not None:
            assert lan.verb(counter["number"], "finish").status == 200
    for ticket in queue["waiting"]:
        body = {"request_id": request_id()}
        assert lan.post(f"{TICKETS}/{ticket['id']}/cancel", body).status == 200


def sentence(code: str, fields: dict[str, Any], lang: str = "vi") -> str:
    """Return what people are told; fail if the translations lack it."""
    assert texts.say(f"error.{code}", lang) != f"error.{code}", code
    return texts.sentence(code, fields, lang)


def assert_refused(answer: Answer, status: int, code: str, lang: str = "vi") -> dict[str, Any]:
    """Return the fields of an error that has exactly the one shape."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.body) == {"error"}, answer
    error = answer.body["error"]
    assert set(error) == {"code", "message", "fields"}, answer
    assert error["code"] == code, answer
    assert error["message"] == sentence(code, error["fields"], lang)
    assert "{" not in error["message"]
    return dict(error["fields"])


def rows(rig: Rig, sql: str) -> list[tuple[Any, ...]]:
    """Return what the database holds, through a connection that cannot write."""
    path = f"file:{rig.data / 'office.sqlite'}?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as connection:
        return connection.execute(sql).fetchall()


def link_of(rig: Rig, ticket: dict[str, Any]) -> str:
    """Return the path of the ticket's page, as its QR code tells it."""
    return "/t/" + str(rows(rig, f"SELECT token FROM tickets WHERE id = {ticket['id']}")[0][0])


def log(rig: Rig, where: str = "1") -> list[tuple[int, str]]:
    """Return seq and type of the events that somebody caused.

    The server itself notes that an agent is silent and that a slip was not pulled, when it likes.
    """
    return [
        (int(seq), str(type_))
        for seq, type_ in rows(
            rig, f"SELECT seq, type FROM events WHERE actor <> 'system' AND {where} ORDER BY seq"
        )
    ]


def holdings(rig: Rig) -> dict[str, list[Any]]:
    """Return every row that a request could change."""
    found: dict[str, list[Any]] = {name: rows(rig, f"SELECT * FROM {name}") for name in _TABLES}
    found["events"] = log(rig)
    return found


@contextlib.contextmanager
def unchanged(rig: Rig) -> Iterator[None]:
    """Hold that what is done inside leaves no trace."""
    before = holdings(rig)
    yield
    assert holdings(rig) == before
