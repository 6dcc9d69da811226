"""A conversation with a printer: a transport, the reader of its answers, and deadlines."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from printer.demux import Answer, AutoStatus, Demux, Garbage, InOrderAnswer, RealtimeAnswer
from printer.errors import Babbles, TooSlow, WriteFailed
from printer.escpos import DLE_EOT
from printer.status import NEVER_ASKED, PrinterStatus, causes_of_asb, from_causes
from printer.transports import Transport

_CHUNK_BYTES = 2048
_SLICE_S = 0.1
# Whatever arrives without a pause as long as this is one speech.
_PAUSE_S = 0.03
# A stopped printer with a full buffer cannot hear us. Its connection is kept this long, since on
# a new one it could not even say why it stands.
_STANDING_S = 15.0


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each step with the printer may take.

    A slip is begun when it is 15 s old at the latest, poured within `pour_s` and proven within
    `confirm_s`: its end is known before the server, which waits for 60 s, lets it be printed
    again. The slowest line that is allowed, 38,400 baud, needs 8 s for the largest slip.
    """

    connect_s: float = 2.0
    reply_s: float = 1.0
    stall_s: float = 5.0
    pour_s: float = 30.0
    confirm_s: float = 6.0


class Link:
    """One connection at a time; whoever gets an error from it finds it closed."""

    def __init__(self, transport: Transport, deadlines: Deadlines) -> None:
        self._transport = transport
        self._deadlines = deadlines
        self._demux = Demux()
        self.garbage_seen = False
        """True once this connection has brought a byte that no printer should send."""
        self.auto_status = b""
        """The last automatic status of this connection, if any."""
        self._unanswered = 0
        self._owed = 0
        self._heard_s = 0.0
        self.moved_s = 0.0
        """When the printer last took a byte, by `time.monotonic()`."""

    @property
    def is_open(self) -> bool:
        """True while connected."""
        return self._transport.is_open

    @property
    def told(self) -> PrinterStatus:
        """Give what the printer last said by itself on this connection."""
        if not self.auto_status:
            return NEVER_ASKED
        return from_causes(causes_of_asb(self.auto_status))

    @property
    def stands(self) -> bool:
        """True if the printer has lately said why it does not go on, and nothing odd since."""
        quiet_s = time.monotonic() - self._heard_s
        return self.told.state == "failed" and not self.garbage_seen and quiet_s < _STANDING_S

    def open(self) -> None:
        """Connect if there is no connection; raises `ConnectFailed` or `Babbles`."""
        if not self._transport.is_open:
            self._transport.open(self._deadlines.connect_s)
            # A device node, unlike a network connection, still holds what was said to others.
            self.hear_out()
            self._demux = Demux()  # half an answer of the last connection means nothing here
            self.garbage_seen = False
            self.auto_status = b""
            self._unanswered = 0
            self._owed = 0

    def close(self) -> None:
        """Drop the connection."""
        self._transport.close()

    def hear(self, timeout_s: float) -> list[Answer]:
        """Give the answers that arrive within the time; returns as soon as there is something."""
        return self._understand(self._transport.read(timeout_s))

    def hear_out(self, quiet_s: float = _PAUSE_S, *, wait_first: bool = True) -> None:
        """Hear until it has been quiet for so long.

        Without `wait_first` a printer that has said nothing yet costs no time: whoever talks
        without end has said something since the last look.
        Whoever is not quiet by the deadline of a reply is no printer that can be asked anything:
        the connection is dropped, and `Babbles` raised.
        """
        deadline_s = time.monotonic() + self._deadlines.reply_s
        wait_s = quiet_s if wait_first else 0
        while said := self._transport.read(wait_s):
            wait_s = quiet_s
            self._understand(said)
            if time.monotonic() >= deadline_s:
                self.close()
                raise Babbles(printer=self._transport.name)

    def _understand(self, said: bytes) -> list[Answer]:
        found = self._demux.feed(said)
        if found:
            self._heard_s = time.monotonic()
        answers = [answer for answer in found if not self._is_owed(answer)]
        for answer in answers:
            match answer:
                case Garbage():
                    self.garbage_seen = True
                case AutoStatus(block):
                    self.auto_status = block
                case RealtimeAnswer():
                    self._unanswered = max(0, self._unanswered - 1)
                case _:
                    pass
        return answers

    def owe_in_order(self) -> None:
        """Note that a GS r answer is still to come that nobody waits for any more.

        A slip is proven by its echo, which the printer sends first. The answer behind it belongs
        to no later question: it is neither garbage nor the fence of the next slip.
        """
        self._owed += 1

    def _is_owed(self, answer: Answer) -> bool:
        if self._owed and isinstance(answer, InOrderAnswer):
            self._owed -= 1
            return True
        return False

    def say(self, data: bytes) -> None:
        """Hand over a few bytes whole, or raise `WriteFailed`; hears nothing meanwhile."""
        self._pour(data, None, time.monotonic() + self._deadlines.pour_s)

    def say_now(self, data: bytes) -> bool:
        """Hand over a short command if the printer takes it at once; False if it takes nothing.

        A stopped printer with a full buffer takes nothing, and is not dead for that.
        """
        took = self._transport.write(data, _SLICE_S)
        if 0 < took < len(data):
            self.say(data[took:])  # half a command must not run into the next one
        return took > 0

    def pour(self, data: bytes, stop: Callable[[list[Answer]], bool], late_at_s: float) -> int:
        """Hand over a slip while listening; give how many bytes went before `stop` said so.

        A printer that takes nothing for `stall_s` raises `WriteFailed`, unless it has said why it
        stands; one that has not taken all at `late_at_s` raises `TooSlow`. `written` counts from
        the beginning of `data` in every case.
        """
        return self._pour(data, stop, late_at_s)

    def question(self, n: int) -> bool:
        """Say DLE EOT n without waiting for the answer; False if it could not be said."""
        said = self.say_now(DLE_EOT[n])
        self._unanswered += said
        return said

    def ask(self, n: int) -> int | None:
        """Ask DLE EOT n and give the answering byte, or None if none came in time."""
        deadline_s = time.monotonic() + self._deadlines.reply_s
        # Answers do not say which question they belong to: old ones must be out of the way.
        while self._unanswered:
            if (left_s := deadline_s - time.monotonic()) <= 0:
                return None
            self.hear(left_s)
        if not self.question(n):
            return None
        while (left_s := deadline_s - time.monotonic()) > 0:
            for answer in self.hear(left_s):
                if isinstance(answer, RealtimeAnswer):
                    return answer.byte
                self.garbage_seen |= isinstance(answer, InOrderAnswer)
        return None

    def _pour(
        self, data: bytes, stop: Callable[[list[Answer]], bool] | None, late_at_s: float
    ) -> int:
        written = 0
        now_s = time.monotonic()
        stalled_at_s = now_s + self._deadlines.stall_s
        try:
            while written < len(data):
                if now_s >= late_at_s:
                    raise TooSlow(0, "too_slow")
                took = self._transport.write(data[written : written + _CHUNK_BYTES], _SLICE_S)
                written += took
                now_s = time.monotonic()
                if took:
                    self.moved_s = now_s
                    stalled_at_s = now_s + self._deadlines.stall_s
                elif now_s >= stalled_at_s:
                    if stop is not None and self.stands:
                        break
                    raise WriteFailed(0, "stalled")
                if stop is not None and stop(self.hear(0)):
                    break
        except OSError as error:
            self.close()
            kind = TooSlow if isinstance(error, TooSlow) else WriteFailed
            went = error.written if isinstance(error, WriteFailed) else 0
            raise kind(written + went, str(error)) from error
        return written
