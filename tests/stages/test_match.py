from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from engine.content.ruleset import MatchPolicy
from engine.model.record import Candidate, Match
from engine.stages.match import match_order, match_vendor, order_numbers
from engine.stages.parties.names import name_likeness, normal_name
from tests.stages.records import record

POLICY = MatchPolicy(
    vendor=("tax_id", "registration_id", "iban", "email_domain", "name_and_address"),
    name_score=90,
    free_mail_domains=("gmail.com",),
)
IBAN = "DE89370400440532013000"
OTHER_IBAN = "GB29NWBK60161331926819"
VAT, OTHER_VAT = "DE123456788", "DE111111109"

NORDWIND = {
    "vendor_tax_id": VAT, "vendor_registration_id": "HRB 4711", "vendor_iban": IBAN, "vendor_email": "ar@nordwind.example",
    "vendor_country": "DE", "vendor_street": "Hafenstr. 5", "vendor_postcode": "20457", "vendor_city": "Hamburg",
}  # fmt: skip
SUEDWIND = {
    "vendor_tax_id": OTHER_VAT, "vendor_iban": OTHER_IBAN, "vendor_email": "ar@suedwind.example", "vendor_country": "DE",
    "vendor_postcode": "80331", "vendor_city": "München",
}  # fmt: skip


def vendor(number: str, name: str, attributes: Mapping[str, str]) -> Candidate:
    return Candidate(kind="vendor", id=number, name=name, attributes=tuple(attributes.items()))


A = vendor("A", "Nordwind Handels GmbH", NORDWIND)
B = vendor("B", "Südwind AG", SUEDWIND)


def match(fields: Mapping[str, Any], *, candidates: Sequence[Candidate] = (A, B)) -> Match:
    return match_vendor(record(**fields), candidates=candidates, policy=POLICY)


def chosen(found: Match) -> str | None:
    return found.chosen.id if found.chosen else None


@pytest.mark.parametrize(
    "fields",
    [
        {"vendor_tax_id": VAT},
        {"vendor_tax_id": "DE 123 456 788"},
        {"vendor_tax_id": "123456788"},
        {"vendor_registration_id": "HRB4711"},
        {"vendor_iban": "DE89 3704 0044 0532 0130 00"},
        {"vendor_email": "x@nordwind.example", "vendor_name": "Nordwind Handels"},
        {"vendor_email": "x@nordwind.example", "vendor_address": "Hafenstr. 5, 20457 Hamburg"},
        {"vendor_name": "NORDWIND Handels-GmbH", "vendor_address": "Am Kai 7, 20457 Hamburg"},
        {"vendor_name": "Handels Nordwind", "vendor_city": "Hamburg"},
    ],
    ids=lambda fields: " ".join(fields.values()),
)
def test_one_vendor_is_found_by_each_signal(fields: dict[str, Any]) -> None:
    found = match(fields)

    assert (found.outcome, chosen(found)) == ("one", "A")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"vendor_name": "Nordwind Handels GmbH"},
        {"vendor_name": "Nordwind Handels GmbH", "vendor_country": "DE"},
        {"vendor_name": "Nordwind Handels GmbH", "vendor_address": "Hauptstr. 1, 10115 Berlin"},
        {"vendor_address": "Hafenstr. 5, 20457 Hamburg"},
        {"vendor_email": "x@nordwind.example"},
        {"vendor_name": "Nordlicht Handels GmbH", "vendor_address": "Hafenstr. 5, 20457 Hamburg"},
        {"vendor_tax_id": "DE999999999"},
        {"vendor_iban": "DE00370400440532013000"},
    ],
    ids=lambda fields: " ".join(fields.values()) or "nothing",
)
def test_a_name_alone_or_an_address_alone_finds_nobody(fields: dict[str, Any]) -> None:
    assert match(fields).outcome == "none"


