"""Masked data tells of no party, keeps its shape, and stays valid where it was valid."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.mask_values import Words, masked_email, masked_iban, masked_id, masked_phone
from engine.stages.masking import NotMasked, masked
from engine.stages.validate import iban_is_valid, tax_id_is_valid

SALT = b"sixteen bytes..."
IBANS = [
    "DE02120300000000202051",
    "ES9121000418450200051332",
    "FR1420041010050500013M02606",
    "BE71096123456769",
    "GB29NWBK60161331926819",
]
TAX_IDS = [
    "DE136695976",
    "ESB58378431",
    "FR40303265045",
    "ATU13585627",
    "IT00743110157",
    "NL004495445B01",
    "CHE100155212MWST",
    "GB980780684",
    "PL8567346215",
]


@pytest.mark.parametrize("number", IBANS)
def test_an_invented_account_is_valid_and_of_the_same_country(number: str) -> None:
    assert iban_is_valid(number)

    made = masked_iban(number, salt=SALT)

    assert made != number
    assert (made[:2], len(made), iban_is_valid(made)) == (number[:2], len(number), True)


def test_a_wrong_account_stays_wrong() -> None:
    assert not iban_is_valid(masked_iban("DE02120300000000202052", salt=SALT))


def test_the_grouping_of_an_account_stays() -> None:
    grouped, bare = (
        masked_iban("DE02 1203 0000 0000 2020 51", salt=SALT),
        masked_iban("DE02120300000000202051", salt=SALT),
    )

    assert grouped.replace(" ", "") == bare
    assert [len(part) for part in grouped.split()] == [4, 4, 4, 4, 4, 2]


@pytest.mark.parametrize("number", TAX_IDS)
def test_an_invented_tax_id_passes_the_checks_that_the_real_one_passes(number: str) -> None:
    made = masked_id(number, salt=SALT, countries=[number[:2]])

    assert made != number
    assert len(made) == len(number)
    assert tax_id_is_valid(made) is tax_id_is_valid(number)


def test_a_wrong_tax_id_stays_wrong() -> None:
    assert tax_id_is_valid("DE136695977") is False
    assert tax_id_is_valid(masked_id("DE136695977", salt=SALT)) is False


def test_a_phone_number_keeps_its_country_and_its_grouping() -> None:
    made = masked_phone("+49 (0)30 123-456", salt=SALT)

    assert made.startswith("+49 (0)")
    assert [not c.isalnum() for c in made] == [not c.isalnum() for c in "+49 (0)30 123-456"]


NAMES = Words(["Papierwerke Müller GmbH & Co. KG", "Papierwerk Muller", "Olivier SARL"], salt=SALT)


def test_equal_words_become_equal_words_and_legal_forms_stay() -> None:
    first, second = NAMES.masked("Papierwerke Müller GmbH & Co. KG"), NAMES.masked("PAPIERWERKE MÜLLER GMBH")

    assert first.endswith(" GmbH & Co. KG")
    assert first.upper().startswith(second.removesuffix(" GMBH"))
    assert "papier" not in first.casefold()


def test_words_that_are_alike_stay_as_alike() -> None:
    one, other = NAMES.masked("Papierwerke"), NAMES.masked("Papierwerk")

    assert one.startswith(other)


def test_accents_and_capitals_stay_where_they_are() -> None:
    made = NAMES.masked("Müller")

    assert made[0].isupper()
    assert made[1] in "äëïöü"


def test_a_mail_address_of_a_free_service_keeps_it() -> None:
    made = masked_email("mueller@gmail.com", NAMES)

    assert made.endswith("@gmail.com")
    assert not made.startswith("mueller")


@given(st.text(max_size=40), st.binary(min_size=4, max_size=8))
def test_masking_keeps_the_length_of_what_has_no_accents(text: str, salt: bytes) -> None:
    plain = text.encode("ascii", "ignore").decode()

    assert len(Words([plain], salt=salt).masked(plain)) == len(plain)


CASE: dict[str, Any] = {
    "record": {
        "fields": [
            {"name": "vendor_name", "value": "Papierwerke Müller GmbH", "raw": "Papierwerke Müller GmbH", "alternatives": [{"value": "Papierwerke", "raw": "Papierwerke", "confidence": 0.1}]},
            {"name": "vendor_iban", "value": "DE02120300000000202051", "raw": "DE02 1203 0000 0000 2020 51"},
            {"name": "vendor_tax_id", "value": "DE136695976", "raw": "DE 136695976"},
            {"name": "buyer_name", "value": "Lindenhof Handels GmbH", "raw": "Lindenhof Handels GmbH"},
            {"name": "buyer_tax_id", "value": "DE250815845", "raw": "DE250815845"},
            {"name": "invoice_number", "value": "RE-136", "raw": "RE-136"},
            {"name": "note", "value": "Paid to DE02 1203 0000 0000 2020 51 of Papierwerke", "raw": ""},
            {"name": "total", "value": "1190.00", "raw": "1.190,00"},
        ],
        "lines": [[{"name": "quantity", "value": "12", "raw": "12"}]],
    },
    "answers": [
        ["vendors", [{"kind": "vendor", "id": "4711", "name": "Papierwerke Mueller", "attributes": [["vendor_tax_id", "DE136695976"], ["vendor_street", "Hauptstr. 12"]], "evidence": [["name", "0.97"]]}]],
        ["rivals", {"signatures": [{"vendor_tax_ids": ["136695976"], "vendor_name": "papierwerke müller", "number": "RE-136"}]}],
    ],
}  # fmt: skip


def test_nothing_tells_of_the_party_any_more() -> None:
    text = json.dumps(masked(CASE, salt=SALT), ensure_ascii=False).casefold()

    assert not [
        one for one in ("papierwerk", "müller", "mueller", "136695976", "120300000000202051", "hauptstr") if one in text
    ]


def test_numbers_of_documents_amounts_and_ids_of_master_data_stay() -> None:
    made = masked(CASE, salt=SALT)
    fields = {one["name"]: one["value"] for one in made["record"]["fields"]}

    assert (fields["invoice_number"], fields["total"]) == ("RE-136", "1190.00")
    assert made["record"]["lines"] == CASE["record"]["lines"]
    assert made["answers"][0][1][0]["id"] == "4711"


def test_equal_numbers_stay_equal_with_and_without_their_country() -> None:
    made = masked(CASE, salt=SALT)
    tax_id = made["record"]["fields"][2]["value"]

    assert made["answers"][0][1][0]["attributes"][0][1] == tax_id
    assert made["answers"][1][1]["signatures"][0]["vendor_tax_ids"] == [tax_id[2:]]


def test_our_own_companies_stay() -> None:
    made = masked(CASE, salt=SALT, keep=["Lindenhof Handels GmbH", "DE250815845"])
    fields = {one["name"]: one["value"] for one in made["record"]["fields"]}

    assert (fields["buyer_name"], fields["buyer_tax_id"]) == ("Lindenhof Handels GmbH", "DE250815845")


def test_another_salt_invents_others() -> None:
    assert masked(CASE, salt=b"one")["record"] != masked(CASE, salt=b"two")["record"]


def test_a_number_that_would_be_left_is_refused() -> None:
    case = {**CASE, "path": "mail from DE02120300000000202051"}

    with pytest.raises(NotMasked, match="left at path"):
        masked(case, salt=SALT)
