"""The one-time code with which the first administrator is made."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path


class SetupCode:
    """A code in a file that only the server's user can read; it goes with its use.

    The code, not a default password: nobody can take the office over whose machine they cannot
    look into.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def offer(self) -> str:
        """Return the code, made now if there is none yet."""
        if not self._path.exists():
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(f"{secrets.randbelow(10**8):08d}")
        return self._path.read_text()

    def matches(self, code: str) -> bool:
        """Return whether this is the code."""
        if not self._path.exists():
            return False
        given = "".join(code.split()).replace("-", "")
        return hmac.compare_digest(given.encode(), self._path.read_text().encode())

    def used(self) -> None:
        """Forget the code for good."""
        self._path.unlink(missing_ok=True)
