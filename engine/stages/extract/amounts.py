"""Amounts in every usual notation, exact."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from engine.content.vocabulary import Numbers
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line, Sheet

_MINUS = "−–—‐‑﹣－"  # noqa: RUF001 - the minus signs that printers use
CROWNS = "kr"
"""What crowns of several countries are printed as; not an ISO 4217 code."""
SYMBOLS = {"kr": CROWNS, "kr.": CROWNS, "Kr": CROWNS, "Kr.": CROWNS, "€": "EUR", "£": "GBP", "$": "USD", "US$": "USD", "¥": "JPY", "₹": "INR", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "R$": "BRL", "RM": "MYR", "Fr.": "CHF", "SFr.": "CHF", "Rs": "INR", "Rs.": "INR", "S$": "SGD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "₺": "TRY", "₽": "RUB"}  # fmt: skip
_CODES = "EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|INR|MYR|CAD|AUD|JPY|CNY|SGD|HKD|NZD|RON|BGN|TRY|ZAR|BRL|MXN|AED|LVL|LTL|EEK"  # fmt: skip
_CURRENCY = "|".join([*(re.escape(s) for s in sorted(SYMBOLS, key=len, reverse=True)), _CODES])
_NUMBER = r"\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,4})?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?|\d+(?:[.,]\d{1,6})?"  # noqa: RUF001
_AMOUNT = re.compile(
    rf"^(?P<open>\()?(?P<lead>[-+])?(?:(?P<cur1>{_CURRENCY})·?)?(?P<lead2>[-+])?(?P<number>{_NUMBER})(?P<dash>,-{{1,2}}|\.-{{1,2}}|,—)?"
    rf"(?P<trail>-)?(?:·?(?P<cur2>{_CURRENCY}))?(?P<close>\))?(?P<side>(?i:CR|DR))?(?P<star>[*A-Z]?)[.,;:]?$",
)
_HEAD_GROUP = re.compile(rf"^[-+(]?(?:{_CURRENCY})?[-+]?\d{{1,3}}$")
_TAIL_GROUP = re.compile(rf"^\d{{3}}(?:[.,]\d{{1,4}})?-?(?:{_CURRENCY})?\)?$")
_MID_GROUP = re.compile(r"^\d{3}$")
_OPEN_END = re.compile(r"\d[.,]$")
_CENTS = re.compile(r"^\d{2}-?$")
_MARKED_CENTS = re.compile(r"^[.,]\d{2}-?$")
_PERCENT = re.compile(r"^\(?[-+]?(\d{1,3}(?:[.,]\d{1,3})?)\s?%\)?[,;:.]?$")
_LIGATURES = str.maketrans({**dict.fromkeys(_MINUS, "-"), "\u00a0": "", "\u202f": "", "’": "'", "´": "'", "`": "'"})  # noqa: RUF001


_NARROW_SPACE, _WIDE_SPACE = 0.4, 0.65
"""Line heights between groups of thousands; the wide one where the language sets thousands apart by spaces."""
_CENT_DIGITS = 2
_MOST_DIGITS = 15
"""A longer run of digits is an account or a bar code, not an amount."""


class Amount(NamedTuple):
    """A number on a line: words[start:end] of it."""

    value: Decimal
    raw: str
    line: Line
    start: int
    end: int
    currency: str | None
    decimals: int
    is_percent: bool = False


def currency_of(text: str, lexicon: Lexicon) -> str | None:
    """Return the ISO 4217 code that a word names (`€`, `EUR`, `Rs.`, `Euro`), or None."""
    stripped = text.strip("()[]:,;.")
    return SYMBOLS.get(text) or SYMBOLS.get(stripped) or lexicon.currencies.get(fold(stripped))


def parse_number(text: str, decimal: str) -> Decimal | None:
    """Return the exact number that `text` shows, reading one lone separator by the habit `decimal` (`.` or `,`).

    `1.234,56`, `1,234.56`, `1 234,56`, `1'234.56`, `1,23,456.00`, `12,-`, `5.00-`, `5.00CR`, `(5.00)`, `EUR5` are
    understood; None otherwise.
    """
    match = _AMOUNT.match(text.translate(_LIGATURES).replace(" ", ""))
    return None if match is None else _signed(match, decimal)


def _signed(match: re.Match[str], decimal: str) -> Decimal:
    number = match["number"].replace("'", "")
    is_negative = match["lead"] == "-" or match["lead2"] == "-" or bool(match["trail"]) or bool(match["open"] and match["close"]) or (match["side"] or "").upper() == "CR"  # fmt: skip
    value = Decimal(_plain(number, decimal))
    return -value if is_negative else value


def _plain(number: str, decimal: str) -> str:
    """Return the number with a point for decimals and nothing else."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        last = max(number.rfind("."), number.rfind(","))
        return number[:last].replace(".", "").replace(",", "") + "." + number[last + 1 :]
    mark = "." if points else "," if commas else ""
    if not mark:
        return number
    if points + commas > 1:
        return number.replace(mark, "")
    head, tail = number.split(mark)
    is_group = len(tail) == 3 and 1 <= len(head) <= 3 and head != "0" and mark != decimal  # noqa: PLR2004
    return head + tail if is_group else f"{head}.{tail}"


