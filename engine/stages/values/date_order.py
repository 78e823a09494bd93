"""Decides which part of a document's numeric dates is the month, from everything that speaks for it.

A document writes all its dates in one order. For each order the signs add up as logarithms of odds; the order wins that
leaves little to the others, else the dates stay ambiguous and a person is asked.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from engine.stages.values.dates import ORDERS, DateReading, Order

DECIDED = 0.95
"""Probability from which an order is taken as decided."""
_MONTH_FIRST = frozenset({"US", "FM", "GU", "MH", "MP", "PR", "PW", "AS", "VI"})
"""Countries that write the month first (CLDR 44, short dates); the Philippines and Canada write both ways."""
_BOTH_WAYS = frozenset({"CA", "PH", "PA", "KE", "BZ"})
_YEAR_FIRST = frozenset({"CN", "JP", "KR", "TW", "HU", "LT", "SE", "MN", "IR", "BT"})
_LANGUAGE_DAY_FIRST = frozenset({
    "bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "ga", "hr", "id", "is", "it", "lv", "mt", "nb", "nl",
    "no", "pl", "pt", "ro", "ru", "sk", "sl", "tr", "uk", "vi",
})  # fmt: skip
_LANGUAGE_YEAR_FIRST = frozenset({"hu", "ja", "ko", "lt", "zh", "mn", "sv"})
_CURRENCY_MONTH_FIRST = frozenset({"USD"})
_NEUTRAL_CURRENCIES = frozenset({"CAD", "PHP", "USD"})
_STRONG, _CLEAR, _FAIR, _WEAK = 5.0, 3.0, 2.0, 1.0
_IMPOSSIBLE = 12.0
_HABIT_MOST, _HABIT_WEIGHT = 9.0, 2.0
_FRESH_DAYS, _OLD_DAYS = 45, 400
_LONGEST_TERM = 180


class Habit(NamedTuple):
    """In which order a vendor wrote dates before: how many of them could be read in that order only."""

    dmy: int = 0
    mdy: int = 0
    ymd: int = 0


class Signs(NamedTuple):
    """What is known of a document that tells of the order of its dates. Empty means not known."""

    countries: tuple[str, ...] = ()
    """ISO 3166 of the vendor, by tax id, bank account or address."""
    language: str | None = None
    currency: str | None = None
    habit: Habit = Habit()
    received: date | None = None
    terms_days: int | None = None
    """Days between issue and due date by the terms, where they say it plainly."""
    printed: tuple[str, ...] = ()
    """Other dates on the document, each by the one order (`dmy`, `mdy`, `ymd`) it can be read in."""
    leaning: Order | None = None
    """The order in which the dates were read at first: a weak sign among others."""


class OrderChoice(NamedTuple):
    """The likeliest order, its probability (0..1), and that of each order."""

    order: Order
    probability: float
    all: Mapping[Order, float]
    why: tuple[str, ...]
    """Signs that spoke for an order, in words."""

    @property
    def is_decided(self) -> bool:
        """Whether little is left to the other orders."""
        return self.probability >= DECIDED


def choose_order(dates: Mapping[str, Sequence[DateReading]], signs: Signs) -> OrderChoice | None:
    """Return the order in which ambiguous dates are to be read, or None where none is ambiguous.

    `dates` are the readings by field name; `issue_date` and `due_date` are compared with each other.
    """
    open_ = [readings for readings in dates.values() if len(readings) > 1]
    if not open_:
        return None
    possible = [order for order in ORDERS if all(_as(order, readings) for readings in open_)] or list(ORDERS)
    proven = tuple(r[0].order for r in dates.values() if len(r) == 1 and r[0].order != "any")
    signs = signs._replace(printed=(*signs.printed, *proven))
    scores = dict.fromkeys(possible, 0.0)
    why: list[str] = []
    for name, votes in (*_local(signs), *_of_history(signs), *_of_calendar(dates, signs)):
        lean = {order: votes.get(order, 0.0) for order in possible}
        if len(set(lean.values())) > 1:
            why.append(name)
        for order, weight in lean.items():
            scores[order] += weight
    best = max(scores.values())
    shares = {order: math.exp(score - best) for order, score in scores.items()}
    total = math.fsum(shares.values())
    found = {order: share / total for order, share in shares.items()}
    winner = max(possible, key=lambda order: found[order])
    return OrderChoice(winner, found[winner], found, tuple(why))


def habit_of(dates: Iterable[Sequence[DateReading]]) -> Habit:
    """Return how a vendor wrote dates, from the readings of earlier documents; ambiguous ones do not count."""
    orders = [readings[0].order for readings in dates if len(readings) == 1]
    return Habit(orders.count("dmy"), orders.count("mdy"), orders.count("ymd"))


Vote = tuple[str, Mapping[Order, float]]


def _local(signs: Signs) -> Iterable[Vote]:
    """Yield what country, language and currency say. Year first is hardly ever printed with the year at the end."""
    for country in dict.fromkeys(signs.countries):
        if country in _MONTH_FIRST:
            yield "country", {"mdy": _CLEAR}
        elif country not in _BOTH_WAYS:
            yield "country", {"dmy": _CLEAR, "ymd": _CLEAR if country in _YEAR_FIRST else 0.0}
    yield "usage", {"ymd": -_FAIR}
    if signs.leaning:
        yield "leaning", {signs.leaning: _WEAK}
    if signs.language in _LANGUAGE_DAY_FIRST:
        yield "language", {"dmy": _CLEAR + (0.0 if signs.language == "es" else _WEAK)}
    elif signs.language in _LANGUAGE_YEAR_FIRST:
        yield "language", {"dmy": _FAIR, "ymd": _CLEAR}
    if signs.currency in _CURRENCY_MONTH_FIRST:
        yield "currency", {"mdy": _WEAK}
    elif signs.currency and signs.currency not in _NEUTRAL_CURRENCIES:
        yield "currency", {"dmy": _FAIR, "ymd": _WEAK}


def _of_history(signs: Signs) -> Iterable[Vote]:
    """Yield what the vendor's and the document's own unambiguous dates say."""
    counts: Mapping[Order, int] = {"dmy": signs.habit.dmy, "mdy": signs.habit.mdy, "ymd": signs.habit.ymd}
    if any(counts.values()):
        total = sum(counts.values())
        yield (
            "history",
            {o: max(-_HABIT_MOST, math.log((n + 0.25) / (total + 0.75)) * _HABIT_WEIGHT) for o, n in counts.items()},
        )
    own: Mapping[Order, int] = {order: signs.printed.count(order) for order in ORDERS}
    if any(own.values()):
        most = max(own.values())
        yield "document", {o: _STRONG if n == most else -_STRONG if n == 0 else 0.0 for o, n in own.items()}


def _of_calendar(dates: Mapping[str, Sequence[DateReading]], signs: Signs) -> Iterable[Vote]:
    """Yield what the order of the days says: issued before due, as the terms have it, and not after arrival."""
    issue = {order: _as(order, dates.get("issue_date", ())) for order in ORDERS}
    due = {order: _as(order, dates.get("due_date", ())) for order in ORDERS}
    yield "due date", {o: _between(issue[o], due[o]) for o in ORDERS}
    if signs.terms_days is not None:
        yield "terms", {o: _fit(issue[o], due[o], signs.terms_days) for o in ORDERS}
    if signs.received is not None:
        yield "arrival", {o: _freshness(issue[o], signs.received) for o in ORDERS}


def _as(order: Order, readings: Sequence[DateReading]) -> date | None:
    """Return the date in an order, or its only reading."""
    if len(readings) == 1:
        return readings[0].value
    return next((one.value for one in readings if one.order in {order, "any"}), None)


def _between(issue: date | None, due: date | None) -> float:
    if issue is None or due is None:
        return 0.0
    days = (due - issue).days
    return -_IMPOSSIBLE if days < 0 else -_FAIR if days > _LONGEST_TERM else _WEAK


def _fit(issue: date | None, due: date | None, days: int) -> float:
    if issue is None or due is None:
        return 0.0
    return _STRONG if issue + timedelta(days=days) == due else 0.0


def _freshness(issue: date | None, received: date) -> float:
    """Return how well a date of issue fits the day of arrival: hardly ahead of it, mostly some weeks before."""
    if issue is None:
        return 0.0
    age = (received - issue).days
    if age < -1:
        return -_STRONG if age < -7 else -_CLEAR  # noqa: PLR2004 - a week ahead is sometimes done
    return _FAIR if age <= _FRESH_DAYS else -_FAIR if age > _OLD_DAYS else 0.0
