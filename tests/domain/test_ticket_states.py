import dataclasses
from datetime import date

import pytest

from appliance.domain.errors import Refused
from appliance.domain.ticket import OPEN_AT_COUNTER, Ticket, TicketState, allowed, require
from tests.support.clocks import MONDAY

# Written out once more from the plan, so that a slip in the table is noticed.
ALLOWED = {
    ("waiting", "called"),
    ("waiting", "cancelled"),
    ("waiting", "expired"),
    ("called", "called"),
    ("called", "serving"),
    ("called", "absent"),
    ("called", "finished"),
    ("serving", "finished"),
    ("absent", "waiting"),
}
PAIRS = [(old, new) for old in TicketState for new in TicketState]


def ticket(state: TicketState) -> Ticket:
    return Ticket(
        id=1,
        token="t",
        day=date(2026, 11, 23),
        series="1",
        number=7,
        label="1007",
        service="ho-tich",
        priority=False,
        state=state,
        counter=3 if state in OPEN_AT_COUNTER else None,
        position=1,
        moved_seq=0,
        ahead=0,
        calls=0,
        called_seq=None,
        origin="kiosk:kiosk-1",
        issued_at=MONDAY,
    )


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_pair_of_states_is_allowed_or_refused_as_the_plan_says(old, new):
    assert allowed(old, new) is ((old.value, new.value) in ALLOWED)


@pytest.mark.parametrize(
    ("old", "new"), [pair for pair in PAIRS if (pair[0].value, pair[1].value) not in ALLOWED]
)
def test_a_forbidden_move_is_refused_with_a_code_that_names_both_states(old, new):
    with pytest.raises(Refused) as caught:
        require(ticket(old), new)
    assert caught.value.key == "illegal_transition"
    assert caught.value.fields == {"ticket": "1007", "state": old.value, "wanted": new.value}


def test_a_ticket_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ticket(TicketState.WAITING).state = TicketState.CALLED
