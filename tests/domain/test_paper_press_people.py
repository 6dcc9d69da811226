import pytest

from appliance.domain.errors import Invalid
from appliance.domain.paper import PaperState, PrintJob, accepts, age_ms
from appliance.domain.people import (
    DEVICE_RIGHTS,
    ROLE_RIGHTS,
    Right,
    Role,
    check_password,
    checked_username,
)
from appliance.domain.press import expired
from tests.support.clocks import MONDAY


def job(state: PaperState = PaperState.QUEUED, rev: int = 0) -> PrintJob:
    return PrintJob(1, 1, "printer-1", state, rev, "", 5, MONDAY, 10_000, "boot-a")


def test_the_age_of_a_job_is_known_only_within_one_boot():
    assert age_ms(job(), 12_500, "boot-a") == 2_500
    assert age_ms(job(), 12_500, "boot-b") is None


def test_a_later_revision_corrects_an_earlier_word_and_never_the_other_way():
    assert accepts(job(PaperState.UNKNOWN, 0), 1)
    assert accepts(job(PaperState.UNKNOWN, 2), 3)
    assert not accepts(job(PaperState.PRINTED, 3), 3)
    assert not accepts(job(PaperState.PRINTED, 3), 2)
    assert not accepts(job(PaperState.SUPERSEDED, 3), 4)


@pytest.mark.parametrize(
    ("age", "late"), [(0, False), (10_000, False), (10_001, True), (None, True)]
)
def test_a_press_counts_for_ten_seconds_and_not_at_all_when_its_age_is_unknown(age, late):
    assert expired(age) is late


def test_a_kiosk_cannot_read_a_board_can_only_look_an_agent_has_its_link_alone():
    assert DEVICE_RIGHTS["kiosk"] == {Right.TAKE_TICKET}
    assert DEVICE_RIGHTS["board"] == {Right.SEE_QUEUE}
    assert DEVICE_RIGHTS["agent"] == frozenset()


def test_a_panel_can_only_rate_and_nobody_of_the_staff_can():
    assert DEVICE_RIGHTS["panel"] == {Right.RATE}
    assert [role for role, rights in ROLE_RIGHTS.items() if Right.RATE in rights] == []


def test_a_technician_sees_devices_and_no_queue():
    assert ROLE_RIGHTS[Role.TECHNICIAN] == {
        *(Right.MANAGE_DEVICES, Right.HANDLE_SLIPS, Right.SEE_STATUS)
    }
    assert ROLE_RIGHTS[Role.ADMINISTRATOR] == frozenset(Right) - {Right.RATE}


def test_names_are_kept_in_lower_case_and_passwords_must_be_secrets():
    assert checked_username(" Lan.Nguyen ") == "lan.nguyen"
    for bad in ("", "a", "Lân", "a b", "x" * 60):
        with pytest.raises(Invalid):
            checked_username(bad)
    with pytest.raises(Invalid):
        check_password("short", "lan")
    with pytest.raises(Invalid):
        check_password("lan.nguyen", "lan.nguyen")
    check_password("một câu đủ dài", "lan")
