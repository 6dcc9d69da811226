"""Midnight on the live channel: a new day shows everywhere, without anybody doing anything."""

from __future__ import annotations

from datetime import date, datetime

from appliance.domain.calendar import OFFICE_ZONE
from tests.http.kit import log, office, rows, taken
from tests.live.screen import screen
from tests.support.people import clerk
from tests.support.programs import anchored

# 16 minutes before midnight at 60 times the speed, in an office that is open all night: time for
# a busy machine to start it.
EVENING = "2026-11-23T23:44:00+07:00,60"
NEXT_DAY = date(2026, 11, 24)


def all_night(text: str) -> str:
    days = ("monday", "tuesday")
    lines = [
        f'{line.split(" = ")[0]} = ["00:00-23:59"]' if line.startswith(days) else line
        for line in text.splitlines()
    ]
    return "\n".join(lines).replace("2026-11-24 = []", '2026-11-24 = ["00:00-23:59"]') + "\n"


def day_of(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(OFFICE_ZONE).date()


def test_a_new_day_sends_new_snapshots_and_the_first_ticket_opens_it(tmp_path):
    env = {"MOISO_DEMO_CLOCK": anchored(EVENING)}
    with office(tmp_path, env=env, edit=all_night) as rig:
        kiosk = rig.screen_token("kiosk", "kiosk-2")
        old = [taken(rig, kiosk)["label"] for _ in range(3)]
        assert old == ["1001", "1002", "1003"]
        lan = clerk(rig.port)
        assert lan.verb(1, "call-next").body["ticket"]["label"] == "1001"
        with screen(rig.port, rig.screen_token("board", "main")) as board:
            assert day_of(board.snapshot["at"]) < NEXT_DAY
            assert board.snapshot["state"]["waiting"]["ho-tich"] == 2
            board.until(lambda: board.snapshots == 2, "the snapshot of the new day", 30)
            assert day_of(board.snapshot["at"]) == NEXT_DAY
            assert board.snapshot["state"]["waiting"]["ho-tich"] == 0
            assert board.snapshot["state"]["calls"] == []
            assert rig.get("/readyz").status == 200, rig.get("/readyz").body
            assert taken(rig, kiosk)["label"] == "1001"
            board.until(lambda: board.snapshots == 3, "the snapshot of the day that was opened")
            assert board.snapshot["state"]["waiting"]["ho-tich"] == 1
        states = dict(rows(rig, "SELECT id, state FROM tickets ORDER BY id"))
        assert list(states.values()) == ["finished", "expired", "expired", "waiting"]
        assert lan.verb(1, "call-next").body["ticket"]["label"] == "1001"
        assert log(rig, "type = 'day.opened'") == []  # by the system, not by anybody
        assert len(rows(rig, "SELECT day FROM business_days")) == 2
