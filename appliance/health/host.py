"""Runs the checks of this machine and remembers what they found, in memory alone."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime

from appliance import logs
from appliance.clock import Clock
from appliance.health.checks import Check, Finding, merged
from appliance.health.verdicts import host_report
from appliance.storage.devices import DeviceReport


class HostChecks:
    """The findings by subject: disk, clock, temperature, power, memory."""

    def __init__(self, checks: Iterable[Check], clock: Clock) -> None:
        self._checks = list(checks)
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[str, Finding] = {}
        self._since: dict[str, datetime] = {}
        self._looked_ms = self._clock.monotonic_ms()

    @property
    def looked_s(self) -> float:
        """Return how long ago, in real seconds, the checks last came to their end."""
        with self._lock:
            return (self._clock.monotonic_ms() - self._looked_ms) / 1000

    @property
    def numbers(self) -> dict[str, float]:
        """Return what the checks measured, for monitors."""
        with self._lock:
            return {key: n for found in self._found.values() for key, n in found.numbers.items()}

    def look(self) -> None:
        """Run every check; one that fails is logged, unknown, and never stops the rest."""
        by_subject: dict[str, list[Finding]] = {}
        for check in self._checks:
            by_subject.setdefault(check.subject, []).append(self._look(check))
        now = self._clock.now()
        with self._lock:
            for subject, findings in by_subject.items():
                found = merged(findings)
                if self._found.get(subject) != found:
                    self._since[subject] = now
                self._found[subject] = found
            self._looked_ms = self._clock.monotonic_ms()

    def reports(self, stored: Iterable[DeviceReport] = ()) -> tuple[DeviceReport, ...]:
        """Return the findings; one that lasts since before a restart keeps its stored time."""
        before = {report.device: report for report in stored}
        with self._lock:
            fresh = [
                host_report(subject, found.state, found.causes, self._since[subject])
                for subject, found in self._found.items()
            ]
        return tuple(_older(report, before.get(report.device)) for report in fresh)

    def _look(self, check: Check) -> Finding:
        try:
            return check.look()
        except Exception:  # noqa: BLE001 - the edge of a loop over parts that know nothing of us
            logs.get_logger().exception("check failed", check=check.name)
            return Finding("unknown", ("check_failed",))


def _older(fresh: DeviceReport, stored: DeviceReport | None) -> DeviceReport:
    if stored is None or (stored.state, stored.causes) != (fresh.state, fresh.causes):
        return fresh
    return stored
