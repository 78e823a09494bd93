"""What a document is worth in our books, and what no rate means."""

from datetime import date
from decimal import Decimal

import pytest

from engine.content.environment import Entity
from engine.model.masterdata import ExchangeRate
from engine.stages.books import Books, accounting_currency, rate_of

DAY = date(2026, 5, 1)
FOREIGN = Books(entity="1000", currency="EUR", billed="CHF", on=DAY, rate=Decimal("1.05"))


@pytest.mark.parametrize(
    ("country", "written", "currency"),
    [("DE", None, "EUR"), ("CH", None, "CHF"), ("PL", "EUR", "EUR"), ("ZZ", None, "")],
    ids=["euro country", "own currency", "as written", "not known"],
)
def test_books_are_kept_in_the_currency_of_the_country_or_as_written(
    country: str, written: str | None, currency: str
) -> None:
    assert accounting_currency(Entity(code="1", name="We", country=country, currency=written)) == currency


@pytest.mark.parametrize(
    ("rate", "per", "is_inverse", "worth"),
    [
        ("1.05", "1", False, "1.05"), ("0.62", "100", False, "0.0062"), ("0.8", "1", True, "1.25"),
        ("3", "1", True, "0.333333333333"), ("0", "1", False, None),
    ],
    ids=["direct", "per hundred", "kept the other way round", "without end", "senseless"],
)  # fmt: skip
def test_a_rate_is_what_one_unit_is_worth(rate: str, per: str, is_inverse: bool, worth: str | None) -> None:
    known = ExchangeRate(
        from_currency="CHF", to_currency="EUR", on=DAY, rate=Decimal(rate), per=Decimal(per), is_inverse=is_inverse
    )

    assert rate_of(known) == (None if worth is None else Decimal(worth))


def test_no_rate_is_no_rate_and_never_one() -> None:
    books = FOREIGN._replace(rate=rate_of(None))

    assert [one.code for one in books.findings()] == ["exchange_rate_missing"]
    assert books.held_against(["EUR"], Decimal(100)) == ("CHF", Decimal(100))
    with pytest.raises(ValueError, match="CHF to EUR"):
        books.worth(Decimal(100))


@pytest.mark.parametrize(
    ("listed", "seen"),
    [(["EUR"], ("EUR", "105.00")), (["CHF", "EUR"], ("CHF", "100")), (["USD"], ("CHF", "100"))],
    ids=["converted", "its own limit comes first", "no limit in either"],
)
def test_an_amount_is_converted_where_limits_are_in_our_currency(listed: list[str], seen: tuple[str, str]) -> None:
    assert FOREIGN.held_against(listed, Decimal(100)) == (seen[0], Decimal(seen[1]))


def test_a_document_in_our_own_currency_needs_no_rate() -> None:
    assert Books(currency="EUR", billed="EUR").findings() == ()
