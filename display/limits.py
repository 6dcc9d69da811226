"""How fast anybody may ask, counted in memory: a restart forgives."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from appliance.usecases.devices import token_hash
from display.auth import bearer, require
from display.parts import parts

limiter = Limiter(
    get_remote_address, storage_uri="memory://", strategy="moving-window", headers_enabled=False
)


def register(app: Flask) -> None:
    """Attach the limits to the application."""
    limiter.init_app(app)


def tickets_limit() -> str:
    """Return the configured limit of tickets per device."""
    return parts().config.limits.tickets_per_device


def logins_limit() -> str:
    """Return the configured limit of sign-in attempts per address."""
    return parts().config.limits.logins_per_address


def by_asker() -> str:
    """Return the key under which an asker's tickets are counted: each token for itself."""
    asker = require()
    return asker.actor if asker.kind == "staff" else token_hash(bearer())
