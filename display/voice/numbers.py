"""Vietnamese words for numbers (northern forms) and for the signs of a ticket's label.

Written here because the libraries that were tried read them wrongly: num2words says "một nghìn
lẻ mười lăm" for 1015, espeak-ng "mười năm" for 15.
"""

from __future__ import annotations

LARGEST = 9999
DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
TEN, TENS = "mười", "mươi"
# What a last digit is called behind "hai mươi" and above; five is "lăm" behind "mười" too.
AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}

# The letters' names. G is "gờ", because "giê" sounds like "dê" (D) in the north.
LETTERS = {
    "A": "a",
    "B": "bê",
    "C": "xê",
    "D": "dê",
    "Đ": "đê",
    "E": "e",
    "F": "ép",
    "G": "gờ",
    "H": "hát",
    "I": "i",
    "J": "gi",
    "K": "ca",
    "L": "e lờ",
    "M": "em mờ",
    "N": "en nờ",
    "O": "o",
    "P": "pê",
    "Q": "quy",
    "R": "e rờ",
    "S": "ét sì",
    "T": "tê",
    "U": "u",
    "V": "vê",
    "W": "vê kép",
    "X": "ích xì",
    "Y": "i dài",
    "Z": "dét",
}


def words(number: int) -> list[str]:
    """Return the words of `number`, 0 to 9,999; raises ValueError outside.

    Once a larger place was spoken, every smaller one is: 1001 is "một nghìn không trăm linh
    một". Round numbers end where their zeros begin: 1000 is "một nghìn".
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not between 0 and {LARGEST}")
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    spoken = [DIGITS[thousands], "nghìn"]
    return spoken + _hundreds(rest) if rest else spoken


def sign(character: str) -> str:
    """Return what one sign of a label is called; raises ValueError for what has no name."""
    if character in LETTERS:
        return LETTERS[character]
    if len(character) == 1 and character in "0123456789":
        return DIGITS[int(character)]
    raise ValueError(f"{character!r} has no spoken name")


def _below_thousand(number: int) -> list[str]:
    return _hundreds(number) if number >= 100 else _below_hundred(number)


def _hundreds(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    spoken = [DIGITS[hundreds], "trăm"]
    if not rest:
        return spoken
    return [*spoken, *(["linh", DIGITS[rest]] if rest < 10 else _below_hundred(rest))]


def _below_hundred(number: int) -> list[str]:
    tens, last = divmod(number, 10)
    if not tens:
        return [DIGITS[last]]
    if tens == 1:
        return [TEN] if not last else [TEN, "lăm" if last == 5 else DIGITS[last]]
    return [DIGITS[tens], TENS] + ([AFTER_TENS.get(last, DIGITS[last])] if last else [])
