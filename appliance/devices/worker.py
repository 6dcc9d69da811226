"""What every essential thread of the agent looks like."""

from __future__ import annotations

from typing import Protocol


class Worker(Protocol):
    """A loop in a thread of its own; when it ends before it was asked to, the agent ends too."""

    @property
    def name(self) -> str:
        """Name the thread for logs."""

    def run(self) -> None:
        """Work until `stop` is called; an exception means that the agent cannot go on."""

    def stop(self) -> None:
        """Ask the loop to end soon, from any thread, even before `run`; never blocks."""
