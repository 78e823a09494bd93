"""Who ordered: by our number, else by what the order says of the buyer."""

import pytest

from engine.content.ruleset import MatchPolicy
from engine.model.record import Candidate, Match
from engine.stages.parties.customers import match_customer
from tests.stages.records import field, record

POLICY = MatchPolicy(vendor=("tax_id", "registration_id", "iban", "email_domain", "name_and_address"))
VAT, OTHER_VAT = "DE123456788", "DE111111109"


def customer(number: str, name: str, **attributes: str) -> Candidate:
    return Candidate(kind="customer", id=number, name=name, attributes=tuple(attributes.items()))


NORD = customer("1000004", "Nordwind Handels GmbH", buyer_tax_id=VAT, buyer_country="DE", buyer_city="Hamburg")
SUED = customer("1000005", "Südwind AG", buyer_tax_id=OTHER_VAT, buyer_country="DE")


def found(**fields: str) -> Match:
    said = record(*(field(name, value) for name, value in fields.items()), type="purchase_order")
    return match_customer(said, candidates=(NORD, SUED), policy=POLICY)


def said(match: Match) -> tuple[str, str | None]:
    return match.outcome, match.chosen.id if match.chosen else None


@pytest.mark.parametrize(
    "fields",
    [
        {"customer_number": "1000004"},
        {"customer_number": "0001000004"},
        {"buyer_tax_id": VAT},
        {"buyer_name": "Nordwind Handels", "buyer_address": "Am Kai 7, Hamburg"},
        {"customer_number": "K-77", "buyer_tax_id": VAT},
        {"customer_number": "1000004", "buyer_tax_id": VAT},
    ],
    ids=lambda fields: " ".join(fields.values()),
)
def test_the_customer_is_found(fields: dict[str, str]) -> None:
    assert said(found(**fields)) == ("one", "1000004")


def test_the_number_says_why() -> None:
    chosen = found(customer_number="1000004", buyer_tax_id=VAT).chosen

    assert chosen is not None
    assert chosen.evidence == (("customer_number", "1000004"), ("tax_id", VAT))


@pytest.mark.parametrize("tax_id", [OTHER_VAT, "DE136695976"], ids=["of another customer", "of nobody"])
def test_a_number_that_the_tax_id_contradicts_is_left_to_a_person(tax_id: str) -> None:
    assert said(found(customer_number="1000004", buyer_tax_id=tax_id)) == ("several", None)


def test_nobody_is_created() -> None:
    match = found(customer_number="4711", buyer_name="Westwind KG")

    assert (match.kind, *said(match)) == ("customer", "none", None)
