"""Threads without which the process must not go on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from appliance import logs
from appliance.errors import Unavailable

EXIT_DEAD_WORKER = 70


def start_essential(name: str, work: Callable[[], None]) -> threading.Thread:
    """Run `work` in a thread; if it raises, the process ends and its guardian restarts it.

    A server that looks alive while the part that feeds the screens is dead would be worse than
    one that is gone for two seconds.
    """

    def guarded() -> None:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the thread's outermost edge; the process ends
            logs.get_logger().exception("essential thread died", thread=name)
            os._exit(EXIT_DEAD_WORKER)

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    return thread


class Tries:
    """What such a thread does again and again, also while the disk refuses it.

    A restart mends no disk: the thread goes on, so that the process can tell what is wrong. The
    log hears when something begins to fail, for another reason, or is done again; not each second.
    """

    def __init__(self, who: str) -> None:
        self._who = who
        self._failing: dict[str, Unavailable] = {}

    def refused(self, what: str) -> str:
        """Return the key of what keeps this from being done; "" if it was done or never tried."""
        failing = self._failing.get(what)
        return "" if failing is None else failing.key

    @contextmanager
    def at(self, what: str) -> Iterator[None]:
        """Give up for this time where Unavailable is raised inside; the caller tries it again."""
        try:
            yield
        except Unavailable as exc:
            if str(self._failing.get(what, "")) != str(exc):
                self._failing[what] = exc
                logs.get_logger().error(
                    "put off", thread=self._who, what=what, code=exc.key, **exc.fields
                )
        else:
            if self._failing.pop(what, None) is not None:
                logs.get_logger().info("done again", thread=self._who, what=what)
