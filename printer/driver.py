"""A printer: is it fit to print, and has this slip been printed?

Bytes that a socket took are no evidence. A slip counts as printed when the printer has sent
back the slip's own four bytes (GS ( H), or, from printers without that, the answer to a GS r
that stands behind the slip.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from printer import escpos
from printer.demux import Text
from printer.errors import Babbles, ConnectionLost, TooSlow, TransportError, WriteFailed
from printer.leftover import Leftover
from printer.link import Deadlines, Link
from printer.states import State
from printer.status import (
    MUTE,
    Cause,
    PrinterStatus,
    causes_of_eot,
    from_causes,
)
from printer.transports import Transport
from printer.watch import SlipWatch

_ECHO_GRACE_S = 0.5
_LISTEN_S = 0.5
# So many proofs in a row that did not come make a printer `failed` that answers in real time.
_HANGS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a slip: `failed` only if not one byte of it was handed over."""

    state: State
    reason: str = ""


class Printer:
    """One printer behind one transport; to be used from one thread."""

    def __init__(
        self,
        transport: Transport,
        width_dots: int,
        abilities: escpos.Abilities = escpos.EPSON,
        deadlines: Deadlines | None = None,
        can_answer: bool = True,
    ) -> None:
        self.name = transport.name
        self.width_dots = width_dots
        self.abilities = abilities
        self.can_answer = can_answer
        self._deadlines = deadlines or Deadlines()
        self._link = Link(transport, self._deadlines)
        self._misses = 0
        self._stood_for: tuple[Cause, ...] = ()
        self._leftover = Leftover(self.name, self._link, width_dots, abilities, self._deadlines)
        self._cleared = False

    @property
    def moved_s(self) -> float:
        """Tell when the printer last took a byte, by `time.monotonic()`."""
        return self._link.moved_s

    def expect_leftover(self) -> None:
        """Note that an earlier process may have left half a slip in the printer."""
        self._leftover.expect()

    def take_fed_mm(self) -> float:
        """Give the paper that went with flushes since this was last asked."""
        return self._leftover.take_fed_mm()

    def close(self) -> None:
        """Drop the connection."""
        self._link.close()

    def identify(self) -> dict[str, str]:
        """Give what the printer says it is (GS I); nothing for what it does not tell."""
        self._link.open()
        found, names_itself = {}, self.abilities.names_itself
        for name, question in (escpos.IDENTIFY if names_itself else {}).items():
            self._link.say(question)
            deadline_s = time.monotonic() + self._deadlines.reply_s
            while name not in found and (left_s := deadline_s - time.monotonic()) > 0:
                for answer in self._link.hear(left_s):
                    if isinstance(answer, Text):
                        found[name] = answer.text.decode("latin-1")
        return found

    def check(self) -> PrinterStatus:
        """Ask the printer how it is; no answer is `unknown` at first and `failed` from then on.

        One whose own program hangs still answers in real time: once a proof did not come, it must
        first prove that it gets rid of what it holds, by itself as soon as it can again.
        """
        status = self._look()
        if self._leftover.failures and self.may_print(status):
            return self._cut_off(status)
        return status

    def _cut_off(self, status: PrinterStatus, at_once: bool = False) -> PrinterStatus:
        """Try to get rid of half a slip, and give `status` if that was proven."""
        if at_once or self._leftover.due:
            try:
                self._leftover.flush(self.can_answer)
            except Babbles:
                return self._missed(Cause.GARBAGE)
            except TransportError:
                pass  # counted, and told below
            else:
                return status
        hangs = self._leftover.failures >= _HANGS
        return PrinterStatus("failed" if hangs else "unknown", (Cause.SILENT,))

    def _look(self) -> PrinterStatus:
        try:
            causes = self._ask_all()
        except Babbles:
            return self._missed(Cause.GARBAGE)
        except TransportError:
            return self._missed(Cause.UNPLUGGED)
        if causes is None:
            if self._link.stands:
                # Stopped with a full buffer, it cannot hear us; but it said why, and the
                # connection, which would break if it were dead, will bring the end of that too.
                self._misses = 0
                self._stood_for = self._link.told.causes
                return self._link.told
            cause = Cause.GARBAGE if self._link.garbage_seen else Cause.SILENT
            self._link.close()
            return self._missed(cause)
        self._misses, self._stood_for = 0, ()
        status = from_causes(causes)
        if self._leftover.there and not status.usable:
            self._clear()
        return status if self.can_answer else MUTE

    def prepare(self) -> PrinterStatus:
        """Look, and if the printer is fit, first get rid of half a slip that it may hold."""
        status = self._look()
        if self._leftover.there and self.may_print(status):
            return self._cut_off(status, at_once=self._leftover.failures < _HANGS)
        return status

    def may_print(self, status: PrinterStatus) -> bool:
        """True if a slip may be sent to a printer in this state."""
        return status.usable or status == MUTE

    def send(
        self, job_bytes: bytes, fence_id: bytes, on_sent: Callable[[], None] = lambda: None
    ) -> Outcome:
        """Send one slip and say what became of it; `on_sent` is called when all bytes are out."""
        watch = SlipWatch(fence_id)
        try:
            self._link.open()
            self._link.hear_out(0)  # what was said before this slip is not about it
        except TransportError as error:
            babbles = isinstance(error, Babbles)
            return Outcome(State.FAILED, "garbage" if babbles else "connection_lost")
        written, late_at_s = 0, time.monotonic() + self._deadlines.pour_s
        try:
            for part in (job_bytes, escpos.fence(fence_id, self.abilities)):
                watch.forget_all_heard()
                took = self._link.pour(part, watch.hears, late_at_s)
                written += took
                if not written:
                    return Outcome(State.FAILED, watch.fault or watch.pause or "write_refused")
                if watch.fault or took < len(part):
                    return self._lost(watch.fault or watch.pause, hang_up=False)
        except WriteFailed as error:
            if not written + error.written:
                return Outcome(State.FAILED, "write_refused")
            broke = "too_slow" if isinstance(error, TooSlow) else "connection_lost"
            return self._lost(watch.fault or watch.pause or broke)
        on_sent()
        if not self.can_answer:
            return Outcome(State.UNCONFIRMED, "cannot_answer")
        try:
            return self._confirm(watch)
        except TransportError:
            return self._lost("connection_lost")
        finally:
            self._leftover.echoes |= watch.echoes_at_all

    def _confirm(self, watch: SlipWatch) -> Outcome:
        """Wait for the slip's proof; anything else is `unknown`.

        The answer to GS r is a single byte, and NUL is one: a line that goes dead says as much. It
        is believed only if the printer then still answers.
        """
        deadline_s = time.monotonic() + self._deadlines.confirm_s
        fenced_s: float | None = None
        quiet = False
        while not watch.fault:
            now_s = time.monotonic()
            if watch.echoed:
                if not watch.in_order:
                    self._link.owe_in_order()
                return Outcome(State.PRINTED, "echo")
            if watch.in_order and fenced_s is None:
                # The echo stands before GS r: it comes now or never.
                fenced_s = now_s + (_ECHO_GRACE_S if self.abilities.process_id else 0)
                deadline_s = fenced_s + self._deadlines.reply_s
            if fenced_s is not None and now_s >= fenced_s:
                if self._leftover.echoes or watch.echoes_at_all or watch.garbage:
                    self._leftover.unproven()
                    return self._lost("no_echo")
                if watch.lives:
                    return Outcome(State.PRINTED, "fence")
            if now_s >= deadline_s:
                return self._in_vain(watch)
            self._ask_on(watch, quiet)
            until_s = deadline_s if fenced_s is None or now_s >= fenced_s else fenced_s
            heard = self._link.hear(min(_LISTEN_S, until_s - now_s))
            watch.hears(heard)
            quiet = not heard
        return self._lost(watch.fault, hang_up=False)

    def _ask_on(self, watch: SlipWatch, quiet: bool) -> None:
        """Ask in real time what the slip's end depends on, without waiting for the answer."""
        if watch.in_order != watch.doubted:
            if self._link.question(1):
                watch.doubted = watch.in_order
                watch.asked.clear()
        elif quiet and not watch.asked and not watch.in_order:
            # A printer without GS a tells of cover and paper only when asked.
            watch.asked += [n for n in (2, 4) if self._link.question(n)]

    def _in_vain(self, watch: SlipWatch) -> Outcome:
        """Give up waiting; a printer that has said why it stands is heard further."""
        if watch.pause:
            return self._lost(watch.pause, hang_up=not self._link.stands)
        if not watch.heard or (watch.in_order and not watch.lives):
            self._misses = 1  # it was asked, and had time enough to answer
        else:
            self._leftover.unproven()
        return self._lost("garbage" if watch.garbage else "silent")

    def _lost(self, reason: str, hang_up: bool = True) -> Outcome:
        self._leftover.lost()
        self._cleared = False
        if self._link.is_open:
            self._clear()
        if hang_up:
            self._link.close()
        return Outcome(State.UNKNOWN, reason)

    def _clear(self) -> None:
        """Say once to this connection that what is waiting is to be forgotten.

        A slip whose end was told must not come out when the cover is closed, the head is cold or
        a new roll is in: minutes later, and perhaps beside its own reprint.
        """
        if self.abilities.realtime_clear and not self._cleared:
            with suppress(TransportError):
                order = escpos.END_OF_ANY_HEAD + escpos.CLEAR_BUFFER
                self._cleared = self._link.say_now(order)

    def _ask_all(self) -> set[Cause] | None:
        """Give the causes the printer tells, or None if it does not answer."""
        if self._link.is_open:
            # If it hung up while idle, as many do, a new connection tells more.
            with suppress(ConnectionLost):
                self._link.hear_out(wait_first=False)
        if not self._link.is_open:
            self._link.open()
            self._cleared = False
            self._leftover.connected()
            if self._leftover.there:
                # The slip may have ended inside the head of a command. A question would then be
                # taken for its size, and everything after it for a picture of some megabytes.
                self._link.say(escpos.END_OF_ANY_HEAD)
        if not self.can_answer:
            return set()
        answers: dict[int, int] = {}
        for n in escpos.DLE_EOT:
            if (answer := self._link.ask(n)) is None:
                return None
            answers[n] = answer
        causes = causes_of_eot(answers)
        if Cause.CUTTER_ERROR in causes:
            # The error stays until the printer is told to go on (no effect while it is jammed).
            # That forgets the slip that jammed: it is `unknown`, and must not come out later.
            self._link.say(escpos.RECOVER_AND_CLEAR)
            self._leftover.cut_off_again()
        return causes

    def _missed(self, cause: Cause) -> PrinterStatus:
        if cause is not Cause.SILENT:
            self._stood_for = ()
        self._misses += 1
        # What it said before it fell silent is still what a person should look at first.
        return PrinterStatus("failed" if self._misses > 1 else "unknown", (*self._stood_for, cause))
