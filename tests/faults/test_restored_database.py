"""An older copy of the database is put back: it gives its numbers again, to other citizens."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.programs import Rig, running
from tests.support.wait import wait_for


def take(rig: Rig, n: int) -> dict:
    token = rig.screen_token("kiosk", "kiosk-1")
    body = {"service": "ho-tich", "request_id": f"restored-{n}"}
    answer = rig.post("/api/v1/tickets", body, token=token)
    assert answer.status == 201, answer
    return dict(answer.body["ticket"])


def paper(rig: Rig, ticket: dict) -> str:
    token = rig.screen_token("board", "main")
    return str(rig.get(f"/api/v1/tickets/{ticket['id']}", token=token).body["paper"])


def put_aside(data: Path, copy: Path) -> None:
    copy.mkdir()
    for file in data.glob("office.sqlite*"):
        shutil.copy2(file, copy)


def put_back(data: Path, copy: Path) -> None:
    for file in data.glob("office.sqlite*"):
        file.unlink()
    for file in copy.iterdir():
        shutil.copy2(file, data)


def test_after_an_older_copy_was_put_back_every_slip_is_on_paper(tmp_path: Path) -> None:
    from appliance.storage.audit import audit

    with running(tmp_path / "rig") as rig:
        rig.server.stop()
        put_aside(rig.data, tmp_path / "copy")
        rig.server.start()
        rig.wait_ready()
        first = take(rig, 1)
        wait_for(lambda: paper(rig, first) == "printed", "the slip that the copy will not know")
        rig.server.stop()
        put_back(rig.data, tmp_path / "copy")
        rig.server.start()
        rig.wait_ready()
        wait_for(lambda: rig.device("printer-1") == "ok", "the printer at the server again")
        second = take(rig, 2)
        assert second["id"] == first["id"], "the copy gives the number again"
        wait_for(lambda: paper(rig, second) == "printed", "the slip after it")
        assert rig.printed()["printed"] == 2
        assert audit(rig.data / "office.sqlite").problems == []
