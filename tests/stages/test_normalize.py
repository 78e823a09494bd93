from datetime import date

import pytest

from engine.model.field import Alternative, Field, Provenance, Row, by_name
from engine.model.record import Extraction, Record
from engine.stages.normalize import normalize
from engine.stages.values.date_order import Habit
from tests.stages.extract.layout import kind, vocabularies


def _field(name: str, value: str, confidence: float = 0.9) -> Field:
    return Field(name=name, value=value, raw=value, confidence=confidence, provenance=Provenance(how="read", page=1))


def _row(**values: str) -> Row:
    return tuple(_field(name, value) for name, value in values.items())


def _record(**values: str) -> Record:
    return _normal(_row(**values))


def _normal(
    fields: Row = (), *, type_: str = "invoice", lines: tuple[Row, ...] = (), taxes: tuple[Row, ...] = ()
) -> Record:
    extraction = Extraction(document_id="d", classification=kind("en", type_), fields=fields, lines=lines, taxes=taxes)
    return normalize(extraction, revision=3, vocabularies=vocabularies())


@pytest.mark.parametrize(
    ("name", "printed", "canonical"),
    [
        ("vendor_iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("vendor_tax_id", "de 136 695 976", "DE136695976"),
        ("currency", "eur", "EUR"),
        ("vendor_email", "Sales@Acme.example", "sales@acme.example"),
        ("vendor_name", "Acme   Tools  Ltd", "Acme Tools Ltd"),
    ],
)
def test_a_value_has_one_spelling_and_keeps_its_print(name: str, printed: str, canonical: str) -> None:
    field = _record(**{name: printed}).get(name)

    assert field is not None
    assert (field.value, field.raw, field.provenance.how) == (canonical, printed, "normalized")


@pytest.mark.parametrize(
    ("given", "name", "value", "sources"),
    [
        ({"subtotal": "100.00", "tax_total": "19.00"}, "total", "119.00", ("subtotal", "tax_total")),
        ({"total": "119.00", "tax_total": "19.00"}, "subtotal", "100.00", ("total", "tax_total")),
        ({"total": "119.00"}, "amount_due", "119.00", ("total",)),
    ],
)
def test_a_missing_sum_follows_from_the_others(
    given: dict[str, str], name: str, value: str, sources: tuple[str, ...]
) -> None:
    field = _record(**given).get(name)

    assert field is not None
    assert (field.value, field.provenance.how, field.provenance.source) == (value, "inferred", sources)
    assert field.confidence < 0.9


def test_a_missing_tax_follows_from_a_rate_that_is_printed() -> None:
    record = _normal(_row(total="119.00", subtotal="100.00"), lines=(_row(amount="100.00", tax_rate="19"),))

    assert record.value("tax_total") == "19.00"


@pytest.mark.parametrize("total", ["119.00", "200.00"])
def test_a_tax_that_no_printed_rate_explains_is_not_inferred(total: str) -> None:
    assert _record(total=total, subtotal="100.00").get("tax_total") is None


@pytest.mark.parametrize("name", ["total", "subtotal", "tax_total", "charge_total"])
def test_an_amount_in_yen_has_no_decimals(name: str) -> None:
    assert _record(currency="JPY", **{name: "111277.00"}).value(name) == "111277"


def test_an_amount_keeps_printed_decimals_that_its_currency_does_not_have() -> None:
    assert _record(currency="JPY", total="12.50").value("total") == "12.50"


def test_an_amount_in_dinars_has_three_decimals() -> None:
    assert _record(currency="KWD", total="12.50").value("total") == "12.500"


def test_a_discount_is_positive_however_it_is_printed() -> None:
    field = _record(discount_total="-12.00").get("discount_total")

    assert field is not None
    assert (field.value, field.raw) == ("12.00", "-12.00")


def test_a_tax_number_without_a_country_stays_as_printed() -> None:
    assert _record(vendor_tax_id="12-3456789").value("vendor_tax_id") == "12-3456789"


def test_the_tax_total_is_the_sum_of_the_rates() -> None:
    record = _normal(taxes=(_row(rate="7", amount="7.00"), _row(rate="19", amount="19.00")))

    assert record.value("tax_total") == "26.00"


def test_the_net_sum_counts_after_discount_and_charges() -> None:
    record = _record(subtotal="100.00", discount_total="10.00", tax_total="18.00", total="108.00")
    field = record.get("subtotal")

    assert field is not None
    assert field.value == "90.00"
    assert [a.value for a in field.alternatives] == ["100.00"]


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ("Net 30", "2024-06-16"),
        ("30 days", "2024-06-16"),
        ("14 Tage netto", "2024-05-31"),
        ("30 jours", "2024-06-16"),
        ("sofort fällig", "2024-05-17"),
        ("Due on receipt", "2024-05-17"),
        ("2 % Skonto innerhalb 10 Tagen, 30 Tage netto", "2024-06-16"),
        ("30 days after end of month", "2024-06-30"),
        ("45 jours fin de mois le 10", "2024-08-10"),
        ("60 days end of month", "2024-07-30"),
        ("as agreed", None),
        ("30% advance, balance at 30 days", None),
    ],
)
def test_terms_give_the_due_date(terms: str, due: str | None) -> None:
    assert _record(issue_date="2024-05-17", payment_terms=terms).value("due_date") == due


