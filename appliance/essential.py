"""Threads without which the process must not go on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from appliance import logs

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