def test_a_free_mail_domain_says_nothing() -> None:
    free = vendor("C", "Maler Huber", {"vendor_email": "huber@gmail.com", "vendor_city": "Ulm"})

    found = match({"vendor_email": "other@gmail.com", "vendor_address": "Gasse 1, Ulm"}, candidates=[free])

    assert found.outcome == "none"


@pytest.mark.parametrize(
    "fields",
    [
        {"vendor_tax_id": VAT, "vendor_iban": OTHER_IBAN},
        {"vendor_registration_id": "HRB 4711", "vendor_tax_id": OTHER_VAT},
        {"vendor_iban": OTHER_IBAN, "vendor_name": "Nordwind Handels", "vendor_address": "20457 Hamburg"},
    ],
    ids=["tax id against account", "registration against tax id", "account against name"],
)
def test_signals_that_name_different_vendors_leave_it_to_a_person(fields: dict[str, Any]) -> None:
    found = match(fields)

    assert (found.outcome, found.chosen) == ("several", None)
    assert {one.id for one in found.candidates} == {"A", "B"}


def test_a_tax_id_outweighs_a_name_and_a_mail_domain() -> None:
    found = match(
        {
            "vendor_tax_id": VAT,
            "vendor_email": "x@suedwind.example",
            "vendor_name": "Südwind",
            "vendor_address": "80331 München",
        }
    )

    assert (found.outcome, chosen(found)) == ("one", "A")


def test_branches_that_share_a_tax_id_are_told_apart_by_the_next_signal() -> None:
    branch = vendor("A2", "Nordwind Handels GmbH", NORDWIND | {"vendor_iban": OTHER_IBAN, "vendor_city": "Kiel"})

    assert match({"vendor_tax_id": VAT}, candidates=[A, branch]).outcome == "several"
    assert chosen(match({"vendor_tax_id": VAT, "vendor_iban": OTHER_IBAN}, candidates=[A, branch])) == "A2"


def test_a_valid_tax_id_of_somebody_else_forbids_a_match_by_other_signals() -> None:
    found = match({"vendor_tax_id": "DE100000008", "vendor_iban": IBAN})

    assert (found.outcome, [one.id for one in found.candidates]) == ("none", ["A"])
    assert ("other_tax_id", VAT) in found.candidates[0].evidence


def test_a_misread_tax_id_forbids_nothing() -> None:
    assert chosen(match({"vendor_tax_id": "DE123456789", "vendor_iban": IBAN})) == "A"


@pytest.mark.parametrize("number", ["404833048", "40483304800022", "404 833 048"])
def test_a_french_siren_or_siret_matches_the_vat_id_that_contains_it(number: str) -> None:
    french = vendor("F", "Société", {"vendor_tax_id": "FR83404833048", "vendor_country": "FR"})

    assert chosen(match({"vendor_registration_id": number}, candidates=[french])) == "F"


def test_master_data_may_list_several_accounts() -> None:
    both = vendor("A", "Nordwind", {"vendor_iban": f"{IBAN}; {OTHER_IBAN}"})

    assert chosen(match({"vendor_iban": OTHER_IBAN}, candidates=[both])) == "A"


def test_the_match_carries_what_agreed_and_scores_more_signals_higher() -> None:
    strong = match({"vendor_tax_id": VAT, "vendor_iban": IBAN})
    weak = match({"vendor_iban": IBAN})

    assert strong.chosen is not None
    assert weak.chosen is not None
    assert strong.chosen.evidence == (("tax_id", VAT), ("iban", IBAN))
    assert strong.chosen.score > weak.chosen.score


def test_the_order_of_candidates_does_not_matter() -> None:
    fields = {"vendor_tax_id": VAT, "vendor_iban": OTHER_IBAN}

    assert match(fields, candidates=[A, B]) == match(fields, candidates=[B, A])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH & Co. KG", "MUELLER UND SOEHNE"),
        ("Müller & Söhne GmbH & Co. KG", "Muller Sohne"),
        ("S.A.R.L. Dupont", "Dupont SARL"),
        ("Rossi S.p.A.", "ROSSI SPA"),
        ("Kaffee Groß AG", "Kaffee Gross"),
        ("Żółć Sp. z o.o.", "Zolc"),
        ("Ørsted A/S", "Orsted"),
        ("Böhm KG", "Boehm"),
    ],
)
def test_the_same_company_written_differently_has_the_same_name(one: str, other: str) -> None:
    assert name_likeness(one, other) >= POLICY.name_score


