"""Says who is meant: one, several or none. A likeness of names alone never decides."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from engine.content.ruleset import MatchPolicy, VendorSignal
from engine.model.record import Candidate, Match, Record
from engine.stages.validate import iban_is_valid, tax_id_is_valid

_LEGAL_FORMS = frozenset({
    "ab", "ag", "aps", "as", "asa", "bv", "bvba", "co", "corp", "corporation", "doo", "e", "ehf", "ek", "eg", "ev",
    "eu", "gbr", "ges", "gesmbh", "gmbh", "inc", "incorporated", "kft", "kg", "kgaa", "kk", "lda", "limited", "llc",
    "llp", "lp", "ltd", "ltda", "mbh", "nv", "og", "ohg", "oy", "oyj", "plc", "pte", "pty", "sa", "sab", "sarl",
    "sas", "sasu", "sca", "scs", "se", "sicav", "sl", "slu", "snc", "sp", "spa", "spol", "srl", "srls", "sro", "ss",
    "ug", "uab", "und", "u", "vof", "zoo", "company", "compagnie", "cie", "haftungsbeschrankt", "z", "oo"
})  # fmt: skip
_PLAIN_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that do not come apart into a letter and an accent."""
_SIREN_DIGITS = 9
_SIRET_DIGITS = 14
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}(\d{9})")
_SHORTEST_ORDER_DIGITS = 5
_DECISIVE: frozenset[VendorSignal] = frozenset({"tax_id", "registration_id"})
_STRONG: frozenset[VendorSignal] = _DECISIVE | {"iban"}


class _Vote(NamedTuple):
    """What one signal says: the candidates that agree with it, each with what agreed."""

    signal: VendorSignal
    agreeing: Mapping[str, tuple[tuple[str, str], ...]]


def match_vendor(record: Record, *, candidates: Sequence[Candidate], policy: MatchPolicy) -> Match:
    """Return the vendor a record means.

    Signals are asked in the order of the policy; the first that singles one candidate out decides, and a later signal
    may narrow down what an earlier one left open. When strong signals name different vendors (the tax id says A, the
    bank account says B) the outcome is `several` and a person decides. A candidate whose valid tax id contradicts the
    document's is never chosen.
    """
    votes = [_Vote(signal, _agreeing(signal, record, candidates, policy)) for signal in policy.vendor]
    votes = [vote for vote in votes if vote.agreeing]
    scored = {one.id: _with_evidence(one, votes, record) for one in candidates}
    ranked = tuple(sorted((one for one in scored.values() if one.evidence), key=lambda one: (-one.score, one.id)))
    if not votes:
        return Match(kind="vendor", outcome="none", candidates=ranked)
    left = set(votes[0].agreeing)
    for vote in votes[1:]:
        both = left & set(vote.agreeing)
        if both:
            left = both
        elif _conflict(votes[0].signal, vote.signal):
            meant = left | set(vote.agreeing)
            return Match(kind="vendor", outcome="several", candidates=tuple(one for one in ranked if one.id in meant))
    left -= {one.id for one in candidates if _contradicts(record, one)}
    if len(left) != 1:
        outcome = "several" if left else "none"
        return Match.model_validate({"kind": "vendor", "outcome": outcome, "candidates": ranked})
    return Match(kind="vendor", outcome="one", chosen=scored[left.pop()], candidates=ranked)


def match_order(record: Record, *, candidates: Sequence[Candidate], vendor: Match) -> Match:
    """Return the purchase order a record names, on its header or on its lines.

    Without an order number nothing is asked. Numbers are compared without punctuation and leading zeros; digits alone
    (`PO-4500017` and `4500017`) count when the order is one of the matched vendor.
    """
    numbers = order_numbers(record)
    if not numbers:
        return Match(kind="purchase_order", outcome="not_asked")
    vendor_id = vendor.chosen.id if vendor.chosen is not None else None
    found: dict[str, Candidate] = {}
    for number in numbers:
        for one in _orders(number, candidates, vendor_id):
            found[one.id] = one.model_copy(update={"score": 1.0, "evidence": (("po_number", number),)})
    ranked = tuple(found.values())
    if len(ranked) == 1 and len(numbers) == 1:
        return Match(kind="purchase_order", outcome="one", chosen=ranked[0], candidates=ranked)
    if not ranked:
        return Match(kind="purchase_order", outcome="none")
    return Match(kind="purchase_order", outcome="several", candidates=ranked)


