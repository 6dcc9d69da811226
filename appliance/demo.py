"""``moiso demo``: a sample office on any computer, with virtual hardware."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from appliance import guardian
from appliance.addresses import free_port, is_free
from appliance.bootstrap.demo_panels import panels_folder, write_panels
from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.lab import DEMO_ACCOUNTS, write_lab
from appliance.clock import DemoClock, demo_clock_from_env
from appliance.config import load, sample_path
from appliance.config.office import to_hours
from appliance.domain.calendar import OFFICE_ZONE, Hours
from appliance.errors import ConfigInvalid

START_WITHIN_S = 30.0
_WORTH_WHILE = timedelta(minutes=45)
_AFTER_OPENING = timedelta(minutes=35)
_NOON = 12
_SIMULATOR_PORT = "MOISO_DEMO_PRINTER_PORT"
_SIMULATOR_HTTP_PORT = "MOISO_DEMO_PRINTER_HTTP_PORT"
_SIMULATOR_SPEED = "MOISO_DEMO_PRINTER_SPEED"


def run_demo(port: int | None) -> None:
    """Run server, two agents and simulated printer until Ctrl-C.

    Data lie in MOISO_DATA if it is set, else in a folder that goes with the demo. Raises
    ConfigInvalid for a port that is taken.
    """
    wanted = int(port or os.environ.get("MOISO_PORT") or 8080)
    if not is_free(wanted):
        raise ConfigInvalid([f"port {wanted} is in use; try: MOISO_PORT={wanted + 1} make demo"])
    with _folder() as data:
        env = _environment(data, wanted)
        printer_port = int(os.environ.get(_SIMULATOR_PORT) or free_port())
        http_port = int(os.environ.get(_SIMULATOR_HTTP_PORT) or free_port())
        write_config(data, printer_port)
        write_lab(data, http_port)
        prepare = [sys.executable, "-m", "appliance.bootstrap.prepare", "--demo"]
        subprocess.run(prepare, env=env, check=True)
        keeper = guardian.Guardian(_children(data, env, printer_port, http_port))
        keeper.start()
        try:
            _wait_until_served(wanted)
        except TimeoutError:
            keeper.stop()
            raise
        _print_addresses(wanted)
        keeper.run()


def demo_clock(environ: Mapping[str, str], hours: Hours, now: datetime) -> DemoClock:
    """Return the demo's time: what MOISO_DEMO_CLOCK says, else the true time in opening hours.

    Outside them it starts shortly after the next morning's opening, so that a newcomer at
    midnight meets an open office.
    """
    told = environ.get("MOISO_DEMO_CLOCK")
    if told:
        return demo_clock_from_env(told)
    if hours.is_open(now) and hours.is_open(now + _WORTH_WHILE):
        return DemoClock(now, 1.0, now)
    opening = hours.next_opening(now)
    while opening is not None and opening.astimezone(OFFICE_ZONE).hour >= _NOON:
        opening = hours.next_opening(opening)
    if opening is None:
        raise ConfigInvalid(["hours: the office does not open within a month"])
    return DemoClock(opening + _AFTER_OPENING, 1.0, now)


@contextmanager
def _folder() -> Iterator[DataFolder]:
    named = os.environ.get("MOISO_DATA")
    if named:
        data = DataFolder(Path(named))
        data.create()
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="moiso-demo-") as folder:
        yield DataFolder(Path(folder))


def _environment(data: DataFolder, port: int) -> dict[str, str]:
    hours = to_hours(load(sample_path(), {}).hours)
    return {
        **os.environ,
        "MOISO_DATA": str(data.path),
        "MOISO_PORT": str(port),
        "MOISO_AGENT__SERVER_URL": f"http://127.0.0.1:{port}",
        "MOISO_DEMO_CLOCK": demo_clock(os.environ, hours, datetime.now(UTC)).to_env(),
    }


def write_config(data: DataFolder, printer_port: int) -> None:
    """Copy the sample configuration, with the simulator as its printer and panels with buttons."""
    shutil.copyfile(sample_path(), data.config)
    text = data.config.read_text(encoding="utf-8")
    (old,) = {printer.port for printer in load(data.config, {}).printers}
    data.config.write_text(
        text.replace(f"port = {old}\n", f"port = {printer_port}\n"), encoding="utf-8"
    )
    write_panels(data)


def _children(
    data: DataFolder, env: dict[str, str], printer_port: int, http_port: int
) -> list[guardian.Child]:
    moiso = [sys.executable, "-m", "appliance"]
    simulator = [
        *(sys.executable, "-m", "printer", "simulate"),
        *("--port", str(printer_port), "--http-port", str(http_port)),
        *("--dir", str(data.path / "slips"), "--speed", os.environ.get(_SIMULATOR_SPEED, "1")),
    ]
    return [
        guardian.Child("printer", simulator, env),
        guardian.Child("server", [*moiso, "server", "--demo"], env),
        guardian.Child("agent", [*moiso, "agent", "--demo"], env),
        guardian.Child(
            "panels",
            [*moiso, "agent", "--demo"],
            {**env, "MOISO_DATA": str(panels_folder(data).path)},
        ),
    ]


def _wait_until_served(port: int) -> None:
    deadline_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline_s:
        if _ready(port):
            return
        time.sleep(0.1)
    raise TimeoutError(f"the server did not answer on port {port} within {START_WITHIN_S:.0f} s")


def _ready(port: int) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        link.request("GET", "/readyz")
        answer = json.loads(link.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        link.close()
    return "printer-1" in answer["devices"]


def _print_addresses(port: int) -> None:
    base = f"http://localhost:{port}"
    lines = [
        "",
        "  moiso – bản dùng thử / demo",
        "",
        f"  Phòng thử   lab       {base}/lab      <- mở trang này / open this",
        f"  Lấy số      kiosk     {base}/kiosk",
        f"  Bảng gọi    board     {base}/board",
        f"  Đánh giá    rating    {base}/rating?counter=1",
        f"  Cán bộ      console   {base}/console",
        "",
        *(f"  {a.role:<14} {a.username} / {a.password}" for a in DEMO_ACCOUNTS),
        "",
        "  Ctrl-C để dừng / to stop",
        "",
    ]
    typer.echo("\n".join(lines))
