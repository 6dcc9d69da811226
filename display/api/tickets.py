"""Tickets over HTTP: take one, look at one, bring one back, cancel one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from appliance.domain.people import Right
from appliance.usecases import queries
from appliance.usecases.at_counter import Outcome
from appliance.usecases.bring_back import bring_back
from appliance.usecases.cancel import cancel
from appliance.usecases.issue import Issued, issue
from appliance.usecases.reprint import reprint
from appliance.usecases.slip_jobs import SlipOutcome
from appliance.usecases.void_slip import void_slip
from display.api.answers import IssuedAnswer, SlipAnswer, TicketAnswer, VerbAnswer, answer
from display.api.bodies import ReprintRequest, TicketRequest, Verb, json_body
from display.auth import require
from display.limits import by_asker, limiter, tickets_limit
from display.parts import parts
from display.qr import data_uri
from display.slips import phone_url

blueprint = Blueprint("api_tickets", __name__, url_prefix="/api/v1/tickets")


@blueprint.post("")
@limiter.limit(tickets_limit, key_func=by_asker)
def take() -> ResponseReturnValue:
    """Issue a ticket: 201 for a new one, 200 with the same one for a repeated request."""
    asker = require(Right.TAKE_TICKET)
    body = json_body(TicketRequest)
    issued = issue(
        parts().ctx,
        body.service,
        priority=body.priority,
        kiosk=asker.kiosk,
        request_id=body.request_id,
        actor=asker.actor,
    )
    return answer(_issued(issued), 200 if issued.repeated else 201)


@blueprint.get("/<int:ticket_id>")
def show(ticket_id: int) -> ResponseReturnValue:
    """Return a ticket, how many wait before it, and what is known of its slip."""
    require(Right.SEE_QUEUE)
    view = queries.ticket_by_id(parts().ctx, ticket_id)
    return answer(
        TicketAnswer(
            ticket=view.ticket,
            ahead=view.ahead,
            wait=view.wait,
            paper=view.paper,
            reason=view.reason,
        )
    )


@blueprint.post("/<int:ticket_id>/return")
def come_back(ticket_id: int) -> ResponseReturnValue:
    """Let an absent citizen wait again."""
    return _verb(bring_back, ticket_id)


@blueprint.post("/<int:ticket_id>/cancel")
def take_out(ticket_id: int) -> ResponseReturnValue:
    """Take a waiting ticket out of the queue."""
    return _verb(cancel, ticket_id)


@blueprint.post("/<int:ticket_id>/slip/reprint")
def print_again(ticket_id: int) -> ResponseReturnValue:
    """Print the ticket's slip once more, marked as a reprint; the one before is superseded."""
    asker = require(Right.HANDLE_SLIPS)
    body = json_body(ReprintRequest)
    return _slip(
        reprint(
            parts().ctx,
            ticket_id,
            printer=body.printer,
            request_id=body.request_id,
            actor=asker.actor,
        )
    )


@blueprint.post("/<int:ticket_id>/slip/void")
def take_out_of_use(ticket_id: int) -> ResponseReturnValue:
    """Take the ticket's slip out of use; the ticket stays in the queue."""
    asker = require(Right.HANDLE_SLIPS)
    body = json_body(Verb)
    return _slip(void_slip(parts().ctx, ticket_id, request_id=body.request_id, actor=asker.actor))


def _slip(outcome: SlipOutcome) -> ResponseReturnValue:
    return answer(SlipAnswer(ticket=outcome.ticket, paper=outcome.paper, printer=outcome.printer))


def _verb(verb: Callable[..., Outcome], ticket_id: int) -> ResponseReturnValue:
    asker = require(Right.WORK_COUNTER)
    body = json_body(Verb)
    outcome = verb(parts().ctx, ticket_id, request_id=body.request_id, actor=asker.actor)
    assert outcome.ticket is not None
    return answer(VerbAnswer(ticket=outcome.ticket))


def _issued(issued: Issued) -> IssuedAnswer:
    url = phone_url(parts().public_url, issued.token)
    return IssuedAnswer(
        ticket=issued.ticket,
        ahead=issued.ahead,
        wait=issued.wait,
        paper=issued.paper,
        printer=issued.printer,
        url=url,
        qr=data_uri(url),
    )
