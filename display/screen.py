"""A connected screen, as the hub knows it: in memory only."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from appliance.protocol.live import Spoken
from display.streams import View


@dataclass
class Screen:
    """A connected screen. `last` is None until its hello was answered.

    `speaks` is what it was told; `sound`, `spoken` and `missed` are what it told: its last call
    could not be played.
    """

    sid: str
    view: View
    device: str
    last: int | None = None
    drawn_seq: int = 0
    frame: int = 0
    # Until the first frame it has been silent since it came.
    drawn_at_s: float = field(default_factory=time.monotonic)
    speaks: bool = False
    sound: str = ""
    missed: bool = False
    spoken: deque[Spoken] = field(default_factory=lambda: deque(maxlen=20))
