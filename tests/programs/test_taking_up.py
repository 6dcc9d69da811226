"""What precedes a start is done again by a server whose database did not let it happen."""

from __future__ import annotations

import pytest

from appliance.bootstrap import taking_up
from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.server import build_context
from appliance.clock import SystemClock
from appliance.config import load, sample_path
from appliance.errors import Unavailable
from appliance.storage import log
from tests.support.wait import wait_for


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("MOISO_DATA", str(tmp_path))
    monkeypatch.delenv("MOISO_CONFIG", raising=False)
    folder = DataFolder(tmp_path)
    folder.config.write_bytes(sample_path().read_bytes())
    return folder


def test_an_upgrade_that_the_disk_refused_is_done_by_the_server_itself(data, monkeypatch):
    monkeypatch.setattr(taking_up, "TRY_AGAIN_S", 0.05)
    monkeypatch.setattr(taking_up, "UPGRADE_AGAIN_S", 0.0)
    data.database.touch()
    ctx = build_context(load(data.config, {}), data.database, SystemClock())
    taking_up.take_up(ctx, "as it is configured")

    def noted():
        try:
            with ctx.db.read() as conn:
                return [row.type for row in log.after(conn, 0)] == ["office.configured"]
        except Unavailable:
            return False

    wait_for(noted, "upgraded, and the configuration noted", 60)
    ctx.db.close()


def test_an_upgrade_that_is_refused_again_tells_why(data):
    data.database.write_bytes(b"no database at all" * 1000)
    with pytest.raises(Unavailable) as caught:
        taking_up.upgrade_again()
    assert "not a database" in str(caught.value.fields["reason"])
