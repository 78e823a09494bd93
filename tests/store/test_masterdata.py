from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from engine.model.purchasing import OrderLine
from engine.store import masterdata, purchasing

MUSTER: dict[str, str] = {
    "id": "70001",
    "name": "Müller & Söhne Maschinenbau GmbH",
    "tax_id": "DE123456789",
    "registration_id": "HRB 12345, Amtsgericht Musterstadt",
    "iban": "DE89 3704 0044 0532 0130 00",
    "email": "rechnung@mueller-soehne.example.de",
    "street": "Hauptstr. 1",
    "postcode": "12345",
    "city": "Musterstadt",
    "country": "DE",
    "currency": "EUR",
    "payment_terms": "30 days net",
    "gl_account": "400000",
    "cost_centre": "1000",
    "tax_code": "V1",
}


@pytest.fixture
def master(tx: Connection) -> Connection:
    """A transaction with some vendors, many of whom share a word."""
    others = [{"id": f"8{n:04}", "name": f"Maschinenbau Nummer{n} AG"} for n in range(40)]
    twins = [
        {"id": "70002", "name": "Müller Bau AG", "tax_id": "FI123456789"},
        {"id": "70003", "name": "Sohne Gastronomie", "email": "a@gmail.com"},
    ]
    masterdata.upsert_vendors(tx, [MUSTER, *twins, *others])
    return tx


def lines_of(tx: Connection, number: str) -> tuple[OrderLine, ...]:
    return purchasing.purchase_orders(tx, [number])[0].lines


def ids(tx: Connection, **known: Any) -> list[str]:
    return [candidate.id for candidate in masterdata.vendor_candidates(tx, **known)]


