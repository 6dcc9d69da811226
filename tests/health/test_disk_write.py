"""A byte on a real disk: written by its owner again and again, by a visitor without a trace."""

import errno

from appliance.health.checks import Finding, host_checks
from appliance.health.checks.disk_write import DiskWrite


def test_a_folder_that_is_gone_cannot_be_written(tmp_path):
    assert DiskWrite(tmp_path / "gone").look() == Finding("failed", ("disk_unwritable",))


def test_a_real_disk_takes_the_canary(tmp_path):
    check = DiskWrite(tmp_path)
    assert [check.look() for _ in range(3)] == [Finding("ok")] * 3
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == 1


def test_a_visitor_leaves_nothing_behind(tmp_path):
    assert DiskWrite(tmp_path, visitor=True).look() == Finding("ok")
    gone = DiskWrite(tmp_path / "gone", visitor=True)
    assert gone.look() == Finding("failed", ("disk_unwritable",))
    for check in host_checks(tmp_path, visitor=True):
        check.look()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_a_visitor_is_told(tmp_path):
    def refuse(_handle: int) -> None:
        raise OSError(errno.EROFS, "read-only")

    found = DiskWrite(tmp_path, refuse, visitor=True).look()
    assert found == Finding("failed", ("disk_unwritable",))
