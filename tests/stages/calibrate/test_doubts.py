"""Signs that something is odd about a value, each seen where it is and not where it is not."""

import pytest

from engine.model.field import Alternative, Field, Row
from engine.stages.calibrate import doubts
from engine.stages.calibrate.features import of_cell, of_header, surroundings
from tests.stages.calibrate.test_calibrate import CLEAR, field, record


def _sums(net: str, tax: str, total: str, *more: Field) -> dict[str, float]:
    return dict(doubts.of_sums(record(field("subtotal", net), field("tax_total", tax), field("total", total), *more)))


@pytest.mark.parametrize(
    ("sums", "fits"),
    [(("100.00", "19.00", "119.00"), 1.0), (("100.00", "19.00", "118.00"), 0.0)],
    ids=["they close", "they are a unit apart"],
)
def test_printed_sums_fit_or_clash(sums: tuple[str, str, str], fits: float) -> None:
    found = _sums(*sums)

    assert (found["sums_fit"], found["sums_clash"]) == (fits, 1.0 - fits)


def test_freight_on_top_of_the_net_sum_is_no_clash() -> None:
    assert _sums("100.00", "20.00", "125.00", field("charge_total", "5.00"))["sums_fit"] == 1.0


def test_a_sum_that_was_made_of_the_others_proves_nothing() -> None:
    made = record(field("subtotal", "100.00", how="inferred"), field("tax_total", "19.00"), field("total", "119.00"))

    assert doubts.of_sums(made)["sums_fit"] == 0.0


@pytest.mark.parametrize(("tax", "odd"), [("27.00", 0.0), ("100.00", 1.0)], ids=["Hungary", "as much as the goods"])
def test_a_tax_beyond_all_rates_is_odd(tax: str, odd: float) -> None:
    assert _sums("100.00", tax, f"{100 + float(tax):.2f}")["tax_odd"] == odd


def test_more_owed_than_billed_is_a_sign() -> None:
    found = [_sums("100.00", "19.00", "119.00", field("amount_due", due))["due_above"] for due in ("119.00", "150.00")]

    assert found == [0.0, 1.0]


@pytest.mark.parametrize(("other", "near"), [("17.22", 1.0), ("15.67", 0.0)], ids=["rounded", "another sum"])
def test_the_sum_before_rounding_makes_the_rounded_one_doubtful(other: str, near: float) -> None:
    total = field("total", "17.20", alternatives=(Alternative(value=other, raw=other, confidence=0.1),))

    assert doubts.of_amount(total)["amount:near_twin"] == near


def _with_raw(one: Field, raw: str) -> Field:
    return one.model_copy(update={"raw": raw})


def _signs(one: Field) -> dict[str, float]:
    return dict(of_header(one, surroundings(record(one), CLEAR)))


@pytest.mark.parametrize(
    ("raw", "signs"),
    [("USD 5.00", (1.0, 0.0, 0.0)), ("$5.00", (0.0, 1.0, 0.0)), ("Toronto", (0.0, 0.0, 1.0))],
    ids=["code", "dollar", "place"],
)
def test_a_currency_tells_what_it_was_told_from(raw: str, signs: tuple[float, ...]) -> None:
    found = _signs(_with_raw(field("currency", "USD"), raw))

    assert tuple(found[f"currency:{name}"] for name in ("spelt", "dollar", "place")) == signs


@pytest.mark.parametrize(
    ("raw", "swappable"), [("04/05/2024", 1.0), ("04/13/2024", 0.0), ("05/05/2024", 0.0), ("4 May 2024", 0.0)]
)
def test_day_and_month_can_be_swapped_only_where_both_are_months(raw: str, swappable: float) -> None:
    assert _signs(_with_raw(field("issue_date", "2024-05-04"), raw))["date:swappable"] == swappable


def test_a_longer_reading_that_holds_this_one_is_a_sign() -> None:
    longer = Alternative(value="A-100-2024", raw="A-100-2024", confidence=0.1)

    assert _signs(field("invoice_number", "A-100", alternatives=(longer,)))["rival_longer"] == 1.0
    assert _signs(field("invoice_number", "A-100"))["rival_longer"] == 0.0


def _row(*names: str, text: str = "Bolt M8") -> Row:
    return tuple(field(name, text if name == "description" else "1.00") for name in names)


def test_a_row_unlike_its_fellows_stands_out() -> None:
    full, thin = _row("description", "quantity", "unit_price", "amount"), _row("description", "amount")
    found = doubts.of_row(thin, (full, full, thin))

    assert (found["row_thin"], found["row_last"]) == (1.0, 1.0)
    assert found["row_odd"] > doubts.of_row(full, (full, full, thin))["row_odd"] == 0.0


def test_a_row_without_words_is_hardly_an_item() -> None:
    row = _row("description", "quantity", "amount", text="19 100,00")

    assert of_cell(row[1], row, surroundings(record(lines=(row,)), CLEAR))["row_wordless"] == 1.0


def test_what_a_description_holds_besides_the_name_is_told() -> None:
    found = doubts.of_description(field("description", "Bolt M8\nBatch: 7"))

    assert (found["text:named"], found["text:lines"], found["text:numbered"]) == (1.0, 0.5, 1.0)


def test_a_name_that_stands_in_the_mail_address_is_told_from_another() -> None:
    mail = field("vendor_email", "billing@harrow-mills.example")
    found = [
        doubts.of_name(one, record(one, mail), {})["vendor_name:hosted"]
        for one in (field("vendor_name", "Harrow Mills"), field("vendor_name", "Lindenhof"))
    ]

    assert found == [1.0, 0.0]
