"""`moiso printer test`: the test page of a printer of this Pi, with its evidence."""

from __future__ import annotations

from pathlib import Path

from appliance.bootstrap.files import give_to_owner
from appliance.bootstrap.printers import build_printer
from appliance.config.schema import Config, PrinterConfig
from appliance.errors import ConfigInvalid, Problem
from printer.errors import LedgerBusy, LedgerUnwritable
from printer.ledger import Ledger
from printer.testing import run_test


def test_printer(config: Config, data: Path, name: str | None, *, ask: bool) -> bool:
    """Print the page and return whether all is well; raises `ConfigInvalid` while the agent runs.

    The printer's ledger is held meanwhile: a printer hears one program at a time, and an agent
    that prints into the page would spoil the evidence. What root makes here belongs to the owner
    of the data folder afterwards: the agent could not write it otherwise, nor print again.
    """
    settings = _chosen(config, name)
    printer = build_printer(settings)
    path, evidence = data / f"ledger-{settings.name}.sqlite", data / "printer-tests"
    try:
        with Ledger(path) as ledger:
            return run_test(printer, settings.profile, evidence, ask, ledger)
    except LedgerBusy as exc:
        raise ConfigInvalid(Problem("agent_prints", settings.name)) from exc
    except LedgerUnwritable as exc:
        reason = {"reason": exc.fields["why"]}
        raise ConfigInvalid(Problem("page_not_noted", settings.name, reason)) from exc
    finally:
        give_to_owner(data, [*data.glob(f"{path.name}*"), evidence, *evidence.glob("*")])


def _chosen(config: Config, name: str | None) -> PrinterConfig:
    mine = [printer for printer in config.printers if printer.agent == config.agent.name]
    for printer in mine:
        if name in (None, printer.name):
            return printer
    known = {"known": ", ".join(printer.name for printer in mine) or None}
    raise ConfigInvalid(Problem("not_my_printer", name or "printers", known))
