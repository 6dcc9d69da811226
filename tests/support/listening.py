"""A board in a real browser whose sounds a test can hear."""

import json

from playwright.sync_api import Browser, WebSocket

from display.voice.wave_file import pack
from tests.support.browser import Glass, LiveWire
from tests.support.programs import Rig
from tests.support.voices import tone
from tests.support.wait import wait_for

# What the page really played: begin and end of each sound, by the audio hardware's clock; `begun`
# and `over` are the computer's, in ms, to compare two pages. A busy page learns of an end late, so
# a sound that was stopped ended then, not when that was told.
LISTEN = """
window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function () {
  const heard = { from: this.context.currentTime, length: this.buffer.duration, to: null };
  heard.begun = Date.now();
  this.stop = function (when) {
    heard.stopped = when || this.context.currentTime;
    heard.stoppedMs = when ? Infinity : Date.now();
    return AudioBufferSourceNode.prototype.stop.apply(this, arguments);
  };
  window.played.push(heard);
  this.addEventListener("ended", () => {
    heard.to = Math.min(this.context.currentTime, heard.stopped || Infinity);
    heard.over = Math.min(Date.now(), heard.stoppedMs || Infinity);
  });
  return start.apply(this, arguments);
};
"""


class Board:
    """A board that is listened to.

    An untouched one is only loaded: the browser takes what a test asks a page for a gesture. The
    live channel of a `wired` one can be held up; what it says is not listened to.
    """

    def __init__(
        self, browser: Browser, rig: Rig, name: str, *, untouched: bool = False, wired: bool = False
    ):
        self.glass = Glass(browser, rig.port, 1920, 1080)
        self.page = self.glass.page
        self.page.add_init_script(LISTEN)
        self.wire = LiveWire(self.page) if wired else None
        self.asked: list[str] = []
        self.page.on("request", self._request)
        self._frames: list[str] = []
        self.page.on("websocket", self._websocket)
        if untouched:
            self.page.add_init_script("delete Navigator.prototype.userActivation;")
            self.page.goto(f"{self.glass.base}/board?name={name}")
        else:
            self.glass.open(f"/board?name={name}").wait_for_selector("#counters li")

    def _request(self, request) -> None:
        if "/board/voice/" in request.url:
            self.asked.append(request.url.rpartition("/")[2])

    def _websocket(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self._frames.append(str(frame)))

    def hears_instead(self, ending: str, length_s: float) -> None:
        """Let a call whose file ends so last long: something else is to happen meanwhile."""
        sound = pack(tone(440, round(1000 * length_s)))
        self.page.route(
            f"**/board/voice/*{ending}",
            lambda route: route.fulfill(body=sound, content_type="audio/wav"),
        )

    def hears_itself(self) -> None:
        """Let the next calls last as long as they do; those that are known already do not."""
        self.page.unroute_all()

    def said(self, name: str) -> list[dict]:
        """Return what the page told the server in events of that name."""
        self.page.evaluate("0")  # takes in what came meanwhile
        start = f'42["{name}",'
        return [json.loads(frame[2:])[1] for frame in self._frames if frame.startswith(start)]

    def played(self) -> list[dict]:
        return self.page.evaluate("window.played")

    def all_played(self, count: int) -> list[dict]:
        """Return what was played, once `count` sounds have come to their end."""
        return wait_for(
            lambda: _ended(self.played(), count), f"{count} sounds were heard to their end"
        )


def whole(sound: dict) -> bool:
    """Return whether the sound was heard to its end."""
    return sound["to"] is not None and sound["to"] - sound["from"] >= sound["length"] - 0.05


def _ended(played: list[dict], count: int) -> list[dict]:
    return played if len([sound for sound in played if sound["to"]]) >= count else []
