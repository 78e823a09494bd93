"""The search for a party: exact look-ups on hashed keys of identifiers, words, pairs of words. Never a scan of all rows."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from engine.model.record import Candidate
from engine.model.value import Value
from engine.store import keys, party_questions
from engine.store.party_index import IDENTIFIERS, PAIRED_WORDS, SOURCE_COLUMN, mark, pair_key
from engine.store.party_questions import Wanted

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
    "status": "status",
}
_RARE = 300
"""A word is rare when at most so many parties have it."""
_TAKEN = 300
"""Of any key no more parties than these are looked at."""
_SCORED = 200
"""Parties whose names are compared in full."""
_MOST_TOKENS = 8
_MOST_KEYS = 48
_FUZZY_WORDS = 3
"""Known words that are tried in place of one that nobody has."""
_FUZZY_SCORE = 60
_PLACE_BITS, _WHOLE_BITS, _GLUED_BITS = 12.0, 10.0, 20.0
"""What it tells, in bits, that the postcode agrees too, that the whole name does, and that two words run together are one."""
_PLENTY = 1_000_000
"""Parties that a word without a count is weighed against."""

_SURE = 1_000_000
"""Thousandths of a bit that an identifier counts when parties are cut to the best: more than any name comes to."""

COLUMNS = ("id", "name", *_ATTRIBUTES)
PartyKind = Literal["vendor", "customer"]
_SIDE: Mapping[PartyKind, str] = {"vendor": "vendor_", "customer": "buyer_"}
"""Customers stand on documents as buyers."""


class _Party(NamedTuple):
    """A party that shares something: whether an identifier, and the weight in bits of what the names share."""

    id: str
    name_key: str
    is_sure: bool
    told: float


class Query(Value):
    """What is known of the party; empty text where nothing is."""

    tax_id: str = ""
    registration_id: str = ""
    iban: str = ""
    email_domain: str = ""
    name: str = ""
    address: str = ""
    """Street, postcode and city as printed: a postcode beside a word of the name finds what is common by itself."""


def search(tx: Connection, query: Query, limit: int, *, kind: PartyKind = "vendor") -> list[Candidate]:
    """Return at most `limit` parties: those with the strongest identifiers first, then by the words of the name."""
    tokens = keys.name_tokens(query.name)[:_MOST_TOKENS]
    found = _sharing(tx, kind, query, tokens)
    score = {no: similarity(tokens, party.name_key) for no, party in found.items()}
    # Identifiers are compared in full below; a first cut by name keeps the load small.
    ranked = sorted(found, key=lambda no: (not found[no].is_sure, -_rank(found[no].told, score[no]), no))[
        : limit + sum(party.is_sure for party in found.values())
    ]
    numbers = {found[no].id: no for no in ranked}
    candidates = [
        candidate_of(row, query, score[numbers[row["id"]]], found[numbers[row["id"]]].told, kind=kind)
        for row in party_questions.rows(tx, kind, list(numbers), COLUMNS)
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


def _sharing(tx: Connection, kind: str, query: Query, tokens: Sequence[str]) -> dict[int, _Party]:
    """Return the parties that share an identifier or words, pairs or the whole of a name, by their numbers."""
    sure = sorted({mark(kind, way, key) for way, normal in IDENTIFIERS.items() for key in normal(getattr(query, way))})
    if not tokens:
        return _weighed(tx, sure, {})
    postcodes = keys.postcodes(query.address)
    counts, near = _known(tx, kind, tokens)
    unknown = [token for token in tokens if token not in counts]
    spellings = {token: [token] for token in tokens} | _meant(unknown, near)
    found = _weighed(tx, sure, _keys(kind, spellings, counts, postcodes))
    if unknown or any(party.told >= _telling(tokens, counts) for party in found.values()):
        return found
    # Every word is known, yet nobody has them together: one of them may be a misread other.
    return found | _weighed(tx, sure, _keys(kind, _meant(tokens, near), counts, postcodes))


def _telling(tokens: Sequence[str], counts: Mapping[str, int]) -> float:
    return 0.75 * sum(_bits(counts.get(token, 1)) for token in tokens)


def _bits(count: int) -> float:
    """Return how much a key tells that so many parties have, in bits."""
    return max(1.0, math.log2(_PLENTY / max(count, 1)))


def _known(tx: Connection, kind: str, tokens: Sequence[str]) -> tuple[dict[str, int], dict[int, list[str]]]:
    """Return how many parties have each known word, of some and of those like them; and the latter by hashed stump."""
    stumps = {keys.hashed(stump) for token in tokens for stump in keys.stumps(token)}
    counts: dict[str, int] = {}
    near: dict[int, list[str]] = {}
    for one in party_questions.spelled(tx, kind, tokens, stumps):
        counts[one.word] = one.parties
        if one.stump is not None:
            near.setdefault(one.stump, []).append(one.word)
    return counts, near


def _meant(tokens: Sequence[str], near: Mapping[int, Sequence[str]]) -> dict[str, list[str]]:
    """Return for each word itself and the known words that may be meant by it, if it was misread."""
    meant: dict[str, list[str]] = {}
    for token in tokens:
        words = sorted({word for stump in keys.stumps(token) for word in near.get(keys.hashed(stump), ())})
        looks = process.extract(
            keys.shape(token),
            words,
            scorer=fuzz.ratio,
            processor=keys.shape,
            score_cutoff=_FUZZY_SCORE,
            limit=_FUZZY_WORDS,
        )
        meant[token] = list(dict.fromkeys([token, *(word for word, _, _ in looks)]))
    return meant


def _weighed(tx: Connection, sure: Sequence[int], weights: Mapping[int, tuple[int, float]]) -> dict[int, _Party]:
    """Return the parties under the keys of identifiers, and those that share the most under the keys of a name."""
    best = sorted(weights.items(), key=lambda item: -item[1][1])[:_MOST_KEYS]
    wanted = [Wanted(key, place, round(bits * 1000)) for key, (place, bits) in best]
    wanted += [Wanted(key, -1000 - n, _SURE) for n, key in enumerate(sure)]
    return {
        one.no: _Party(one.id, one.name_key, one.bits >= _SURE, one.bits % _SURE / 1000)
        for one in party_questions.sharing(tx, wanted, taken=_TAKEN, most=_SCORED)
    }


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


def candidate_of(
    row: Mapping[Any, Any], query: Query, score: float, told: float, *, kind: PartyKind = "vendor"
) -> tuple[tuple[float, float], Candidate]:
    """Return a candidate with its place in the order. Attributes are named for the side on which it stands."""
    evidence = [(kind, agreed) for kind in IDENTIFIERS if (agreed := _agreement(kind, row, query))]
    weight = sum(_WEIGHT[kind] for kind, _agreed in evidence)
    if told:
        evidence.append(("name", f"{score:.2f}"))
    candidate = Candidate(
        kind=kind,
        id=row["id"],
        name=row["name"],
        attributes=tuple(
            (name.replace("vendor_", _SIDE[kind]), row[column]) for column, name in _ATTRIBUTES.items() if row[column]
        ),
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
