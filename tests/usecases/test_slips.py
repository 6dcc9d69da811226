"""What a slip says, as it goes to the agent and is drawn there."""

import dataclasses

import pytest

from appliance.protocol.events import WaitBody
from appliance.storage import tickets
from appliance.usecases.issue import issue
from display.slips import slip_of
from printer.layout import draw
from printer.slip import Slip

URL = "https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword=1.001193"


@pytest.fixture
def ticket(ctx):
    done = issue(
        ctx,
        "ho-tich",
        priority=True,
        kiosk="kiosk-1",
        request_id="request-1",
        actor="kiosk:kiosk-1",
    )
    with ctx.db.read() as conn:
        return tickets.get(conn, done.ticket.id)


def with_page(office, url):
    services = [dataclasses.replace(one, procedure_url=url) for one in office.services]
    return dataclasses.replace(office, services=tuple(services))


def test_a_slip_carries_the_page_of_its_service_with_what_it_is_for(ctx, ticket):
    slip = slip_of(ticket, with_page(ctx.office, URL), "http://192.168.1.10")
    assert (slip.procedure_url, slip.procedure_line) == (URL, "Quét để xem hồ sơ cần chuẩn bị")


def test_without_a_page_neither_code_nor_words_are_on_it(ctx, ticket):
    slip = slip_of(ticket, ctx.office, "http://192.168.1.10")
    assert (slip.procedure_url, slip.procedure_line) == ("", "")


def test_a_service_that_is_gone_has_no_page(ctx, ticket):
    office = with_page(ctx.office, URL)
    office = dataclasses.replace(office, services=office.services[1:])
    assert slip_of(ticket, office, "http://192.168.1.10").procedure_url == ""


@pytest.mark.parametrize("width", [384, 512, 576])
def test_the_fullest_slip_of_the_sample_office_can_be_drawn(ctx, ticket, width):
    office = with_page(ctx.office, URL)
    for service in office.services:
        one = dataclasses.replace(ticket, service=service.code)
        slip = slip_of(one, office, "http://192.168.1.10:8080", WaitBody(from_min=110, to_min=150))
        assert all(getattr(slip, name) for name in slip.model_fields_set if name != "reprint_line")
        assert draw(Slip.from_dict(slip.model_dump()), width).width == width
