"""The two programs without the command line: ``python -m appliance.bootstrap.program agent JSON``.

`moiso server` and `moiso agent` read the command line, check the configuration and then become
this program under the same pid. What the command line and the check needed (typer, pydantic, the
whole configuration: 15 MB) would otherwise stay in memory for as long as the office runs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from appliance.bootstrap.files import data_folder
from appliance.clock import Clock, SystemClock, demo_clock_from_env
from appliance.errors import ConfigInvalid, MoisoError, Problem, Unavailable
from appliance.logs import set_up
from appliance.memory import hold_little, settle

# The exit code of a preparation that the database did not let happen.
UNREADABLE = 75


@dataclass(frozen=True)
class Told:
    """What the program has to know before it reads the configuration."""

    config: str
    demo: bool
    host: str = ""
    port: int = 0
    threads: int = 0
    public_url: str = ""


def become(program: str, told: Told) -> NoReturn:
    """Turn this process into the program, server or agent; raises OSError if that cannot be."""
    sys.stdout.flush()
    sys.stderr.flush()
    argv = [sys.executable, "-m", __name__, program, json.dumps(asdict(told))]
    os.execv(sys.executable, argv)  # noqa: S606 - our own interpreter, no shell is wanted


def clock(*, demo: bool) -> Clock:
    """Return the machine's time, or in the demo the one of MOISO_DEMO_CLOCK.

    Raises ConfigInvalid for that variable outside the demo.
    """
    value = os.environ.get("MOISO_DEMO_CLOCK")
    if not value:
        return SystemClock()
    if not demo:
        raise ConfigInvalid(Problem("clock_refused", "MOISO_DEMO_CLOCK"))
    return demo_clock_from_env(value)


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """End the process with 2 for a wrong configuration and 1 for other errors, told to people."""
    try:
        yield
    except MoisoError as exc:
        for sentence in _told(exc):
            sys.stderr.write(f"moiso: {sentence}\n")
        raise SystemExit(2 if isinstance(exc, ConfigInvalid) else 1) from exc


def _told(exc: MoisoError) -> Iterator[str]:
    """Yield what is wrong in each language, then what a technician is asked for."""
    # Loads Flask: only a program that ends may.
    from display.texts import languages, problem_sentence, sentence

    if isinstance(exc, ConfigInvalid):
        for lang in languages:
            yield from (problem_sentence(problem, lang) for problem in exc.problems)
        return
    yield from (sentence(exc.key, exc.fields, lang) for lang in languages)
    known = ", ".join(f"{name}: {value}" for name, value in exc.fields.items())
    yield f"[{exc.key}] {known}".rstrip()


@contextmanager
def unreadable_as_code(database: Path) -> Iterator[None]:
    """End the process with UNREADABLE where the database refuses, and say what to do."""
    try:
        yield
    except Unavailable as exc:
        sys.stderr.write(
            "moiso: the database cannot be used; see `moiso doctor` and"
            f" `moiso verify {database}`: {exc.fields.get('reason', exc.key)}\n"
        )
        raise SystemExit(UNREADABLE) from exc


def _run(program: str, told: Told) -> int:
    set_up(program)
    folder, config = data_folder(os.environ), Path(told.config)
    if program == "agent":
        from appliance.bootstrap.agent import build_agent
        from appliance.config import load

        hold_little()
        settings, now = load(config, os.environ), clock(demo=told.demo)
        return build_agent(settings, folder.path, now, demo=told.demo, on_ready=settle).run()
    from appliance.bootstrap.serving import Serving

    Serving(told, folder, clock(demo=told.demo)).run()
    return 0


if __name__ == "__main__":
    with errors_as_sentences():
        code = _run(sys.argv[1], Told(**json.loads(sys.argv[2])))
    sys.exit(code)
