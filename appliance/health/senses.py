"""What the watch asks of its server; bootstrap gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from appliance.protocol.status import StatusPaper


@dataclass(frozen=True)
class Glass:
    """A connected screen: ``kind:id`` of its token, real seconds since it told of a frame."""

    device: str
    silent_s: float


@dataclass(frozen=True)
class Speaker:
    """The screen that speaks for a board: what it says of its sound, whether a call was missed."""

    board: str
    sound: str
    missed: bool = False


@dataclass(frozen=True)
class Clips:
    """What the calls are made of: the chime alone, or words; and whether the office's own fail."""

    chime_only: bool = False
    own_unusable: bool = False


@dataclass(frozen=True)
class Senses:
    """What the watch asks of its server: connected screens, agents heard of, the publisher, the
    paper that agents told of, the screens that speak, the clips, and the key of what the database
    refuses its threads.
    """

    screens: Callable[[], Iterable[Glass]]
    online: Callable[[str], bool]
    publishes: Callable[[], bool]
    papers: Callable[[], Mapping[str, StatusPaper]] = dict
    speakers: Callable[[], Iterable[Speaker]] = tuple
    clips: Clips = field(default_factory=Clips)
    refused: Callable[[], str] = str
