"""Who sold: the name at the head of a slip, the address and the tax numbers below it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from rapidfuzz import fuzz

from engine.stages.extract.blocks import POSTCODE
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.receipts.rows import SlipRow, legibility
from engine.stages.extract.receipts.wording import Hit, Wording, find, squash

_MOST_HEAD_ROWS, _HEAD_SHARE = 16, 0.5
_REGISTERED = re.compile(r"\s*[(\[{]?\s*(?:(?:co|reg|company|roc|gst|reg)\.?\s?(?:no|reg)?\.?\s?(?:no\.?)?\s?:?\s*)?[(\[{]?(?=[^()\[\]{}]*\d{4})[\dA-Z][\dA-Z\s-]{4,16}[)\]}]?\s*[)\]}]?\s*$", re.IGNORECASE)  # fmt: skip
OPEN_REGISTRATION = re.compile(r"[(\[{]\s*(?:co\.?\s?(?:reg\.?)?\s?no\.?\s?:?\s*)?(?=[^()]*\d{4})([\dA-Z][\dA-Z\s-]{4,16}[A-Z\d])\s*[)\]}]", re.IGNORECASE)  # fmt: skip
_FORMER = re.compile(r"\s[(\[]?(?:f\.?k\.?a\.?|formerly|prev(?:iously)?\.? known)\s", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_TO_LETTERS = str.maketrans("015", "ois")
_DOTTED = re.compile(r"(?:[A-Za-z0]\.\s?){2,4}$")
_INNER_ZERO = re.compile(r"(?<=[A-Z])0(?=[A-Z])")
_INNER_ONE = re.compile(r"(?<=[A-Z]\.)1(?=\.[A-Z])|(?<=[A-Z])1(?=[A-Z])")
"""Digits within a word of capitals that recognition read for letters."""
_CODE = re.compile(r"\s[(\[]?\d{5,}\s?-\s?[A-Z]\b")
_SHORTEST = 5
PHONE = re.compile(
    r"(?:\+\d{1,3}|\(?0\d{1,4}\)?)[\s./-]?\d[\d\s./-]{5,}|\b\d{3}[-.\s]\d{3}[-.\s]\d{4}\b|\(\d{3}\)\s?\d{3}"
)
_DOMAIN = re.compile(r"(?:www\s?\.\s?|@|https?://)([a-z0-9-]{2,})\s?[.,]", re.IGNORECASE)
_UNACCENTED = frozenset({"MY", "SG", "US", "GB", "IE", "AU", "NZ", "IN", "HK"})
_LATIN_END = 0x250
_SIGNED = re.compile(r"^\s*<|^-{2}|\w\s*:\s*\S|\w_\w")
"""A way back on a screen, a mark of the till, or a label with its value."""
_SAME = 86
_REGISTERED_FIRST = frozenset({"MY", "SG", "BN", "IN", "AU", "NZ", "ZA", "KE"})
"""Countries whose company law puts the registered name on every slip, so that it is how a merchant is known there."""
_FULL_FORM, _FORM_BELOW = 0.8, 0.2
"""What a legal form is worth, and what it is worth below a trading name at the head of the slip."""
_READABLE, _FEWEST_OF_BRAND = 0.75, 3
_NOT_LEGIBLE = 0.35
"""What a row above the first legible name loses: a logo or a stamp that recognition took for letters."""
_APART = 2.0
"""Line heights to the right of a name where something else begins."""
_LEFT_OVER = 2
"""Letters such as `(M)` or `&` beside legal forms."""


class Named(NamedTuple):
    """The merchant's name over one or two rows."""

    value: str
    rows: tuple[SlipRow, ...]
    sure: float
    others: tuple[str, ...]


def head_of(rows: Sequence[SlipRow]) -> list[SlipRow]:
    """Return the rows above the goods."""
    head: list[SlipRow] = []
    for row in rows[:_MOST_HEAD_ROWS]:
        if row.place > _HEAD_SHARE or (head and row.cents and any(a.money.end >= len(row.text) - 3 for a in row.cents)):
            break
        head.append(row)
    return head


