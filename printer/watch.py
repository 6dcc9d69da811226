"""What is heard about one slip between its first byte and its proof."""

from __future__ import annotations

from printer.demux import Answer, AutoStatus, Garbage, InOrderAnswer, ProcessId, RealtimeAnswer
from printer.status import Cause, causes_of_asb, causes_of_eot, from_causes

# After one of these, paper came out torn, cut short or not at all. (A hot head only pauses.)
_FATAL = frozenset({Cause.PAPER_OUT, Cause.COVER_OPEN, Cause.CUTTER_ERROR, Cause.UNRECOVERABLE})


class SlipWatch:
    """Collects answers about one slip; a fault counts only while the slip is unproven."""

    def __init__(self, fence_id: bytes) -> None:
        self._fence_id = fence_id
        self.echoed = False
        """The slip's own four bytes came back: it is on paper."""
        self.echoes_at_all = False
        """Some slip's four bytes came back: this printer knows GS ( H."""
        self.in_order = 0
        """So many GS r were answered."""
        self.lives = False
        """It has answered in real time since the last GS r was answered."""
        self.doubted = 0
        """So many of these answers were followed by a question whether it still lives."""
        self.heard = False
        """Anything at all was heard since the fence was sent."""
        self.garbage = False
        self.fault = ""
        self.pause = ""
        self.asked: list[int] = []
        """The DLE EOT questions that are still unanswered, in order."""

    def hears(self, answers: list[Answer]) -> bool:
        """Take in answers; True if the slip is lost to a fault."""
        for answer in answers:
            self.heard = True
            match answer:
                case ProcessId(fence_id):
                    self.echoes_at_all = True
                    self.echoed |= fence_id == self._fence_id
                case InOrderAnswer():
                    self.in_order += 1
                    self.lives = False
                case AutoStatus(block):
                    self._note(causes_of_asb(block), whole=True)
                case RealtimeAnswer(byte):
                    self.lives = True
                    if self.asked:
                        self._note(causes_of_eot({self.asked.pop(0): byte}), whole=False)
                case Garbage():
                    self.garbage = True
                case _:
                    pass
        return bool(self.fault)

    def forget_all_heard(self) -> None:
        """Believe no answer to GS r that came before this slip's own GS r was sent."""
        self.in_order, self.doubted, self.heard = 0, 0, False

    def _note(self, causes: set[Cause], whole: bool) -> None:
        if self.echoed or self.fault:
            return
        fatal, pause = from_causes(causes & _FATAL).cause, from_causes(causes - _FATAL)
        self.fault = fatal.value if fatal else ""
        if pause.state == "failed" and pause.cause:
            self.pause = pause.cause.value
        elif whole:  # an answer to one question says nothing of the rest
            self.pause = ""
