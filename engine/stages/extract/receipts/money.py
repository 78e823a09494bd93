"""Amounts on the rows of a slip: any notation, glued or torn apart, and what misread signs may have been."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.stages.extract.lexicon import fold
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.receipts.wording import Wording

_SIGNS = str.maketrans({**dict.fromkeys("−–—‐‑", "-"), "’": "'", "´": "'", "\u00a0": " "})  # noqa: RUF001
_NUMBER = re.compile(
    r"(?<![\d.,/%-])(?<!\d:)(?P<lead>(?:[-+(]\s?)?)(?P<cur>(?:[A-Z]{0,3}[€$£¥₹₺]|RM|[A-Z]{3}|Rs\.?|kr\.?)?\s?)(?P<minus>-?)"
    r"(?P<number>\d{1,3}(?:[.,' ]\d{3})+(?:\s?[.,]\s?\d{2})(?!\d)|\d{1,3}(?:[.,']\d{3})+(?!\d)|\d+\s?[.,]\s?\d{1,3}(?!\d)|[.,]\d{2}(?!\d)|\d+(?:,-|\.-|:-)|\d+)"
    r"(?P<tail>\s?-(?![\w-])|\s?\))?(?P<after>\s?(?:[€$£¥₹₺]|RM\b|kr\b|zl\b|zł|Kč|Kc\b|Ft\b|lei\b|[A-Z]{3}\b)|[A-Z*#]{1,3}\d?\b)?",
)
_CONFUSED = re.compile(
    r"(?<![\w.,:/-])(?:RM|[€$£])?(?P<number>[\dOoQDlI|SBZsz]{1,6}[.,][\dOoQDlI|SBZsz]{2})(?![\w.,:/-])"
)
_TORN = re.compile(r"(?<![\d.,:/-])(\d{1,4})\s?[:;'\s]?\s?(\d{2})(?=\s?[A-Z*#]{0,3}$)")
_TO_DIGITS = str.maketrans("OoQDlI|SBZsz", "000011158252")
_THOUSAND = 3
_LONGEST = 9
"""Digits of the largest amount on a till slip."""


class Money(NamedTuple):
    """A number on a row: text[start:end] of its line."""

    value: Decimal
    raw: str
    start: int
    end: int
    decimals: int
    currency: str | None
    is_percent: bool = False
    guess: float = 1.0
    """1 as printed; less when signs were put right to get the number."""

    @property
    def has_cents(self) -> bool:
        """Tell whether it is printed with two decimals."""
        return self.decimals == 2  # noqa: PLR2004


def money_on(line: Line, wording: Wording, *, taken: Sequence[tuple[int, int]] = (), decimal: str = ".") -> list[Money]:
    """Return the numbers of a line, left to right. Spans in `taken` (dates, times) are left alone.

    `decimal` is the decimal mark of the slip; it settles `1.234`.
    """
    text = line.text.translate(_SIGNS)
    found: list[Money] = []
    for match in _NUMBER.finditer(text):
        start, end = match.start("number"), match.end("number")
        if any(start < stop and begin < end for begin, stop in taken):
            continue
        money = _money(match, text, wording, decimal)
        if money is not None:
            found.append(money)
    found += _confused(text, found, taken, decimal)
    found += _torn(text, found, taken)
    return sorted(found, key=lambda money: money.start)


def _money(match: re.Match[str], text: str, wording: Wording, decimal: str) -> Money | None:
    number = match["number"].replace(" ", "")
    if sum(c.isdigit() for c in number) > _LONGEST:
        return None
    glued = text[match.end("number") : match.end("number") + 1]
    following = text[match.end("number") : match.end("number") + 2].lstrip()
    if following.startswith("%"):
        return Money(
            _value(number, decimal)[0], number, match.start("number"), match.end("number"), 0, None, is_percent=True
        )
    currency = _currency(match["cur"].strip(), wording) or _currency((match["after"] or "").strip(), wording)
    start = (
        match.start("cur")
        if match["cur"].strip() and _currency(match["cur"].strip(), wording)
        else match.start("number")
    )
    before = text[start - 1 : start] if start else ""
    if (before.isalpha() or before in {"_", ":"}) and not re.search(r"[.,]\s?\d{2}$", number):
        return None
    if following[:1] in {":", "/"} or (glued.isalpha() and glued not in "xX" and not match["after"]):
        return None
    value, decimals = _value(number, decimal)
    lead, tail = match["lead"].strip(), (match["tail"] or "").strip()
    # brackets on a slip hold remarks, not negative amounts
    is_minus = lead == "-" or match["minus"] == "-" or tail == "-"
    end = match.end() if match["after"] and _currency(match["after"].strip(), wording) else match.end("number")
    return Money(-value if is_minus else value, text[start:end].strip(), start, end, decimals, currency)


def _value(number: str, decimal: str) -> tuple[Decimal, int]:
    """Return the number and its printed decimals."""
    if number.endswith(("-",)):
        return Decimal(re.sub(r"\D", "", number)), 2
    marks = [c for c in number if c in ".,"]
    plain = number.replace("'", "")
    if not marks:
        return Decimal(plain), 0
    head, tail = re.split(r"[.,](?=[^.,]*$)", plain)
    head = re.sub(r"[.,]", "", head)
    is_group = len(tail) == _THOUSAND and (marks[-1] != decimal or len(marks) > 1) and head not in {"", "0"}
    if is_group:
        return Decimal(head + tail), 0
    return Decimal(f"{head or '0'}.{tail}"), len(tail)


def _currency(text: str, wording: Wording) -> str | None:
    if not text:
        return None
    known = wording.signs.get(fold(text)) or wording.symbols.get(text)
    if known:
        return known
    return "$" if text.endswith("$") else None


def _confused(text: str, found: Sequence[Money], taken: Sequence[tuple[int, int]], decimal: str) -> list[Money]:
    """Return amounts with letters in the place of digits: `l2.5O`."""
    more = []
    for match in _CONFUSED.finditer(text):
        raw = match["number"]
        start, end = match.span("number")
        if raw[-3:] and sum(c.isdigit() for c in raw) < 2:  # noqa: PLR2004
            continue
        if any(start < stop and begin < end for begin, stop in (*taken, *((m.start, m.end) for m in found))):
            continue
        value, decimals = _value(raw.translate(_TO_DIGITS), decimal)
        more.append(Money(value, raw, start, end, decimals, None, guess=0.7))
    return more


def _torn(text: str, found: list[Money], taken: Sequence[tuple[int, int]]) -> list[Money]:
    """Return the amount at the end of a row whose decimal mark was lost: `20 00`, `1000`, `53:50`.

    Weak by itself: it takes arithmetic to make it count.
    """
    match = _TORN.search(text)
    if match is None or any(match.start() < stop and begin < match.end(2) for begin, stop in taken if begin > 0):
        return []
    if any(m.has_cents and m.start < match.end(2) and match.start() < m.end for m in found):
        return []
    value = Decimal(f"{match[1]}.{match[2]}")
    return [Money(value, match[0].strip(), match.start(1), match.end(2), 2, None, guess=0.6)] if value else []


def mark_of(lines: Sequence[Line]) -> str:
    """Return the decimal mark of the slip: the one before two last digits votes."""
    votes = {",": 0, ".": 0}
    for line in lines:
        for match in re.finditer(r"(?<![\d.,])\d{1,4}\s?([.,])\s?\d{2}(?![\d.,:/])", line.text):
            votes[match[1]] += 1
    return "," if votes[","] > votes["."] else "."
