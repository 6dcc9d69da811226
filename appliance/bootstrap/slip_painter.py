"""Draws slips for the browser in a process of its own, so that the server need not load Pillow."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.config.schema import PrinterConfig
from appliance.errors import Refused, Unavailable
from appliance.protocol.agent import SlipBody

_WITHIN_S = 20.0


class SlipPainter:
    """Gives slips as PNG; one at a time, so that hurried technicians do not slow the queue."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._one = threading.Lock()

    def __call__(self, slip: SlipBody, printer: PrinterConfig) -> bytes:
        """Return the slip as `printer` would print it.

        Raises Refused("slip_not_drawable") with what is wrong with slip, layout or profile,
        Unavailable("preview_failed") if nothing came in time and Unavailable("preview_busy") at
        once while another one is drawn: who waited here would hold a thread that the queue needs.
        """
        if not self._one.acquire(blocking=False):
            raise Unavailable("preview_busy")
        try:
            return self._paint(slip, printer)
        finally:
            self._one.release()

    def _paint(self, slip: SlipBody, printer: PrinterConfig) -> bytes:
        with TemporaryDirectory(prefix="moiso-slip-") as folder:
            described, picture = Path(folder, "slip.toml"), Path(folder, "slip.png")
            described.write_text(_toml(slip), encoding="utf-8")
            command = [sys.executable, "-m", "printer", "preview", str(described), str(picture)]
            command += ["--profile", printer.profile]
            if printer.width_dots is not None:
                command += ["--width", str(printer.width_dots)]
            if printer.layout:
                command += ["--layout", str(self._data / printer.layout)]
            try:
                ran = subprocess.run(
                    command, capture_output=True, text=True, timeout=_WITHIN_S, check=False
                )
            except subprocess.TimeoutExpired as exc:
                raise Unavailable("preview_failed") from exc
            if ran.returncode == 0:
                return picture.read_bytes()
            raise Refused("slip_not_drawable", problem=(ran.stderr.strip() or "?").splitlines()[-1])


def _toml(slip: SlipBody) -> str:
    """Write the slip as `python -m printer preview` reads it; JSON's texts are TOML's too."""
    values = slip.model_dump(mode="json").items()
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values)
