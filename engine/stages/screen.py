"""Holds the names on a document against lists of names with which nobody does business. Pure.

Names are compared without case, accents, legal forms and order of words, as companies are; one that is as alike as the ruleset's
`match.name_score` is a hit. Writing in other scripts is as the list spells it: aliases are rows of their own.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz, process

from engine.model.record import Record
from engine.model.screening import Entry, Hit, Screening
from engine.stages.parties.names import normal_name

_WHOLE = ("buyer_name", "buyer_trade_name", "buyer_contact_name", "buyer_signatory")
_SEVERAL = ("directors",)
_MOST = 10
_LEAST_LETTERS = 3


def names_of(record: Record) -> tuple[str, ...]:
    """Return who is named: the company, its name in business, and the people who act for it."""
    found = [record.value(name) for name in _WHOLE]
    for name in _SEVERAL:
        found += re.split(r"[,;\n]| and | und | et ", record.value(name) or "")
    return tuple(dict.fromkeys(one.strip() for one in found if one and len(one.strip()) >= _LEAST_LETTERS))


def screen(
    names: Sequence[str], entries: Sequence[Entry], lists: Mapping[str, date], *, likeness: int, on: date
) -> Screening:
    """Return what the lists say of names; `on` is the day on which is asked."""
    spelled = [normal_name(one.name) for one in entries]
    hits = [
        Hit(name=name, entry=entries[at], likeness=round(score))
        for name in names
        for _, score, at in process.extract(
            normal_name(name), spelled, scorer=fuzz.token_sort_ratio, score_cutoff=likeness, limit=_MOST
        )
    ]
    hits.sort(key=lambda one: (-one.likeness, one.entry.id, one.name))
    age = max(((on - day).days for day in lists.values()), default=None)
    return Screening(hits=tuple(hits[:_MOST]), age_days=age, lists=tuple(sorted(lists.items())))
