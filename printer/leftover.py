"""Half a slip that a printer may still hold: ended, cut off and waited for before the next slip."""

from __future__ import annotations

import time
from itertools import count

from printer import escpos
from printer.errors import Babbles, TransportError
from printer.link import Deadlines, Link
from printer.watch import SlipWatch

_QUIET_S = 0.1
_SILENCE_S = 0.5
_RETRY_S = 1.5
# So many proofs in a row that did not come, and each doubling, begin all anew. May cost paper.
_BEGIN_ANEW = 4
_MOST_OPEN = 15
# A slip of an earlier process, and the flush before it.
_EARLIER_OPEN = 3


class Leftover:
    """What the next slip must not meet, and how often its end was not proven.

    A late answer to an earlier GS r looks like the answer to the flush's. So each GS r that may
    still be answered asks for one answer more: the last one is then ours, whatever the baud rate.
    """

    def __init__(
        self,
        name: str,
        link: Link,
        width_dots: int,
        abilities: escpos.Abilities,
        deadlines: Deadlines,
    ) -> None:
        self.there = False
        """The printer may hold something of ours."""
        self.failures = 0
        """So many proofs in a row were waited for in vain, although it answers in real time."""
        self.echoes = False
        """It has echoed once: its GS r alone proves nothing."""
        self._name = name
        self._link = link
        self._width_dots = width_dots
        self._abilities = abilities
        self._deadlines = deadlines
        self._fed_mm = 0.0
        self._open = 0
        self._handed_over = False
        self._not_before_s = 0.0
        self._tries = count()

    @property
    def due(self) -> bool:
        """True once enough time has gone by since the last proof that did not come."""
        return time.monotonic() >= self._not_before_s

    def take_fed_mm(self) -> float:
        """Give the paper that went with flushes since this was last asked."""
        fed_mm, self._fed_mm = self._fed_mm, 0.0
        return fed_mm

    def expect(self) -> None:
        """Note that an earlier process may have left half a slip in the printer."""
        self.there, self._open = True, _EARLIER_OPEN

    def lost(self) -> None:
        """Note that a slip's end is unknown, and that its GS r may still be answered."""
        self.cut_off_again()
        self._open = min(self._open + 1, _MOST_OPEN)

    def cut_off_again(self) -> None:
        """Note that the printer holds something, or that what it was told is forgotten."""
        self.there, self._handed_over = True, False

    def connected(self) -> None:
        """Note that nobody knows whether the last connection's flush arrived."""
        self._handed_over = False

    def unproven(self) -> None:
        """Note that a proof did not come, although the printer answers in real time."""
        self.failures += 1
        self._not_before_s = time.monotonic() + _RETRY_S

    def flush(self, can_answer: bool) -> None:
        """End the half slip (NULs for the band it waits for, initialise, cut), wait till done.

        What was handed over on this connection is not sent again, only asked for: it may take
        longer than one try, behind much of a slip or on a slow line.
        """
        # The blank is in no slip's fence; a late echo of the last try is not this one's.
        marker = b"sy%c " % (0x21 + next(self._tries) % 94)
        try:
            self._hand_over(escpos.fence(marker, self._abilities))
            if can_answer:
                self._await(marker, time.monotonic() + self._deadlines.confirm_s)
            # Late answers of the lost slip must not speak for the next one.
            self._link.hear_out(_QUIET_S)
        except Babbles:
            raise
        except TransportError:
            self.unproven()
            if self.failures >= _BEGIN_ANEW and self.failures & (self.failures - 1) == 0:
                self._link.close()
            raise
        self.there, self._handed_over, self.failures, self._open = False, False, 0, 0

    def _hand_over(self, fence: bytes) -> None:
        if self._handed_over:
            self._link.say(fence)
            return
        flush = escpos.flush_leftover(self._width_dots, self._abilities)
        self._link.say(flush + fence)
        self._handed_over = True
        self._fed_mm += escpos.length_mm(0, self._abilities)

    def _await(self, marker: bytes, deadline_s: float) -> None:
        watch = SlipWatch(marker)
        was_open, sent = self._open, 1
        try:
            while not watch.echoed:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    raise TransportError(printer=self._name, why="leftover_not_flushed")
                heard = self._link.hear(min(_SILENCE_S, left_s))
                watch.hears(heard)
                self.echoes |= watch.echoes_at_all
                if sent <= watch.in_order <= was_open:
                    # One at a time: some would answer two GS r in a row once.
                    self._link.say(escpos.FENCE_IN_ORDER)
                    sent += 1
                if watch.in_order > was_open and not heard and not self.echoes:
                    return  # half a second of silence followed the last GS r: no GS ( H here
            for _ in range(sent - watch.in_order):
                self._link.owe_in_order()
        finally:
            self._open = min(max(0, was_open + sent - watch.in_order), _MOST_OPEN)
