"""Bank details and numbers of identity are covered wherever they stand."""

import json
from typing import Any

import pytest

from engine.model.sensitive import GROUPS, group_of
from engine.stages.cover import covered, values

IBAN = "DE89370400440532013000"
TAX = "DE129273398"
STORY: dict[str, Any] = {
    "record": {"fields": [
        {"name": "vendor_iban", "value": IBAN, "raw": "DE89 3704 0044 0532 0130 00", "alternatives": [{"value": IBAN}]},
        {"name": "vendor_bic", "value": "COBADEFFXXX", "raw": "COBADEFFXXX"},
        {"name": "vendor_tax_id", "value": TAX, "raw": "DE 129 273 398"},
        {"name": "invoice_number", "value": "RE-2025-2755", "raw": "RE-2025-2755"},
    ]},
    "vendor": {"chosen": {"id": "V1001", "attributes": [["vendor_iban", IBAN], ["vendor_tax_id", TAX], ["city", "Ulm"]]}},
    "decision": {"message": f"The account {IBAN} of {TAX} is not known.", "facts": [["iban_differs", True]]},
    "operations": [{
        "payload": {"header": {"XREF2": "0532013000", "ref": "RE-2025-2755"}, "note": "pay DE89-3704-0044-0532-0130-00"},
        "lineage": [{"path": "header.XREF2", "row": "m@1", "fields": ["vendor_iban"]}],
    }],
    "receipts": [{"response": {"echo": "de89 3704 0044 0532 0130 00"}}],
    "events": [{"data": {"values": {"vendor_iban": IBAN, "total": "119.00"}}}],
}  # fmt: skip


def shown(hidden: frozenset[Any]) -> Any:
    return covered(STORY, values(STORY, hidden), hidden)


def test_no_covered_value_stands_anywhere_however_it_is_spelled() -> None:
    text = json.dumps(shown(GROUPS)).upper()
    compact = "".join(one for one in text if one.isalnum())

    for secret in (IBAN, TAX, "0532013000", "129273398"):
        assert secret not in compact


def test_what_is_not_covered_stays_as_it_is() -> None:
    told = shown(GROUPS)

    assert told["record"]["fields"][3] == STORY["record"]["fields"][3]
    assert told["operations"][0]["payload"]["header"]["ref"] == "RE-2025-2755"
    assert (told["vendor"]["chosen"]["id"], told["decision"]["facts"]) == ("V1001", [["iban_differs", True]])
    assert told["events"][0]["data"]["values"]["total"] == "119.00"


def test_the_last_four_signs_of_an_account_are_left_to_tell_it_from_another() -> None:
    assert shown(GROUPS)["record"]["fields"][0]["value"] == "••••3000"


def test_of_a_number_of_identity_nothing_is_left() -> None:
    assert shown(GROUPS)["record"]["fields"][2]["value"] == "••••"


@pytest.mark.parametrize(
    ("hidden", "seen", "unseen"),
    [
        pytest.param(frozenset({"bank"}), TAX, IBAN, id="who sees identities"),
        pytest.param(frozenset({"identity"}), IBAN, TAX, id="who sees banks"),
    ],
)
def test_each_group_is_covered_by_itself(hidden: frozenset[Any], seen: str, unseen: str) -> None:
    text = json.dumps(shown(hidden))

    assert (seen in text, unseen in text) == (True, False)


def test_an_account_in_a_sentence_is_covered_though_no_field_holds_it() -> None:
    told = covered({"error": f"Bank account {IBAN} is blocked"}, frozenset(), GROUPS)

    assert told == {"error": "Bank account ••••3000 is blocked"}


@pytest.mark.parametrize("text", ["AB12 3456 7890 1234", "RE202511220001", "PO12 CHAIRS 4000 4001"])
def test_what_only_looks_like_an_account_stays(text: str) -> None:
    assert covered(text, frozenset(), GROUPS) == text


def test_who_sees_everything_gets_the_data_as_it_is() -> None:
    assert shown(frozenset()) is STORY


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("vendor_iban", "bank"), ("vendor_bic", "bank"), ("header.BANKN", "bank"), ("bankAccountNumber", "bank"),
        ("payee.accountNumber", "bank"), ("vendor_tax_id", "identity"), ("lines[0].STCEG", "identity"),
        ("taxRegistrationNumber", "identity"), ("vendor_registration_id", "identity"),
        ("total", None), ("tax_total", None), ("gl_account", None), ("invoice_number", None), ("tax_rate", None),
    ],
)  # fmt: skip
def test_a_field_belongs_to_a_group_by_its_name(name: str, group: str | None) -> None:
    assert group_of(name) == group
