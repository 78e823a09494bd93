"""How probable it is that a candidate is the one meant: signs for and against it, weighed by a fitted model."""

from collections.abc import Mapping, Sequence

from engine.content.party_model import PartyModel
from engine.model.record import Candidate, Record
from engine.stages.parties.likeness import Weights, codes_alike, weights, words_alike, yes
from engine.stages.parties.names import bare, domain, normal_name, siren
from engine.stages.parties.signals import Side, contradicts, ibans
from engine.stages.validate import tax_id_is_valid

_MOST = 0.9999


def probable(
    record: Record,
    candidates: Sequence[Candidate],
    *,
    side: Side,
    model: PartyModel | None,
    free_domains: Sequence[str],
) -> dict[str, float]:
    """Return for each candidate's id the probability (0..1) that it is the one meant; nothing without a model.

    One document means one party at most: where the candidates together come to more than 1, they share it.
    """
    if model is None:
        return {}
    signs = signs_of(record, candidates, side=side, free_domains=free_domains)
    found = {id_: model.scale.probability(some) for id_, some in signs.items()}
    whole = max(1.0, sum(found.values()))
    return {id_: round(min(value / whole, _MOST), 4) for id_, value in found.items()}


def signs_of(
    record: Record, candidates: Sequence[Candidate], *, side: Side, free_domains: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return the signs of each candidate by its id: numbers near 0..1 under the names that the model weighs."""
    names = {one.id: normal_name(one.name).split() for one in candidates}
    tell = weights(names.values())
    said = normal_name(side.said(record, "name")).split()
    address = _address(record, side)
    signs = {
        one.id: {
            **_identifiers(record, one, side, free_domains),
            **{f"name_{key}": value for key, value in words_alike(said, names[one.id], tell).items()},
            **_places(address, one, side, tell),
        }
        for one in candidates
    }
    unsaid = {"name_unsaid": yes(not said), "place_unsaid": yes(not address)}
    for id_, own in signs.items():
        own.update(unsaid)
        own.update(_rivals(own, [other for key, other in signs.items() if key != id_]))
    return signs


def _identifiers(record: Record, one: Candidate, side: Side, free_domains: Sequence[str]) -> dict[str, float]:
    signs: dict[str, float] = {}
    mine, theirs = bare(side.said(record, "tax_id")), bare(side.kept(one, "tax_id"))
    country = side.kept(one, "country")
    if theirs and mine in {country + theirs, theirs.removeprefix(country)}:
        mine = theirs
    signs |= {f"tax_id_{key}": value for key, value in codes_alike(mine, theirs).items()}
    if contradicts(side, record, one):
        signs["tax_id_contradicts"] = 1.0
    elif mine and mine == theirs and tax_id_is_valid(mine):
        signs["tax_id_valid"] = 1.0
    number, kept = bare(side.said(record, "registration_id")), bare(side.kept(one, "registration_id"))
    signs |= {
        f"registration_id_{key}": value
        for key, value in codes_alike(siren(number) or number, siren(kept) or kept).items()
    }
    account, accounts = bare(side.said(record, "iban")), ibans(one, side)
    if account and accounts:
        signs["iban_same" if account in accounts else "iban_other"] = 1.0
    mail, known = domain(side.said(record, "email")), domain(side.kept(one, "email"))
    if mail and known and not {mail, known} & set(free_domains):
        signs["email_same" if mail == known else "email_other"] = 1.0
    return signs


def _address(record: Record, side: Side) -> list[str]:
    parts = [side.said(record, name) for name in ("address", "street", "postcode", "city")]
    return normal_name(" ".join(parts)).split()


def _places(address: Sequence[str], one: Candidate, side: Side, tell: Weights) -> dict[str, float]:
    """Return whether postcode, city and street of a candidate stand in the document's address."""
    signs: dict[str, float] = {}
    if not address:
        return signs
    for name in ("postcode", "city", "street"):
        theirs = normal_name(side.kept(one, name)).split()
        if theirs:
            cover = words_alike(theirs, [word for word in address if word in theirs] or ["\0"], tell)["share"]
            signs |= {f"{name}_in": yes(cover == 1.0), f"{name}_out": yes(cover == 0.0)}
    return signs


def _rivals(own: Mapping[str, float], others: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return whether another candidate has as good a claim: by an identifier, and by the name."""
    hard = ("tax_id_same", "registration_id_same", "iban_same")
    mine = sum(own.get(name, 0.0) for name in hard)
    theirs = max((sum(other.get(name, 0.0) for name in hard) for other in others), default=0.0)
    lead = own.get("name_share", 0.0) - max((other.get("name_share", 0.0) for other in others), default=0.0)
    claim = own.get("postcode_in", 0.0) + own.get("city_in", 0.0) + own.get("street_in", 0.0)
    place = claim - max(
        (sum(other.get(f"{n}_in", 0.0) for n in ("postcode", "city", "street")) for other in others), default=0.0
    )
    return {
        "identified_alone": yes(mine > theirs == 0), "identified_rival": yes(theirs > mine), "equal_rival": yes(theirs == mine > 0),
        "name_ahead": max(0.0, lead), "name_behind": max(0.0, -lead), "name_tied": yes(lead == 0.0),
        "place_ahead": yes(place > 0), "place_behind": yes(place < 0),
    }  # fmt: skip
