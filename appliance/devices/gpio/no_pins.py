"""The pins of an agent without buttons and lights."""

from __future__ import annotations

from collections.abc import Mapping


class NoPins:
    """No pins: loads no library, opens no chip."""

    backend = "none"

    def read_levels(self) -> Mapping[int, bool]:
        """Return nothing."""
        return {}

    def set_light(self, pin: int, on: bool) -> None:
        """Refuse: no light is wired."""
        raise LookupError(f"no light on pin {pin}: on={on}")

    def close(self) -> None:
        """Do nothing."""
