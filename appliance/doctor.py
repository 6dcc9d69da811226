"""``moiso doctor``: the status page in a terminal, for people and for Nagios."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path

import typer

from appliance.bootstrap.files import DataFolder
from appliance.clock import SystemClock
from appliance.config import load
from appliance.domain.calendar import OFFICE_ZONE
from appliance.errors import ConfigInvalid, MoisoError
from appliance.health.examine import examine
from appliance.health.unheard import follows
from appliance.plugin import EXITS
from appliance.protocol.status import Status, StatusLine, StatusPaper
from display.texts import problem_sentence, say
from display.texts import sentence as error_sentence

_START = "sudo systemctl restart moiso-server; journalctl -u moiso-server -n 50"
_COMMANDS = {"server_down": _START, "server_silent": _START}
_UNTOLD = ("unknown_cause",)
_WHAT = 11  # where the name stands, after the state
# What an HTTP header can carry; the server makes it of fewer signs.
_TOKEN = re.compile(r"[!-~]+")


def run_doctor(data: DataFolder, config: Path | None, lang: str, *, as_json: bool) -> int:
    """Print how everything is and return the exit code; changes nothing.

    Raises ConfigInvalid for a configuration that the server could not use either.
    """
    settings = load(config or data.config, os.environ)
    status = examine(settings, data.path, _token(data), SystemClock())
    code = EXITS[status.summary.state]
    if as_json:
        body = {**status.model_dump(mode="json"), "exit": code}
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return code
    typer.echo(f"MOISO {headline(status, lang)} | {perfdata(status)}")
    for line in status.lines:
        typer.echo(sentence(line, lang))
    return code


def tell_why_not(exc: MoisoError, lang: str, *, as_json: bool) -> int:
    """Print why nothing could be found out, and of a configuration all that is wrong with it.

    The exit code is "unknown": to a monitor 1 and 2 have a meaning that this must not take.
    """
    code = EXITS["unknown"]
    said = error_sentence(exc.key, exc.fields, lang)
    if isinstance(exc, ConfigInvalid):
        said = "\n".join([said, *(problem_sentence(problem, lang) for problem in exc.problems)])
    if as_json:
        typer.echo(json.dumps({"code": exc.key, "message": said, "exit": code}, ensure_ascii=False))
    else:
        typer.echo(f"MOISO {say('doctor.unknown', lang)} - {said}")
    return code


def headline(status: Status, lang: str) -> str:
    """Return the one line that a monitor shows."""
    number = status.summary.attention
    if number == 0:
        said = say("status.all_well", lang)
    elif number == 1:
        said = say("status.attention_one", lang)
    else:
        said = say("status.attention", lang, n=number)
    return f"{say(f'doctor.{status.summary.state}', lang)} - {said}"


def perfdata(status: Status) -> str:
    """Return the numbers behind the line, as plug-ins write them."""
    counts = dict.fromkeys(EXITS, 0)
    for line in status.lines:
        counts[line.state] += 1
    found = [f"{state}={count}" for state, count in counts.items()]
    found.append(f"attention={status.summary.attention};0")
    if status.today is not None:
        found += [f"issued={status.today.issued}", f"waiting={status.today.waiting}"]
        waits = {"p50": status.today.waits.p50_s, "p90": status.today.waits.p90_s}
        found += [f"wait_{name}={value}s" for name, value in waits.items() if value is not None]
    found += [
        f"paper_{line.part}={line.paper.tickets_left}"
        for line in status.lines
        if line.paper is not None and line.paper.tickets_left is not None
    ]
    return " ".join(found)


def sentence(line: StatusLine, lang: str) -> str:
    """Return what is told of one line: state, what, since when, why, and what to do.

    A command to run stands last, on a line of its own. What only follows from the server's trouble
    is told why, not what to do: that stands once, with the server.
    """
    name = " ".join(word for word in (say(f"kind.{line.kind}", lang), line.name) if word)
    text = f"{say(f'health.{line.state}', lang):<{_WHAT}}{name}"
    if line.count > 1:
        text += f" ({say('status.buttons_count', lang, n=line.count)})"
    if line.paper is not None:
        text += f" ({_paper(line.paper, lang)})"
    if line.state == "ok":
        return text
    if line.since is not None:
        text += f" [{say('status.since', lang, time=_local(line.since))}]"
    text += f": {' '.join(_reason(line, cause, lang) for cause in line.causes or _UNTOLD)}"
    if line.standby is not None:
        text += f" {say('status.standby', lang, printer=line.standby)}"
    if line.kind == "server":
        commands = dict.fromkeys(_COMMANDS[cause] for cause in line.causes if cause in _COMMANDS)
        for command in commands:
            text += f"\n{' ' * _WHAT}{say('doctor.start_server', lang, command=command)}"
    return text


def _reason(line: StatusLine, cause: str, lang: str) -> str:
    why = _known("cause", cause, lang)
    if follows(line.kind, line.causes):
        return why
    return f"{why} → {_known('remedy', cause, lang)}"


def _paper(paper: StatusPaper, lang: str) -> str:
    if paper.tickets_left is None:
        left = say("status.paper_printed", lang, m=round(paper.printed_mm / 1000))
    else:
        left = say("status.paper_left", lang, n=paper.tickets_left)
    if paper.changed_at is None:
        return f"{left}, {say('status.paper_never', lang)}"
    return f"{left}, {say('status.paper_changed', lang, time=_local(paper.changed_at))}"


def _local(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(OFFICE_ZONE):%H:%M %d/%m/%Y}"


def _known(family: str, cause: str, lang: str) -> str:
    key = f"{family}.{cause}"
    text = say(key, lang)
    return say(f"{family}.unknown_cause", lang) if text == key else text


def _token(data: DataFolder) -> str:
    """Return the monitors' token if we may read it; on this machine it is rarely needed.

    What a damaged file holds is no token: the server is then asked without one.
    """
    try:
        found = data.monitor_token.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return found if _TOKEN.fullmatch(found) else ""
