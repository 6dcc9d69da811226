"""The agent's token: a file of mode 0600 in the data folder."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from appliance import logs

_LOOK_S = 0.5


class Token:
    """What the agent shows to the server; None until it was paired."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._value = _read(path)
        self._known = threading.Event()
        if self._value is not None:
            self._known.set()

    @property
    def value(self) -> str | None:
        """Return the token in use."""
        return self._value

    def wait(self, stopping: threading.Event) -> bool:
        """Wait until there is a token; return False when it is time to stop instead."""
        while not stopping.is_set():
            if self._known.wait(_LOOK_S):
                return True
        return False

    def reread(self, refused: str | None) -> bool:
        """Read the file again; return whether there is another token than the `refused` one."""
        found = _read(self._path)
        if found is None or found == refused:
            return self._value is not None and self._value != refused
        self._value = found
        self._known.set()
        return True

    def store(self, token: str) -> None:
        """Use a new token, and keep it for the next start if the disk lets us."""
        try:
            self._write(token)
        except OSError as exc:
            # The server gives it only once. It is good until this agent ends; then a new code is
            # shown, as for an agent that never had one.
            logs.get_logger().error("token_not_stored", path=str(self._path), error=str(exc))
        else:
            logs.get_logger().info("token_stored")
        self._value = token
        self._known.set()

    def _write(self, token: str) -> None:
        """Write it readable by nobody else, whole or not at all."""
        part = self._path.with_suffix(".part")
        part.unlink(missing_ok=True)
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
