"""Makes the shipped clips with espeak-ng: ``python -m tools.voice.make_clips``.

espeak-ng (``apt install espeak-ng``) is a tool of the build only; the product ships the sounds.
It is given written-out words, never numerals: it reads "15" as "mười năm".
"""

from __future__ import annotations

import array
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

from display.voice import chime, clipset, phrases
from display.voice.wave_file import RATE, pack, seconds, unpack

VOICE = "vi"
# The first pace at which a clip lasts long enough to be heard in a full hall.
PACES = (155, 130, 115, 100)
SHORTEST_S = 0.3
# espeak-ng drops the vowel of a lone "gi"; "di" is the same sound in the north.
SPELT = {"gi": "di"}
PITCH = 45
# The speaker's level: loudness of the voiced part, and what no sample exceeds.
LOUDNESS = 10 ** (-17 / 20)
PEAK = 10 ** (-1 / 20)
VOICED = 0.012
QUIET = 0.002
KEPT_MS = 12
FADE_MS = 8


def main() -> None:
    """Make every clip of the script and the manifest beside them."""
    folder = clipset.SHIPPED
    program = shutil.which("espeak-ng")
    if program is None:
        sys.exit("espeak-ng is missing: apt install espeak-ng")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.wav"):
        old.unlink()
    (folder / f"{phrases.CHIME}.wav").write_bytes(pack(chime.samples()))
    for name, words in phrases.SCRIPT.items():
        clip = record(program, SPELT.get(words, words))
        (folder / f"{name}.wav").write_bytes(pack(clip))
        sys.stdout.write(f"{name:12} {seconds(clip):.2f} s  {words}\n")
    clipset.write_manifest(folder, head(program))
    tell(folder)


def record(program: str, words: str) -> bytes:
    """Return the clip of `words`, spoken slower where it would be over too soon."""
    clip = b""
    for pace in PACES:
        clip = polish(speak(program, words, pace))
        if seconds(clip) >= SHORTEST_S:
            break
    return clip


def speak(program: str, words: str, pace: int) -> bytes:
    """Return what espeak-ng says at `pace` words a minute, as samples."""
    options = ["-v", VOICE, "-s", str(pace), "-p", str(PITCH), "-z", "--stdout"]
    spoken = subprocess.run([program, *options, words], capture_output=True, check=True).stdout
    # Written to a pipe, the header cannot know its length.
    return unpack(pack(spoken[spoken.index(b"data") + 8 :]))


def polish(samples: bytes) -> bytes:
    """Return the samples without silence around them, at the set's loudness, with soft ends."""
    values = [value / 32768 for value in array.array("h", samples)]
    loud = [index for index, value in enumerate(values) if abs(value) > QUIET]
    margin = RATE * KEPT_MS // 1000
    values = values[max(0, loud[0] - margin) : loud[-1] + margin]
    voiced = [value for value in values if abs(value) > VOICED]
    gain = LOUDNESS / math.sqrt(sum(value * value for value in voiced) / len(voiced))
    gain = min(gain, PEAK / max(abs(value) for value in values))
    fade = RATE * FADE_MS // 1000
    last = len(values) - 1
    return array.array(
        "h",
        (
            round(value * gain * min(1.0, index / fade, (last - index) / fade) * 32767)
            for index, value in enumerate(values)
        ),
    ).tobytes()


def head(program: str) -> dict[str, str]:
    """Return what the manifest says of the set as a whole."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"(\d+\.[\d.]+)", told)
    assert version, told
    return {
        "name": "eSpeak NG (vi, miền Bắc)",
        "language": "vi",
        "origin": f"espeak-ng {version[1]}, voice {VOICE}, made by tools/voice/make_clips.py;"
        " the chime by display/voice/chime.py",
        "licence": "espeak-ng is a program under GPL-3.0-or-later; it is not part of moiso, and the"
        " sounds that it makes are its output, which its licence does not cover. The clips are"
        " given under moiso's own licence, Apache-2.0.",
    }


def tell(folder: Path) -> None:
    """Print how large the set is and how long a call lasts."""
    found = clipset.load(folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    longest = clipset.longest_call_s(found.sounds)
    sys.stdout.write(f"{len(found.sounds)} clips, {size} bytes; longest reading {longest:.1f} s\n")


if __name__ == "__main__":
    main()
