"""The one-time code with which the first administrator is made."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from pathlib import Path

_CODE = re.compile(rb"[0-9]{8}")


class SetupCode:
    """A code in a file that only the server's user can read; it goes with its use.

    The code, not a default password: nobody can take the office over whose machine they cannot
    look into.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def offer(self) -> str:
        """Return the code, made now if there is none yet."""
        code = self._read()
        if code is None:
            code = f"{secrets.randbelow(10**8):08d}"
            self._write(code)
        return code

    def matches(self, code: str) -> bool:
        """Return whether this is the code."""
        known = self._read()
        given = "".join(code.split()).replace("-", "")
        return known is not None and hmac.compare_digest(given.encode(), known.encode())

    def used(self) -> None:
        """Forget the code for good."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> str | None:
        """Return the code; a file that a power cut left empty or torn is none."""
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return None
        return text.decode() if _CODE.fullmatch(text) else None

    def _write(self, code: str) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(code)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