def test_terms_become_numbers() -> None:
    record = _record(issue_date="2024-05-17", payment_terms="2/10 n/30")

    names = ("net_days", "discount_percent", "discount_days", "discount_date", "due_date")
    assert [record.value(name) for name in names] == ["30", "2", "10", "2024-05-27", "2024-06-16"]


def test_an_order_has_no_due_date_from_staged_terms() -> None:
    record = _normal(_row(issue_date="2024-05-17", payment_terms="2/10 n/30"), type_="purchase_order")

    assert (record.value("due_date"), record.value("net_days")) == (None, "30")


def test_a_due_date_that_contradicts_the_terms_is_told() -> None:
    record = _record(issue_date="2024-05-17", due_date="2024-07-01", payment_terms="2/10 n/30")

    assert [one.code for one in record.findings] == ["due_date_differs"]


def _open_date(**more: str) -> Row:
    issued = _field("issue_date", "2024-05-04").model_copy(
        update={
            "raw": "04/05/2024",
            "alternatives": (Alternative(value="2024-04-05", raw="04/05/2024", confidence=0.3),),
        }
    )
    return (issued, *_row(**more))


def test_a_date_of_two_readings_is_asked_about() -> None:
    record = _normal(_open_date())

    assert record.value("issue_date") == "2024-05-04"
    assert [(one.code, one.fields) for one in record.findings] == [("date_ambiguous", ("issue_date",))]


@pytest.mark.parametrize(
    ("more", "issued"),
    [
        ({"vendor_iban": "GB82WEST12345698765432", "currency": "GBP"}, "2024-05-04"),
        ({"vendor_address": "1 Main St, Springfield IL 62701", "currency": "USD"}, "2024-04-05"),
        ({"due_date": "2024-04-20"}, "2024-04-05"),
    ],
)
def test_what_else_stands_there_settles_a_date(more: dict[str, str], issued: str) -> None:
    record = _normal(_open_date(**more))

    assert (record.value("issue_date"), record.findings) == (issued, ())


def test_the_day_of_arrival_and_the_habit_of_the_vendor_settle_a_date() -> None:
    extraction = Extraction(document_id="d", classification=kind("en", "invoice"), fields=_open_date())

    early = normalize(extraction, revision=1, vocabularies=vocabularies(), received_on=date(2024, 4, 8))
    usual = normalize(extraction, revision=1, vocabularies=vocabularies(), habit=Habit(mdy=9))

    assert (early.value("issue_date"), usual.value("issue_date")) == ("2024-04-05", "2024-04-05")


