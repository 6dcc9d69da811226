"""``moiso demo``: a sample office on any computer, with virtual hardware."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from appliance.addresses import is_free
from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.lab import DEMO_ACCOUNTS
from appliance.clock import DemoClock, demo_clock_from_env
from appliance.config import load, sample_path
from appliance.config.office import to_hours
from appliance.demo_office import DemoOffice
from appliance.domain.calendar import OFFICE_ZONE, Hours
from appliance.errors import ConfigInvalid, Problem
from appliance.guardian import Guardian

_WORTH_WHILE = timedelta(minutes=45)
_AFTER_OPENING = timedelta(minutes=35)
_NOON = 12


def run_demo(port: int | None, *, talks: bool) -> None:
    """Run server, agent and simulated printer until Ctrl-C; their log lines too if it `talks`.

    Data lie in MOISO_DATA if it is set, else in a folder that goes with the demo. Raises
    ConfigInvalid for a port that is taken.
    """
    wanted = int(port or os.environ.get("MOISO_PORT") or 8080)
    if not is_free(wanted):
        other = {"other": wanted + 1}
        raise ConfigInvalid(Problem("port_in_use", f"MOISO_PORT={wanted}", other))
    hours = to_hours(load(sample_path(), {}).hours)
    clock = demo_clock(os.environ, hours, datetime.now(UTC))
    with _folder() as data:
        office = DemoOffice(data, wanted, clock, os.environ, talks=talks)
        office.prepare()
        keeper = Guardian(office.children())
        keeper.start()
        try:
            office.wait_until_served()
        except TimeoutError:
            keeper.stop()
            typer.echo(office.last_lines(), err=True)
            raise
        _print_addresses(wanted, None if talks else office.logs)
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
        raise ConfigInvalid(Problem("never_opens", "hours"))
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


# The same five steps as on the lab page.
_TRY = (
    ("Nhấn một nút lấy số: phiếu ra khỏi máy in", "press a kiosk button: a slip comes out"),
    ("Nhấn nút gọi của quầy 1: nghe mời số", "press call button 1: hear the call"),
    ("Bấm “Hết giấy” ở printer-1 rồi lấy số", "take printer-1's paper, take a number"),
    ("Đọc “Hệ thống báo”, rồi bấm “Sửa hết”", "read what is broken, then mend all"),
    ("Nhấn nút gọi lần nữa, rồi chấm điểm", "call again, then rate the visit"),
)


def _print_addresses(port: int, logs: Path | None) -> None:
    base = f"http://localhost:{port}"
    lines = [
        "",
        "  moiso – bản dùng thử / demo",
        "",
        f"  Phòng thử      lab       {base}/lab      <- mở trang này / open this",
        f"  Lấy số         kiosk     {base}/kiosk",
        f"  Bảng gọi       board     {base}/board",
        f"  Màn hình quầy  counter   {base}/counter?counter=1",
        f"  Đánh giá       rating    {base}/rating?counter=1",
        f"  Cán bộ         console   {base}/console",
        f"  Tình trạng     status    {base}/status",
        "",
        *(f"  {a.role:<14} {a.username} / {a.password}" for a in DEMO_ACCOUNTS),
        "",
        "  Thử ngay ở phòng thử / try this in the lab",
        "",
        *(f"  {n}. {vi:<46} {en}" for n, (vi, en) in enumerate(_TRY, 1)),
        "",
        *([] if logs is None else [f"  Nhật ký        logs      {logs}", ""]),
        "  Ctrl-C để dừng / to stop",
        "",
    ]
    typer.echo("\n".join(lines))
