"""Every sentence that people read, by key, in Vietnamese and English.

The sentences stand in ``translations/{vi,en}/LC_MESSAGES/messages.po`` under keys such as
``kiosk.choose``; no sentence stands in code. Gaps are written ``{name}`` and filled by `fill`;
the pages use the same rule in ``static/js/texts.js``. After a change of a .po file:
``pybabel compile -d display/translations``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.messages.mofile import read_mo
from flask import g, has_app_context

from appliance.domain.calendar import OFFICE_ZONE
from appliance.errors import Problem

languages = ("vi", "en")
_FOLDER = Path(__file__).parent / "translations"
_GAP = re.compile(r"\{([a-z_]+)\}")


def current_language() -> str:
    """Return the language of this request: ``g.lang``, or Vietnamese where nobody chose."""
    chosen = g.get("lang", languages[0]) if has_app_context() else languages[0]
    return chosen if chosen in languages else languages[0]


def t(key: str, **fields: object) -> str:
    """Return the sentence of `key` in the language of this request."""
    return say(key, current_language(), **fields)


def say(key: str, lang: str, **fields: object) -> str:
    """Return the sentence of `key` in `lang`; the key itself where no sentence exists."""
    return fill(_sentences(lang).get(key, key), fields)


def sentence(error_key: str, fields: Mapping[str, object], lang: str) -> str:
    """Return the sentence of the error `error_key` in `lang`.

    Where a gap of the sentence has no value, the shorter sentence ``error.<key>.plain`` is used
    if there is one. An ISO time becomes office time.
    """
    key = f"error.{error_key}"
    if key not in _sentences(lang):
        key, fields = "error.server_error", {}
    found = {name: _office_time(value, lang) for name, value in fields.items()}
    return fill(_fitting(key, found, lang), found)


def problem_sentence(problem: Problem, lang: str) -> str:
    """Return where the configuration is wrong, what is wrong and what was probably meant."""
    said = fill(_fitting(f"config.{problem.key}", problem.fields, lang), problem.fields)
    if problem.fields.get("near"):
        said += say("config.near", lang, near=problem.fields["near"])
    return f"{problem.where}: {said}"


def catalog(prefixes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return ``{"vi": {key: sentence}, "en": …}`` of the keys that begin with a prefix.

    A prefix is the first part of a key ("kiosk", or "kiosk." for those who like to see the dot).
    """
    starts = tuple(f"{prefix.rstrip('.')}." for prefix in prefixes)
    return {
        lang: {key: text for key, text in _sentences(lang).items() if key.startswith(starts)}
        for lang in languages
    }


def _fitting(key: str, fields: Mapping[str, object], lang: str) -> str:
    """Return the sentence of `key`, the shorter one where a gap has no value."""
    known = _sentences(lang)
    text = known.get(key, key)
    if any(fields.get(gap) is None for gap in _GAP.findall(text)):
        return known.get(f"{key}.plain", text)
    return text


def fill(text: str, fields: Mapping[str, object]) -> str:
    """Return `text` with every ``{name}`` replaced; a gap without a value becomes a dash."""

    def value(gap: re.Match[str]) -> str:
        found = fields.get(gap[1])
        return "–" if found is None else str(found)

    return _GAP.sub(value, text)


def _office_time(value: object, lang: str) -> object:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\dT", value):
        return value
    local = datetime.fromisoformat(value).astimezone(OFFICE_ZONE)
    return say("time.on_day", lang, time=f"{local:%H:%M}", date=f"{local:%d/%m/%Y}")


@cache
def _sentences(lang: str) -> dict[str, str]:
    path = _FOLDER / lang / "LC_MESSAGES" / "messages.mo"
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_mo(file) if entry.id}
