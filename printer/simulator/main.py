"""Runs one simulated printer until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys

from printer.simulator.lab import Lab, Settings
from printer.simulator.web import Web


async def simulate(settings: Settings, http_port: int) -> None:
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
    ready = f"tcp={lab.port.host}:{lab.port.port} http=127.0.0.1:{web.port}"
    sys.stdout.write(f"printer simulator ready {ready}\n")
    sys.stdout.flush()
    await stop.wait()
    web.close()
    lab.stop()