@pytest.mark.parametrize(
    ("one", "other"), [("Nordwind GmbH", "Südwind GmbH"), ("Alpha Handels GmbH", "Beta Handels GmbH"), ("GmbH", "AG")]
)
def test_different_companies_have_different_names(one: str, other: str) -> None:
    assert name_likeness(one, other) < POLICY.name_score


def test_a_name_of_legal_forms_only_keeps_them() -> None:
    assert normal_name("GmbH") == "gmbh"


# Orders.


def order(number: str, vendor_id: str = "A") -> Candidate:
    return Candidate(kind="purchase_order", id=number, name=number, attributes=(("vendor_id", vendor_id),))


MATCHED = Match(kind="vendor", outcome="one", chosen=A, candidates=(A,))
NOBODY = Match(kind="vendor", outcome="none")


@pytest.mark.parametrize("written", ["PO-4711", "po 4711", "PO4711"])
def test_an_order_is_found_whatever_its_punctuation(written: str) -> None:
    found = match_order(record(po_number=written), candidates=[order("PO-4711")], vendor=NOBODY)

    assert (found.outcome, chosen(found)) == ("one", "PO-4711")


def test_leading_zeros_of_an_order_number_do_not_count() -> None:
    assert (
        chosen(match_order(record(po_number="0004500017"), candidates=[order("4500017")], vendor=NOBODY)) == "4500017"
    )


def test_digits_alone_count_only_for_an_order_of_the_matched_vendor() -> None:
    asked = record(po_number="4500017")

    assert chosen(match_order(asked, candidates=[order("PO-4500017")], vendor=MATCHED)) == "PO-4500017"
    assert match_order(asked, candidates=[order("PO-4500017", "B")], vendor=MATCHED).outcome == "none"
    assert match_order(asked, candidates=[order("PO-4500017")], vendor=NOBODY).outcome == "none"


def test_few_digits_alone_are_no_order_number() -> None:
    assert match_order(record(po_number="17"), candidates=[order("PO-17")], vendor=MATCHED).outcome == "none"


def test_without_an_order_number_nothing_is_asked() -> None:
    assert match_order(record(), candidates=[order("PO-1")], vendor=MATCHED).outcome == "not_asked"


def test_the_order_of_the_matched_vendor_is_preferred_to_one_of_the_same_number() -> None:
    found = match_order(record(po_number="4711"), candidates=[order("4711", "B"), order("04711", "A")], vendor=MATCHED)

    assert (found.outcome, chosen(found)) == ("one", "04711")


def test_an_order_of_another_vendor_is_still_found_so_that_a_rule_can_say_so() -> None:
    found = match_order(record(po_number="4711"), candidates=[order("4711", "B")], vendor=MATCHED)

    assert (found.outcome, chosen(found)) == ("one", "4711")


def test_lines_that_name_different_orders_leave_it_to_a_person() -> None:
    asked = record(lines=[{"po_number": "4711"}, {"po_number": "4712"}])

    found = match_order(asked, candidates=[order("4711"), order("4712")], vendor=MATCHED)

    assert (found.outcome, len(found.candidates)) == ("several", 2)


def test_an_order_that_nobody_placed_is_none() -> None:
    assert match_order(record(po_number="4799"), candidates=[order("4711")], vendor=MATCHED).outcome == "none"


def test_header_and_lines_name_each_order_once() -> None:
    asked = record(lines=[{"po_number": "PO 4711"}, {"po_number": "4712"}], po_number="PO-4711")

    assert order_numbers(asked) == ("PO-4711", "4712")
