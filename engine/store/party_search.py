"""The search for a party: exact look-ups on hashed keys of identifiers, words, pairs of words. Never a scan of all rows."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from engine.model.record import Candidate
from engine.model.value import Value
from engine.store import keys
from engine.store.party_index import IDENTIFIERS, PAIRED_WORDS, SOURCE_COLUMN, mark, pair_key

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
    "group": "vendor_group",
}
_RARE = 300
"""A word is rare when at most so many parties have it."""
_TAKEN = 300
"""Of any key no more parties than these are looked at."""
_SCORED = 200
"""Parties whose names are compared in full."""
_MOST_TOKENS = 8
_MOST_KEYS = 48
_MOST_ROWS = 5000
_FUZZY_WORDS = 3
"""Known words that are tried in place of one that nobody has."""
_FUZZY_SCORE = 60
_PLACE_BITS, _WHOLE_BITS, _GLUED_BITS = 12.0, 10.0, 20.0
"""What it tells, in bits, that the postcode agrees too, that the whole name does, and that two words run together are one."""
_PLENTY = 1_000_000
"""Parties that a word without a count is weighed against."""

_EACH = "SELECT key, no FROM (SELECT key, no FROM party_keys WHERE key = ? ORDER BY no LIMIT ?)"
_EACH_POSTGRESQL = (
    "SELECT found.key, found.no FROM unnest(%s::bigint[]) AS wanted (one) "
    "CROSS JOIN LATERAL (SELECT key, no FROM party_keys WHERE key = wanted.one ORDER BY no LIMIT %s) AS found"
)

_COLUMNS = ("id", "name", *_ATTRIBUTES)
_VENDORS = " ".join(("SELECT", ", ".join(f'"{name}"' for name in _COLUMNS), "FROM vendors WHERE "))


class Query(Value):
    """What is known of the party; empty text where nothing is."""

    tax_id: str
    registration_id: str
    iban: str
    email_domain: str
    name: str
    address: str = ""
    """Street, postcode and city as printed: a postcode beside a word of the name finds what is common by itself."""


def search(tx: Connection, query: Query, limit: int) -> list[Candidate]:
    """Return at most `limit` vendors: those with the strongest identifiers first, then by the words of the name."""
    tokens = keys.name_tokens(query.name)[:_MOST_TOKENS]
    found, told = _sharing(tx, "vendor", query, tokens)
    names = _names(tx, found | told.keys())
    score = {no: similarity(tokens, name) for no, (_, name) in names.items()}
    # Identifiers are compared in full below; a first cut by name keeps the load small.
    ranked = sorted(names, key=lambda no: (no not in found, -_rank(told.get(no, 0), score[no]), no))[
        : limit + len(found)
    ]
    ids = {names[no][0]: no for no in ranked}
    candidates = [
        _candidate(row, query, score[ids[row["id"]]], told.get(ids[row["id"]], 0))
        for values in _among(tx, _VENDORS, "id", list(ids), "text")
        for row in (dict(zip(_COLUMNS, values, strict=True)),)
    ]
    kept = [(order, candidate) for order, candidate in candidates if candidate.evidence]
    return [candidate for _order, candidate in sorted(kept, key=lambda pair: (pair[0], pair[1].id))][:limit]


def similarity(tokens: Iterable[str], name_key: str) -> float:
    """Return how alike two names are (0..1): by their words in any order, or with the spaces left out."""
    mine = " ".join(tokens)
    if not mine or not name_key:
        return 0.0
    by_words = fuzz.token_sort_ratio(mine, name_key)
    glued = fuzz.ratio(mine.replace(" ", ""), name_key.replace(" ", ""))
    return max(by_words, glued) / 100


def _rank(told: float, score: float) -> float:
    """Return the place of a party: how alike the names are, and how telling what they share is."""
    return score + told / 100


def _sharing(
    tx: Connection, kind: str, query: Query, tokens: Sequence[str]
) -> tuple[AbstractSet[int], dict[int, float]]:
    """Return the numbers of parties that share an identifier, and of those that share words, pairs or the whole name.

    The latter come with the weight, in bits, of what they share; both are asked for in one go.
    """
    sure = frozenset(mark(kind, way, key) for way, normal in IDENTIFIERS.items() for key in normal(getattr(query, way)))
    if not tokens:
        return {no for _, no in _postings(tx, sorted(sure))}, {}
    postcodes = keys.postcodes(query.address)
    counts = _counts(tx, kind, tokens)
    unknown = [token for token in tokens if token not in counts]
    spellings = {token: [token] for token in tokens} | _similar(tx, kind, unknown, counts)
    found, told = _weighed(tx, sure, _keys(kind, spellings, counts, postcodes))
    if unknown or any(weight >= _telling(tokens, counts) for weight in told.values()):
        return found, told
    # Every word is known, yet nobody has them together: one of them may be a misread other.
    spellings = _similar(tx, kind, tokens, counts)
    _, meant = _weighed(tx, frozenset(), _keys(kind, spellings, counts, postcodes))
    return found, told | meant


def _telling(tokens: Sequence[str], counts: Mapping[str, int]) -> float:
    return 0.75 * sum(_bits(counts.get(token, 1)) for token in tokens)


def _bits(count: int) -> float:
    """Return how much a key tells that so many parties have, in bits."""
    return max(1.0, math.log2(_PLENTY / max(count, 1)))


def _counts(tx: Connection, kind: str, words: Collection[str]) -> dict[str, int]:
    """Return how many parties have each known word."""
    query = "SELECT word, count FROM party_words WHERE count > 0 AND kind = "
    return dict(_among(tx, query, "word", sorted(words), "text", kind))


def _similar(tx: Connection, kind: str, tokens: Sequence[str], counts: dict[str, int]) -> dict[str, list[str]]:
    """Return the known words that may be meant by misread ones, and note how many parties have them."""
    stumps = {token: [keys.hashed(stump) for stump in keys.stumps(token)] for token in tokens}
    wanted = sorted({stump for some in stumps.values() for stump in some})
    if not wanted:
        return {token: [token] for token in tokens}
    near: dict[int, list[str]] = {}
    for stump, word in _among(tx, "SELECT stump, word FROM word_stumps WHERE ", "stump", wanted, "bigint"):
        near.setdefault(stump, []).append(word)
    best: dict[str, list[str]] = {}
    for token, some in stumps.items():
        words = sorted({word for stump in some for word in near.get(stump, ())})
        looks = process.extract(
            keys.shape(token),
            words,
            scorer=fuzz.ratio,
            processor=keys.shape,
            score_cutoff=_FUZZY_SCORE,
            limit=_FUZZY_WORDS,
        )
        best[token] = list(dict.fromkeys([token, *(word for word, _, _ in looks)]))
    counts |= _counts(tx, kind, {word for some in best.values() for word in some} - counts.keys())
    return best


def _weighed(
    tx: Connection, sure: AbstractSet[int], weights: Mapping[int, tuple[int, float]]
) -> tuple[AbstractSet[int], dict[int, float]]:
    """Return the parties under the keys of identifiers, and those that share the most bits under the keys of a name."""
    wanted = sorted(weights, key=lambda key: -weights[key][1])[:_MOST_KEYS]
    found: set[int] = set()
    told: dict[int, dict[int, float]] = {}
    for key, no in _postings(tx, [*sorted(sure), *wanted]):
        if key in sure:
            found.add(no)
            continue
        place, bits = weights[key]
        shares = told.setdefault(no, {})
        shares[place] = max(shares.get(place, 0.0), bits)
    sums = {no: sum(shares.values()) for no, shares in told.items()}
    best = sorted(sums, key=lambda no: (-sums[no], no))[:_SCORED]
    return found, {no: sums[no] for no in best}


def _keys(
    kind: str, spellings: Mapping[str, Sequence[str]], counts: Mapping[str, int], postcodes: Collection[str]
) -> dict[int, tuple[int, float]]:
    """Return the hashed keys of a name, each with the place of its word in the name and what it tells in bits."""
    weights: dict[int, tuple[int, float]] = {}
    tokens = list(spellings)
    known = {token: [word for word in words if word in counts] for token, words in spellings.items()}
    for place, token in enumerate(tokens):
        for word in known[token]:
            bits = _bits(counts[word]) * (1.0 if word == token else 0.8)
            if counts[word] <= _RARE:
                weights[mark(kind, "word", word)] = (place, bits)
            for code in sorted(postcodes)[:6]:
                weights[mark(kind, "place", f"{word} {code}")] = (-1 - place, bits + _PLACE_BITS)
            for later, other in enumerate(tokens[place + 1 : PAIRED_WORDS + 2], place + 1):
                for second in known[other]:
                    if counts[word] > _RARE or counts[second] > _RARE:
                        weights[mark(kind, "pair", pair_key(word, second))] = (
                            100 * (place + 1) + later,
                            (bits + _bits(counts[second])) / 2,
                        )
    weights[mark(kind, "name", "".join(tokens))] = (-100, _WHOLE_BITS)
    weights |= {mark(kind, "word", one + other): (-200, _GLUED_BITS) for one, other in pairwise(tokens)}
    if len(tokens) == 1 and counts.get(tokens[0], 0) > _RARE:
        weights[mark(kind, "word", tokens[0])] = (0, 1.0)
    return weights


def _postings(tx: Connection, wanted: Sequence[int]) -> Any:
    """Return (key, party number) for hashed keys, at most `_TAKEN` of each."""
    if not wanted:
        return ()
    if tx.dialect.name == "postgresql":
        return _pairs(tx, _EACH_POSTGRESQL, (list(wanted), _TAKEN))
    return _pairs(
        tx, " UNION ALL ".join([_EACH] * len(wanted)), tuple(part for key in wanted for part in (key, _TAKEN))
    )


def _names(tx: Connection, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return id and words of the name of some parties."""
    query = "SELECT no, id, name_key FROM parties WHERE "
    return {no: (id_, name) for no, id_, name in _among(tx, query, "no", sorted(numbers), "bigint")}


