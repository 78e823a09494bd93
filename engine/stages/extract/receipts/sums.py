"""The sum to pay among the amounts of a slip: labels, arithmetic and repetition are weighed together."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.stages.extract.receipts.rows import Labelled, SlipRow

_CENT = Decimal("0.01")
_ROUNDING = Decimal("0.05")
_WEIGHTS = {"payable": 2.6, "total": 2.1, "total_weak": 0.9, "card": 1.4, "cash": 0.3, "subtotal": 0.1}
_AGAINST = {"change": 1.2, "rounding": 1.2, "other_amount": 1.4, "tax": 0.8, "discount": 1.2, "tip": 0.8, "service": 0.8}  # fmt: skip
_MOST = 3
_UNPROVEN_TAX = 0.7
_MOST_TAX = Decimal("0.25")
"""Of the total: the highest rate of value added tax, 27 % in Hungary, is 21 % of what is paid."""
_UNPRINTED = 0.8
_LEAST_SHARE = 3
"""A net amount is at least this many times its tax."""


class Sighting(NamedTuple):
    """An amount on a row."""

    row: SlipRow
    amount: Labelled


class Candidate(NamedTuple):
    """A value that may be the sum to pay."""

    value: Decimal
    score: float
    proofs: frozenset[str]
    """What arithmetic confirms it: `cash`, `items`, `tax`, `table`, `repeated`, `card`."""
    best: Sighting


class Sums(NamedTuple):
    """The sums of a slip; each with its sighting where it is printed, and how sure it is."""

    total: Candidate | None
    others: tuple[Candidate, ...]
    sure: float
    tax: tuple[Decimal, Sighting, float] | None
    subtotal: tuple[Decimal, Sighting, float] | None
    table: tuple["TaxLine", ...]
    service: Sighting | None
    discount: Sighting | None


class TaxLine(NamedTuple):
    """A row of a tax table: net (base), tax and gross that fit together."""

    row: SlipRow
    base: Labelled | None
    """The printed net amount; None where only tax and gross are legible."""
    net: Decimal
    tax: Labelled
    rate: Decimal | None
    gross: Decimal


def choose_sums(rows: Sequence[SlipRow], items_sum: Decimal | None, items: int) -> Sums:
    """Return the sums. `items_sum` is what the items add up to, `items` how many there are."""
    has_cents = any(a.money.has_cents and a.money.currency for row in rows for a in row.amounts)
    seen = [Sighting(row, a) for row in rows for a in row.amounts if _may_be_sum(a) and (_is_money(a) or not has_cents)]
    by_value: dict[Decimal, list[Sighting]] = defaultdict(list)
    for one in seen:
        by_value[abs(one.amount.money.value)].append(one)
    for one in _unprinted(seen, by_value, items_sum):
        by_value[one.amount.money.value].append(one)
    table = tax_table(rows)
    ranked = sorted(
        (_candidate(value, sightings, by_value, table, items_sum, items) for value, sightings in by_value.items() if value),
        key=lambda c: (-c.score, -c.value),
    )  # fmt: skip
    if not ranked:
        return Sums(None, (), 0.0, None, None, (), None, None)
    best = ranked[0]
    margin = best.score - ranked[1].score if len(ranked) > 1 else 2.0
    sure = round(1.0 / (1.0 + math.exp(-(0.75 * (best.score - 2.6) + 0.6 * min(margin, 3.0)))), 3)
    fitting = tuple(line for line in table if line.gross <= best.value + _CENT)
    tax = _tax(best.value, by_value, fitting)
    return Sums(
        best, tuple(ranked[1:4]), min(sure, 0.99), tax, _subtotal(best.value, tax, by_value, fitting), fitting,
        _labelled(seen, "service"), _labelled(seen, "discount"),
    )  # fmt: skip


def _may_be_sum(amount: Labelled) -> bool:
    money = amount.money
    if money.is_percent or money.decimals > 2:  # noqa: PLR2004
        return False
    return money.has_cents or bool(money.currency) or (amount.kind in {"payable", "total", "cash", "card", "subtotal"} and money.value >= 1)  # fmt: skip


def _unprinted(
    seen: Sequence[Sighting], by_value: Mapping[Decimal, Sequence[Sighting]], items_sum: Decimal | None
) -> list[Sighting]:
    """Return the sum to pay where it is illegible, but the items add up to what cash less change leaves.

    It points to the whole row of the change, with nothing as its raw text.
    """
    given = {abs(s.amount.money.value) for s in seen if s.amount.kind == "cash" and s.amount.money.has_cents}
    for row, amount in (s for s in seen if s.amount.kind == "change"):
        paid = next(
            (c - abs(amount.money.value) for c in given if c - abs(amount.money.value) == items_sum), Decimal(0)
        )
        if amount.money.has_cents and paid > 0 and paid not in by_value:
            money = amount.money._replace(value=paid, raw="", start=0, end=len(row.text), guess=_UNPRINTED)
            return [Sighting(row, amount._replace(money=money, kind="total"))]
    return []


def _is_money(amount: Labelled) -> bool:
    """Tell whether the number looks like money by itself: `Card 2` does not."""
    return amount.money.has_cents or bool(amount.money.currency)


def _candidate(
    value: Decimal, sightings: Sequence[Sighting], by_value: dict[Decimal, list[Sighting]], table: Sequence[TaxLine],
    items_sum: Decimal | None, items: int,
) -> Candidate:  # fmt: skip
    best = max(sightings, key=lambda s: (_WEIGHTS.get(s.amount.kind, 0.05) * s.amount.score, s.row.place))
    kinds = {s.amount.kind for s in sightings}
    score = max((_WEIGHTS.get(s.amount.kind, 0.0) * s.amount.score for s in sightings), default=0.0)
    named = [s for s in sightings if s.amount.kind in {"payable", "total", "card", "total_weak"}]
    score += 0.35 * min(max(len(named) - 1, 0), _MOST) + 0.15 * min(len(sightings) - 1, _MOST)
    if not named and kinds & _AGAINST.keys():
        score -= max(_AGAINST[k] for k in kinds & _AGAINST.keys())
    if "subtotal" in kinds and not named:
        score -= 0.2
    score *= min((s.amount.money.guess for s in sightings), default=1.0) if score > 0 else 1.0
    proofs = _proofs(value, by_value, table, items_sum, items)
    score += sum(_PROOFS[p] for p in proofs)
    if best.amount.money.decimals == 0 and not best.amount.money.currency:
        score -= 0.9
    score += 0.4 * (best.row.place > 0.3) + 0.6 * _is_largest(value, by_value)  # noqa: PLR2004
    if best.amount.money.value < 0:
        score -= 0.8
    return Candidate(value, score, proofs, best)


_PROOFS = {"cash": 1.8, "exact": 0.9, "items": 1.6, "item": 0.5, "tax": 1.3, "table": 1.1, "rounded": 0.9, "card": 0.4, "unrounded": -0.9}  # fmt: skip


def _proofs(
    value: Decimal, by_value: dict[Decimal, list[Sighting]], table: Sequence[TaxLine], items_sum: Decimal | None,
    items: int,
) -> frozenset[str]:  # fmt: skip
    def of(*kinds: str) -> set[Decimal]:
        return {abs(s.amount.money.value) for group in by_value.values() for s in group if s.amount.kind in kinds}

    proofs = set()
    cash, change = of("cash", "card"), of("change")
    if any(c - g == value and g and c for c in of("cash", "card", "") for g in change):
        proofs.add("cash")
    if value in cash and (not change or change == {Decimal(0)}):
        proofs.add("exact")
    tax, sub, service, rounding = of("tax"), of("subtotal", "total"), of("service"), of("rounding")
    extras = {Decimal(0), *service, *of("tip")}
    nears = {Decimal(0), *(r for r in rounding if r <= _ROUNDING), *(-r for r in rounding if r <= _ROUNDING)}
    if any(s + t + x + r == value for s in sub for t in tax if t for x in extras for r in nears if s < value):
        proofs.add("tax")
    if table and value in {sum((line.gross for line in part), Decimal(0)) for part in _heads(table)}:
        proofs.add("table")
    if items_sum is not None and items_sum:
        sums = {items_sum + a for a in (Decimal(0), *service, *tax, *(-d for d in of("discount")))}
        if any(s + r == value for s in sums for r in nears):
            proofs.add("items" if items > 1 else "item")
    named = of("payable", "total", "subtotal")
    if any(value - r in named or value + r in named for r in rounding if Decimal(0) < r <= _ROUNDING):
        steps = value % _ROUNDING == 0
        proofs.add("rounded" if steps else "unrounded")
    return frozenset(proofs)


def _heads(table: Sequence[TaxLine]) -> Iterable[Sequence[TaxLine]]:
    """Yield the first rows of a table; the last row may repeat their sum."""
    yield table
    if len(table) > 1:
        yield table[:-1]


def _is_largest(value: Decimal, by_value: dict[Decimal, list[Sighting]]) -> bool:
    """Tell whether no larger amount stands there but what was handed over."""
    return not any(
        other > value and any(s.amount.kind not in {"cash", "change", "other_amount"} and s.amount.money.has_cents and s.amount.money.guess == 1.0 for s in group)
        for other, group in by_value.items()
    )  # fmt: skip


def tax_table(rows: Sequence[SlipRow]) -> list[TaxLine]:
    """Return rows that hold a net amount and its tax by a printed rate, or net, tax and gross that add up."""
    found = []
    for row in rows:
        amounts = [a for a in row.amounts if a.money.has_cents and a.money.value > 0 and not a.money.is_percent]
        rates = [a.money.value for a in row.amounts if a.money.is_percent or a.money.decimals < 2]  # noqa: PLR2004
        rates += [a.money.value for a in amounts if a.money.value == a.money.value.to_integral_value()]
        line = _tax_line(row, amounts, [r for r in rates if 0 < r < 30])  # noqa: PLR2004
        if line is not None:
            found.append(line)
    return found


def _tax_line(row: SlipRow, amounts: Sequence[Labelled], rates: Sequence[Decimal]) -> TaxLine | None:
    values = [a.money.value for a in amounts]
    for gross in amounts:
        for tax in amounts:
            base = gross.money.value - tax.money.value
            rate = next((r for r in rates if tax is not gross and _fits(base, tax.money.value, r)), None)
            is_whole = base in values and base > _LEAST_SHARE * tax.money.value and len(amounts) == 3  # noqa: PLR2004
            if tax is not gross and (rate is not None or is_whole) and (base in values or row.cents[-1] is gross):
                net = next((a for a in amounts if a.money.value == base), None)
                return TaxLine(row, net, base, tax, rate, gross.money.value)
    for net in amounts:
        for tax in amounts:
            rate = next((r for r in rates if tax is not net and _fits(net.money.value, tax.money.value, r)), None)
            if rate is not None:
                return TaxLine(row, net, net.money.value, tax, rate, net.money.value + tax.money.value)
    return None


def _fits(base: Decimal, tax: Decimal, rate: Decimal) -> bool:
    return base > tax > 0 and abs(base * rate / 100 - tax) <= (_CENT if tax < 1 else 2 * _CENT)


def _tax(
    total: Decimal, by_value: dict[Decimal, list[Sighting]], table: Sequence[TaxLine]
) -> tuple[Decimal, Sighting, float] | None:
    """Return the tax: the sum of the tax table when it makes up the total, else what is labelled as tax."""
    if table:
        rows = next((list(part) for part in _heads(table) if sum((x.gross for x in part), Decimal(0)) == total), None)
        part = rows or [x for x in table if x.gross == total][:1]
        if part:
            amount = sum((x.tax.money.value for x in part), Decimal(0))
            return amount, Sighting(part[-1].row, part[-1].tax), 0.93
    named = _named_tax(total, by_value)
    found = named if named and named[2] > _UNPROVEN_TAX else _by_rate(total, by_value) or named
    if found is None and table:
        amount = sum((x.tax.money.value for x in table), Decimal(0))
        return amount, Sighting(table[-1].row, table[-1].tax), 0.6
    return found


def _named_tax(
    total: Decimal, by_value: dict[Decimal, list[Sighting]]
) -> tuple[Decimal, Sighting, float] | None:  # fmt: skip
    """Return the labelled tax that with a printed net sum makes the total; several rates are added up."""
    named = {
        value: next(s for s in group if _is_tax(s)) for value, group in by_value.items()
        if value and value < total * _MOST_TAX and any(_is_tax(s) for s in group)
    }  # fmt: skip
    if not named:
        return None
    nets = {v for v, group in by_value.items() if any(s.amount.kind in {"subtotal", "total", ""} for s in group)}
    proven = [value for value in named if total - value in nets and total - value > value]
    whole = sum(named, Decimal(0))
    parts = sorted(named)
    if (
        len(parts) > 1
        and whole < total / 3
        and parts[-1] != whole - parts[-1]
        and (total - whole in nets or not proven)
    ):
        return whole, named[parts[-1]], 0.86 if total - whole in nets else 0.6
    value = max(proven or named, key=lambda v: (named[v].amount.score, -named[v].row.position))
    return value, named[value], 0.88 if proven else 0.6


def _is_tax(one: Sighting) -> bool:
    return one.amount.kind == "tax" and one.amount.money.has_cents and one.amount.money.guess == 1.0


def _by_rate(
    total: Decimal, by_value: dict[Decimal, list[Sighting]]
) -> tuple[Decimal, Sighting, float] | None:  # fmt: skip
    """Return total less a printed net amount when the rate on the row of that amount leads from one to the other."""
    for value, group in by_value.items():
        tax = total - value
        for one in group:
            rates = [a.money.value for a in one.row.amounts if a.money.is_percent]
            if value < total and any(_fits(value, tax, rate) for rate in rates):
                return tax, one, 0.8
    return None


def _subtotal(
    total: Decimal, tax: tuple[Decimal, Sighting, float] | None, by_value: dict[Decimal, list[Sighting]],
    table: Sequence[TaxLine],
) -> tuple[Decimal, Sighting, float] | None:  # fmt: skip
    """Return the net sum: printed, and with the tax it makes up the total."""
    if tax is not None and total - tax[0] in by_value:
        return total - tax[0], max(by_value[total - tax[0]], key=lambda s: s.amount.kind == "subtotal"), tax[2]
    nets = [x for x in table if x.base is not None]
    if len(nets) > 1 and tax is not None and sum((x.net for x in nets), Decimal(0)) == total - tax[0]:
        last = nets[-1]
        return total - tax[0], Sighting(last.row, last.base or last.tax), 0.85
    named = [
        (value, s) for value, group in by_value.items() for s in group
        if s.amount.kind == "subtotal" and value and total / 2 < value < total
    ]  # fmt: skip
    if not named:
        return None
    value, sighting = max(named, key=lambda pair: pair[1].amount.score)
    return value, sighting, 0.6


def _labelled(seen: Sequence[Sighting], kind: str) -> Sighting | None:
    return next((s for s in seen if s.amount.kind == kind and s.amount.money.has_cents and s.amount.money.value), None)