def plain_letters(text: str) -> str:
    """Return the text without accents that recognition put on capital and on plain letters; `é` may well be printed."""
    return "".join(c if c in "éÉñÑ" else unicodedata.normalize("NFD", c)[0] if c.isalpha() and ord(c) < _LATIN_END else c for c in text)  # fmt: skip


def merchant(rows: Sequence[SlipRow], wording: Wording, country: str | None = None) -> Named | None:
    """Return the name of the merchant with other names after it, companies first.

    A company that heads the slip is the merchant; a trading name at the head comes before the company below it, except
    where company law makes merchants known by their registered name. Logo and company of one name are one in full.
    """
    head = [_lead(row, wording) for row in head_of(rows)]
    if not head:
        return None
    usual = median(row.line.height for row in rows)
    domains = {squash(m) for row in rows for m in _DOMAIN.findall(row.text)}
    elsewhere = Counter(squash(row.text) for row in rows)
    squashed = [squash(row.text) for row in rows]
    first = _first(head, wording)
    full = first and _in_full(first, head, wording, country)
    brand = None if country in _REGISTERED_FIRST or any(OPEN_REGISTRATION.search(row.text) for row in head) else first
    scored: list[tuple[float, str, tuple[SlipRow, ...]]] = []
    names = 0
    for at, row in enumerate(head):
        if not _may_name(row, wording):
            continue
        text, used = _wrapped(head, at, wording)
        name = without_number(text)
        if len(squash(name)) < 2 or len(name.replace(" ", "")) < 3:  # noqa: PLR2004
            continue
        score = _score(name, row, names, usual, wording)
        if brand is not None and brand is not row and _form_of(name, wording) and row is not full:
            score -= _FULL_FORM - _FORM_BELOW
            score -= 0.3 * _has_trade(name, wording)
        if first is not None and row.position < first.position:
            score -= _NOT_LEGIBLE
        if full is not None:
            score += 0.4 * (row is full) - 0.4 * (row is first)
        score += _of_domains(name, domains)
        score += _of_mentions(name, squashed, {r.position for r in used}, rows)
        score += 0.25 * (elsewhere[squash(row.text)] > 1)
        before = sum(is_address(r, wording) for r in head[:at])
        score -= (
            0.05 if _form_of(name, wording) and not any(n for _, n, _ in scored if _form_of(n, wording)) else 0.12
        ) * before
        scored.append((score, name, used))
        names += not _is_remark(row)
    if not scored:
        return None
    scored.sort(key=lambda item: -item[0])
    score, name, used = scored[0]
    sure = min(0.95, max(0.2, 0.25 + 0.42 * score))
    legible = min(legibility(r.line, 0, len(r.text)) for r in used)
    name = _INNER_ZERO.sub("O", _INNER_ONE.sub("I", name))
    name = plain_letters(name) if country in _UNACCENTED else name
    # the company is what master data know a trading name by
    rest = sorted((n for _, n, _ in scored[1:]), key=lambda n: not _form_of(n, wording))
    return Named(name, used, round(sure * (0.6 + 0.4 * legible), 3), tuple(rest[:2]))


def _lead(row: SlipRow, wording: Wording) -> SlipRow:
    """Return a row cut to its first cell when what stands far to the right is something else."""
    line = row.line
    if len(line.cells) == 1 or _form_of(row.text, wording):
        return row
    end = line.cells[0][1]
    gap = line.words[end].x0 - line.words[end - 1].x1
    rest = line.part(end, len(line.words))
    if gap < _APART * line.height and not any(c.isdigit() for c in rest):
        return row
    lead = Line(line.page, line.words[:end], line.index)
    if sum(c.isalpha() for c in lead.text) < _FEWEST_OF_BRAND:
        return row
    return row._replace(
        line=lead, moments=(), amounts=(), numbers=tuple(find(lead.text, wording.numbers)),
        heads=tuple(find(lead.text, wording.heads)),
    )  # fmt: skip