def _among(tx: Connection, query: str, column: str, values: Sequence[Any], kind: str, first: str | None = None) -> Any:
    """Return the rows of a query whose column is one of some values; `first` stands before, for a column of its own."""
    if not values:
        return ()
    before = () if first is None else (first,)
    if tx.dialect.name == "postgresql":
        begin = f"{query}{'%s AND ' if before else ''}"
        return _pairs(tx, f"{begin}{column} = ANY(%s::{kind}[]) LIMIT {_MOST_ROWS}", (*before, list(values)))
    begin = f"{query}{'? AND ' if before else ''}"
    return _pairs(tx, f"{begin}{column} IN ({', '.join('?' * len(values))}) LIMIT {_MOST_ROWS}", (*before, *values))


def _pairs(tx: Connection, query: str, values: tuple[Any, ...]) -> Any:
    """Run a query as it is: building dozens of like clauses anew takes longer than the database needs for them."""
    return tx.exec_driver_sql(query, values).all()


def _candidate(
    row: Mapping[Any, Any], query: Query, score: float, told: float
) -> tuple[tuple[float, float], Candidate]:
    """Return a candidate with its place in the order."""
    evidence = [(kind, agreed) for kind in IDENTIFIERS if (agreed := _agreement(kind, row, query))]
    weight = sum(_WEIGHT[kind] for kind, _agreed in evidence)
    if told:
        evidence.append(("name", f"{score:.2f}"))
    candidate = Candidate(
        kind="vendor",
        id=row["id"],
        name=row["name"],
        attributes=tuple((name, row[column]) for column, name in _ATTRIBUTES.items() if row[column]),
        score=score if query.name else 1.0,
        evidence=tuple(evidence),
    )
    return (-weight, -_rank(told, score)), candidate


def _agreement(kind: str, row: Mapping[Any, Any], query: Query) -> str | None:
    """Return the key on which an identifier agrees, or None."""
    mine, theirs = getattr(query, kind), row[SOURCE_COLUMN[kind]]
    if not mine or not theirs:
        return None
    if kind == "tax_id":
        return keys.same_tax_id(mine, theirs)
    both = IDENTIFIERS[kind](mine) & IDENTIFIERS[kind](theirs)
    return max(both, key=len) if both else None
