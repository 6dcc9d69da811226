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
from printer.build import DrawnJob, drawn
from printer.driver import Printer
from printer.errors import TransportError
from printer.ledger import Ledger
from printer.noted import send_own
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


def run_test(
    printer: Printer, profile: str, folder: Path, ask: bool, ledger: Ledger | None = None
) -> bool:
    """Test a printer and give True if the machine and the person both say that all is well.

    The printer's ledger, if it has one, tells of half a slip that is to be cut off first, and is
    told of the page: one that is lost half-way is cut off before the next citizen's slip.
    """
    now = datetime.now(UTC)
    token = f"moiso-test-{now:%Y%m%d%H%M%S}"
    try:
        facts = _machine_facts(printer, profile, now, token, ledger)
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


def _machine_facts(
    printer: Printer, profile: str, now: datetime, token: str, ledger: Ledger | None
) -> dict[str, Any]:
    if ledger is not None and ledger.leftover_possible():
        printer.expect_leftover()
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
        page = _draw_page(printer, facts, status, token)
        if ledger is None:
            outcome = printer.send(page.data, escpos.fence_id(token))
        else:
            outcome = send_own(printer, ledger, token, page)
        facts["outcome"] = {"state": outcome.state, "reason": outcome.reason}
        digest = hashlib.sha256(page.data).hexdigest()
        facts["page"] = {"bytes": len(page.data), "sha256": digest}
    return facts


def _identity(printer: Printer) -> dict[str, str]:
    if not printer.can_answer:
        return {}
    try:
        return printer.identify()
    except TransportError:
        return {}


def _draw_page(
    printer: Printer, facts: dict[str, Any], status: PrinterStatus, token: str
) -> DrawnJob:
    from printer.testpage import draw_test_page

    shown = {name: facts[name] for name in ("printer", "profile", "at")}
    shown["width"] = f"{printer.width_dots} dots, {printer.abilities.dpi} dpi"
    shown["status"] = " ".join([status.state, *status.causes])
    shown |= {name: _drawable(text) for name, text in facts["identity"].items()}
    page = draw_test_page(printer.width_dots, printer.abilities.dpi, shown, token)
    return drawn(page, printer.abilities)


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
