"""The printer as a test or a lab page handles it: faults by name, and what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from printer.errors import FaultInvalid
from printer.simulator.engine import Engine
from printer.simulator.machine import NEAR_END_MM, ROLL_MM, Machine
from printer.simulator.port import Manners, Port
from printer.simulator.pty import PtyPort
from printer.simulator.realtime import Ask, ClearBuffer, Enquire, Order, PowerOff
from printer.simulator.strip import Strip

SWITCHES = ("silent", "garbage", "babbles", "swallow", "overheat", "offline", "broken", "slow")
CHOICES = {
    "paper": ("ok", "near_end", "out"),
    "cover": ("closed", "open"),
    "power": ("on", "off", "cycle"),
    "cutter": ("ok", "jammed", "jam_next"),
    # The connection breaks once, as when a cable or a switch fails; the printer goes on.
    "line": ("up", "drop"),
}
NUMBERS = ("paper_mm", "drop_at_byte")
# A byte every so often: a line at the wrong speed or a switch that chatters is no quieter.
_NOISE_S = 0.005


@dataclass(frozen=True, slots=True)
class Settings:
    """How the simulated printer is built."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 9100
    width: int = 576
    mm_per_s: float = 150.0
    buffer_bytes: int = 4096
    refuse_second: bool = False
    pty: bool = False
    cutter: bool = True


