from pathlib import Path
from typing import Any

import pytest

from engine.content.party_model import PartyModel, load_party_model
from engine.content.ruleset import MatchPolicy
from engine.model.record import Candidate, Match
from engine.stages.parties.cascade import match_party, match_vendor
from engine.stages.parties.signals import BUYER
from tests.stages.records import record

ROOT = Path(__file__).resolve().parents[3]
POLICY = MatchPolicy(vendor=("tax_id", "iban", "email_domain", "name_and_address"), name_score=90)
VAT, IBAN = "DE123456788", "DE89370400440532013000"
KEPT = {
    "tax_id": VAT, "iban": IBAN, "country": "DE", "street": "Hafenstr. 5", "postcode": "20457", "city": "Hamburg",
}  # fmt: skip


def party(id_: str, name: str, role: str = "vendor", **kept: str) -> Candidate:
    return Candidate(
        kind="vendor" if role == "vendor" else "customer",
        id=id_,
        name=name,
        attributes=tuple((f"{role}_{key}", value) for key, value in kept.items()),
    )


@pytest.fixture(scope="module")
def model() -> PartyModel:
    """The model that ships."""
    shipped = load_party_model(ROOT)
    assert shipped is not None
    return shipped


NORDWIND = party("A", "Nordwind Handels GmbH", **KEPT)
BRANCH = party("B", "Nordwind Handels GmbH", **{**KEPT, "street": "Am Ring 9", "postcode": "80331", "city": "München"})


def sure(found: Match) -> float:
    assert found.chosen is not None
    assert found.chosen.probability is not None
    return found.chosen.probability


def test_more_that_agrees_is_surer(model: PartyModel) -> None:
    known: list[dict[str, Any]] = [
        {"vendor_tax_id": VAT, "vendor_name": "Irgendwer Anderes"},
        {"vendor_tax_id": VAT},
        {"vendor_tax_id": VAT, "vendor_name": "Nordwind Handels", "vendor_address": "Hafenstr. 5, 20457 Hamburg"},
    ]

    found = [sure(match_vendor(record(**one), candidates=[NORDWIND], policy=POLICY, model=model)) for one in known]

    assert found == sorted(found)
    assert found[0] < 0.5
    assert found[-1] > 0.9


def test_a_branch_with_all_the_same_numbers_takes_its_share(model: PartyModel) -> None:
    said = record(vendor_tax_id=VAT, vendor_name="Nordwind Handels GmbH")

    found = match_vendor(said, candidates=[NORDWIND, BRANCH], policy=POLICY, model=model)

    assert found.outcome == "several"
    assert sum(one.probability or 0.0 for one in found.candidates) <= 1.0
    assert all((one.probability or 0.0) < 0.9 for one in found.candidates)


def test_the_model_never_changes_the_outcome(model: PartyModel) -> None:
    cases: list[dict[str, Any]] = [
        {"vendor_tax_id": VAT},
        {"vendor_name": "Nordwind Handels GmbH"},
        {"vendor_iban": IBAN},
    ]
    for said in cases:
        plain = match_vendor(record(**said), candidates=[NORDWIND, BRANCH], policy=POLICY)
        fitted = match_vendor(record(**said), candidates=[NORDWIND, BRANCH], policy=POLICY, model=model)
        assert (plain.outcome, plain.chosen and plain.chosen.id) == (fitted.outcome, fitted.chosen and fitted.chosen.id)


def test_without_a_model_nothing_is_said_about_probability() -> None:
    found = match_vendor(record(vendor_tax_id=VAT), candidates=[NORDWIND], policy=POLICY)

    assert [one.probability for one in found.candidates] == [None]


def test_a_customer_is_matched_by_the_same_cascade(model: PartyModel) -> None:
    customer = party("C", "Nordwind Handels GmbH", role="buyer", **KEPT)
    said = record(buyer_name="Nordwind Handels", buyer_address="Hafenstr. 5, 20457 Hamburg", vendor_tax_id=VAT)

    found = match_party(said, candidates=[customer], policy=POLICY, side=BUYER, model=model)

    assert (found.kind, found.outcome) == ("customer", "one")
    assert sure(found) > 0.9


def test_the_shipped_model_keeps_to_its_calibration(model: PartyModel) -> None:
    figures = model.card.held_out

    assert figures["calibration_error"] <= 0.03
    assert figures["calibration_error_of_the_doubtful"] <= 0.03
    assert figures["precision_at_98"] >= 0.995