def test_a_vendor_comes_in_parts() -> None:
    record = _record(vendor_name="Muster GmbH", vendor_address="Hauptstr. 5a, 10115 Berlin")

    names = (
        "vendor_name",
        "vendor_legal_form",
        "vendor_street",
        "vendor_house_number",
        "vendor_postcode",
        "vendor_city",
    )
    assert [record.value(name) for name in names] == ["Muster GmbH", "GmbH", "Hauptstr.", "5a", "10115", "Berlin"]


def test_the_amount_of_a_line_minds_the_base_of_its_price() -> None:
    (row,) = _normal(lines=(_row(description="x", quantity="500", unit="100 Stk", unit_price="12.00"),)).lines

    assert {name: by_name(row)[name].value for name in ("unit", "price_base", "amount")} == {
        "unit": "H87", "price_base": "100", "amount": "60.00",
    }  # fmt: skip


def test_a_printed_due_date_stands() -> None:
    assert (
        _record(issue_date="2024-05-17", due_date="2024-07-01", payment_terms="Net 30").value("due_date")
        == "2024-07-01"
    )


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Stk.", "H87"),
        ("pcs", "H87"),
        ("Std", "HUR"),
        ("hrs", "HUR"),
        ("kg", "KGM"),
        ("m²", "MTK"),
        ("Unit(s)", "H87"),
        ("XBX", "XBX"),
    ],
)
def test_units_become_codes(printed: str, code: str) -> None:
    (row,) = _normal(lines=(_row(description="x", unit=printed, amount="1.00"),)).lines

    assert (by_name(row)["unit"].value, by_name(row)["unit"].raw) == (code, printed)


def test_a_unit_that_no_list_knows_is_left_out_of_the_record() -> None:
    (row,) = _normal(lines=(_row(description="x", unit="Blorb", amount="1.00"),)).lines

    assert "unit" not in by_name(row)
    assert by_name(row)["amount"].value == "1.00"


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"quantity": "3", "unit_price": "1.50"}, "amount", "4.50"),
        ({"quantity": "3", "amount": "4.50"}, "unit_price", "1.5"),
        ({"unit_price": "1.50", "amount": "4.50"}, "quantity", "3"),
    ],
)
def test_the_third_of_quantity_price_and_amount_is_worked_out(given: dict[str, str], name: str, value: str) -> None:
    (row,) = _normal(lines=(_row(description="x", **given),)).lines

    assert (by_name(row)[name].value, by_name(row)[name].provenance.how) == (value, "inferred")


def test_a_price_that_does_not_divide_is_left_out() -> None:
    (row,) = _normal(lines=(_row(description="x", quantity="3", amount="10.00"),)).lines

    assert "unit_price" not in by_name(row)


def test_a_credit_note_carries_positive_amounts() -> None:
    record = _normal(
        _row(subtotal="-100.00", tax_total="-19.00", total="-119.00"), type_="credit_note",
        lines=(_row(description="x", quantity="-2", unit_price="50.00", amount="-100.00"),),
        taxes=(_row(rate="19", base="-100.00", amount="-19.00"),),
    )  # fmt: skip

    assert (record.value("subtotal"), record.value("tax_total"), record.value("total")) == ("100.00", "19.00", "119.00")
    assert [f.value for f in record.lines[0]] == ["x", "2", "50.00", "100.00"]
    assert [f.value for f in record.taxes[0]] == ["19", "100.00", "19.00"]


def test_an_invoice_below_zero_stays_so() -> None:
    assert _record(total="-119.00").value("total") == "-119.00"


def test_the_same_print_read_twice_is_one_line() -> None:
    row = _row(description="x", amount="1.00")

    assert len(_normal(lines=(row, row)).lines) == 1


def test_the_revision_and_findings_are_carried_on() -> None:
    assert _record(total="1.00").revision == 3


@pytest.mark.parametrize("text", ["NaN", "Infinity", "9" * 40])
def test_absurd_numbers_break_nothing(text: str) -> None:
    line = _row(description="x", quantity=text, unit_price=text, amount=text, unit="100 Stk", price_base=text)

    assert _normal(_row(total=text, subtotal=text, tax_total="1.234", currency="EUR"), lines=(line,)).value("total")