def _first(head: Sequence[SlipRow], wording: Wording) -> SlipRow | None:
    """Return the row of the trading name that heads the slip; None when the company does, or nothing legible."""
    for row in head:
        if not _may_name(row, wording):
            continue
        if _form_of(row.text, wording):
            return None
        sure = median(w.confidence for w in row.line.words)
        words = [squash(w) for w in row.text.split() if squash(w)]
        is_clean = 2 * sum(len(w) >= _FEWEST_OF_BRAND for w in words) > len(words)
        if sure >= _READABLE and is_clean and not _is_remark(row):
            return row
    return None


def _is_remark(row: SlipRow) -> bool:
    """Tell whether a row is a mark of the till or the screen, or a greeting."""
    return bool(_SIGNED.search(row.text)) or row.text.endswith("!") or any(h.kind == "closing" and h.start == 0 for h in row.heads)  # fmt: skip


def _in_full(first: SlipRow, head: Sequence[SlipRow], wording: Wording, country: str | None) -> SlipRow | None:
    """Return the row that says a logo's name in full: `SUNMART` over `Sunmart Olga Reis e.K.`, else None."""
    key = squash(first.text)
    for row in head:
        text = squash(row.text)
        if row.position <= first.position or key == text or not _may_name(row, wording):
            continue
        is_near = row.position - first.position == 1
        if _form_of(_wrapped(head, head.index(row), wording)[0], wording):
            if text.startswith(key) and (is_near or country in _REGISTERED_FIRST):
                return row
        elif is_near and len(first.text.split()) > 1 and text.endswith(key):
            return row
    return None


def _has_trade(name: str, wording: Wording) -> bool:
    return any(squash(w) in wording.trade_words for w in re.split(r"[\s,.:/()&-]+", name))


def _of_domains(name: str, domains: Iterable[str]) -> float:
    """Return what the web and mail domains of the slip say for a name: the more of one it makes up the better."""
    key = squash(name)
    best = 0.0
    for domain in domains:
        if len(domain) <= 3 or len(key) <= _LEFT_OVER:  # noqa: PLR2004
            continue
        if key in domain:
            best = max(best, 0.65 if key == domain else 0.1 + 0.5 * len(key) / len(domain))
        elif fuzz.partial_ratio(key, domain) >= 88:  # noqa: PLR2004
            best = max(best, 0.35)
    return best


def _of_mentions(name: str, squashed: Sequence[str], own: Iterable[int], rows: Sequence[SlipRow]) -> float:
    """Return what other rows say for a name: it ends a line of thanks, or stands somewhere else as well."""
    key = squash(name)
    if len(key) < _SHORTEST:
        return 0.0
    others = [at for at, text in enumerate(squashed) if rows[at].position not in own and key in text and key != text]
    is_thanked = any(h.kind in {"title", "closing"} for at in others for h in rows[at].heads if h.end - h.start >= _SHORTEST)  # fmt: skip
    return 0.6 if is_thanked else 0.15 if others else 0.0


def without_number(text: str) -> str:
    """Return a name without the registration number after it and stray signs around it."""
    inner = OPEN_REGISTRATION.search(text)
    cut = text[: inner.start()] if inner and inner.start() > _SHORTEST else _REGISTERED.sub("", text)
    cut = _FORMER.split(cut)[0]
    code = _CODE.search(cut)
    cut = cut[: code.start()] if code and code.start() > _SHORTEST else cut
    cut = cut if sum(c.isalpha() for c in cut) >= 3 else text  # noqa: PLR2004
    return cut.strip(" .,:;*-_=~|'\"`“”‘’«»<>#+")  # noqa: RUF001


