"""How programs log: lines for people on a terminal, JSON for journald.

The standard library's logging with a keyword interface on top. A logging library for this costs
15 MB in each of our processes (it loads asyncio and a terminal painter), on a Pi that has 512.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

_NAME = "moiso"
_FIELDS = "moiso_fields"


class Logger:
    """Writes one line for each call: what happened, and the fields that tell more of it."""

    def info(self, event: str, **fields: Any) -> None:
        """Tell of something that was meant to happen."""
        _log(logging.INFO, event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Tell of something that a person may have to look at."""
        _log(logging.WARNING, event, fields)

    def error(self, event: str, **fields: Any) -> None:
        """Tell of something that does not work."""
        _log(logging.ERROR, event, fields)

    def exception(self, event: str, exc: BaseException | None = None, **fields: Any) -> None:
        """Tell of an error with its trace: that of `exc`, else of the one being handled."""
        _log(logging.ERROR, event, fields, exc_info=exc or True)


def get_logger() -> Logger:
    """Return the logger of this process."""
    return Logger()


def set_up(program: str) -> None:
    """Let this process log to standard error, each line with the name of the program."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_ForPeople() if sys.stderr.isatty() else _ForPrograms(program))
    logger = logging.getLogger(_NAME)
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _log(level: int, event: str, fields: dict[str, Any], **more: Any) -> None:
    logging.getLogger(_NAME).log(level, "%s", event, extra={_FIELDS: fields}, **more)


class _ForPrograms(logging.Formatter):
    """One JSON object a line; a field that is no JSON is written as Python would show it."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def format(self, record: logging.LogRecord) -> str:
        row = {
            **getattr(record, _FIELDS, {}),
            "event": record.getMessage(),
            "program": self._program,
            "level": record.levelname.lower(),
            "timestamp": _time(record),
        }
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False, default=repr)


class _ForPeople(logging.Formatter):
    """Time, level, event and fields, side by side; a trace below."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, _FIELDS, {})
        words = [_time(record), f"[{record.levelname.lower()}]", record.getMessage()]
        line = "  ".join([*words, *(f"{name}={value!r}" for name, value in fields.items())])
        return line if not record.exc_info else f"{line}\n{self.formatException(record.exc_info)}"


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
