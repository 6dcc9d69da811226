"""The browser for pictures and measurements, at a name that is no secure context, as in a LAN."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tools.office.program import ROOT

HOST = "moiso.test"
_ARGS = ["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]


def origin(port: int) -> str:
    """Return the origin under which pages are opened."""
    return f"http://{HOST}:{port}"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser: the one that MOISO_CHROMIUM names, else one that is installed."""
    path = os.environ.get("MOISO_CHROMIUM") or _installed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGS)
        try:
            yield browser
        finally:
            browser.close()


def _installed() -> str:
    script = str(ROOT / "tools" / "chromium.sh")
    return subprocess.run([script], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
