"""What the store would have answered at a moment in the past, as well as it can tell.

Master data keep their history, and what documents did is dated by their arrival. Not known any more: which documents
had been given up by then, packs and supplier numbers of items, and values that a later correction replaced.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection, select

from engine.model import master_kinds
from engine.model.record import Candidate
from engine.store import keys, masterdata, outcomes, tables
from engine.store.columns import load_json
from engine.store.master_history import row_as_of, rows_then
from engine.store.masterdata import order_candidate
from engine.store.party_search import PartyKind, Query, candidate_of, similarity

_MOST_FORMER = 2000
"""Former rows of vendors that are compared; more than these changed at once in a bulk import, not in identity."""
_ALIKE = 0.85
"""Likeness from which a former name counts as found."""
_MOST = 20
_DOWN, _UP = "automation_stepped_down", "automation_restored"


class Asked(TypedDict):
    """What is known of the party that is looked for."""

    tax_id: str | None
    registration_id: str | None
    iban: str | None
    email_domain: str | None
    name: str | None
    address: str | None


def vendor_candidates(tx: Connection, asked: Asked, *, at: datetime) -> list[Candidate]:
    """Return the vendors that `masterdata.vendor_candidates` would have: as they were, with those gone since."""
    return _then(tx, "vendor", masterdata.vendor_candidates(tx, **asked), asked, at)


def customer_candidates(
    tx: Connection, asked: Asked, number: str | None, *, at: datetime, kind: PartyKind = "customer"
) -> list[Candidate]:
    """Return the customers, or vendors, that `masterdata.customer_candidates` would have."""
    now = masterdata.customer_candidates(tx, asked, number=number, kind=kind)
    return _then(tx, kind, now, asked, at, number=number)


def _then(
    tx: Connection, kind: PartyKind, now: list[Candidate], asked: Asked, at: datetime, *, number: str | None = None
) -> list[Candidate]:
    former = _former(tx, kind, at)
    if not former:
        return now
    kept = [one for one in now if one.id not in former]
    back = [_compared(row, asked, kind) for row in former.values() if row is not None]
    then = [*kept, *(one for one in back if one.evidence or one.id == number)]
    return sorted(then, key=lambda one: (-_strength(one), -one.score, one.id))[:_MOST]


def named_orders(tx: Connection, numbers: Sequence[str], *, at: datetime) -> list[Candidate]:
    """Return the orders that `masterdata.orders` would have."""
    wanted = {keys.order_number(number): number for number in numbers} if numbers else {}
    wanted.pop("", None)
    table = tables.orders
    query = select(table).where(table.c.number_key.in_(list(wanted))).order_by(table.c.number)
    rows = rows_then(tx, master_kinds.ORDERS, query, at)
    return [order_candidate(row, wanted[keys.order_number(row["number"])]) for row in rows]


def steps(tx: Connection, ruleset: str, *, at: datetime) -> int:
    """Return how many steps the automation of a ruleset stood down."""
    count, since = outcomes.steps(tx, ruleset)
    if since is None or since <= at:
        return count
    table = tables.ledger
    query = select(table.c.kind, table.c.data).where(table.c.kind.in_((_DOWN, _UP)), table.c.at <= at)
    for kind, text in tx.execute(query.order_by(table.c.seq.desc())):
        data = load_json(text)
        if data.get("ruleset") == ruleset:
            return int(data["steps"]) if kind == _DOWN else 0
    return 0


def _compared(row: Mapping[str, str], asked: Asked, kind: PartyKind) -> Candidate:
    """Return a party as it was, with the evidence that the search would find."""
    query = Query.model_validate({name: value or "" for name, value in asked.items()})
    score = similarity(keys.name_tokens(query.name), " ".join(keys.name_tokens(row["name"])))
    return candidate_of(row, query, score, score if score >= _ALIKE else 0, kind=kind)[1]


def _strength(one: Candidate) -> int:
    """Return how many identifiers agree."""
    return sum(signal != "name" for signal, _ in one.evidence)


def _former(tx: Connection, party: PartyKind, at: datetime) -> Mapping[str, Mapping[str, str] | None]:
    """Return the parties that are not now what they were at a moment, as they were; None: not there, or not in use."""
    kind = master_kinds.VENDORS if party == "vendor" else master_kinds.CUSTOMERS
    history, now = tables.master_history, tables.masters[kind.name]
    ended = select(history.c.key).where(history.c.kind == kind.name, history.c.until > at).distinct()
    begun = select(now.c.id).where(now.c.since > at)
    changed = {*tx.execute(ended.limit(_MOST_FORMER)).scalars(), *tx.execute(begun.limit(_MOST_FORMER)).scalars()}
    return {key: row_as_of(tx, kind, [key], at) for key in sorted(changed)}