def order_numbers(record: Record) -> tuple[str, ...]:
    """Return the order numbers that a record names, each once, the header's first."""
    header = record.value("po_number")
    named = [header] if header else []
    named += [field.value for row in record.lines for field in row if field.name == "po_number" and field.value]
    unique: dict[str, str] = {}
    for number in named:
        if key := _bare(number).lstrip("0"):
            unique.setdefault(key, number)
    return tuple(unique.values())


def normal_name(name: str) -> str:
    """Return a company name for comparison: lower case, no accents (ü and ue are both u), punctuation or legal forms."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN_LETTERS))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    words = re.findall(r"\w+", re.sub(r"(?<=\b\w)[./](?=\w\b)", "", text.replace("&", " und ")))
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return re.sub("([aou])e", r"\1", " ".join(kept or words))


def name_likeness(one: str, other: str) -> int:
    """Return how alike two company names are, 0 to 100, whatever the order of their words."""
    return round(fuzz.token_sort_ratio(normal_name(one), normal_name(other)))


def _agreeing(
    signal: VendorSignal, record: Record, candidates: Sequence[Candidate], policy: MatchPolicy
) -> dict[str, tuple[tuple[str, str], ...]]:
    asked = _SIGNALS[signal]
    found = {one.id: asked(record, one, policy) for one in candidates}
    return {id_: evidence for id_, evidence in found.items() if evidence}


Evidence = tuple[tuple[str, str], ...]


def _by_tax_id(record: Record, one: Candidate, _: MatchPolicy) -> Evidence:
    number = record.value("vendor_tax_id")
    theirs = one.attribute("vendor_tax_id")
    if not number or not theirs:
        return ()
    mine, other = _bare(number), _bare(theirs)
    country = one.attribute("vendor_country") or ""
    same = mine == other or (bool(country) and country + mine == other) or (bool(country) and country + other == mine)
    return (("tax_id", number),) if same else ()


def _by_registration_id(record: Record, one: Candidate, _: MatchPolicy) -> Evidence:
    number = record.value("vendor_registration_id")
    if not number:
        return ()
    mine, theirs = _bare(number), _bare(one.attribute("vendor_registration_id") or "")
    siren = _siren(mine)
    french = siren is not None and siren in {_siren(theirs), _siren(_bare(one.attribute("vendor_tax_id") or ""))}
    return (("registration_id", number),) if mine == theirs or french else ()


def _siren(number: str) -> str | None:
    """Return the SIREN (9 digits) of a French SIREN, SIRET (14 digits) or VAT id (FR, key, SIREN)."""
    if vat := _FRENCH_VAT.fullmatch(number):
        return vat.group(1)
    return number[:_SIREN_DIGITS] if number.isdigit() and len(number) in {_SIREN_DIGITS, _SIRET_DIGITS} else None


def _by_iban(record: Record, one: Candidate, _: MatchPolicy) -> Evidence:
    number = record.value("vendor_iban")
    if not number or not iban_is_valid(number):
        return ()
    return (("iban", number),) if _bare(number) in ibans(one) else ()


def ibans(one: Candidate) -> frozenset[str]:
    """Return the bank accounts of a vendor; master data may list several, set apart by space, comma or semicolon."""
    listed = re.split(r"[;,|]", one.attribute("vendor_iban") or "")
    return frozenset(_bare(number) for number in listed if number.strip())


def _by_email_domain(record: Record, one: Candidate, policy: MatchPolicy) -> Evidence:
    mine, theirs = _domain(record.value("vendor_email")), _domain(one.attribute("vendor_email"))
    if not mine or mine != theirs or mine in policy.free_mail_domains:
        return ()
    second = _likeness(record, one, policy) or _address(record, one)
    return (("email_domain", mine), *second) if second else ()


def _by_name_and_address(record: Record, one: Candidate, policy: MatchPolicy) -> Evidence:
    name = _likeness(record, one, policy)
    second = _address(record, one)
    return (*name, *second) if name and second else ()


def _likeness(record: Record, one: Candidate, policy: MatchPolicy) -> Evidence:
    name = record.value("vendor_name")
    score = name_likeness(name, one.name) if name else 0
    return (("name", f"{score / 100:.2f}"),) if score >= policy.name_score else ()


def _address(record: Record, one: Candidate) -> Evidence:
    """Return the parts of the candidate's address that stand in the document's address."""
    parts = [record.value(name) or "" for name in ("vendor_address", "vendor_street", "vendor_postcode", "vendor_city")]
    words = f" {normal_name(' '.join(parts))} "
    found: list[tuple[str, str]] = []
    for name in ("postcode", "city", "street"):
        theirs = one.attribute(f"vendor_{name}")
        if theirs and f" {normal_name(theirs)} " in words:
            found.append((name, theirs))
    return tuple(found)


_SIGNALS: Mapping[VendorSignal, Callable[[Record, Candidate, MatchPolicy], Evidence]] = {
    "tax_id": _by_tax_id,
    "registration_id": _by_registration_id,
    "iban": _by_iban,
    "email_domain": _by_email_domain,
    "name_and_address": _by_name_and_address,
}
_WEIGHT: Mapping[VendorSignal, float] = {
    "tax_id": 0.9, "registration_id": 0.9, "iban": 0.8, "email_domain": 0.5, "name_and_address": 0.5,
}  # fmt: skip


def _with_evidence(one: Candidate, votes: Sequence[_Vote], record: Record) -> Candidate:
    """Return a candidate with what speaks for it (and against it), and a score: one minus the doubt that is left."""
    doubt = 1.0
    evidence: dict[str, str] = {}
    for vote in votes:
        if one.id in vote.agreeing:
            doubt *= 1 - _WEIGHT[vote.signal]
            evidence |= dict(vote.agreeing[one.id])
    if evidence and _contradicts(record, one):
        evidence["other_tax_id"] = one.attribute("vendor_tax_id") or ""
    return one.model_copy(update={"score": round(1 - doubt, 4), "evidence": tuple(evidence.items())})


def _conflict(first: VendorSignal, later: VendorSignal) -> bool:
    """Return whether disjoint answers of two signals need a person: two strong ones, or a bank account and a name."""
    return (first in _STRONG and later in _STRONG) or first not in _DECISIVE


def _contradicts(record: Record, one: Candidate) -> bool:
    """Return whether the document carries a valid VAT id of the candidate's country that is not the candidate's."""
    mine, theirs = _bare(record.value("vendor_tax_id") or ""), _bare(one.attribute("vendor_tax_id") or "")
    if mine[:2] != theirs[:2] or mine == theirs:
        return False
    return tax_id_is_valid(mine) is True and tax_id_is_valid(theirs) is True


def _orders(number: str, candidates: Sequence[Candidate], vendor_id: str | None) -> list[Candidate]:
    wanted = _bare(number).lstrip("0")
    exact = [one for one in candidates if _bare(one.id).lstrip("0") == wanted]
    if exact:
        return [one for one in exact if one.attribute("vendor_id") == vendor_id] or exact
    digits = re.sub(r"\D", "", number).lstrip("0")
    if len(digits) < _SHORTEST_ORDER_DIGITS or vendor_id is None:
        return []
    theirs = [one for one in candidates if one.attribute("vendor_id") == vendor_id]
    return [one for one in theirs if re.sub(r"\D", "", one.id).lstrip("0") == digits]


def _domain(address: str | None) -> str:
    return (address or "").rpartition("@")[2].strip().lower()


def _bare(text: str) -> str:
    """Return letters and digits only, upper case."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()
