"""When the sale took place, and the number of its receipt."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from engine.stages.extract.receipts.moments import Moment
from engine.stages.extract.receipts.rows import SlipRow
from engine.stages.extract.receipts.wording import places_of

_NUMBER = re.compile(r"[#:.\s-]*((?:[A-Z]{1,6}[\s/-]?)?[A-Z0-9]*\d[\w./\\#-]*)", re.IGNORECASE)
_TERMINAL = re.compile(r"trace|termina|\btid\b|\bmid\b|\baid\b|vu-?nr|\bauth|approv|contactless|kontaktlos|batch|\brrn\b|\bstan\b|appl|capt|genehm|sans contact|debit|visa|master", re.IGNORECASE)  # fmt: skip
_AROUND = 3
_KIND_WEIGHT = {"number": 1.0, "number_weak": 0.55}
_OLDEST = date(2005, 1, 1)


class Dated(NamedTuple):
    """The date of sale with its place and certainty."""

    moment: Moment
    row: SlipRow
    sure: float
    others: tuple[Moment, ...]


class Numbered(NamedTuple):
    """The receipt number: text[start:end] of the row, and its certainty."""

    value: str
    row: SlipRow
    start: int
    end: int
    sure: float
    others: tuple[str, ...]


def sale_date(rows: Sequence[SlipRow], *, order_is_proven: bool) -> Dated | None:
    """Return the date of sale: labelled, with a time beside it, repeated; not a date of validity or of printing."""
    counts = Counter(m.value for row in rows for m in row.moments)
    ranked = sorted(
        ((_date_score(m, row, rows, counts), row, m) for row in rows for m in row.moments),
        key=lambda item: (-item[0], item[1].position),
    )
    if not ranked:
        return None
    score, row, best = ranked[0]
    others = tuple(m for _, _, m in ranked[1:] if m.value != best.value)
    rival = next((s for s, _, m in ranked[1:] if m.value != best.value), 0.0)
    sure = 1.0 / (1.0 + math.exp(-(1.2 * score + 0.6 * min(score - rival, 2.0) - 0.9)))
    if best.other is not None and not order_is_proven and best.form.startswith("(?<![\\"):
        sure *= 0.9
    return Dated(best, row, round(min(sure, 0.985), 3), others[:2])


def _date_score(moment: Moment, row: SlipRow, rows: Sequence[SlipRow], counts: Counter[date]) -> float:
    before = row.text[: moment.start]
    score = 1.0 * moment.guess
    hits = [h for h in row.numbers if h.kind in {"date", "other_date"}]
    if not hits and row.position and sum(c.isalpha() for c in before) < 3:  # noqa: PLR2004
        above = rows[row.position - 1]
        hits = [h for h in above.numbers if h.kind in {"date", "other_date"}] if not above.moments else []
    kinds = [h.kind for h in hits]
    if "other_date" in kinds:
        score -= 1.1 if "date" not in kinds or kinds.index("other_date") < kinds.index("date") else 0.5
    elif "date" in kinds:
        score += 0.9
    score += 0.6 * moment.has_time
    score += 0.3 * min(counts[moment.value] - 1, 3)
    score += 0.25 if row.place < 0.4 else 0.0  # noqa: PLR2004
    score -= 0.8 if moment.value < _OLDEST else 0.0
    return score


def receipt_number(rows: Sequence[SlipRow]) -> Numbered | None:
    """Return the number of the receipt: what stands beside its label and is no date, amount or other number."""
    found: list[Numbered] = []
    for row in rows:
        found += _numbers_on(row, rows)
    if not found:
        return None
    rows_of_value = Counter(value for value, _ in {(f.value, f.row.position) for f in found})
    found = [
        f._replace(sure=f.sure + 0.1 * min(rows_of_value[f.value] - 1, 2) - 0.25 * _is_terminals(f.row, rows)) for f in found
    ]  # fmt: skip
    best = max(found, key=lambda f: (f.sure, -f.row.position))
    others = tuple(dict.fromkeys(f.value for f in sorted(found, key=lambda f: -f.sure) if f.value != best.value))
    return best._replace(sure=round(min(best.sure, 0.95) * (0.9 if others else 1.0), 3), others=others[:2])


def _is_terminals(row: SlipRow, rows: Sequence[SlipRow]) -> bool:
    """Tell whether a row stands in what the card terminal prints: numbers of its own all around."""
    near = rows[max(0, row.position - _AROUND) : row.position + _AROUND + 1]
    return sum(bool(_TERMINAL.search(other.text)) for other in near) >= 2  # noqa: PLR2004


def _numbers_on(row: SlipRow, rows: Sequence[SlipRow]) -> list[Numbered]:
    found = []
    places = places_of(row.text)
    hits = row.numbers
    for rank, hit in enumerate(hits):
        if hit.kind not in _KIND_WEIGHT:
            continue
        if (
            rank
            and hits[rank - 1].kind in {"other_number", "tax_id", "registration"}
            and hits[rank - 1].end == hit.start
        ):
            continue
        weight = _KIND_WEIGHT[hit.kind]
        at = places[hit.end] if hit.end < len(places) else len(row.text)
        limit = len(row.text)
        for other in hits[rank + 1 :]:
            if other.kind not in _KIND_WEIGHT or other.start > hit.end:
                limit = min(limit, places[other.start])
                break
        joined = rank + 1 < len(hits) and hits[rank + 1].start == hit.end and hits[rank + 1].kind == "number_weak"
        one = _value_at(row, at, limit)
        if one is not None:
            gap = 0.1 if joined else 0.0
            base = 0.85 if hit.kind == "number" else 0.5
            found.append(one._replace(sure=base * one.sure + gap + 0.05 * (row.place < 0.5)))  # noqa: PLR2004
        elif weight == 1.0 and hit.end >= len(places) - 1 and row.position + 1 < len(rows):
            under = _value_at(rows[row.position + 1], 0, len(rows[row.position + 1].text))
            if under is not None and not rows[row.position + 1].numbers:
                found.append(under._replace(sure=0.55 * under.sure))
    return found


def _value_at(row: SlipRow, at: int, limit: int) -> Numbered | None:
    """Return the number that starts right at a place, with how well it looks like one."""
    text = row.text
    match = _NUMBER.match(text, at, limit)
    if match is None:
        # one short word may stand between: `Rechnung Nr. A 17`, `Bill To: 4711`
        gap = re.compile(r"[\s:.#-]*[A-Za-z]{0,3}[\s:.#-]+").match(text, at, limit)
        match = _NUMBER.match(text, gap.end(), limit) if gap else None
    if match is None:
        return None
    start, end = match.span(1)
    if any(m.start < end and start < m.end for m in row.moments):
        if any(m.start <= start for m in row.moments if m.start < end):
            return None
        end = min(m.start for m in row.moments if m.start < end and start < m.end)
    value = text[start:end].strip(" .,:;#-")
    if any(a.money.has_cents and a.money.start <= start < a.money.end for a in row.amounts) and re.fullmatch(r"\d+[.,]\d{2}", value):  # fmt: skip
        return None
    digits = sum(c.isdigit() for c in value)
    if not digits or (digits < 2 and len(value) < 3):  # noqa: PLR2004
        return None
    shape = 0.6 if digits < 3 else 0.9 if digits < 4 else 1.0  # noqa: PLR2004
    if re.match(r"\d{1,2}:\d{2}", value):
        return None
    return Numbered(value, row, start, start + len(value), shape, ())
