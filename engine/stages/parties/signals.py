"""What a document and a party of the master data agree on, signal by signal; and what speaks against them."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from engine.content.ruleset import MatchPolicy, VendorSignal
from engine.model.record import Candidate, Record
from engine.stages.parties.names import bare, domain, name_likeness, normal_name, siren
from engine.stages.validate import iban_is_valid, tax_id_is_valid

Evidence = tuple[tuple[str, str], ...]
Role = Literal["vendor", "buyer"]


class Side(NamedTuple):
    """Whose fields of a document are compared: of the vendor, or of the buyer (our company, or a customer)."""

    role: Role

    def said(self, record: Record, name: str) -> str:
        """Return what the document says of it, or of the account that it is about; empty text when it says nothing."""
        return record.value(f"{self.role}_{name}") or record.value(f"account_{name}") or ""

    def kept(self, one: Candidate, name: str) -> str:
        """Return what master data says; empty text when it says nothing."""
        return one.attribute(f"{self.role}_{name}") or ""


VENDOR, BUYER = Side("vendor"), Side("buyer")


def _by_tax_id(side: Side, record: Record, one: Candidate, _: MatchPolicy) -> Evidence:
    number = side.said(record, "tax_id")
    theirs = side.kept(one, "tax_id")
    if not number or not theirs:
        return ()
    mine, other = bare(number), bare(theirs)
    country = side.kept(one, "country")
    same = mine == other or (bool(country) and country + mine == other) or (bool(country) and country + other == mine)
    return (("tax_id", number),) if same else ()


def _by_registration_id(side: Side, record: Record, one: Candidate, _: MatchPolicy) -> Evidence:
    number = side.said(record, "registration_id")
    if not number:
        return ()
    mine, theirs = bare(number), bare(side.kept(one, "registration_id"))
    national = siren(mine)
    french = national is not None and national in {siren(theirs), siren(bare(side.kept(one, "tax_id")))}
    return (("registration_id", number),) if mine == theirs or french else ()


def _by_iban(side: Side, record: Record, one: Candidate, _: MatchPolicy) -> Evidence:
    number = side.said(record, "iban")
    if not number or not iban_is_valid(number):
        return ()
    return (("iban", number),) if bare(number) in ibans(one, side) else ()


def ibans(one: Candidate, side: Side = VENDOR) -> frozenset[str]:
    """Return the bank accounts of a party; master data may list several, set apart by space, comma or semicolon."""
    listed = re.split(r"[;,|]", side.kept(one, "iban"))
    return frozenset(bare(number) for number in listed if number.strip())


def _by_email_domain(side: Side, record: Record, one: Candidate, policy: MatchPolicy) -> Evidence:
    mine, theirs = domain(side.said(record, "email")), domain(side.kept(one, "email"))
    if not mine or mine != theirs or mine in policy.free_mail_domains:
        return ()
    second = likeness(side, record, one, policy) or address(side, record, one)
    return (("email_domain", mine), *second) if second else ()


def _by_name_and_address(side: Side, record: Record, one: Candidate, policy: MatchPolicy) -> Evidence:
    name = likeness(side, record, one, policy)
    second = address(side, record, one)
    return (*name, *second) if name and second else ()


def likeness(side: Side, record: Record, one: Candidate, policy: MatchPolicy) -> Evidence:
    """Return how alike the names are, when they are alike enough to count beside something else."""
    name = side.said(record, "name")
    score = name_likeness(name, one.name) if name else 0
    return (("name", f"{score / 100:.2f}"),) if score >= policy.name_score else ()


def address(side: Side, record: Record, one: Candidate) -> Evidence:
    """Return the parts of the candidate's address that stand in the document's address."""
    parts = [side.said(record, name) for name in ("address", "street", "postcode", "city")]
    words = f" {normal_name(' '.join(parts))} "
    found: list[tuple[str, str]] = []
    for name in ("postcode", "city", "street"):
        theirs = side.kept(one, name)
        if theirs and f" {normal_name(theirs)} " in words:
            found.append((name, theirs))
    return tuple(found)


SIGNALS: Mapping[VendorSignal, Callable[[Side, Record, Candidate, MatchPolicy], Evidence]] = {
    "tax_id": _by_tax_id,
    "registration_id": _by_registration_id,
    "iban": _by_iban,
    "email_domain": _by_email_domain,
    "name_and_address": _by_name_and_address,
}


def contradicts(side: Side, record: Record, one: Candidate) -> bool:
    """Return whether the document carries a valid VAT id of the candidate's country that is not the candidate's."""
    mine, theirs = bare(side.said(record, "tax_id")), bare(side.kept(one, "tax_id"))
    if mine[:2] != theirs[:2] or mine == theirs:
        return False
    return tax_id_is_valid(mine) is True and tax_id_is_valid(theirs) is True
