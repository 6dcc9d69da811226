"""Where a program keeps what it must not lose."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.logs import get_logger

_SECRET = re.compile(rb"[!-~]+")
_KEY_LETTERS = 32


@dataclass(frozen=True)
class DataFolder:
    """The data folder, and the names of what lies in it."""

    path: Path

    @property
    def database(self) -> Path:
        """Return the office's database."""
        return self.path / "office.sqlite"

    @property
    def server_lock(self) -> Path:
        """Return what the one server of this folder holds locked."""
        return self.path / "server.lock"

    @property
    def config(self) -> Path:
        """Return the configuration, unless another one is named."""
        return self.path / "moiso.toml"

    @property
    def voice(self) -> Path:
        """Return the office's own recordings, if it has made any."""
        return self.path / "voice"

    @property
    def agent_token(self) -> Path:
        """Return the token of the agent on this machine."""
        return self.path / "agent.token"

    @property
    def setup_code(self) -> Path:
        """Return the one-time code for the first administrator."""
        return self.path / "setup.code"

    @property
    def control_socket(self) -> Path:
        """Return the control socket of the demo's agent."""
        return self.path / "agent.sock"

    @property
    def monitor_token(self) -> Path:
        """Return the token with which monitors on other machines may read /metrics."""
        return self.path / "monitor.token"

    def create(self) -> None:
        """Make the folder, readable by its owner alone."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def secret_key(self) -> bytes:
        """Return the key that signs sessions, made at the first call."""
        return _secret(self.path / "secret.key", at_least=_KEY_LETTERS).encode("ascii")

    def monitor_secret(self) -> str:
        """Return the monitors' token, made at the first call."""
        return _secret(self.monitor_token, at_least=1)


def data_folder(environ: Mapping[str, str]) -> DataFolder:
    """Return the folder that MOISO_DATA names, else one in the user's home."""
    named = environ.get("MOISO_DATA")
    return DataFolder(Path(named) if named else Path.home() / ".local" / "share" / "moiso")


def _secret(path: Path, *, at_least: int) -> str:
    """Return the secret in a file; a new one where there is none, or only what a power cut left.

    People sign in anew then, and monitors must be told the new token: better than no server.
    """
    if path.exists():
        kept = path.read_bytes().strip()
        if len(kept) >= at_least and _SECRET.fullmatch(kept):
            return kept.decode("ascii")
        get_logger().warning("a damaged secret is replaced", file=str(path))
    made = secrets.token_urlsafe(32)
    write_private(path, made)
    return made


def give_to_owner(folder: Path, files: Iterable[Path]) -> None:
    """Give to the owner of the folder those of the files that root has made there."""
    if os.geteuid() != 0:
        return
    owner = folder.stat()
    for file in files:
        # A name that leads elsewhere is left alone: what is there may well be root's.
        found = file.lstat() if file.exists() else None
        if found is None or found.st_uid != 0 or stat.S_ISLNK(found.st_mode):
            continue
        if stat.S_ISDIR(found.st_mode) or found.st_nlink == 1:
            os.chown(file, owner.st_uid, owner.st_gid, follow_symlinks=False)


def write_private(path: Path, text: str) -> None:
    """Write `text` to a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
