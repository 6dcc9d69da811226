"""The recording script for people names exactly the clips that a set must hold."""

import re
from pathlib import Path

from display.voice import phrases

DOCUMENT = Path(__file__).parents[3] / "docs" / "voice.md"


def test_the_recording_script_is_the_script():
    rows = re.findall(
        r"^\| `([a-z0-9-]+)\.wav` \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    assert dict(rows) == phrases.SCRIPT