def _may_name(row: SlipRow, wording: Wording) -> bool:
    text = row.text
    letters = sum(c.isalpha() for c in text)
    if letters < 2 or letters <= sum(c.isdigit() for c in without_number(text)):  # noqa: PLR2004
        return False
    if (
        row.moments
        or "@" in text
        or "www" in text.lower()
        or "http" in text.lower()
        or PHONE.search(without_number(text))
    ):
        return False
    if any(
        h.kind in {"tax_id", "registration", "other_number", "number"} and h.start <= 1 and _has_value(row, h)
        for h in row.numbers
    ):
        return False
    if _is_rest(text, wording) and squash(text) not in wording.trade_words:
        return False
    return not is_title(row, wording.long_heads) and not is_address(row, wording) and not is_heading(row, wording)


def is_heading(row: SlipRow, wording: Wording) -> bool:
    """Tell whether a row is the column headings of the goods."""
    words = [squash(w) for w in re.split(r"[\s:/.()]+", row.text) if squash(w)]
    return len(words) > 1 and sum(w in wording.item_headings for w in words) >= 0.6 * len(words)


def _has_value(row: SlipRow, hit: Hit) -> bool:
    rest = squash(row.text)[hit.end :]
    return ":" in row.text or rest[:6].strip("no").isdigit() or sum(c.isdigit() for c in rest) > 3  # noqa: PLR2004


def is_title(row: SlipRow, phrases: Iterable[str] = ()) -> bool:
    """Tell whether a row is a title or a greeting and hardly anything else."""
    size = len(squash(row.text))
    covered = sum(h.end - h.start for h in row.heads)
    # a title that is only the beginning of a longer word is none
    is_word = any(h.score == 1.0 for h in row.heads) or covered >= 0.9 * size
    if not size or (covered >= 0.7 * size and is_word):
        return bool(size)
    joined = squash(row.text)
    return any(fuzz.ratio(joined[: len(p)], p) >= _SAME for p in phrases if len(p) <= size + 2)


def is_address(row: SlipRow, wording: Wording) -> bool:
    """Tell whether a row is a part of an address: postcode and town, street and number, a floor or lot."""
    text = row.text
    if POSTCODE.search(text) and not _form_of(text, wording):
        return True
    words = [squash(w) for w in re.split(r"[\s,.:/()-]+", text) if squash(w)]
    if not words or _form_of(text, wording):
        return False
    known = sum(w in wording.address for w in words if not w.isdigit())
    digits = sum(any(c.isdigit() for c in w) for w in words)
    glued = words[0].startswith(wording.long_address) or any(w.endswith(wording.long_address) for w in words)
    commas = text.count(",") + text.rstrip().endswith((",", "."))
    if known and (digits or commas):
        return True
    return bool(digits and (glued or commas > 1)) or (words[0] in {"no", "lot", "jalan", "jln", "rue", "via", "calle", "ul", "taman"} and known > 0 and len(words) > 1)  # fmt: skip


def _form_of(text: str, wording: Wording) -> bool:
    """Tell whether a legal form stands at the end of a name, or before it where that is the custom."""
    name = _CAMEL.sub(" ", without_number(text))
    # `Sp. z 0.0.`, `0Y`: digits read for letters
    words = [squash(w).translate(_TO_LETTERS) for w in re.split(r"[\s,()]+", name) if squash(w)]
    if len(words) > 1 and words[0] in wording.legal_prefixes:
        return True
    for count in (1, 2, 3, 4):
        if len(words) > count and "".join(words[-count:]) in wording.legal_forms:
            return True
        if (
            count > 1
            and len(words) == count
            and len("".join(words)) > _SHORTEST
            and "".join(words) in wording.legal_forms
        ):
            return True
    dotted = _DOTTED.search(text)
    if dotted and squash(dotted[0]).translate(_TO_LETTERS) in wording.legal_forms:
        return True
    joined = squash(name)
    return any(len(form) > 3 and joined.endswith(form) and len(joined) > len(form) + 2 for form in wording.legal_forms)  # noqa: PLR2004


