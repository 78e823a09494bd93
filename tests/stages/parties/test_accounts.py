"""Whose account it is: a vendor's or a customer's."""

import pytest

from engine.content.ruleset import MatchPolicy
from engine.model.record import Candidate
from engine.stages.parties.accounts import match_account
from tests.stages.records import field, record

POLICY = MatchPolicy(vendor=("tax_id", "iban", "email_domain", "name_and_address"))
VAT = "DE123456788"
VENDOR = Candidate(kind="vendor", id="70001", name="Nordwind GmbH", attributes=(("vendor_tax_id", VAT),))
CUSTOMER = Candidate(kind="customer", id="C-1", name="Nordwind GmbH", attributes=(("buyer_tax_id", VAT),))
OTHER = Candidate(kind="customer", id="70001", name="Südwind AG", attributes=(("buyer_tax_id", "DE111111109"),))


@pytest.mark.parametrize(
    ("customers", "fields", "wanted"),
    [
        ((), {"account_tax_id": VAT}, ("vendor", "one", "70001")),
        ((OTHER,), {"account_tax_id": VAT}, ("vendor", "one", "70001")),
        ((CUSTOMER,), {"account_tax_id": VAT, "account_role": "customer"}, ("customer", "one", "C-1")),
        ((CUSTOMER,), {"account_number": "C 1"}, ("customer", "one", "C-1")),
        ((CUSTOMER,), {"account_tax_id": VAT}, ("vendor", "several", None)),
        ((OTHER,), {"account_number": "070001"}, ("vendor", "several", None)),
        ((CUSTOMER,), {"account_name": "Nordwind GmbH"}, ("vendor", "none", None)),
    ],
    ids=["vendor", "vendor alone", "said to be a customer", "our number", "both", "number of both", "name alone"],
)
def test_the_account_is_of_one_kind_or_a_person_decides(
    customers: tuple[Candidate, ...], fields: dict[str, str], wanted: tuple[str, str, str | None]
) -> None:
    said = record(*(field(name, value) for name, value in fields.items()), type="change_request")

    found = match_account(said, vendors=(VENDOR,), customers=customers, policy=POLICY)

    assert (found.kind, found.outcome, found.chosen.id if found.chosen else None) == wanted
