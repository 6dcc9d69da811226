"""`python -m printer` from a shell."""

import subprocess
import sys

from PIL import Image
from typer.testing import CliRunner

from printer.__main__ import app

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