def _is_rest(text: str, wording: Wording) -> bool:
    """Tell whether a row is only the end of a name: nothing but legal forms, or a trade word alone."""
    joined = squash(without_number(text)).translate(_TO_LETTERS)
    if joined in wording.trade_words:
        return len(joined) >= _SHORTEST
    rest = joined
    for form in sorted((f for f in wording.legal_forms if f in joined), key=len, reverse=True):
        rest = rest.replace(form, "")
    return len(rest) <= _LEFT_OVER < len(joined) and rest != joined


def _wrapped(head: Sequence[SlipRow], at: int, wording: Wording) -> tuple[str, tuple[SlipRow, ...]]:
    """Return the name with the end of it that went to the next row."""
    row = head[at]
    if at + 1 < len(head):
        under = head[at + 1]
        near = under.line.box.top - row.line.box.bottom < 1.5 * max(row.line.height, under.line.height)
        goes_on = under.text.startswith("di ") and any(c.isalpha() for c in row.text)
        open_end = goes_on or row.text.rstrip().endswith(("&", "-", " AND", "+"))
        if near and not _form_of(row.text, wording) and (_is_rest(under.text, wording) or open_end):
            return f"{row.text} {under.text}", (row, under)
    return row.text, (row,)


def _score(name: str, row: SlipRow, rank: int, usual: float, wording: Wording) -> float:
    words = [squash(w) for w in re.split(r"[\s,.:/()&-]+", name) if squash(w)]
    letters = sum(c.isalpha() for c in name) + 2 * name.count("&")
    score = {0: 0.75, 1: 0.4, 2: 0.2}.get(rank, 0.0)
    score += _FULL_FORM * _form_of(name, wording)
    score += 0.3 * any(w in wording.trade_words for w in words)
    score += min(0.3, 0.35 * (row.line.height / max(usual, 1.0) - 1.0)) if row.line.height > 1.15 * usual else 0.0
    is_acronym = name.isupper() and name.isalpha() and row.line.height > usual
    score -= (0.2 if is_acronym else 0.5) * (letters < 4) + 0.35 * (letters / max(len(name.replace(" ", "")), 1) < 0.7)  # noqa: PLR2004
    sure = median(w.confidence for w in row.line.words)
    score -= 0.9 * max(0.0, 0.75 - sure) / 0.75
    short = sum(len(w) < 3 for w in words)  # noqa: PLR2004
    score -= 0.35 * (short > len(words) / 2 and "&" not in name and not _form_of(name, wording))
    score -= 0.2 * bool(_SIGNED.search(row.text) and not _form_of(name, wording))
    score -= 0.3 * (len(words) > 7)  # noqa: PLR2004
    score -= 0.3 * any(h.kind in {"title", "closing"} for h in row.heads if h.end - h.start > 4)  # noqa: PLR2004
    score -= 0.3 * _is_remark(row)
    return score


def address(rows: Sequence[SlipRow], name: Named | None, wording: Wording) -> tuple[str, tuple[SlipRow, ...]] | None:
    """Return the address: rows of street and town that follow one another at the head."""
    head = head_of(rows)
    start = name.rows[-1].position + 1 if name else 0
    parts: list[SlipRow] = []
    for row in head:
        if row.position < start:
            continue
        fits = is_address(row, wording)
        between = (
            bool(parts)
            and not row.numbers
            and not row.moments
            and not is_title(row)
            and row.position == parts[-1].position + 1
        )
        if fits or (between and any(is_address(r, wording) for r in head if r.position == row.position + 1)):
            parts.append(row)
        elif parts and row.position > parts[-1].position:
            break
    if not parts:
        return None
    text = ", ".join(part.text.strip(" ,;") for part in parts)
    return text, tuple(parts)
