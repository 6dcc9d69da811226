"""`moiso printer test`: the test page of a printer of this Pi, with its evidence."""

from __future__ import annotations

from pathlib import Path

from appliance.bootstrap.printers import build_printer
from appliance.config.schema import Config, PrinterConfig
from appliance.errors import ConfigInvalid
from printer.errors import LedgerBusy
from printer.ledger import Ledger
from printer.testing import run_test


def test_printer(config: Config, data: Path, name: str | None, *, ask: bool) -> bool:
    """Print the page and return whether all is well; raises `ConfigInvalid` while the agent runs.

    The printer's ledger is held meanwhile: a printer hears one program at a time, and an agent
    that prints into the page would spoil the evidence.
    """
    settings = _chosen(config, name)
    printer = build_printer(settings)
    try:
        with Ledger(data / f"ledger-{settings.name}.sqlite") as ledger:
            return run_test(printer, settings.profile, data / "printer-tests", ask, ledger)
    except LedgerBusy as exc:
        told = f"{settings.name}: the agent is using it; stop it first: systemctl stop moiso-agent"
        raise ConfigInvalid([told]) from exc


def _chosen(config: Config, name: str | None) -> PrinterConfig:
    mine = [printer for printer in config.printers if printer.agent == config.agent.name]
    for printer in mine:
        if name in (None, printer.name):
            return printer
    known = ", ".join(printer.name for printer in mine) or "none"
    raise ConfigInvalid([f"no printer {name or ''!r} at this agent; it has: {known}"])
