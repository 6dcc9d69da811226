"""Runs one simulated printer until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from printer.simulator.lab import Lab, Settings
from printer.simulator.web import Web

_STUCK_S = 5.0


async def simulate(settings: Settings, http_port: int, faults: Mapping[str, Any]) -> None:
    """Listen, print one ready line with the real ports, and go on until SIGTERM or SIGINT."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    lab = Lab(settings)
    web = Web(lab, http_port)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await lab.start()
    await web.listen()
    await lab.fault(faults)
    ready = f"tcp={lab.port.host}:{lab.port.port} http=127.0.0.1:{web.port}"
    if settings.pty:
        ready += f" pty={lab.pty.link}"
    sys.stdout.write(f"printer simulator ready {ready}\n")
    sys.stdout.flush()
    await stop.wait()
    web.close()
    lab.stop()


async def play(settings: Settings, file: Path, faults: Mapping[str, Any]) -> dict[str, Any]:
    """Print what a file holds, as if it had been sent, and tell what came out."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    lab = Lab(settings)
    await lab.fault(faults)
    lab.engine.start()
    with file.open("rb") as stream:
        while data := stream.read(settings.buffer_bytes):
            while data:
                room = await asyncio.wait_for(lab.engine.room(), _STUCK_S)
                lab.engine.receive(data[:room])
                data = data[room:]
    await lab.engine.idle()
    lab.stop()
    return lab.state()


def tell(state: dict[str, Any]) -> None:
    """Write a state to standard output."""
    sys.stdout.write(json.dumps(state, ensure_ascii=False, indent=2) + "\n")
