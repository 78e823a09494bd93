from engine.model.field import by_name
from engine.stages.canonical.amounts import settle_row, settle_sums
from tests.stages.canonical.fields import field, named


def test_the_sum_settles_what_a_point_means() -> None:
    total = field("total", "1.234", raw="1.234")
    fields = named(field("subtotal", "1037.00"), field("tax_total", "197.00"), total, field("currency", "EUR"))

    found, findings = settle_sums(fields, ())

    assert (found["total"].value, found["total"].raw, findings) == ("1234", "1.234", ())
    assert [one.value for one in found["total"].alternatives] == ["1.234"]


def test_a_reading_that_adds_up_stays_and_keeps_the_other() -> None:
    fields = named(field("subtotal", "1000"), field("tax_total", "234"), field("total", "1234", raw="1.234"))

    found, findings = settle_sums(fields, ())

    assert (found["total"].value, [one.value for one in found["total"].alternatives]) == ("1234", ["1.234"])
    assert findings == ()


def test_an_amount_that_nothing_settles_is_told() -> None:
    _, (finding,) = settle_sums(named(field("total", "1.234"), field("currency", "EUR")), ())

    assert (finding.code, finding.fields) == ("amount_ambiguous", ("total",))
    assert finding.evidence == (("total", "1.234 or 1234"),)


def test_thousands_without_decimals_are_no_doubt_in_euro() -> None:
    assert settle_sums(named(field("total", "1234", raw="1.234"), field("currency", "EUR")), ())[1] == ()


def test_thousands_in_the_spelling_of_the_currency_are_no_doubt() -> None:
    fields = named(field("total", "2025.00", raw="2.025"), field("currency", "EUR"))

    assert settle_sums(fields, ())[1] == ()


def test_thousandths_are_a_doubt_where_the_currency_has_three_decimals() -> None:
    assert settle_sums(named(field("total", "1234", raw="1.234"), field("currency", "KWD")), ())[1]


def test_another_number_that_proves_the_mark_leaves_no_doubt() -> None:
    fields = named(field("total", "1.234"), field("charge_total", "12.50"))

    assert settle_sums(fields, ())[1] == ()


def test_a_quantity_is_read_so_that_the_line_adds_up() -> None:
    line = (field("quantity", "1500", raw="1.500"), field("unit_price", "2.00"), field("amount", "3.00"))

    found = by_name(settle_row(line))

    assert (found["quantity"].value, found["quantity"].raw) == ("1.500", "1.500")


def test_a_line_that_adds_up_or_that_no_reading_mends_stays() -> None:
    fine = (field("quantity", "1500", raw="1.500"), field("unit_price", "2.00"), field("amount", "3000.00"))
    off = (field("quantity", "1500", raw="1.500"), field("unit_price", "2.00"), field("amount", "7.00"))

    assert (settle_row(fine), settle_row(off)) == (fine, off)


def test_yen_rounded_to_whole_ones_are_not_read_as_thousandths() -> None:
    line = (
        field("quantity", "12.75"),
        field("unit_price", "10954", raw="10,954"),
        field("amount", "139664", raw="139,664"),
    )

    assert settle_row(line) == line
