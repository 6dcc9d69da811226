"""Builds the agent from the configuration: the only place that makes its concrete objects."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from appliance import logs
from appliance.bootstrap.printers import build_printer, slip_drawer
from appliance.clock import Clock, boot_id
from appliance.config.office import to_office
from appliance.config.schema import ButtonConfig, Config, PrinterConfig
from appliance.devices.agent import Agent
from appliance.devices.agent_token import Token
from appliance.devices.control import Control
from appliance.devices.desks import Desk, Desks
from appliance.devices.gpio.backend import Backend, Pins, Wiring, open_pins
from appliance.devices.gpio.lights import Lights
from appliance.devices.gpio.mock_pins import MockPins
from appliance.devices.gpio.no_pins import NoPins
from appliance.devices.http_client import HttpClient
from appliance.devices.inbox import Inbox
from appliance.devices.journal import Journal
from appliance.devices.link_state import LinkState
from appliance.devices.pairing import Pairing
from appliance.devices.panel_lights import PanelLights
from appliance.devices.poller import Poller
from appliance.devices.presses import Button, PressDesk
from appliance.devices.print_reports import PrintReports
from appliance.devices.printing import Printing
from appliance.devices.reports import DeviceReports, PressReports
from appliance.devices.sender import Sender
from appliance.devices.worker import Worker
from appliance.errors import Unavailable
from printer.ledger import Ledger
from printer.spooler import Spooler


def build_agent(
    config: Config,
    data: Path,
    clock: Clock,
    *,
    demo: bool,
    on_ready: Callable[[], None] = lambda: None,
) -> Agent:
    """Return an agent that owns `data`; raises Refused if another agent does.

    The demo has mock pins and a control socket, whatever the configuration says of pins. Where
    the pins cannot be driven, the buttons are reported as failed and the rest goes on: a Pi
    whose GPIO is broken can still print. Where the folder cannot be written, the agent works and
    says so until it can.
    """
    data = data.resolve()
    this_boot = boot_id()
    wired = _buttons(config)
    more_to_send, printer_changed = threading.Event(), threading.Event()
    with ExitStack() as undo:
        journal = undo.enter_context(Journal(data / "agent.sqlite"))
        pins, buttons = _pins("mock" if demo else config.agent.pin_factory, wired, data)
        undo.callback(pins.close)
        desks = _desks(config, data, clock, printer_changed.set)
        undo.pop_all()
    devices = DeviceReports(clock, device_name(config), more_to_send.set)
    lights = Lights(pins, _light_pins(buttons))
    print_reports = PrintReports(desks)
    printing = Printing(desks, print_reports, devices, clock, more_to_send.set, printer_changed)
    presses = PressDesk(
        journal,
        lights,
        clock,
        this_boot,
        buttons=buttons,
        printer_bad=printing.bad,
        on_stored=more_to_send.set,
        on_journal=devices.journal,
    )
    token = Token(data / "agent.token")
    link = LinkState(clock, devices.refresh)
    sender = Sender(
        HttpClient(config.agent.server_url, lambda: token.value),
        token,
        (PressReports(journal, presses, clock, this_boot), print_reports, devices),
        link,
        secrets.token_hex(8),
        more_to_send,
    )
    client = HttpClient(config.agent.server_url, lambda: token.value)
    pairing = Pairing(client, token, config.agent.name)
    panels = PanelLights(lights, clock, buttons)
    inbox = Inbox(
        client,
        token,
        link,
        printing.take,
        pairing,
        on_panel=panels.take,
        on_supersede=printing.supersede,
        on_roll=printing.change_roll,
    )

    devices.journal(journal.is_open)
    for button in wired:
        if button in buttons:
            devices.button(button.name)
        else:
            devices.report("button", button.name, "failed", ("gpio_unavailable",))
    workers: list[Worker] = [presses, printing, sender, inbox]
    poller = Poller(pins, buttons, presses, lights, clock, devices.button)
    if buttons:
        workers.insert(0, poller)
    if demo:
        workers.insert(0, _control(data, pins, link, devices, poller))
    closers = [printing.close, lambda _: journal.close(), lambda _: pins.close()]
    return Agent(workers, closers, on_ready)


def _pins(backend: Backend, wired: list[Button], data: Path) -> tuple[Pins, list[Button]]:
    """Return the pins and the buttons that work on them: all, or none with the reason logged."""
    try:
        return open_pins(backend, _wiring(wired), data), wired
    except Unavailable as exc:
        logs.get_logger().error("gpio_unavailable", **exc.fields)
        return NoPins(), []


def device_name(config: Config) -> str:
    """Return the name under which the agent itself is reported."""
    return f"agent-{config.agent.name}"


def button_name(config: Config, button: ButtonConfig) -> str:
    """Return the name under which a button is reported; unique in the office."""
    return f"{config.agent.name}-gpio{button.pin}"


def _buttons(config: Config) -> list[Button]:
    office = to_office(config)
    blind = {
        kiosk.name: tuple(office.with_fallbacks(kiosk.printer))
        for kiosk in config.kiosks
        if not kiosk.screen and kiosk.printer is not None
    }
    return [
        Button(
            name=button_name(config, button),
            pin=button.pin,
            light_pin=button.light_pin,
            press=button.press,
            kiosk=button.kiosk,
            service=button.service,
            counter=button.counter,
            level=button.level,
            needs_printer=blind.get(button.kiosk or "", ()),
        )
        for button in config.agent.buttons
    ]


def _light_pins(buttons: list[Button]) -> list[int]:
    return [button.light_pin for button in buttons if button.light_pin is not None]


def _wiring(buttons: list[Button]) -> Wiring:
    return Wiring([button.pin for button in buttons], _light_pins(buttons))


def _desks(config: Config, data: Path, clock: Clock, on_change: Callable[[], None]) -> Desks:
    mine = [printer for printer in config.printers if printer.agent == config.agent.name]
    return Desks({one.name: _way_to(one, data, clock, on_change) for one in mine})


def _way_to(
    settings: PrinterConfig, data: Path, clock: Clock, on_change: Callable[[], None]
) -> Callable[[], Desk]:
    """Return what opens the printer's desk; a wrong configuration is told at once."""
    printer, draw = build_printer(settings), slip_drawer(settings, data)

    def open_desk() -> Desk:
        ledger = Ledger(data / f"ledger-{settings.name}.sqlite", clock.now)
        spooler = Spooler(
            printer,
            ledger,
            on_change=on_change,
            draw=draw,
            roll_mm=settings.roll_mm,
            warn_tickets=settings.warn_tickets,
        )
        return Desk(settings.name, ledger, spooler)

    return open_desk


def _control(
    data: Path, pins: Pins, link: LinkState, devices: DeviceReports, poller: Poller
) -> Control:
    def extra() -> dict[str, Any]:
        printers = {
            name: {"state": state, "causes": list(causes)}
            for name, (state, causes) in devices.states("printer").items()
        }
        return {"link": link.word, "printers": printers, "held": poller.held()}

    return Control(data / "agent.sock", pins if isinstance(pins, MockPins) else None, extra)