def decimal_mark(sheets: Iterable[Sheet], habit: Numbers) -> str:
    """Return the decimal separator of the document: two digits after the last one vote, else the language's habit."""
    votes = {",": 0, ".": 0}
    for sheet in sheets:
        for line in sheet.lines:
            for text, has_digits in zip(line.texts, line.numbered, strict=True):
                if not has_digits:
                    continue
                tail = text.rstrip("€$£%*-)")
                if len(tail) > 3 and tail[-3] in votes and tail[-2:].isdigit() and tail[-4].isdigit():  # noqa: PLR2004
                    clear = tail[:-3].lstrip("-+(€$£").replace(".", "").replace(",", "").replace("'", "")
                    # 12.05 may be a date; a group mark of the other kind settles it
                    votes[tail[-3]] += 3 if len(clear) != len(tail[:-3]) else 1 if clear.isdigit() else 0
    if votes[","] == votes["."]:
        return habit.decimal
    return max(votes, key=lambda mark: votes[mark])


def amounts_on(
    line: Line, *, decimal: str, space_groups: bool = False, taken: frozenset[int], lexicon: Lexicon
) -> list[Amount]:
    """Return the numbers of a line, left to right. Words in `taken` (dates) are left alone."""
    found: list[Amount] = []
    index, count = 0, len(line.words) if any(line.numbered) else 0
    while index < count:
        if not line.numbered[index] or index in taken:
            index += 1
            continue
        end = _group_end(line, index, taken, _WIDE_SPACE if space_groups else _NARROW_SPACE)
        amount = _amount(line, index, end, decimal, lexicon) or (
            _amount(line, index, index + 1, decimal, lexicon) if end > index + 1 else None
        )
        if amount is None:
            index += 1
        else:
            found.append(amount)
            index = amount.end
    return found


def _group_end(line: Line, start: int, taken: frozenset[int], space: float) -> int:
    """Return the end of a number whose thousands are set apart by narrow spaces."""
    words = line.words
    if start + 1 < len(words) and start + 1 not in taken and words[start + 1].x0 - words[start].x1 < line.height:
        # recognised print falls apart at the decimal mark: `24. 75`, `24 ,75`
        left, right = words[start].text, words[start + 1].text
        if (_OPEN_END.search(left) and _CENTS.match(right)) or (left[-1:].isdigit() and _MARKED_CENTS.match(right)):
            return start + 2
    if not _HEAD_GROUP.match(words[start].text):
        return start + 1
    end = start + 1
    while end < len(words) and end not in taken and words[end].x0 - words[end - 1].x1 < space * line.height:
        if _MID_GROUP.match(words[end].text):
            end += 1
        elif _TAIL_GROUP.match(words[end].text):
            return end + 1
        else:
            break
    # bare groups without decimals (10 000) are a number only as a whole; a quantity beside a code is not
    return end if end > start + 1 and _MID_GROUP.match(words[end - 1].text) else start + 1


def _amount(line: Line, start: int, end: int, decimal: str, lexicon: Lexicon) -> Amount | None:
    raw = line.part(start, end)
    text = raw.translate(_LIGATURES).replace(" ", "")
    words = line.words
    percent = _PERCENT.match(text) if "%" in text else None
    if percent is None and end < len(words) and words[end].text.strip("()") == "%":
        percent = _PERCENT.match(text + "%")
        end += 1
    if percent:
        return Amount(Decimal(percent[1].replace(",", ".")), line.part(start, end), line, start, end, None, 0, True)
    parsed = _money(text, decimal)
    if parsed is None:
        return None
    value, decimals, currency = parsed
    value, start, end, currency = _neighbours(
        line, value, start, end, currency, lexicon, has_cents=decimals == _CENT_DIGITS
    )
    return Amount(value, line.part(start, end), line, start, end, currency, decimals)


@lru_cache(maxsize=32768)
def _money(text: str, decimal: str) -> tuple[Decimal, int, str | None] | None:
    """Return the value, the decimals and the currency (ISO 4217) that a text without spaces shows."""
    match = _AMOUNT.match(text)
    if (
        match is None
        or sum(map(str.isdigit, match["number"])) > _MOST_DIGITS
        or (match["star"] and not re.search(r"[.,]\d\d", text))
    ):
        return None
    value = _signed(match, decimal)
    exponent = value.as_tuple().exponent
    decimals = 2 if match["dash"] else -exponent if isinstance(exponent, int) and exponent < 0 else 0
    symbol = match["cur1"] or match["cur2"]
    return value, decimals, (SYMBOLS.get(symbol) or symbol) if symbol else None


def _neighbours(
    line: Line, value: Decimal, start: int, end: int, currency: str | None, lexicon: Lexicon, *, has_cents: bool
) -> tuple[Decimal, int, int, str | None]:
    """Take in a sign or a currency that stands beside the number as a word of its own."""
    words, near = line.words, 1.6 * line.height
    if currency is None and end < len(words) and words[end].x0 - words[end - 1].x1 < near:
        after = currency_of(words[end].text, lexicon)
        if after:
            currency, end = after, end + 1
    if currency is None and start > 0 and words[start].x0 - words[start - 1].x1 < 4 * line.height:
        before = currency_of(words[start - 1].text, lexicon)
        if before:
            currency, start = before, start - 1
    if (
        start > 0
        and words[start - 1].text.translate(_LIGATURES) == "-"
        and words[start].x0 - words[start - 1].x1 < line.height
    ):
        is_own = (
            start == 1
            or line.cell_of[start - 2] != line.cell_of[start - 1]
            or (has_cents and not any(c.isdigit() for c in words[start - 2].text))
        )
        if is_own:
            value, start = -value, start - 1
    return value, start, end, currency
