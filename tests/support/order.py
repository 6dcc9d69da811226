"""In which order the files of tests are given out: what is heavy is spread, nothing long is last.

`--dist loadfile` by itself begins with the files of most tests. The long ones have few each, so
they came all at once at the end: three shared two cores, and the last was waited for alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

# What lasts long by itself or fills the machine; the longest first.
HEAVY = (
    "tests/simulation/test_simulated_day.py",
    "tests/faults/test_kills_under_load.py",
    "tests/faults/test_printer_matrix.py",
    "tests/walk/test_many_at_once.py",
    "tests/http/test_openapi_fuzz.py",
    "tests/usecases/test_rating_model.py",
)
# The last of them begins here at the latest, on the way from 0 to 1.
_HEAVY_UNTIL = 0.7


def in_order(files: Iterable[str]) -> list[str]:
    """Spread each folder's files over the whole, and the heavy ones over its first part."""
    folders: dict[str, list[str]] = defaultdict(list)
    for file in dict.fromkeys(files):
        folders["" if file in HEAVY else file.rpartition("/")[0]].append(file)
    heavy = sorted(folders.pop("", []), key=HEAVY.index)
    place = {file: _HEAVY_UNTIL * at / len(heavy) for at, file in enumerate(heavy)}
    for within in folders.values():
        place.update({file: (at + 0.5) / len(within) for at, file in enumerate(within)})
    return sorted(place, key=lambda file: place[file])
