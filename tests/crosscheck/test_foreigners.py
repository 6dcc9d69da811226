"""Our driver against a printer, and our printer against a driver, that others have written.

Both are fetched when asked for (`make crosscheck`), into the test's own folder: `emupos` from PyPI
(needs Python 3.13), `receiptio` from npm. What cannot be fetched is skipped and named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from printer.build import draw_job, open_printer
from printer.escpos import fence_id
from tests.support.golden import SLIPS
from tests.support.paper import Simulator
from tests.support.ports import own_port
from tests.support.wait import wait_for

WANTED = bool(os.environ.get("MOISO_CROSSCHECK"))
pytestmark = pytest.mark.skipif(not WANTED, reason="fetches foreign software: make crosscheck")
# receiptio knows port 9100 only; an address of its own keeps it from other printers.
LOOPBACK = "127.0.9.100"


def python_313() -> str | None:
    named = [shutil.which("python3.13"), shutil.which("python3.14")]
    named += map(str, sorted(Path.home().glob(".pyenv/versions/3.1[34]*/bin/python")))
    for name in filter(None, named):
        if subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode == 0:
            return name
    return None


def fetched(command: list[str], what: str) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    if ran.returncode:
        pytest.skip(f"{what} cannot be fetched: {ran.stderr.strip()[-200:]}")


@pytest.fixture(scope="module")
def emupos(tmp_path_factory) -> Iterator[tuple[Path, Path, int]]:
    """The foreign printer: its command, its folder and its port."""
    python = python_313()
    if python is None:
        pytest.skip("emupos needs Python 3.13; there is none")
    folder = tmp_path_factory.mktemp("emupos")
    fetched([python, "-m", "venv", str(folder / "venv")], "an environment for emupos")
    fetched([str(folder / "venv/bin/pip"), "install", "-q", "emupos==0.4.0"], "emupos")
    port, api = own_port(), own_port()
    (folder / "emupos.yaml").write_text(
        f"schema: 1\napi: {{ port: {api} }}\ndevices:\n  - id: front\n    type: printer\n"
        f"    profile: epson-tm-t20iii\n    receipts_dir: ./receipts\n"
        f"    connections:\n      - tcp: {{ port: {port} }}\n"
    )
    command = folder / "venv/bin/emupos"
    os.environ["EMUPOS_API"] = f"http://127.0.0.1:{api}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([command, "run"], cwd=folder, stdout=log, stderr=log)
    try:
        printer = open_printer(host="127.0.0.1", port=port)
        wait_for(lambda: printer.check().state == "ok", (folder / "log").read_text(), 30)
        printer.close()
        yield command, folder, port
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.timeout(400)
def test_our_driver_prints_and_hears_faults_at_a_foreign_printer(emupos) -> None:
    command, folder, port = emupos
    printer = open_printer(host="127.0.0.1", port=port)
    assert printer.check().state == "ok"
    assert printer.identify()["model"] == "TM-T20III"
    slip = SLIPS["full"]()
    outcome = printer.send(draw_job(slip, 576), fence_id("1001"))
    # It has no GS ( H; it is believed by GS r, which it answers in order.
    assert (outcome.state, outcome.reason) == ("printed", "fence")
    for fault, cause in (
        ("paper-out", "paper_out"),
        ("paper-near-end", "paper_near_end"),
        ("cover-open", "cover_open"),
        ("offline", "offline"),
    ):
        subprocess.run([command, "fault", "set", "front", fault], check=True, capture_output=True)
        assert printer.check().causes == (cause,), fault
        subprocess.run([command, "fault", "clear", "front", fault], check=True, capture_output=True)
        assert printer.check().state == "ok"
    printer.close()
    pictures = wait_for(lambda: sorted((folder / "receipts").rglob("*.png")), "a receipt", 20)
    with Image.open(pictures[0]) as picture:
        codes = {code.text for code in zxingcpp.read_barcodes(picture.convert("L"))}
    assert codes == {slip.tracking_url, slip.procedure_url}


@pytest.fixture(scope="module")
def receiptio(tmp_path_factory) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("receiptio needs npm; there is none")
    folder = tmp_path_factory.mktemp("receiptio")
    fetched([npm, "install", "--prefix", str(folder), "--no-audit", "receiptio@2.1.2"], "receiptio")
    return folder / "node_modules/.bin/receiptio"


@pytest.fixture
def our_printer(tmp_path) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path, "--speed", "50", "--host", LOOPBACK, port=9100)
    try:
        yield simulator.await_ready()
    finally:
        simulator.close()


@pytest.mark.timeout(300)
def test_a_foreign_driver_reads_status_and_prints_at_our_printer(receiptio, our_printer) -> None:
    def ask() -> str:
        ran = subprocess.run(
            [receiptio, "-d", LOOPBACK, "-q"], capture_output=True, text=True, timeout=60
        )
        return ran.stderr.strip()

    assert ask() == "online"
    # Not "offline": receiptio asks DLE EOT 2 alone, which does not know of the online button.
    for make, mend, word in (
        ({"paper": "out"}, {"paper": "ok"}, "paperempty"),
        ({"cover": "open"}, {"cover": "closed"}, "coveropen"),
        ({"broken": True}, {"broken": False}, "error"),
        ({"cutter": "jammed"}, {"cutter": "ok"}, "error"),
        ({"overheat": True}, {"overheat": False}, "error"),
        ({"paper": "near_end"}, {"paper": "ok"}, "online"),
        ({"silent": True}, {"silent": False}, "offline"),
        ({"power": "off"}, {"power": "on"}, "disconnect"),
    ):
        our_printer.fault(**make)
        assert ask() == word
        our_printer.fault(**mend)
    assert ask() == "online"
    began_s = time.monotonic()
    ran = subprocess.run(
        [receiptio, "-d", LOOPBACK, "-t", "30"],
        input="^^^MOISO\n\n{code:http://192.168.1.10/t/abc; option:qrcode,6,M}\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stderr.strip() == "success"
    assert time.monotonic() - began_s < 30
    state = our_printer.state()
    assert (state["printed"], state["half"]) == (1, 0)
