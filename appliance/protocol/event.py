"""What all rows of the log have in common."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """The root of all payloads."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: ClassVar[str]
    v: Literal[1] = 1
