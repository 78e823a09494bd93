"""The search for a vendor: exact look-ups on normalised keys, and names by their rare words. Never a scan of all rows."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, case, func, literal, or_, select, union_all

from engine.model.record import Candidate
from engine.model.value import Value
from engine.store import keys, tables

IDENTIFIERS: Mapping[str, Callable[[str], set[str]]] = {
    "tax_id": keys.tax_ids,
    "registration_id": keys.registration_ids,
    "iban": keys.ibans,
    "email_domain": keys.email_domains,
}
"""Signals that are looked up exactly, and how each is normalised."""

SOURCE_COLUMN: Mapping[str, str] = {
    "tax_id": "tax_id",
    "registration_id": "registration_id",
    "iban": "iban",
    "email_domain": "email",
}

_WEIGHT = {"tax_id": 3, "registration_id": 3, "iban": 3, "email_domain": 1}
_ATTRIBUTES = {
    "tax_id": "vendor_tax_id",
    "registration_id": "vendor_registration_id",
    "iban": "vendor_iban",
    "email": "vendor_email",
    "street": "vendor_street",
    "postcode": "vendor_postcode",
    "city": "vendor_city",
    "country": "vendor_country",
    "currency": "currency",
    "payment_terms": "payment_terms",
    "gl_account": "gl_account",
    "cost_centre": "cost_centre",
    "tax_code": "tax_code",
}
_RARE = 500
"""A word is rare when at most so many vendors have it."""
_SCORED = 1000
"""Names compared in full; no single rare word has more vendors."""
_EXACT = 2
"""Weight of a word that is the same, against one that is only similar."""
_MOST_TOKENS = 12
_FUZZY_CHARS = 4
"""Shorter words are not looked for with wrong letters."""
_FUZZY_WORDS = 5
_FUZZY_SCORE = 75

_KEYS = tables.vendor_keys
_VENDORS = tables.vendors


class Query(Value):
    """What is known of the vendor; empty text where nothing is."""

    tax_id: str
    registration_id: str
    iban: str
    email_domain: str
    name: str


def search(tx: Connection, query: Query, limit: int) -> list[Candidate]:
    """Return at most `limit` candidates: those with the strongest identifiers first, then by rare words and name."""
    found = by_identifier(tx, query)
    tokens = keys.name_tokens(query.name)[:_MOST_TOKENS]
    rare = _by_name(tx, tokens) if tokens else {}
    names = _name_keys(tx, found | rare.keys())
    score = {vendor_id: similarity(tokens, name) for vendor_id, name in names.items()}
    # Identifiers are compared in full below; a first cut by name keeps the load small.
    ranked = sorted(names, key=lambda i: (i not in found, -rare.get(i, 0), -score[i], i))[: limit + len(found)]
    candidates = [
        _candidate(row, query, score[row["id"]], rare.get(row["id"], 0))
        for row in tx.execute(select(_VENDORS).where(_VENDORS.c.id.in_(ranked))).mappings()
    ]
    kept = [(order, candidate) for order, candidate in candidates if candidate.evidence]
    return [candidate for _order, candidate in sorted(kept, key=lambda pair: (pair[0], pair[1].id))][:limit]


def by_identifier(tx: Connection, query: Query) -> set[str]:
    """Return the ids of vendors that share a key of an identifier, at most `_RARE` of them."""
    wanted = {kind: normalise(getattr(query, kind)) for kind, normalise in IDENTIFIERS.items()}
    conditions = [(_KEYS.c.kind == kind) & _KEYS.c.key.in_(sorted(some)) for kind, some in wanted.items() if some]
    if not conditions:
        return set()
    return set(tx.execute(select(_KEYS.c.vendor_id).where(or_(*conditions)).limit(_RARE)).scalars())


def similarity(tokens: Iterable[str], name_key: str) -> float:
    """Return how alike two names are (0..1): by their words in any order, or with the spaces left out."""
    mine = " ".join(tokens)
    if not mine or not name_key:
        return 0.0
    by_words = fuzz.token_sort_ratio(mine, name_key)
    glued = fuzz.ratio(mine.replace(" ", ""), name_key.replace(" ", ""))
    return max(by_words, glued) / 100


def _by_name(tx: Connection, tokens: list[str]) -> dict[str, int]:
    """Return vendor ids with the weight of the telling words they share with a name."""
    frequency = _frequencies(tx, tokens)
    unknown = [token for token in tokens if not frequency[token] and len(token) >= _FUZZY_CHARS]
    similar = {word: count for token in unknown for word, count in _similar_words(tx, token).items()}
    words = {**frequency, **similar}
    rare = {word for word, count in words.items() if 0 < count <= _RARE}
    found = _sharing(tx, rare or {word for word, count in words.items() if count}, exact=set(tokens))
    whole = select(_KEYS.c.vendor_id).where(_KEYS.c.kind == "name", _KEYS.c.key == "".join(tokens)[:255]).limit(_SCORED)
    for vendor_id in tx.execute(whole).scalars():
        found[vendor_id] = max(found.get(vendor_id, 0), _EXACT * len(tokens))
    return found


def _frequencies(tx: Connection, tokens: Iterable[str]) -> dict[str, int]:
    """Return how many vendors have each word, counted no further than one over rare."""
    counts = []
    for token in tokens:
        rows = select(literal(1)).where(_KEYS.c.kind == "token", _KEYS.c.key == token).limit(_RARE + 1).subquery()
        counts.append(select(literal(token).label("token"), select(func.count()).select_from(rows).scalar_subquery()))
    return dict(tx.execute(union_all(*counts)).all()) if counts else {}


def _similar_words(tx: Connection, token: str) -> dict[str, int]:
    """Return known words that differ from an unknown one by a letter or so, with their frequency."""
    table = tables.token_grams
    grams = sorted(keys.grams(token))
    query = (
        select(table.c.token)
        .where(table.c.gram.in_(grams))
        .group_by(table.c.token)
        .having(func.count() * 3 >= len(grams))
        .order_by(func.count().desc(), table.c.token)
        .limit(50)
    )
    words = list(tx.execute(query).scalars())
    best = process.extract(token, words, scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE, limit=_FUZZY_WORDS)
    return _frequencies(tx, [word for word, _score, _index in best])


def _sharing(tx: Connection, words: Collection[str], *, exact: Collection[str]) -> dict[str, int]:
    """Return the vendors that have the most of these words, and their weight: an exact word counts twice."""
    if not words:
        return {}
    weight = func.sum(case((_KEYS.c.key.in_(sorted(exact)), _EXACT), else_=1)).label("weight")
    query = (
        select(_KEYS.c.vendor_id, weight)
        .where(_KEYS.c.kind == "token", _KEYS.c.key.in_(sorted(words)))
        .group_by(_KEYS.c.vendor_id)
        .order_by(weight.desc(), _KEYS.c.vendor_id)
        .limit(_SCORED)
    )
    return dict(tx.execute(query).all())


def _name_keys(tx: Connection, vendor_ids: Iterable[str]) -> dict[str, str]:
    query = select(_VENDORS.c.id, _VENDORS.c.name_key).where(_VENDORS.c.id.in_(sorted(vendor_ids)))
    return dict(tx.execute(query).all())


def _candidate(
    row: Mapping[Any, Any], query: Query, score: float, rare: int
) -> tuple[tuple[int, int, float], Candidate]:
    """Return a candidate with its place in the order."""
    evidence = [(kind, agreed) for kind in IDENTIFIERS if (agreed := _agreement(kind, row, query))]
    weight = sum(_WEIGHT[kind] for kind, _agreed in evidence)
    if rare:
        evidence.append(("name", f"{score:.2f}"))
    candidate = Candidate(
        kind="vendor",
        id=row["id"],
        name=row["name"],
        attributes=tuple((name, row[column]) for column, name in _ATTRIBUTES.items() if row[column]),
        score=score if query.name else 1.0,
        evidence=tuple(evidence),
    )
    return (-weight, -rare, -score), candidate


def _agreement(kind: str, row: Mapping[Any, Any], query: Query) -> str | None:
    """Return the key on which an identifier agrees, or None."""
    mine, theirs = getattr(query, kind), row[SOURCE_COLUMN[kind]]
    if not mine or not theirs:
        return None
    if kind == "tax_id":
        return keys.same_tax_id(mine, theirs)
    both = IDENTIFIERS[kind](mine) & IDENTIFIERS[kind](theirs)
    return max(both, key=len) if both else None
