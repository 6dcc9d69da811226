"""An office in the middle of its morning, made through the API as people would make it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from tools.office.programs import KIOSK, Office
from tools.office.web import Person

# As the QR codes in the pictures would name an office's Pi.
PUBLIC_URL = "http://192.168.1.10:8080"
ENV = {
    "MOISO_LIMITS__TICKETS_PER_DEVICE": "1000 per 1 second",
    "MOISO_SERVER__PUBLIC_URL": PUBLIC_URL,
}
WORKING_COUNTER = 1
RATED_COUNTER = 1
_SERVING_COUNTER = 3
QUIET_COUNTER = 4
"""Nobody takes a number for its services, so that its console shows an empty queue."""
_TAKEN = (
    ("ho-tich", False),
    ("chung-thuc", False),
    ("dat-dai", False),
    ("tra-ket-qua", False),
    ("chung-thuc", True),
    ("ho-tich", False),
    ("ho-tich", False),
    ("kinh-te", False),
    ("huong-dan", False),
    ("chung-thuc", False),
    ("ho-tich", True),
    ("nop-truc-tuyen", False),
    ("dat-dai", False),
    ("chung-thuc", False),
    ("ho-tich", False),
    ("chung-thuc", False),
)
# (counter, verbs in order)
_DONE = (
    (1, ("call-next", "serve", "finish", "call-next", "absent")),
    (2, ("call-next", "recall")),
    (3, ("call-next", "serve")),
    (5, ("call-next",)),
    (6, ("call-next", "serve")),
    (1, ("call-next",)),
)


@dataclass
class Life:
    """The office, the tokens of its screens, its people, and the phone pages of some tickets."""

    office: Office
    tokens: dict[str, str] = field(default_factory=dict)
    clerk: Person = field(init=False)
    quiet_clerk: Person = field(init=False)
    new_clerk: Person = field(init=False)
    administrator: Person = field(init=False)
    phone: dict[str, str] = field(default_factory=dict)
    """The page of one ticket in each state."""

    def open(self) -> None:
        """Let the screens in and the people sign in; nobody has come yet."""
        for kind, name in (("kiosk", KIOSK), ("board", "main"), ("panel", str(RATED_COUNTER))):
            # Where the pages keep a screen's token: display/static/js/token.js.
            self.tokens[f"moiso.token.{kind}.{name}"] = self.office.screen_token(kind, name)
        self.clerk, self.quiet_clerk = self.office.person(), self.office.person()
        self.new_clerk = self.office.person()
        self.administrator = self.office.person(administrator=True)
        self.clerk.choose_counter(WORKING_COUNTER)
        self.quiet_clerk.choose_counter(QUIET_COUNTER)

    def fill(self) -> None:
        """Let citizens come: some wait, some are at counters, one did not hear his number."""
        kiosk = self.tokens[f"moiso.token.kiosk.{KIOSK}"]
        phones: dict[int, str] = {}
        for turn, (service, priority) in enumerate(_TAKEN, 1):
            taken = self.office.take(kiosk, service, priority=priority).body
            phones[taken["ticket"]["id"]] = taken["url"].removeprefix(PUBLIC_URL)
            self.office.wait_printed(turn)
        time.sleep(0.3)  # the last slip's end is known everywhere
        for counter, verbs in _DONE:
            for verb in verbs:
                ticket = self.clerk.verb(counter, verb)["ticket"]
                self.phone[ticket["state"]] = phones[ticket["id"]]
        queue = self.clerk.get("/api/v1/queue").body
        self.phone["waiting"] = phones[queue["waiting"][-1]["id"]]
        open_there = {one["number"]: one["ticket"] for one in queue["counters"]}
        self.phone["called"] = phones[open_there[WORKING_COUNTER]["id"]]
        self.phone["serving"] = phones[open_there[_SERVING_COUNTER]["id"]]

    def take_one(self) -> str:
        """Take a ticket and return its page; it waits."""
        kiosk = self.tokens[f"moiso.token.kiosk.{KIOSK}"]
        taken = self.office.take(kiosk, "chung-thuc").body
        return str(taken["url"]).removeprefix(PUBLIC_URL)

    def serve_one(self, path: str = "") -> str:
        """Take, call and finish a ticket; return `path`, else its page, where it can be rated."""
        kiosk = self.tokens[f"moiso.token.kiosk.{KIOSK}"]
        taken = self.office.take(kiosk, "chung-thuc").body
        while True:
            called = self.clerk.verb(RATED_COUNTER, "call-next")["ticket"]
            self.clerk.verb(RATED_COUNTER, "finish")
            if called["id"] == taken["ticket"]["id"]:
                return path or str(taken["url"]).removeprefix(PUBLIC_URL)

    def newest_slip(self) -> Path:
        """Return the picture of the slip that the simulated printer cut last."""
        return max((self.office.folder / "slips").glob("slip-*.png"))
