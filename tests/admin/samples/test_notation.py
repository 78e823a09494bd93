from datetime import date
from decimal import Decimal

import pytest

from admin.samples import notation


@pytest.mark.parametrize(
    ("country", "currency", "text"),
    [
        ("DE", "EUR", "1.234,50"),
        ("FR", "EUR", "1\xa0234,50"),
        ("CH", "CHF", "1'234.50"),
        ("GB", "GBP", "1,234.50"),
        ("JP", "JPY", "1,234"),
    ],
)
def test_amounts_are_written_as_in_the_country(country: str, currency: str, text: str) -> None:
    assert notation.amount(Decimal("1234.5"), country=country, currency=currency) == text


@pytest.mark.parametrize(
    ("style", "text"),
    [("code_after", "9,50 EUR"), ("code_before", "EUR 9,50"), ("symbol_after", "9,50 €"), ("symbol_before", "€9,50")],
)
def test_the_currency_stands_where_the_layout_wants_it(style: notation.MoneyStyle, text: str) -> None:
    assert notation.money(Decimal("9.5"), country="DE", currency="EUR", style=style) == text


def test_a_minus_stands_before_the_pound_sign() -> None:
    assert notation.money(Decimal(-3), country="GB", currency="GBP", style="symbol_before") == "-£3.00"


@pytest.mark.parametrize(
    ("country", "language", "style", "text"),
    [
        ("DE", "de", "numeric", "04.03.2025"),
        ("FR", "fr", "numeric", "04/03/2025"),
        ("NL", "nl", "numeric", "04-03-2025"),
        ("US", "en", "numeric", "03/04/2025"),
        ("US", "en", "long", "March 4, 2025"),
        ("DE", "de", "long", "4. März 2025"),
        ("ES", "es", "long", "4 de marzo de 2025"),
        ("IT", "it", "iso", "2025-03-04"),
    ],
)
def test_dates_are_written_as_in_the_country(country: str, language: str, style: notation.DateStyle, text: str) -> None:
    assert notation.day(date(2025, 3, 4), country=country, language=language, style=style) == text


def test_quantities_lose_needless_zeros() -> None:
    assert notation.quantity(Decimal("1250.50"), country="DE") == "1.250,5"
    assert notation.plain(Decimal("100.00")) == "100"