class Lab:
    """One simulated printer, whole."""

    def __init__(self, settings: Settings) -> None:
        self.machine = Machine()
        self.strip = Strip(settings.folder, settings.width)
        self.strip.first_n = 1 + max(
            (int(path.stem[5:]) for path in settings.folder.glob("slip-[0-9]*.png")), default=0
        )
        self.engine = Engine(
            self.machine,
            self.strip,
            self._answer,
            settings.mm_per_s,
            settings.buffer_bytes,
            settings.cutter,
        )
        self.manners = Manners()
        self.port = Port(
            settings.host,
            settings.port,
            settings.refuse_second,
            self.manners,
            self.engine.room,
            lambda data: self._receive(self.port, data),
            lambda order: self._obey(self.port, order),
        )
        self.pty = PtyPort(
            settings.folder / "printer.tty",
            self.manners,
            self.engine.room,
            lambda data: self._receive(self.pty, data),
            lambda order: self._obey(self.pty, order),
        )
        self._ports: list[Port | PtyPort] = [self.port, *([self.pty] if settings.pty else [])]
        self._speaker: Port | PtyPort = self.port
        self._babbling: asyncio.Task[None] | None = None
        self.machine.on_change.append(self._changed)

    async def start(self) -> None:
        """Switch the printer on."""
        self.engine.start()
        for port in self._ports:
            await port.listen()

    def stop(self) -> None:
        """Switch it off for good."""
        self._babble(False)
        for port in self._ports:
            port.vanish()
        if self.engine.task is not None:
            self.engine.task.cancel()

    async def fault(self, wanted: Mapping[str, Any]) -> None:
        """Make or mend faults; nothing is done if any of them is not known."""
        for name, value in wanted.items():
            _check(name, value)
        for name, value in wanted.items():
            if name == "power":
                if value == "cycle":
                    await self._power(False)
                await self._power(value != "off")
            elif name == "line":
                if value == "drop":
                    for port in self._ports:
                        port.hang_up()
            else:
                self._set(name, value)
        self.machine.changed()

    def state(self) -> dict[str, Any]:
        """Tell what the referee saw."""
        slips = self.strip.slips
        printed = sum(slip.complete for slip in slips)
        return {
            "printed": printed,
            "half": len(slips) - printed,
            "blank": self.strip.blanks,
            "paper_mm": round(self.machine.paper_mm, 3),
            "online": self.machine.ready,
            "faults": self._faults(),
            "uncut": {"rows": self.strip.rows, "ink": self.strip.ink},
            "buffered_bytes": len(self.engine.parser.buffer),
            "clears": self.engine.clears,
            "received_bytes": sum(port.received_bytes for port in self._ports),
            "unknown_commands": self.engine.parser.unknown,
            "slips": [slip.to_dict() for slip in slips],
        }

    def _faults(self) -> dict[str, Any]:
        machine, manners = self.machine, self.manners
        jam = "jam_next" if machine.knife_jams_next else "ok"
        return {
            "paper": "out" if machine.paper_out else "near_end" if machine.near_end else "ok",
            "cover": "open" if machine.cover_open else "closed",
            "power": "on" if machine.powered else "off",
            "cutter": "jammed" if machine.knife_jammed else jam,
            "line": "up",
            "overheat": machine.hot,
            "offline": machine.offline,
            "broken": machine.broken,
            "slow": self.engine.slow,
            "silent": manners.silent,
            "garbage": manners.garbage,
            "babbles": manners.babbles,
            "swallow": manners.swallow,
            "drop_at_byte": manners.drop_at_byte,
        }

    def _set(self, name: str, value: Any) -> None:
        machine, manners = self.machine, self.manners
        match name:
            case "paper":
                machine.paper_mm = {"ok": ROLL_MM, "near_end": NEAR_END_MM - 1, "out": 0.0}[value]
            case "paper_mm":
                machine.paper_mm = float(value)
            case "cover":
                machine.cover_open = value == "open"
            case "cutter":
                machine.knife_jammed = value == "jammed"
                machine.knife_jams_next = value == "jam_next"
                machine.cutter_error = machine.cutter_error or machine.knife_jammed
            case "overheat":
                machine.hot = value
            case "slow":
                self.engine.slow = value
            case "offline" | "broken":
                setattr(machine, name, value)
            case "babbles":
                self._babble(value)
            case _:
                setattr(manners, name, value)

    def _babble(self, on: bool) -> None:
        self.manners.babbles = on
        if self._babbling is not None:
            self._babbling.cancel()
        self._babbling = asyncio.create_task(self._talk()) if on else None

    async def _talk(self) -> None:
        """Make noise at everybody who is connected, unasked and without a pause."""
        while True:
            for port in self._ports:
                port.answer(b"?")
            await asyncio.sleep(_NOISE_S)

    async def _power(self, on: bool) -> None:
        if on == self.machine.powered:
            return
        self.machine.powered = on
        if on:
            self.machine.restart()
            for port in self._ports:
                await port.listen()
        else:
            self._go_dark()

    def _go_dark(self) -> None:
        for port in self._ports:
            port.vanish()
        self.engine.power_off()

    def _changed(self) -> None:
        machine = self.machine
        if machine.paper_out:
            self.strip.spoil_if_begun("paper_out")
        if machine.cover_open:
            self.strip.spoil_if_begun("cover_open")
        if machine.cutter_error:
            self.strip.spoil_if_begun("cutter")
        self.engine.update()
        if machine.powered and machine.auto_mask:
            self._answer(machine.auto_status())

    def _answer(self, data: bytes) -> None:
        """Say something to whoever spoke to us last."""
        self._speaker.answer(data)

    def _receive(self, port: Port | PtyPort, data: bytes) -> None:
        self._speaker = port
        self.engine.receive(data)

    def _obey(self, port: Port | PtyPort, order: Order) -> None:
        self._speaker = port
        match order:
            case Ask(n):
                self._answer(self.machine.realtime(n))
            case Enquire(n):
                if self.machine.cutter_error and not self.machine.knife_jammed:
                    if n == 2:
                        self.engine.clear()
                    self.machine.recover()
            case ClearBuffer():
                self.engine.clear()
            case PowerOff() if self.engine.power_off_allowed:
                self.machine.powered = False
                self._go_dark()


def _check(name: str, value: Any) -> None:
    if name in SWITCHES:
        good = isinstance(value, bool)
    elif name in CHOICES:
        good = value in CHOICES[name]
    elif name == "drop_at_byte":
        good = value is None or (type(value) is int and 0 < value <= 10**7)
    elif name == "paper_mm":
        good = type(value) in (int, float) and 0 <= value <= ROLL_MM
    else:
        raise FaultInvalid(name=name, known=[*CHOICES, *SWITCHES, *NUMBERS])
    if not good:
        raise FaultInvalid(name=name, value=value, allowed=CHOICES.get(name, ""))
