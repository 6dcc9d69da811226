"""The judge of a soak: what each job was said to be, held against what came out of the printer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import zxingcpp
from PIL import Image

from printer.escpos import fence_id
from printer.ledger import Ledger
from printer.states import State
from tests.support.paper import Simulator


@dataclass
class Verdict:
    """How jobs ended, and what was wrong with that."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    kills: int = 0
    wrong: list[str] = field(default_factory=list)


def judge(
    verdict: Verdict,
    simulator: Simulator,
    ledger: Ledger,
    latest: dict[str, float],
    mends: Sequence[tuple[str, float]] = (),
) -> None:
    """Add what became of the jobs, none of which may come out after its latest moment.

    `mends` are the moments, in UTC and monotonic, in which a printer that had stood was mended:
    what was unknown before must not come out then.
    """
    whole = [slip for slip in simulator.state()["slips"] if slip["complete"]]
    slips = [(_whose(simulator, slip), slip["cut_mono_s"]) for slip in whole]
    copies = Counter(fence for fence, _ in slips)
    when = dict(slips)
    known = set()
    for job, latest_s in latest.items():
        fence = fence_id(job).hex()
        known.add(fence)
        row = ledger.known(job)
        state = row.state if row is not None else None
        verdict.ends[state.value if state is not None else "forgotten"] += 1
        least = int(state is State.PRINTED)
        most = int(state in (State.PRINTED, State.UNKNOWN))
        if not least <= copies[fence] <= most:
            verdict.wrong.append(f"{job}: {state}, {copies[fence]} copies")
        if when.get(fence, 0.0) > latest_s:
            verdict.wrong.append(f"{job}: came out late")
        for stamp, mended_s in mends:
            if state is State.UNKNOWN and row.updated < stamp and when.get(fence, 0.0) > mended_s:
                verdict.wrong.append(f"{job}: came out when the printer was mended")
    if strange := set(copies) - known:
        verdict.wrong.append(f"slips of nobody: {strange}")


def _whose(simulator: Simulator, slip: dict[str, Any]) -> str:
    """Return the fence of the slip's job; one whose fence was lost behind the cut has its code."""
    if slip["fence"]:
        return str(slip["fence"])
    numbers = [re.search(r"/t/(\d+)-", text) for text in _codes(simulator, slip)]
    return next((fence_id(found[1]).hex() for found in numbers if found), "")


def _codes(simulator: Simulator, slip: dict[str, Any]) -> list[str]:
    picture = Image.open(simulator.folder / f"slip-{slip['n']:06d}.png").convert("L")
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def read_codes(verdict: Verdict, simulator: Simulator) -> None:
    """Judge by another mark than the fence: the address in each whole slip's own code."""
    seen: Counter[str] = Counter()
    for slip in simulator.state()["slips"]:
        if slip["complete"]:
            seen.update(_codes(simulator, slip))
    verdict.wrong += [f"{text}: {count} copies" for text, count in seen.items() if count > 1]
    if seen.total() != simulator.state()["printed"]:
        verdict.wrong.append(f"{seen.total()} codes on {simulator.state()['printed']} slips")
