"""The jobs that wait for one printer, in order, and whose time is up."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice

from printer.slip import Slip


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One slip to print, at the latest when `time.monotonic()` shows `not_after_mono_s`.

    One that does not wait fails as soon as its printer is known to be bad: somebody else has
    another printer for it. The fence is made from `fence_name`, or from the job's id: a number
    meets no other one for a year, see `escpos.fence_id`.
    """

    job_id: str
    slip: Slip
    not_after_mono_s: float
    waits: bool = True
    fence_name: str = ""


class Waiting:
    """First come, first printed; the first is the worker's alone. Its callers hold a lock."""

    def __init__(self) -> None:
        self._jobs: deque[PrintJob] = deque()

    def __len__(self) -> int:
        """Count them, the first with the others."""
        return len(self._jobs)

    def add(self, job: PrintJob) -> None:
        """Put a job behind the others."""
        self._jobs.append(job)

    def first(self) -> PrintJob | None:
        """Give the first job, which stays the first until it is done."""
        return self._jobs[0] if self._jobs else None

    def done(self) -> None:
        """Drop the first job."""
        self._jobs.popleft()

    def take_late(self, now_s: float) -> list[PrintJob]:
        """Give the jobs behind the first whose time is up, which wait no longer."""
        late = [job for job in self._behind() if now_s > job.not_after_mono_s]
        for job in late:
            self._jobs.remove(job)
        return late

    def next_late_s(self) -> float | None:
        """Tell when the time of a job behind the first is up next, if there is any."""
        return min((job.not_after_mono_s for job in self._behind()), default=None)

    def _behind(self) -> list[PrintJob]:
        return list(islice(self._jobs, 1, None))
