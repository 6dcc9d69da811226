"""What keeps a program beside the server from the server's word, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

Unheard = Literal["server_down", "server_silent", "not_allowed_to_ask"]
# The server runs and answers, but not to whoever asks: how it is, is not known.
NOT_ALLOWED: Unheard = "not_allowed_to_ask"


def follows(kind: str, causes: Iterable[str]) -> bool:
    """Return whether a line only tells that the server, whose line says more, was not heard."""
    return kind != "server" and any(cause in get_args(Unheard) for cause in causes)
