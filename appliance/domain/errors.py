"""The tree of errors that people may see; each carries a key and fields, never a sentence.

MoisoError
├── Refused            the request is understood but the rules forbid it now
├── NotFound           the thing that is named does not exist
├── Invalid            the request itself is malformed
├── Denied             the asker may not do this
│   └── NotSignedIn    the asker is not known
├── TooMany            the asker must slow down
├── TooLarge           the body is larger than the server takes
├── ConfigInvalid      the configuration cannot be used (also a ValueError)
└── Unavailable        something outside us failed; `permanent` says whether a retry helps

The sentence for each key stands in the translations under ``error.<key>``, that of a problem of
the configuration under ``config.<key>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Field = str | int | bool | None


class MoisoError(Exception):
    """An error for people: `key` names the sentence, `fields` fill its gaps."""

    permanent = True

    def __init__(self, key: str, **fields: Field) -> None:
        self.key = key
        self.fields = fields
        super().__init__(key if not fields else f"{key} {fields}")


class Refused(MoisoError):
    """The rules forbid the request as things stand now; nothing was changed."""


class NotFound(MoisoError, LookupError):
    """The named service, counter, ticket or page does not exist."""


class Invalid(MoisoError, ValueError):
    """The request cannot be understood; `fields` name what is wrong."""


class Denied(MoisoError):
    """The asker is known but lacks the right."""


class NotSignedIn(Denied):
    """The asker is not known: no token, no session, or a wrong one."""


class TooMany(MoisoError):
    """The asker sends more than the limit allows."""

    permanent = False


class TooLarge(MoisoError):
    """The request's body exceeds the limit."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the configuration: where, and which sentence tells it.

    `where` names the file or variable and the key: ``moiso.toml: services[3].prefix``.
    """

    key: str
    where: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Show place, key and fields, for logs."""
        shown = " ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.where}: {self.key} {shown}".rstrip()


class ConfigInvalid(MoisoError, ValueError):
    """The configuration has errors; `problems` lists all of them."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("config_invalid", count=len(problems))
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class Unavailable(MoisoError):
    """Something outside this program failed; a retry may help."""

    permanent = False
