"""What payment terms say: the deadline, and what is taken off for paying earlier."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.content.term_words import TermWords
from engine.model.terms import Deadline, Discount, PaymentTerms
from engine.stages.terms.tokens import Phrases, Token, phrases_of, tokens

_LONGEST_DAYS, _LONGEST_MONTHS, _LAST_DAY = 365, 12, 31
_MOST_PERCENT = 30
_WEEK = 7
_ENDS = frozenset({"month_end", "next_month_end"})
_UNITS = frozenset({"days", "weeks", "months"})
_BETWEEN = frozenset({"break", "other", "invoice_date", "after", "discount"})
_NEAR = 3
"""Tokens that may stand between a percentage and the bare number of its days: `2% discount if 10`."""


class _Item(NamedTuple):
    """A percentage, or a deadline; where it stands, and whether it is called net."""

    at: int
    clause: int
    percent: Decimal | None = None
    deadline: Deadline | None = None
    is_net: bool = False
    is_now: bool = False


def parse_terms(text: str, words: TermWords, language: str | None = None) -> PaymentTerms | None:
    """Return what terms say, or None when they are not understood or speak of advances and instalments.

    Of the languages whose words fit equally well the document's own is taken.
    """
    best: tuple[tuple[int, int], PaymentTerms] | None = None
    for phrases in phrases_of(words):
        found = tokens(text, phrases)
        known = sum(token.kind != "other" for token in found)
        if best is not None and (known, phrases.language == language) <= best[0]:
            continue
        terms = _parsed(found, phrases)
        if terms is not None:
            best = (known, int(phrases.language == language)), terms
        elif any(token.kind == "partial" for token in found) and phrases.language == language:
            return None
    return best[1] if best else None


def _parsed(found: Sequence[Token], phrases: Phrases) -> PaymentTerms | None:
    if any(token.kind == "partial" for token in found):
        return None
    items = _items(_without_late(found), phrases)
    pairs, rest = _paired(items)
    net = _net(rest, has_discount=bool(pairs))
    discounts = sorted(pairs, key=lambda one: (one.within.months, one.within.days))
    if (net is None and not discounts) or (net is None and len(rest) > 1):
        return None
    is_told = any(_is_told(found, at) for at, token in enumerate(found) if token.kind in _ENDS)
    other = _other(net, phrases, is_told=is_told) if net is not None else None
    return PaymentTerms(net=net, discounts=tuple(discounts), other=other)


def _is_told(found: Sequence[Token], index: int) -> bool:
    """Tell whether the words themselves say that days begin at the end of a month: `after end of month`, `EOM 10`."""
    return _kind(found, index - 1) == "after" or not any(t.kind in {"number", "ordinal"} for t in found[:index])


def _without_late(found: Sequence[Token]) -> list[Token]:
    """Return the tokens without sentences about interest and reminders; a single sentence is cut where they begin."""
    sentences: list[list[Token]] = [[]]
    for token in found:
        sentences[-1].append(token)
        if token.kind == "stop":
            sentences.append([])
    kept: list[Token] = []
    for sentence in sentences:
        late = next((i for i, token in enumerate(sentence) if token.kind == "late"), None)
        if late is None:
            kept += sentence
        elif not any(token.kind == "percent" for token in sentence[:late]):
            kept += [*sentence[:late], Token("stop")]
    return kept


def _items(found: Sequence[Token], phrases: Phrases) -> list[_Item]:
    """Return percentages and deadlines in the order of print."""
    items: list[_Item] = []
    clause = index = 0
    while index < len(found):
        kind = found[index].kind
        clause += kind in {"break", "stop", "otherwise"}
        step = 1
        if kind in {"number", "ordinal"}:
            item, step = _of_number(found, index, clause, items)
            items += [item] if item else []
        elif kind == "pay_day":
            step = _to_pay_day(found, index, items)
        elif kind == "now":
            items.append(_Item(index, clause, deadline=Deadline(), is_now=True))
        elif kind in _ENDS:
            step = _to_month_end(found, index, clause, items, phrases)
        index += step
    return items


def _of_number(found: Sequence[Token], index: int, clause: int, items: Sequence[_Item]) -> tuple[_Item | None, int]:
    """Return the percentage, period or day that a number is, and how many tokens it takes."""
    token, follower = found[index], _kind(found, index + 1)
    if follower == "percent":
        sane = 0 < token.value < _MOST_PERCENT
        return (_Item(index, clause, percent=token.value) if sane else None), 2
    if follower in _UNITS:
        period = _period(token.value, follower)
        is_net = "net" in {_kind(found, index - 1), _after_filler(found, index + 2)}
        return (_Item(index, clause, deadline=period, is_net=is_net) if period else None), 2
    day = _day(found, index)
    if day is not None:
        return _Item(index, clause, deadline=day, is_net=_kind(found, index - 1) == "net"), 2
    is_net = _kind(found, index - 1) == "net" or (follower == "net" and _kind(found, index + 2) != "number")
    is_granted = bool(items) and items[-1].percent is not None and index - items[-1].at <= _NEAR + 1
    if token.kind == "number" and (is_net or is_granted):
        period = _period(token.value, "days")
        return (_Item(index, clause, deadline=period, is_net=is_net) if period else None), 1
    return None, 1


def _period(value: Decimal, unit: str) -> Deadline | None:
    if value != value.to_integral_value():
        return None
    count = int(value)
    if unit == "months":
        return Deadline(months=count) if 0 < count <= _LONGEST_MONTHS else None
    days = count * _WEEK if unit == "weeks" else count
    return Deadline(days=days) if days <= _LONGEST_DAYS else None


def _day(found: Sequence[Token], index: int) -> Deadline | None:
    """Return the deadline of a day of the following month: `15th of the following month`, `zum 10. des Folgemonats`."""
    value = found[index].value
    near = next(
        (found[at].kind for at in range(index + 1, min(index + 3, len(found))) if found[at].kind != "other"), ""
    )
    if near != "next_month" or not 0 < value <= _LAST_DAY or value != value.to_integral_value():
        return None
    return Deadline(month_end="then", day_of_month=int(value))


def _to_month_end(found: Sequence[Token], index: int, clause: int, items: list[_Item], phrases: Phrases) -> int:
    """Let the last deadline run to the end of the month, or the next one from it; return the tokens taken."""
    months = int(found[index].kind == "next_month_end")
    last = items[-1] if items else None
    is_joined = (
        last is not None and last.deadline is not None and last.deadline.month_end == "none" and not last.is_now
        and all(token.kind in _BETWEEN | _UNITS | {"net", "number", "on_day"} for token in found[last.at : index])
    )  # fmt: skip
    if last is None or not is_joined or last.deadline is None:
        return _from_month_end(found, index, clause, items, months)
    begins_there = _kind(found, index - 1) == "after" or phrases.counts_from_month_end in {"yes", "rather_yes"}
    day, taken = _day_after(found, index, unit="days")
    deadline = last.deadline.model_copy(
        update={
            "month_end": "from" if begins_there and day is None else "then", "day_of_month": day,
            "months": last.deadline.months + months,
        }
    )  # fmt: skip
    items[-1] = last._replace(deadline=deadline)
    return 1 + taken


def _to_pay_day(found: Sequence[Token], index: int, items: list[_Item]) -> int:
    """Let the last deadline run to the day on which is paid; return the tokens taken."""
    day, taken = _day_after(found, index)
    last = items[-1].deadline if items else None
    if day is not None and last is not None:
        items[-1] = items[-1]._replace(deadline=last.model_copy(update={"day_of_month": day}))
    return 1 + taken


def _from_month_end(found: Sequence[Token], index: int, clause: int, items: list[_Item], months: int) -> int:
    """Add a deadline that begins at the end of a month, with the days printed after it: `EOM 10`, `fine mese + 10 gg`."""
    is_net = "net" in {_kind(found, index - 1), _kind(found, index + 1)}
    day, taken = _day_after(found, index)
    if day is not None and _kind(found, index + 1) == "on_day":
        items.append(
            _Item(index, clause, deadline=Deadline(months=months, month_end="then", day_of_month=day), is_net=is_net)
        )
        return 1 + taken
    at = index + 1
    while _kind(found, at) in {"break", "net", "after"}:
        at += 1
    if _kind(found, at) == "number" and _kind(found, at + 1) != "percent":
        has_unit = _kind(found, at + 1) in _UNITS
        period = _period(found[at].value, found[at + 1].kind if has_unit else "days")
        if period is not None:
            deadline = period.model_copy(update={"month_end": "from", "months": period.months + months})
            items.append(_Item(index, clause, deadline=deadline, is_net=is_net))
            return at + 1 + has_unit - index
    items.append(_Item(index, clause, deadline=Deadline(months=months, month_end="then"), is_net=is_net))
    return 1


def _day_after(found: Sequence[Token], index: int, *, unit: str = "") -> tuple[int | None, int]:
    """Return the day of the month printed after the end of the month (`fin de mois le 10`), and the tokens it takes.

    With a unit allowed, `fine mese + 10 gg` is the same day.
    """
    at = index + 1
    while _kind(found, at) in {"on_day", "break"} and at - index < _NEAR:
        at += 1
    follower = _kind(found, at + 1)
    if _kind(found, at) not in {"number", "ordinal"} or (follower in {*_UNITS, "percent"} and follower != unit):
        return None, 0
    value = found[at].value
    is_day = value == value.to_integral_value() and 0 < value <= _LAST_DAY
    return (int(value), at - index + (follower == unit)) if is_day else (None, 0)


def _paired(items: Sequence[_Item]) -> tuple[list[Discount], list[_Item]]:
    """Return the discounts, each percentage with its deadline, and the deadlines left over."""
    used: set[int] = set()
    pairs: list[Discount] = []
    leads = bool(items) and items[0].percent is not None
    for index, item in enumerate(items):
        if item.percent is None:
            continue
        for at in _neighbours(items, index, leads=leads):
            deadline = items[at].deadline
            if at not in used and deadline is not None and not items[at].is_net:
                used.add(at)
                pairs.append(Discount(percent=item.percent, within=deadline))
                break
    return pairs, [item for at, item in enumerate(items) if item.deadline is not None and at not in used]


def _neighbours(items: Sequence[_Item], index: int, *, leads: bool) -> Iterator[int]:
    """Yield the places beside a percentage: that in its own clause first, then the side on which the others stand."""
    sides = [at for at in ((index + 1, index - 1) if leads else (index - 1, index + 1)) if 0 <= at < len(items)]
    yield from sorted(sides, key=lambda at: items[at].clause != items[index].clause)


def _net(rest: Sequence[_Item], *, has_discount: bool) -> Deadline | None:
    """Return the net deadline: the one called so, else the only one."""
    named = [item for item in rest if item.is_net]
    left = named or [item for item in rest if not item.is_now] or list(rest)
    days = {item.deadline for item in left}
    if len(days) == 1 or (has_discount and left):
        return left[-1].deadline
    return None


def _other(net: Deadline, phrases: Phrases, *, is_told: bool) -> Deadline | None:
    """Return the other way to count days and the end of a month, where usage is split."""
    is_split = phrases.counts_from_month_end.startswith("rather") and net.day_of_month is None and net.days
    if not is_split or net.month_end == "none" or is_told:
        return None
    return net.model_copy(update={"month_end": "from" if net.month_end == "then" else "then"})


def _after_filler(found: Sequence[Token], index: int) -> str:
    """Return the kind after phrases that say where days begin: `30 days from invoice date net`."""
    while _kind(found, index) in {"invoice_date", "other"}:
        index += 1
    # a number after it has the word for itself: `2% 10 days net 30`
    return _kind(found, index) if _kind(found, index + 1) != "number" else ""


def _kind(found: Sequence[Token], index: int) -> str:
    return found[index].kind if 0 <= index < len(found) else ""
