"""Every check fires, clears, does not repeat and survives what is not there."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from appliance.health.checks import Check, Finding, host_checks
from appliance.health.checks.clock_date import NOT_BEFORE, ClockDate
from appliance.health.checks.clock_day import ClockDay
from appliance.health.checks.clock_sync import STA_UNSYNC, ClockSync, adjtimex
from appliance.health.checks.disk_errors import DiskErrors
from appliance.health.checks.disk_inodes import DiskInodes
from appliance.health.checks.disk_space import DiskSpace
from appliance.health.checks.disk_write import DiskWrite
from appliance.health.checks.memory import Memory
from appliance.health.checks.temperature import Temperature
from appliance.health.checks.undervoltage import Undervoltage
from tests.health.trees import disk, meminfo, write


@dataclass
class World:
    """What the checks look at, changed by hand."""

    root: Path
    space_pct: float = 10
    inodes_pct: float = 10
    sync_fails: bool = False
    timex: tuple[int, int] = (0, 0)
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, tzinfo=UTC))

    def stat(self, _folder: Path):
        return disk(self.space_pct, self.inodes_pct)

    def sync(self, _handle: int) -> None:
        if self.sync_fails:
            raise OSError(errno.EROFS, "read-only")


@pytest.fixture
def world(tmp_path):
    root = tmp_path / "root"
    write(root, "sys/fs/ext4/mmcblk0p2/errors_count", "0\n")
    write(root, "sys/class/thermal/thermal_zone0/temp", "48312\n")
    write(root, "sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    write(root, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    write(root, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
    write(root, "proc/meminfo", meminfo(40))
    return World(root)


def setting(path, text):
    return lambda world: write(world.root, path, text)


def having(**values):
    return lambda world: [setattr(world, key, value) for key, value in values.items()]


ERRORS = "sys/fs/ext4/mmcblk0p2/errors_count"
HEAT = "sys/class/thermal/thermal_zone0/temp"
VOLT = "sys/class/hwmon/hwmon1/in0_lcrit_alarm"
# name: how it is made, what goes wrong, the state and cause then, what mends it
CASES = {
    "disk_space": (
        lambda w: DiskSpace(w.root, w.stat),
        having(space_pct=81),
        Finding("degraded", ("disk_nearly_full",)),
        having(space_pct=70),
    ),
    "disk_space full": (
        lambda w: DiskSpace(w.root, w.stat),
        having(space_pct=96),
        Finding("failed", ("disk_full",)),
        having(space_pct=70),
    ),
    "disk_inodes": (
        lambda w: DiskInodes(w.root, w.stat),
        having(inodes_pct=92),
        Finding("degraded", ("disk_many_files",)),
        having(inodes_pct=50),
    ),
    "disk_write": (
        lambda w: DiskWrite(w.root, w.sync),
        having(sync_fails=True),
        Finding("failed", ("disk_unwritable",)),
        having(sync_fails=False),
    ),
    "disk_errors": (
        lambda w: DiskErrors(w.root),
        setting(ERRORS, "15\n"),
        Finding("degraded", ("disk_errors",)),
        setting(ERRORS, "0\n"),
    ),
    "clock_sync state": (
        lambda w: ClockSync(w.root, lambda: w.timex),
        having(timex=(5, 0)),
        Finding("degraded", ("clock_unsynchronised",)),
        having(timex=(0, 0x2001)),
    ),
    "clock_sync status": (
        lambda w: ClockSync(w.root, lambda: w.timex),
        having(timex=(0, STA_UNSYNC)),
        Finding("degraded", ("clock_unsynchronised",)),
        having(timex=(0, 0)),
    ),
    "clock_date": (
        lambda w: ClockDate(lambda: w.now),
        having(now=datetime(1970, 1, 1, 0, 3, tzinfo=UTC)),
        Finding("failed", ("clock_wrong",)),
        having(now=NOT_BEFORE),
    ),
    "clock_day": (
        lambda w: ClockDay(lambda: date(2026, 11, 23), lambda: w.now),
        having(now=datetime(2026, 11, 22, 16, 59, tzinfo=UTC)),
        Finding("failed", ("clock_went_back",)),
        having(now=datetime(2026, 11, 22, 17, 0, tzinfo=UTC)),
    ),
    "temperature": (
        lambda w: Temperature(w.root),
        setting(HEAT, "76000\n"),
        Finding("degraded", ("too_hot",)),
        setting(HEAT, "60000\n"),
    ),
    "temperature failed": (
        lambda w: Temperature(w.root),
        setting(HEAT, "85000\n"),
        Finding("failed", ("too_hot",)),
        setting(HEAT, "60000\n"),
    ),
    "undervoltage": (
        lambda w: Undervoltage(w.root),
        setting(VOLT, "1\n"),
        Finding("degraded", ("undervoltage",)),
        setting(VOLT, "0\n"),
    ),
    "memory": (
        lambda w: Memory(w.root),
        setting("proc/meminfo", meminfo(92)),
        Finding("degraded", ("memory_short",)),
        setting("proc/meminfo", meminfo(60)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_fires_does_not_repeat_and_clears(world, case):
    make, break_it, finding, mend = CASES[case]
    check = make(world)
    assert check.look() == Finding("ok")
    break_it(world)
    assert check.look() == finding
    assert check.look() == finding, "the same finding again is no news"
    mend(world)
    assert check.look() == Finding("ok")


@pytest.mark.parametrize(
    "make",
    [
        lambda root: DiskSpace(root / "gone"),
        lambda root: DiskInodes(root / "gone"),
        lambda root: DiskErrors(root / "gone"),
        lambda root: Temperature(root / "gone"),
        lambda root: Undervoltage(root / "gone"),
        lambda root: Memory(root / "gone"),
    ],
    ids=["space", "inodes", "errors", "temperature", "undervoltage", "memory"],
)
def test_what_is_not_there_is_unknown_not_ok(tmp_path, make):
    assert make(tmp_path).look() == Finding("unknown", ("no_sensor",))


@pytest.mark.parametrize(
    ("path", "make"),
    [
        (ERRORS, lambda root: DiskErrors(root)),
        (HEAT, lambda root: Temperature(root)),
        ("proc/meminfo", lambda root: Memory(root)),
    ],
)
def test_nonsense_in_a_file_is_unknown(world, path, make):
    write(world.root, path, "what?\n")
    assert make(world.root).look().state == "unknown"


def test_a_voltage_sensor_without_its_alarm_is_unknown(world):
    (world.root / VOLT).unlink()
    assert Undervoltage(world.root).look().state == "unknown"


def test_before_any_day_was_opened_the_clock_is_behind_nothing(world):
    assert ClockDay(lambda: None, lambda: world.now).look() == Finding("ok")


def refuse() -> tuple[int, int]:
    raise OSError(errno.EPERM, "not here")


def test_a_clock_that_cannot_be_asked_is_unknown(tmp_path):
    assert ClockSync(tmp_path, refuse).look() == Finding("unknown", ("no_sensor",))


def test_where_the_kernel_may_not_be_asked_the_time_service_tells(tmp_path):
    check = ClockSync(tmp_path, refuse)
    (tmp_path / "run/systemd/timesync").mkdir(parents=True)
    assert check.look() == Finding("degraded", ("clock_unsynchronised",))
    write(tmp_path, "run/systemd/timesync/synchronized", "")
    assert check.look() == Finding("ok")


def test_the_kernel_answers_about_its_clock():
    state, status = adjtimex()
    assert 0 <= state <= 5
    assert status >= 0


def test_what_only_root_may_fill_counts_as_used(tmp_path):
    # 70 % used and a tenth kept for root: of what is ours, 70 of 90 parts are gone.
    check = DiskSpace(tmp_path, lambda _folder: disk(70, reserved=1000))
    assert check.look().numbers["disk_used_pct"] == pytest.approx(77.8)


def test_a_disk_that_swings_around_its_threshold_does_not_flicker(world):
    check = DiskSpace(world.root, world.stat)
    states = []
    for world.space_pct in (79, 80, 79.5, 78.5, 80.5, 77.5, 79.5):
        states.append(check.look().state)
    assert states == ["ok", "degraded", "degraded", "degraded", "degraded", "ok", "ok"]


def test_a_failed_level_falls_back_by_steps(world):
    check = Temperature(world.root)
    states = []
    for degrees in (85, 80, 78, 71, 69):
        write(world.root, HEAT, f"{degrees}000\n")
        states.append(check.look().state)
    assert states == ["failed", "failed", "degraded", "degraded", "ok"]


def test_a_pi_is_well_as_a_whole(world, tmp_path):
    checks: list[Check] = host_checks(tmp_path, world.root)
    assert {check.subject for check in checks} == {
        "disk",
        "clock",
        "temperature",
        "power",
        "memory",
    }
    assert len({check.name for check in checks}) == len(checks)
    well = {c.name: c.look() for c in checks if c.name in ("temperature", "undervoltage", "memory")}
    assert {finding.state for finding in well.values()} == {"ok"}
    numbers = {key for check in checks for key in check.look().numbers}
    assert {"temperature_celsius", "memory_used_pct", "disk_used_pct"} <= numbers


def test_a_check_is_named_as_its_file():
    import appliance.health.checks as package

    folder = Path(package.__file__).parent
    assert {c.name for c in host_checks(Path())} <= {file.stem for file in folder.glob("*.py")}
