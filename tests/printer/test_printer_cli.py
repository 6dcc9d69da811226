"""`python -m printer` from a shell."""

import io
import json
import subprocess
import sys

import pytest
import zxingcpp
from PIL import Image
from typer.testing import CliRunner

from printer.__main__ import app
from printer.build import draw_job
from printer.escpos import fence
from tests.support.paper import make_slip

SLIP = """
office = "UBND XÃ AN KHÁNH"
title = "PHIẾU SỐ THỨ TỰ"
number = "1001"
service = "Tư pháp – Hộ tịch"
time_line = "23/11/2026 08:05"
"""


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_preview_draws_the_slip(tmp_path):
    (tmp_path / "slip.toml").write_text(SLIP, encoding="utf-8")
    result = run("preview", tmp_path / "slip.toml", tmp_path / "out.png", "--width", 384)
    assert result.exit_code == 0, result.output
    with Image.open(tmp_path / "out.png") as picture:
        assert (picture.mode, picture.width) == ("1", 384)


def test_preview_takes_a_layout(tmp_path):
    (tmp_path / "slip.toml").write_text(SLIP, encoding="utf-8")
    (tmp_path / "layout.toml").write_text('[[blocks]]\nblock = "number"\nsize = 100\n')
    arguments = ("preview", tmp_path / "slip.toml", tmp_path / "out.png")
    usual, own = run(*arguments), run(*arguments, "--layout", tmp_path / "layout.toml")
    assert (usual.exit_code, own.exit_code) == (0, 0)
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.height < 120


def test_models_are_named_with_their_width():
    told = run("profiles").output
    assert "TM-T20II: 576 dots\n" in told
    assert "POS-5890: 384 dots, no knife\n" in told


YES = "y\n" * 5


@pytest.mark.parametrize(
    ("answers", "good"),
    [
        (YES + "40\nđẹp\n", True),
        (YES + "36\n\n", False),
        ("y\nn\ny\ny\ny\n40\n\n", False),
    ],
)
def test_the_test_page_is_printed_asked_about_and_kept_as_evidence(
    simulator, tmp_path, answers, good
):
    arguments = ["test", f"127.0.0.1:{simulator.port}", "--evidence", str(tmp_path)]
    result = CliRunner().invoke(app, arguments, input=answers)
    assert result.exit_code == (0 if good else 1), result.output
    [path] = tmp_path.glob("moiso-test-*.json")
    facts = json.loads(path.read_text(encoding="utf-8"))
    assert facts["good"] is good
    assert facts["outcome"] == {"state": "printed", "reason": "echo"}
    assert facts["identity"]["model"] == "MOISO-SIM"
    assert facts["person"]["codes"] is True
    assert simulator.state()["printed"] == 1
    picture = Image.open(io.BytesIO(simulator.get("/slips/1.png"))).convert("L")
    assert len(zxingcpp.read_barcodes(picture)) == 3


def test_a_test_page_for_a_printer_that_cannot_print_is_not_sent(simulator, tmp_path):
    simulator.fault(paper="out")
    arguments = ["test", f"127.0.0.1:{simulator.port}", "--evidence", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    [path] = tmp_path.glob("moiso-test-*.json")
    facts = json.loads(path.read_text(encoding="utf-8"))
    assert facts["outcome"] == {"state": "failed", "reason": "paper_out"}
    assert simulator.state()["received_bytes"] <= 64


def test_a_captured_job_is_played_without_a_port(tmp_path):
    (tmp_path / "job.bin").write_bytes(draw_job(make_slip(), 576) + fence(b"ab12"))
    result = run("simulate", "--file", tmp_path / "job.bin", "--dir", tmp_path, "--speed", "inf")
    state = json.loads(result.output)
    assert (state["printed"], state["unknown_commands"]) == (1, 0)
    assert (tmp_path / "slip-000001.png").exists()
    (tmp_path / "half.bin").write_bytes(draw_job(make_slip(), 576)[:9000])
    half = json.loads(run("simulate", "--file", tmp_path / "half.bin", "--speed", "inf").output)
    assert (half["printed"], half["uncut"]["ink"]) == (0, True)


def test_status_tells_state_and_causes(simulator):
    address = f"127.0.0.1:{simulator.port}"
    assert (run("status", address).output, run("status", address).exit_code) == ("ok\n", 0)
    simulator.fault(paper="out")
    assert (run("status", address).output, run("status", address).exit_code) == (
        "failed paper_out\n",
        1,
    )
    simulator.fault(power="off")
    assert run("status", address).output == "failed unplugged\n"


def test_print_tells_whether_it_is_on_paper(simulator, tmp_path):
    (tmp_path / "slip.toml").write_text(SLIP, encoding="utf-8")
    arguments = ("print", tmp_path / "slip.toml", f"127.0.0.1:{simulator.port}")
    assert run(*arguments).output == "printed (echo)\n"
    simulator.fault(cover="open")
    result = run(*arguments)
    assert (result.output, result.exit_code) == ("not sent: failed cover_open\n", 1)
    assert simulator.state()["printed"] == 1


def test_a_wrong_slip_is_one_line_not_a_traceback(tmp_path):
    (tmp_path / "slip.toml").write_text("numbr = '1'", encoding="utf-8")
    command = [sys.executable, "-m", "printer", "preview", "slip.toml", "out.png"]
    import os

    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=here)
    assert result.returncode == 2
    assert result.stderr == (
        "printer.slip_invalid(field='numbr', problem='unknown', known=['ahead_line', 'notice',"
        " 'number', 'office', 'parent', 'priority_line', 'procedure_line', 'procedure_url',"
        " 'reprint_line', 'service', 'time_line', 'title', 'tracking_line', 'tracking_url',"
        " 'wait_line'])\n"
    )


def test_the_spooler_loads_neither_pillow_nor_typer_until_it_draws():
    code = (
        "import sys, printer.spooler, printer.build, printer.ledger\n"
        "print([name for name in ('PIL', 'segno', 'typer', 'asyncio') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
