"""The tools that measure and picture: their arithmetic, their eyes, and that they start."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.bench.figures import Row, file_system, median, percentile, table, write_json
from tools.bench.floors import bare_database, commits_ms
from tools.bench.flushes import flushed_files
from tools.bench.processes import file_pages, own_pss_mb, written_bytes
from tools.bench.proxy import Proxy, RasterWatch
from tools.bench.screens import called_label, handshake, hello
from tools.office.browser import chromium, origin
from tools.shots.glass import Glass, Size
from tools.shots.scenes import ALL
from tools.shots.slips import WIDTHS, write_slips

PAGES = {
    "/good": "<h1>good</h1>",
    "/wide": "<div style='width:5000px;height:9px'></div>",
    "/script": "<script>nowhere()</script>",
    "/outside": "<img src='http://127.0.0.1:9/x.png'>",
    "/missing": "<img src='/nothing.png'>",
}


@pytest.mark.parametrize("tool", ["bench", "shots"])
def test_the_tool_starts(root: Path, tool: str) -> None:
    argv = [sys.executable, "-m", f"tools.{tool}", "--help"]
    told = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    assert "--only" in told.stdout


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile(list(range(1, 101)), 0.99) == 99
    assert percentile([7], 0.99) == 7
    assert median([1, 2, 9]) == 2


def test_the_table_says_limit_ratio_and_broken_budget(tmp_path: Path) -> None:
    rows = [
        Row("g", "fast", 3.0, "ms", 1.5, "bare"),
        Row("g", "big", 131.0, "MB", budget=130.0),
        Row("g", "fits", 3.0, "", budget=3.0),
        Row("g", "unseen", None, "", note="strace not installed"),
    ]
    lines = table(rows).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert "1.50 ms (bare)" in lines[2]
    assert "2 ×" in lines[2]
    assert [row.over for row in rows] == [False, True, False, False]
    assert "BROKEN" in lines[3]
    assert "strace not installed" in lines[5]
    write_json(tmp_path / "f.json", rows, {"quick": True})
    assert json.loads((tmp_path / "f.json").read_text())["figures"][0]["ratio"] == 2.0


def test_the_file_system_of_a_folder_is_known() -> None:
    assert file_system(Path("/proc/self")) == "proc"


def test_the_bare_commit_is_timed_and_written(tmp_path: Path) -> None:
    with bare_database(tmp_path / "b.sqlite") as db:
        assert len(commits_ms(db, 3)) == 3
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("SELECT count(*) FROM bare").fetchone() == (3,)


def test_flushes_are_counted_by_file() -> None:
    log = (
        "12 fdatasync(9</d/office.sqlite-wal>) = 0\n"
        "12 fsync(3</d/a b.db> <unfinished ...>\n"
        "12 <... fsync resumed>) = 0\n"
        "12 +++ exited with 0 +++\n"
    )
    assert flushed_files(log) == ["office.sqlite-wal", "a b.db"]


def test_pages_of_files_are_counted_without_what_was_written_to_them() -> None:
    smaps = (
        "7f00-7f10 r-xp 00001000 fe:00 12   /lib/a b.so\nRss:   40 kB\nAnonymous:   8 kB\n"
        "7f20-7f30 rw-p 00000000 00:00 0 \nRss:   100 kB\nAnonymous:   100 kB\n"
        "7f30-7f40 rw-p 00000000 00:00 0   [heap]\nRss:   10 kB\nAnonymous:   10 kB\n"
    )
    assert file_pages(smaps) == {("/lib/a b.so", "00001000"): 32 * 1024}


def test_memory_and_bytes_of_a_process_can_be_read() -> None:
    assert 5 < own_pss_mb({"me": [os.getpid()]})["me"] < 2000
    assert written_bytes([os.getpid()]) >= 0


def test_dots_are_seen_though_the_stream_is_cut_anywhere() -> None:
    watch = RasterWatch()
    assert not watch.feed(b"\x1dv0 before it is armed")
    watch.arm()
    assert not watch.feed(b"\x1b@\x1d")
    assert not watch.feed(b"v")
    assert watch.feed(b"0\x00")
    assert not watch.feed(b"\x1dv0 the second band")


def test_the_proxy_passes_everything_both_ways() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as printer,
        Proxy(printer.getsockname()[1]) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as agent,
    ):
        far, _ = printer.accept()
        with far:
            proxy.arm()
            agent.sendall(b"\x1b@\x1dv0dots")
            assert far.recv(100) == b"\x1b@\x1dv0dots"
            assert proxy.first_dots_s(5) > 0
            far.sendall(b"\x12")
            assert agent.recv(100) == b"\x12"


def test_a_board_without_glass_speaks_as_the_page_does() -> None:
    assert handshake("t") == '40{"token": "t"}'
    assert json.loads(hello()[2:]) == ["hello"]
    event = {"type": "ticket.called", "payload": {"ticket": {"label": "1001"}}}
    assert called_label('42["event",' + json.dumps(event) + "]") == "1001"
    event["type"] = "ticket.issued"
    assert called_label('42["event",' + json.dumps(event) + "]") is None
    assert called_label("2") is None


def test_every_scene_has_a_name_of_its_own() -> None:
    names = [scene.name for scene in ALL]
    assert len(names) == len(set(names))


def test_slips_with_the_longest_names_are_drawn(tmp_path: Path) -> None:
    assert [file.name for file in write_slips(tmp_path)] == [f"slip-{w}.png" for w in WIDTHS]


class Handler(BaseHTTPRequestHandler):
    """Serves PAGES."""

    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", "script-src 'self'")
        self.end_headers()
        self.wfile.write(f"<link rel=icon href=data:,>{page or ''}".encode())

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield origin(server.server_port)
    server.shutdown()
    server.server_close()


def test_a_page_that_is_wrong_is_complained_of(site: str, tmp_path: Path) -> None:
    found = {}
    with chromium() as browser:
        for path in (*PAGES, "/nowhere"):
            status = 404 if path == "/nowhere" else 200
            with Glass(browser, site, Size(400, 300), status=status) as glass:
                glass.open(path)
                glass.picture(tmp_path / "p.png")
                found[path] = " ".join(glass.complaints)
    assert found["/good"] == ""
    assert found["/nowhere"] == ""
    assert "overflows" in found["/wide"]
    assert "policy" in found["/script"]
    assert "outside" in found["/outside"]
    assert "404" in found["/missing"]
