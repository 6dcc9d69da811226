"""The token of this machine's agent: kept while it is good, new for a new name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.prepare import prepare
from appliance.config import load, sample_path
from appliance.storage import devices
from appliance.storage.readonly import reading
from tests.support.programs import ROOT, Rig
from tests.support.wait import wait_for


@pytest.fixture
def begin(tmp_path) -> Callable[[str], str]:
    """Prepare the folder for an agent of this name; return the token that lies there then."""
    data = DataFolder(tmp_path / "data")
    data.create()
    shutil.copyfile(sample_path(), data.config)

    def begin_(name: str) -> str:
        prepare(data, load(data.config, {"MOISO_AGENT__NAME": name}), demo=False)
        return data.agent_token.read_text()

    return begin_


def agents(tmp_path) -> list[tuple[str, bool]]:
    with reading(tmp_path / "data" / "office.sqlite") as conn:
        return [(one.name, one.revoked_at is None) for one in devices.paired(conn)]


def test_a_token_that_is_good_is_kept(begin, tmp_path):
    assert begin("main") == begin("main")
    assert agents(tmp_path) == [("main", True)]


def test_a_renamed_agent_gets_a_token_of_its_own_and_the_old_one_ends(begin, tmp_path):
    old = begin("main")
    new = begin("kiosk")
    assert new != old
    assert agents(tmp_path) == [("main", False), ("kiosk", True)]
    assert begin("kiosk") == new


@pytest.fixture
def rig(tmp_path) -> Iterator[Rig]:
    office = Rig(tmp_path)
    office.start()
    yield office
    office.stop()


def test_the_slips_of_a_renamed_agent_are_printed(rig):
    for program in (rig.agent, rig.server):
        program.stop()
    config = rig.data / "moiso.toml"
    text = config.read_text(encoding="utf-8")
    for table in ('agent = "main"', '[agent]\nname = "main"'):
        assert table in text
        text = text.replace(table, table.replace("main", "kiosk"))
    config.write_text(text, encoding="utf-8")
    again = [sys.executable, "-m", "appliance.bootstrap.prepare", "--demo"]
    subprocess.run(again, env=rig.env, cwd=ROOT, check=True)
    rig.server.start()
    rig.agent.start()
    rig.wait_ready()
    wait_for(lambda: rig.device("printer-1") == "ok", "the printer is reported")
    token = rig.screen_token("kiosk", "kiosk-1")
    body = {"service": "ho-tich", "request_id": "renamed-agent-1"}
    assert rig.post("/api/v1/tickets", body, token=token).status == 201
    wait_for(lambda: rig.printed()["printed"] == 1, "its slip comes out")
