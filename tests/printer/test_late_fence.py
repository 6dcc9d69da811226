"""The answer to GS r that comes behind a slip's echo belongs to nobody who asks later."""

from printer.link import Deadlines, Link


class Wire:
    """A transport that says what it was given, once it was asked something."""

    def __init__(self) -> None:
        self.is_open = False
        self.says = b""

    def open(self, timeout_s: float) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes, timeout_s: float) -> int:
        return len(data)

    def read(self, timeout_s: float) -> bytes:
        said, self.says = self.says, b""
        return said


def test_a_late_fence_is_neither_garbage_nor_an_answer_to_the_next_question():
    link = Link(Wire(), Deadlines(reply_s=0.2))
    link.open()
    link.owe_in_order()
    link._transport.says = b"\x00\x12"
    assert link.ask(1) == 0x12
    assert not link.garbage_seen


def test_an_in_order_answer_that_nobody_is_owed_is_garbage():
    link = Link(Wire(), Deadlines(reply_s=0.2))
    link.open()
    link._transport.says = b"\x00\x12"
    assert link.ask(1) == 0x12
    assert link.garbage_seen


def test_a_new_connection_owes_nothing():
    link = Link(Wire(), Deadlines(reply_s=0.2))
    link.open()
    link.owe_in_order()
    link.close()
    link.open()
    link._transport.says = b"\x00\x12"
    link.ask(1)
    assert link.garbage_seen
