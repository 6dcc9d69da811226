"""Pairings under way: in memory, short-lived, few."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass

from appliance.errors import NotFound
from appliance.usecases.devices import KINDS

LIFE_S = 600.0
# More than a network of the usual size (/24) has addresses: in one, whoever shows a single code
# never loses it.
MOST = 300
# A Pi with a kiosk, a board, two panels and its agent, and a technician's tablet besides.
MOST_OF_ADDRESS = 8


@dataclass
class Pairing:
    """A screen that shows `code`; `token` is set once it was let in, and given out once.

    `looked_at` tells that somebody has typed the code and is about to let the screen in.
    """

    code: str
    secret_hash: str
    kind: str
    wanted: str
    until_s: float
    address: str
    name: str = ""
    token: str = ""
    looked_at: bool = False


class PairingDesk:
    """Hands out codes, takes decisions, gives tokens; each code and token is good once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pairings: dict[str, Pairing] = {}

    def start(self, kind: str, wanted: str, address: str) -> tuple[Pairing, str]:
        """Return a new pairing and the secret with which its screen may claim the token.

        There is always room for it. An address that shows many codes loses its oldest one; so
        does the greediest address when the desk is full. Only when every code there is the only
        one of its address the oldest makes room that nobody has typed yet. A screen that was let
        in keeps its token whatever happens.

        Raises NotFound("unknown_kind").
        """
        if kind not in KINDS:
            raise NotFound("unknown_kind", kind=kind[:20])
        secret = secrets.token_urlsafe(24)
        with self._lock:
            self._tidy()
            self._make_room(address)
            code = self._free_code()
            pairing = Pairing(
                code, _hash(secret), kind, wanted[:32], time.monotonic() + LIFE_S, address
            )
            self._pairings[code] = pairing
        return pairing, secret

    def find(self, code: str) -> Pairing:
        """Return the pairing that shows this code. Raises NotFound("pair_code_wrong")."""
        with self._lock:
            self._tidy()
            pairing = self._pairings.get("".join(code.split()))
            if pairing is None or pairing.token:
                raise NotFound("pair_code_wrong")
            pairing.looked_at = True
            return pairing

    def let_in(self, pairing: Pairing, name: str, token: str) -> None:
        """Put the token ready for the screen."""
        with self._lock:
            pairing.name = name
            pairing.token = token

    def claim(self, secret: str) -> Pairing | None:
        """Return the pairing with its token, once; None while nobody decided.

        Raises NotFound("pair_gone").
        """
        wanted = _hash(secret)
        with self._lock:
            self._tidy()
            for code, pairing in self._pairings.items():
                if secrets.compare_digest(pairing.secret_hash, wanted):
                    if not pairing.token:
                        return None
                    del self._pairings[code]
                    return pairing
        raise NotFound("pair_gone")

    def pending(self) -> list[Pairing]:
        """Return the pairings that wait for a decision."""
        with self._lock:
            self._tidy()
            return [pairing for pairing in self._pairings.values() if not pairing.token]

    def _make_room(self, address: str) -> None:
        waiting = [one for one in self._pairings.values() if not one.token]
        held = Counter(one.address for one in waiting)
        if held[address] >= MOST_OF_ADDRESS:
            self._drop_oldest([one for one in waiting if one.address == address])
        elif len(waiting) >= MOST:
            most = max(held.values())
            greedy = {name for name, codes in held.items() if codes == most}
            self._drop_oldest([one for one in waiting if one.address in greedy])

    def _drop_oldest(self, waiting: list[Pairing]) -> None:
        # In the order in which the codes were given out, as a dictionary keeps it.
        unseen = [one for one in waiting if not one.looked_at]
        del self._pairings[(unseen or waiting)[0].code]

    def _tidy(self) -> None:
        now_s = time.monotonic()
        self._pairings = {c: p for c, p in self._pairings.items() if p.until_s > now_s}

    def _free_code(self) -> str:
        while (code := f"{secrets.randbelow(10**6):06d}") in self._pairings:
            pass
        return code


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
