"""For monitoring: does the process live, is it ready to serve."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from appliance.errors import Unavailable
from appliance.health.watch import BEAT_LATE_S
from appliance.storage import devices, heartbeat
from display.api.answers import (
    AliveAnswer,
    BoardWord,
    DeviceWord,
    ReadyAnswer,
    VoiceWord,
    answer,
)
from display.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer that the process takes requests; looks at nothing else."""
    return answer(AliveAnswer())


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 if tickets can be issued and shown, else 503 with the reasons.

    A broken printer is told under `devices`; it does not make the office unready.
    """
    reasons = []
    states: dict[str, DeviceWord] = {}
    ctx = parts().ctx
    try:
        with ctx.db.read() as conn:
            beat = heartbeat.last(conn)
            states = {
                report.device: DeviceWord(state=report.state, causes=list(report.causes))
                for report in devices.reports(conn)
            }
        late = ctx.clock.real_to_domain(BEAT_LATE_S * 1000)
        if beat is None or ctx.clock.now() - beat > late:
            reasons.append("heartbeat_late")
    except Unavailable as exc:
        reasons.append(exc.key)
    # What threads met that read other tables; the agents' and the screens' answers fail with them.
    for refused in (parts().hub.refused, parts().agents.refused):
        if refused and refused not in reasons:
            reasons.append(refused)
    if not parts().hub.alive:
        reasons.append("publisher_dead")
    body = ReadyAnswer(
        ready=not reasons,
        reasons=reasons,
        devices=states,
        voice=VoiceWord(source=parts().voice.source, name=parts().voice.name),
        boards=_boards(),
    )
    return answer(body, 503 if reasons else 200)


def _boards() -> list[BoardWord]:
    """Return what is known of each board's sound: the speaking screen's own word for it."""
    screens = [screen for screen in parts().hub.screens() if screen.view.kind == "board"]
    found = []
    for board in parts().ctx.office.boards:
        here = [screen for screen in screens if screen.view.key == board.name]
        speaker = next((screen for screen in here if screen.speaks), None)
        found.append(
            BoardWord(
                name=board.name,
                zone=board.zone,
                screens=len(here),
                sound=board.sound,
                heard=speaker.sound if speaker else "",
                spoken=list(speaker.spoken) if speaker else [],
            )
        )
    return found
