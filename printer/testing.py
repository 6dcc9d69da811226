"""The test on the device: print the page, ask the person who sees it, keep the evidence.

No rig replaces this: a real knife, a clone's firmware and a worn head are seen by eyes only.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from printer import escpos
from printer.driver import Outcome, Printer
from printer.errors import TransportError
from printer.states import State
from printer.status import PrinterStatus

QUESTIONS = {
    "letters": "Đủ và đúng mọi chữ có dấu? / Are all letters there and right?",
    "edges": "Thước có vạch đứng ở cả hai mép? / Has the ruler its bar at both edges?",
    "codes": "Điện thoại quét được cả ba mã? / Can a phone read all three codes?",
    "cut": "Giấy cắt gọn, không mất chữ? / Is it cut cleanly, nothing cut off?",
    "even": "Nét đều, không có vệt trắng? / Is it evenly black, no white stripes?",
}
RULER = "Vạch 0 đến vạch 40 trên giấy dài bao nhiêu mm? / How long is 0 to 40 of the ruler, in mm?"
_RULER_MM = 40.0
_RULER_TOLERANCE_MM = 1.5


def run_test(printer: Printer, profile: str, folder: Path, ask: bool) -> bool:
    """Test a printer and give True if the machine and the person both say that all is well."""
    now = datetime.now(UTC)
    token = f"moiso-test-{now:%Y%m%d%H%M%S}"
    try:
        facts = _machine_facts(printer, profile, now, token)
    finally:
        printer.close()
    good = facts["outcome"]["state"] in (State.PRINTED, State.UNCONFIRMED)
    typer.echo(f"{facts['outcome']['state']} ({facts['outcome']['reason']})")
    if good and ask:
        facts["person"] = _ask()
        good = _is_good(facts["person"])
    facts["good"] = good
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{token}.json"
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    typer.echo(str(path))
    return good


def _machine_facts(printer: Printer, profile: str, now: datetime, token: str) -> dict[str, Any]:
    status = printer.prepare()
    if status.state == "unknown" and printer.can_answer:
        status = printer.prepare()
    facts: dict[str, Any] = {
        "at": now.isoformat(timespec="seconds"),
        "printer": printer.name,
        "profile": profile,
        "width_dots": printer.width_dots,
        "abilities": asdict(printer.abilities),
        "python": sys.version.split()[0],
        "status": {"state": status.state, "causes": list(status.causes)},
        "identity": {},
        "outcome": {"state": State.FAILED, "reason": status.cause or status.state},
    }
    if printer.may_print(status):
        facts["identity"] = _identity(printer)
        outcome, data = _print_page(printer, facts, status, token)
        facts["outcome"] = {"state": outcome.state, "reason": outcome.reason}
        facts["page"] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return facts


def _identity(printer: Printer) -> dict[str, str]:
    if not printer.can_answer:
        return {}
    try:
        return printer.identify()
    except TransportError:
        return {}


def _print_page(
    printer: Printer, facts: dict[str, Any], status: PrinterStatus, token: str
) -> tuple[Outcome, bytes]:
    from printer.testpage import draw_test_page

    shown = {name: facts[name] for name in ("printer", "profile", "at")}
    shown["width"] = f"{printer.width_dots} dots, {printer.abilities.dpi} dpi"
    shown["status"] = " ".join([status.state, *status.causes])
    shown |= {name: _drawable(text) for name, text in facts["identity"].items()}
    page = draw_test_page(printer.width_dots, printer.abilities.dpi, shown, token)
    data = escpos.encode(page, printer.abilities)
    return printer.send(data, escpos.fence_id(token)), data


def _drawable(text: str) -> str:
    """Give a printer's own words with a question mark for what our fonts need not have."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def _ask() -> dict[str, Any]:
    answers: dict[str, Any] = {name: typer.confirm(text) for name, text in QUESTIONS.items()}
    answers["ruler_mm"] = typer.prompt(RULER, type=float)
    answers["remark"] = typer.prompt("Ghi chú / Remarks", default="", show_default=False)
    return answers


def _is_good(answers: dict[str, Any]) -> bool:
    straight = abs(answers["ruler_mm"] - _RULER_MM) <= _RULER_TOLERANCE_MM
    return straight and all(answers[name] for name in QUESTIONS)