@pytest.mark.parametrize(
    ("known", "evidence"),
    [
        ({"tax_id": "DE 123 456 789"}, ("tax_id", "DE123456789")),
        ({"registration_id": "HRB 12345"}, ("registration_id", "HRB12345")),
        ({"iban": "DE89370400440532013000"}, ("iban", "DE89370400440532013000")),
        ({"email_domain": "example.de"}, ("email_domain", "example.de")),
        ({"email_domain": "anna@example.de"}, ("email_domain", "example.de")),
        ({"name": "MUELLER UND SOEHNE MASCHINENBAU"}, ("name", "1.00")),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_vendor_is_found_by_each_signal(master: Connection, known: dict[str, Any], evidence: tuple[str, str]) -> None:
    first = masterdata.vendor_candidates(master, **known)[0]

    assert first.id == "70001"
    assert first.evidence == (evidence,)
    assert first.score == 1.0


def test_a_candidate_carries_the_master_data(master: Connection) -> None:
    first = masterdata.vendor_candidates(master, iban=MUSTER["iban"])[0]

    assert first.name == MUSTER["name"]
    assert dict(first.attributes) == {
        "vendor_tax_id": "DE123456789",
        "vendor_registration_id": "HRB 12345, Amtsgericht Musterstadt",
        "vendor_iban": "DE89 3704 0044 0532 0130 00",
        "vendor_email": "rechnung@mueller-soehne.example.de",
        "vendor_street": "Hauptstr. 1",
        "vendor_postcode": "12345",
        "vendor_city": "Musterstadt",
        "vendor_country": "DE",
        "currency": "EUR",
        "payment_terms": "30 days net",
        "gl_account": "400000",
        "cost_centre": "1000",
        "tax_code": "V1",
    }


def test_the_same_digits_in_another_country_are_another_vendor(master: Connection) -> None:
    assert ids(master, tax_id="DE123456789") == ["70001"]
    assert ids(master, tax_id="SE123456789") == []
    assert ids(master, tax_id="123456789") == ["70001", "70002"]


def test_an_identifier_outweighs_a_name(master: Connection) -> None:
    found = masterdata.vendor_candidates(master, iban=MUSTER["iban"], name="Müller Bau AG")

    assert [candidate.id for candidate in found[:2]] == ["70001", "70002"]
    assert [dict(candidate.evidence).keys() for candidate in found[:2]] == [{"iban", "name"}, {"name"}]


def test_more_shared_words_come_first(master: Connection) -> None:
    found = ids(master, name="Müller und Söhne Maschinen", limit=3)

    assert found[0] == "70001"
    assert {"70002", "70003"} == set(found[1:])


@pytest.mark.parametrize(
    "name",
    [
        "Muller & Sohne Maschlnenbau",
        "MüllerSöhneMaschinenbau GmbH",
        "Mu1ler & Söhne",
        "Maschinenbau Söhnne & Mueler GmbH",
    ],
)
def test_a_name_read_with_wrong_letters_is_found(master: Connection, name: str) -> None:
    assert ids(master, name=name)[0] == "70001"


@pytest.mark.parametrize(
    "known",
    [{}, {"name": ""}, {"name": "GmbH"}, {"name": "Qwertz Uiop"}, {"tax_id": "n/a"}, {"email_domain": "gmail.com"},
     {"iban": None, "name": None}, {"name": "'; DROP TABLE vendors --"}],
    ids=str,
)  # fmt: skip
def test_nothing_known_finds_nobody(master: Connection, known: dict[str, str]) -> None:
    assert ids(master, **known) == []


def test_no_more_candidates_than_asked_for(master: Connection) -> None:
    assert len(ids(master, name="Maschinenbau")) == 20
    assert len(ids(master, name="Maschinenbau", limit=3)) == 3


def test_the_order_of_candidates_never_changes(master: Connection) -> None:
    assert ids(master, name="Maschinenbau") == ids(master, name="Maschinenbau")


def test_a_word_that_everybody_has_still_finds_the_nearest(master: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.party_search._RARE", 5)

    assert ids(master, name="Maschinenbau Nummer17 AG")[0] == "80017"
    assert len(ids(master, name="Maschinenbau")) == 20


def test_a_changed_vendor_is_found_by_the_new_data_only(master: Connection) -> None:
    masterdata.upsert_vendors(master, [{**MUSTER, "name": "Nova Technik GmbH", "tax_id": "DE987654321", "iban": ""}])

    assert ids(master, tax_id="DE123456789") == []
    assert ids(master, iban=MUSTER["iban"]) == []
    assert ids(master, name="Nova Technik") == ["70001"]
    assert ids(master, tax_id="DE987654321") == ["70001"]
    assert (masterdata.vendor(master, "70001") or {})["name"] == "Nova Technik GmbH"


def test_the_same_vendor_twice_in_one_import_is_one_vendor(tx: Connection) -> None:
    count = masterdata.upsert_vendors(tx, [{**MUSTER, "name": "First"}, {**MUSTER, "name": "Second"}])

    assert (count, masterdata.counts(tx)["vendors"]) == (1, 1)
    assert ids(tx, name="second") == ["70001"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": "1"}, "name is missing"),
        ({"name": "x"}, "id is missing"),
        ({"id": "1", "name": "x", "colour": "red"}, "unknown column 'colour'; allowed: id, name, tax_id"),
    ],
    ids=["no name", "no id", "unknown column"],
)
def test_a_vendor_that_makes_no_sense_is_refused(tx: Connection, row: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        masterdata.upsert_vendors(tx, [row])


ORDER = {"number": "PO-0815", "vendor_id": "70001", "currency": "EUR", "total": "1190.00", "status": "open"}
LINES = [
    {"line": str(n), "item_code": f"A{n}", "quantity": "2.5", "unit": "H87", "unit_price": "0.3333"} for n in (10, 2)
]


def test_an_order_is_found_in_any_spelling_of_its_number(tx: Connection) -> None:
    masterdata.upsert_orders(tx, [ORDER, {"number": "4711", "vendor_id": "70002"}])

    found = masterdata.orders(tx, ["po 0815", "nothing", ""])

    assert [(c.kind, c.id, c.evidence) for c in found] == [("purchase_order", "PO-0815", (("number", "po 0815"),))]
    assert dict(found[0].attributes) == {"vendor_id": "70001", "currency": "EUR", "total": "1190.00", "status": "open"}


def test_lines_of_an_order_come_in_the_order_of_their_numbers(tx: Connection) -> None:
    masterdata.upsert_orders(tx, [{**ORDER, "lines": LINES}])

    lines = lines_of(tx, "PO-0815")

    assert [line.line for line in lines] == ["2", "10"]
    assert lines[0] == OrderLine(
        order="PO-0815",
        line="2",
        item_code="A2",
        quantity=Decimal("2.5"),
        unit="H87",
        unit_price=Decimal("0.3333"),
        receipt_required=False,
    )


def test_lines_given_anew_replace_the_old_ones(tx: Connection) -> None:
    masterdata.upsert_orders(tx, [{**ORDER, "lines": LINES}])
    masterdata.upsert_orders(tx, [ORDER])
    kept = len(lines_of(tx, "PO-0815"))

    masterdata.upsert_orders(tx, [{**ORDER, "lines": LINES[:1]}])

    assert (kept, [line.line for line in lines_of(tx, "PO-0815")]) == (2, ["10"])


@pytest.mark.parametrize("total", [Decimal("1190.00"), "1190.00"], ids=["decimal", "text"])
def test_an_amount_stays_exact(tx: Connection, total: object) -> None:
    masterdata.upsert_orders(tx, [{**ORDER, "total": total}])

    assert masterdata.orders(tx, ["PO-0815"])[0].attribute("total") == "1190.00"


def test_a_float_is_never_an_amount(tx: Connection) -> None:
    with pytest.raises(TypeError, match="total is a float"):
        masterdata.upsert_orders(tx, [{**ORDER, "total": 1190.0}])


@pytest.mark.parametrize("total", ["1.190,00", "abc", "1e3", "NaN", "1,190.00"])
def test_an_amount_that_is_no_decimal_text_is_refused(tx: Connection, total: str) -> None:
    with pytest.raises(ValueError, match="is not a decimal number"):
        masterdata.upsert_orders(tx, [{**ORDER, "total": total}])
