"""How numbers, dates and money are written, by country and layout."""

from datetime import date
from decimal import Decimal
from typing import Literal

from babel.dates import get_month_names

from admin.samples.ids import grouped
from engine.model.money import exponent

DateStyle = Literal["numeric", "long", "iso", "short"]
MoneyStyle = Literal["bare", "code_before", "code_after", "symbol_before", "symbol_after"]

_MARKS = {
    "DE": ".,",
    "AT": ".,",
    "ES": ".,",
    "IT": ".,",
    "NL": ".,",
    "BE": ".,",
    "FR": "\xa0,",
    "PL": "\xa0,",
    "LV": "\xa0,",
    "PT": ".,",
    "CH": "'.",
}
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "CHF": "CHF", "PLN": "PLN"}
_NUMERIC = {"FR": "%d/%m/%Y", "ES": "%d/%m/%Y", "IT": "%d/%m/%Y", "GB": "%d/%m/%Y", "IE": "%d/%m/%Y", "US": "%m/%d/%Y",
            "NL": "%d-%m-%Y", "BE": "%d/%m/%Y", "JP": "%Y/%m/%d", "PL": "%d.%m.%Y", "PT": "%d/%m/%Y", "LV": "%d.%m.%Y."}  # fmt: skip

_LONG = {"us": "{month} {day}, {year}", "de": "{day}. {month} {year}", "es": "{day} de {month} de {year}", "pt": "{day} de {month} de {year}",
         "lv": "{year}. gada {day}. {month}"}  # fmt: skip


def plain(number: Decimal) -> str:
    """Return a number without an exponent and without needless zeros: `12.5`."""
    text = f"{number.normalize():f}"
    return "0" if text == "-0" else text


def canonical(amount: Decimal, currency: str) -> str:
    """Return an amount as truth has it: all decimals of the currency, a point, no separators."""
    return f"{amount:.{exponent(currency)}f}"


def amount(value: Decimal, *, country: str, currency: str) -> str:
    """Return an amount in the notation of a country: `1.234,50`, `1 234,50`, `1'234.50`, `1,234.50`."""
    return _marked(f"{value:,.{exponent(currency)}f}", country)


def quantity(value: Decimal, *, country: str) -> str:
    """Return a quantity or percentage with as many decimals as it needs."""
    whole, _, rest = plain(value).partition(".")
    return _marked(f"{int(whole):,}" + (f".{rest}" if rest else ""), country)


def money(value: Decimal, *, country: str, currency: str, style: MoneyStyle) -> str:
    """Return an amount with its currency as code or symbol, before or behind."""
    if value < 0:
        return f"-{money(-value, country=country, currency=currency, style=style)}"
    text = amount(value, country=country, currency=currency)
    sign = currency if style.startswith("code") else _SYMBOLS[currency]
    if style == "bare":
        return text
    if style == "code_after" or (style == "symbol_after" and sign not in "£$¥"):
        return f"{text} {sign}"
    return f"{sign}{text}" if len(sign) == 1 else f"{sign} {text}"


def day(value: date, *, country: str, language: str, style: DateStyle) -> str:
    """Return a date: numeric in the order of the country, ISO, or with the month's name."""
    if style == "iso":
        return value.isoformat()
    if style == "numeric":
        return value.strftime(_NUMERIC.get(country, "%d.%m.%Y"))
    month = str(get_month_names("wide" if style == "long" else "abbreviated", locale=language)[value.month])
    order = "us" if country == "US" else language
    return _LONG.get(order, "{day} {month} {year}").format(day=value.day, month=month, year=value.year)


def account(iban: str) -> str:
    """Return an IBAN as people write it."""
    return grouped(iban)


def _marked(text: str, country: str) -> str:
    return text.translate(str.maketrans(",.", _MARKS.get(country, ",.")))
