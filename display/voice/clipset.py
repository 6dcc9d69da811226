"""A set of clips in a folder: its manifest says what it is, its checksums that it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from display.voice import chime, phrases
from display.voice.wave_file import seconds, unpack

MANIFEST = "manifest.json"
SHIPPED = Path(__file__).parent / "clips" / "vi-espeak"
LONGEST_CALL_S = 12.0
MOST_BYTES = 8 << 20


class Incomplete(Exception):
    """A set that cannot be used; `problems` has one sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ClipSet:
    """A complete set: who speaks (`name`), where it is from, and the samples of each clip."""

    name: str
    origin: str
    licence: str
    sounds: Mapping[str, bytes] = field(repr=False)


def load(folder: Path) -> ClipSet:
    """Return the set in `folder`; raises Incomplete with everything that is wrong."""
    manifest = _manifest(folder)
    problems: list[str] = []
    sounds: dict[str, bytes] = {}
    for entry in manifest["clips"]:
        try:
            sounds[entry["name"]] = _sound(folder, entry)
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else exc
            problems.append(f"{entry['file']}: {reason}")
    listed = {entry["name"] for entry in manifest["clips"]}
    problems += [f"{name}: not in {MANIFEST}" for name in phrases.SCRIPT if name not in listed]
    if not problems:
        sounds.setdefault(phrases.CHIME, chime.samples())
        problems += _too_much(sounds)
    if problems:
        raise Incomplete(problems)
    return ClipSet(manifest["name"], manifest["origin"], manifest["licence"], sounds)


def describe(folder: Path, head: Mapping[str, str]) -> dict[str, Any]:
    """Return the manifest of the recordings in `folder`; `head` has name, origin, licence…

    Raises Incomplete if a clip of the script is missing or no WAV of the right format.
    """
    problems: list[str] = []
    clips = []
    for name, words in {phrases.CHIME: "", **phrases.SCRIPT}.items():
        path = folder / f"{name}.wav"
        if name == phrases.CHIME and not path.exists():
            continue
        try:
            content = path.read_bytes()
            unpack(content)
        except (OSError, ValueError) as exc:
            problems.append(f"{path.name}: {exc.strerror if isinstance(exc, OSError) else exc}")
            continue
        digest = hashlib.sha256(content).hexdigest()
        clips.append({"name": name, "file": path.name, "words": words, "sha256": digest})
    if problems:
        raise Incomplete(problems)
    return {**head, "format": "WAV, mono, 22050 Hz, 16 bit", "clips": clips}


def write_manifest(folder: Path, head: Mapping[str, str]) -> None:
    """Write the manifest of the recordings in `folder`; raises Incomplete."""
    text = json.dumps(describe(folder, head), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def longest_call_s(sounds: Mapping[str, bytes]) -> float:
    """Return how long one reading of the longest label at the longest counter may last."""
    lengths = {name: seconds(sound) for name, sound in sounds.items()}
    sign = max(s for name, s in lengths.items() if name.startswith(("digit-", "letter-")))
    count = max(s for name, s in lengths.items() if name.startswith(("digit-", "ten")))
    words = sum(lengths[name] for name in (phrases.CHIME, "call", "priority", "to-counter"))
    widest = phrases.call("0" * phrases.LONGEST_LABEL, 33, priority=True, readings=1)
    pauses_ms = sum(phrases.pause_ms(before, after) for before, after in pairwise(widest))
    return words + phrases.LONGEST_LABEL * sign + 3 * count + pauses_ms / 1000


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as exc:
        raise Incomplete([f"{MANIFEST}: {exc.strerror}"]) from exc
    except ValueError as exc:
        raise Incomplete([f"{MANIFEST}: is no JSON: {exc}"]) from exc
    if not _is_manifest(found):
        raise Incomplete([f"{MANIFEST}: wants name, origin, licence and clips"])
    return dict(found)


def _is_manifest(found: Any) -> bool:
    def texts(table: Any, *keys: str) -> bool:
        return isinstance(table, dict) and all(isinstance(table.get(key), str) for key in keys)

    return (
        texts(found, "name", "origin", "licence")
        and isinstance(found.get("clips"), list)
        and all(texts(entry, "name", "file", "sha256") for entry in found["clips"])
    )


def _sound(folder: Path, entry: Mapping[str, str]) -> bytes:
    if Path(entry["file"]).name != entry["file"]:
        raise ValueError("must lie beside the manifest")
    content = (folder / entry["file"]).read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ValueError("is not the file that the manifest names (checksum)")
    return unpack(content)


def _too_much(sounds: Mapping[str, bytes]) -> list[str]:
    size = sum(map(len, sounds.values()))
    longest = longest_call_s(sounds)
    problems = []
    if size > MOST_BYTES:
        problems.append(f"the clips have {size} bytes, at most {MOST_BYTES} are kept in memory")
    if longest > LONGEST_CALL_S:
        problems.append(
            f"a call could last {longest:.1f} s, at most {LONGEST_CALL_S:.0f} s: cut it"
        )
    return problems
