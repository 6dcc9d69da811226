"""Hear the voice without a screen, and check or seal the office's own recordings."""

from __future__ import annotations

from pathlib import Path

import typer

from appliance.bootstrap.files import DataFolder
from appliance.errors import Invalid
from display.voice import clipset, phrases
from display.voice.announcer import choose
from display.voice.clipset import Incomplete
from display.voice.wave_file import seconds, unpack

_SOURCES = {
    "office": "the office's own recordings",
    "shipped": "the clips that come with moiso",
    "chime": "no complete set of clips: the chime alone",
}


def say(data: DataFolder, label: str, counter: int, out: Path | None, *, priority: bool) -> None:
    """Write the sound of a call to `out`, if one is named. Raises Invalid."""
    announcer = choose(data.voice)
    try:
        sound = announcer.call(label, counter, priority=priority)
    except ValueError as exc:
        raise _unspeakable(counter, exc) from exc
    if out is not None:
        try:
            out.write_bytes(sound)
        except OSError as exc:
            problem = exc.strerror or str(exc)
            raise Invalid("bad_field", field=str(out), problem=problem) from exc
        length_s = seconds(unpack(sound))
        typer.echo(f"{out}: {length_s:.1f} s, {_SOURCES[announcer.source]}", err=True)


def words(label: str, counter: int, *, priority: bool) -> None:
    """Print what is heard in one reading. Raises Invalid."""
    try:
        typer.echo(phrases.sentence(label, counter, priority=priority))
    except ValueError as exc:
        raise _unspeakable(counter, exc) from exc


def _unspeakable(counter: int, exc: ValueError) -> Invalid:
    """Return which of the two cannot be spoken, and why."""
    field = "label" if 1 <= counter <= phrases.LARGEST_COUNTER else "counter"
    return Invalid("bad_field", field=field, problem=str(exc))


def tell(data: DataFolder) -> int:
    """Print which clips are used and why not the office's own; return the exit code."""
    announcer = choose(data.voice)
    by = f": {announcer.name}" if announcer.name else ""
    typer.echo(f"{_SOURCES[announcer.source]}{by}")
    for problem in announcer.problems:
        typer.echo(f"  {problem}")
    return 1 if announcer.problems else 0


def script() -> None:
    """Print the recording script: a file name and the words to be spoken into it, per line."""
    for name, spoken in phrases.SCRIPT.items():
        typer.echo(f"{name}.wav\t{spoken}")


def seal(data: DataFolder, speaker: str) -> int:
    """Write the manifest of the recordings in the data folder; return the exit code."""
    head = {
        "name": speaker,
        "language": "vi",
        "origin": "recorded by the office",
        "licence": "for the use of this office",
    }
    try:
        clipset.write_manifest(data.voice, head)
    except Incomplete as exc:
        for problem in exc.problems:
            typer.echo(problem, err=True)
        return 1
    return tell(data)
