"""An agent on another Pi: shows six digits, is let in, and reports from then on."""

import re
import shutil

import pytest

from tests.support.people import administrator
from tests.support.programs import Rig
from tests.support.wait import wait_for


@pytest.fixture
def rig(tmp_path):
    office = Rig(tmp_path)
    office.prepare()
    office.printer.start()
    office.server.start()
    office.wait_ready()
    yield office
    office.stop()


def test_an_agent_without_a_token_is_let_in_by_its_six_digits(rig, tmp_path):
    far = tmp_path / "far-pi"
    far.mkdir()
    shutil.copy(rig.data / "moiso.toml", far)
    rig.agent.env = {**rig.env, "MOISO_DATA": str(far)}
    rig.agent.start()
    code = wait_for(lambda: re.search(r"\b(\d{6})\b", rig.agent.output), "the agent shows a code")
    boss = administrator(rig.port)
    found = boss.form("/admin/pair", code=code[1])
    assert found.status == 200
    assert '<option value="main"' in found.body
    assert boss.form("/admin/pair", code=code[1], name="main").status == 303
    wait_for((far / "agent.token").exists, "the agent keeps its token")
    assert (far / "agent.token").stat().st_mode & 0o777 == 0o600
    wait_for(lambda: rig.device("printer-1") == "ok", "its printer is reported")
    assert boss.form("/admin/pair", code=code[1], name="main").status == 404
