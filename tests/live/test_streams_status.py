"""What the stream of a status page lets through of ratings."""

from appliance.domain.rating import Reason, Via
from appliance.storage import log
from appliance.usecases.rate import give_reasons
from display.streams import LEVELS, View, dress, wants
from tests.support.ratings import press, served


def test_a_status_page_hears_that_somebody_rated_and_not_that_reasons_were_given(ctx):
    """Only the dissatisfied are asked for reasons: that some were given says what was pressed."""
    served(ctx)
    press(ctx, level="khong_hai_long", request_id="press-0001")
    give_reasons(
        ctx,
        "press-0001",
        (Reason.LONG_WAIT,),
        via=Via.PAGE,
        owner=1,
        request_id="reasons-1",
        actor="panel:1",
    )
    view = View("status", LEVELS)
    with ctx.db.read() as conn:
        rows = [row for row in log.after(conn, 0) if row.type.startswith("rating.")]
    assert [row.type for row in rows] == ["rating.pressed", "rating.reasoned"]
    heard = [(row.type, dress(view, row)) for row in rows if wants(ctx.office, view, row)]
    assert heard == [("rating.pressed", {})]
