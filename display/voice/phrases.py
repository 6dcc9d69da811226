"""What a call says, as clips: chime, "mời số" + signs one by one, "đến quầy số" + number.

A clip is named for its place in the phrase, not for its words: "mười" and "mươi" would be one
name without their accents.
"""

from __future__ import annotations

from display.voice import numbers

CHIME = "chime"
READINGS = 2
LARGEST_COUNTER = 99
LONGEST_LABEL = 8

_COUNT = {
    **{word: f"digit-{digit}" for digit, word in enumerate(numbers.DIGITS)},
    numbers.TEN: "ten",
    numbers.TENS: "tens",
    **{word: f"tens-{digit}" for digit, word in numbers.AFTER_TENS.items()},
}
_LETTER = {
    letter: f"letter-{'dd' if letter == 'Đ' else letter.lower()}" for letter in numbers.LETTERS
}

# Every clip that a set of recordings must hold, with the words that are heard in it.
SCRIPT: dict[str, str] = {
    "call": "mời số",
    "priority": "ưu tiên",
    "to-counter": "đến quầy số",
    **{clip: word for word, clip in _COUNT.items()},
    **{clip: numbers.LETTERS[letter] for letter, clip in _LETTER.items()},
}


def call(
    label: str, counter: int, *, priority: bool = False, readings: int = READINGS
) -> list[str]:
    """Return the clips of a call, chime first. Raises ValueError for what cannot be spoken."""
    reading = _reading(label, counter, priority)
    return [CHIME, *(reading * readings)]


def sentence(label: str, counter: int, *, priority: bool = False) -> str:
    """Return one reading of a call as people would write it down."""
    clips = _reading(label, counter, priority)
    at = clips.index("to-counter")
    heard = [SCRIPT[clip] for clip in clips]
    text = f"{' '.join(heard[:at])}, {' '.join(heard[at:])}."
    return text[0].upper() + text[1:]


def pause_ms(before: str, after: str) -> int:
    """Return the silence between two clips: signs are taken in one by one, words flow."""
    if before == CHIME:
        return 160
    if after == "call":
        return 400
    if after == "to-counter":
        return 160
    if before in ("call", "priority", "to-counter"):
        return 0 if after == "priority" else 80
    return 25 if after.startswith("ten") or before.startswith("ten") else 45


def _reading(label: str, counter: int, priority: bool) -> list[str]:
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise ValueError(f"a label has 1 to {LONGEST_LABEL} signs")
    if not 1 <= counter <= LARGEST_COUNTER:
        raise ValueError(f"a counter is 1 to {LARGEST_COUNTER}")
    return [
        "call",
        *(["priority"] if priority else []),
        *(_sign(character) for character in label),
        "to-counter",
        *(_COUNT[word] for word in numbers.words(counter)),
    ]


def _sign(character: str) -> str:
    """Return the clip of one sign; its name in words decides that it has one."""
    name = numbers.sign(character)
    return _LETTER[character] if character in _LETTER else _COUNT[name]
