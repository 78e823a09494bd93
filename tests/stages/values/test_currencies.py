import pytest

from engine.stages.values.currencies import currency_code, home_currency, is_shared, usual_currency

SIGNS: list[tuple[str, str | None, str | None]] = [
    ("$", "US", "USD"), ("$", "CA", "CAD"), ("$", "AU", "AUD"), ("$", "MX", "MXN"), ("$", "NZ", "NZD"), ("$", "Mexico", "MXN"), ("$", None, None), ("$", "DE", None),
    ("kr", "SE", "SEK"), ("kr.", "DK", "DKK"), ("Kr", "NO", "NOK"), ("kr", "IS", "ISK"), ("kr", None, None), ("\u00a5", "CN", "CNY"), ("\u00a5", "JP", "JPY"), ("\u00a5", None, None),
    ("\u00a3", "GB", "GBP"), ("\u00a3", "EG", "EGP"), ("Rs.", "IN", "INR"), ("Rs", "PK", "PKR"), ("Fr.", "CH", "CHF"), ("lei", "RO", "RON"), ("R", "ZA", "ZAR"),
    ("R$", None, "BRL"), ("US$", "CA", "USD"), ("C$", None, "CAD"), ("A$", None, "AUD"), ("HK$", None, "HKD"), ("\u20ac", None, "EUR"), ("EUR", None, "EUR"), ("eur", None, "EUR"),
    ("z\u0142", None, "PLN"), ("K\u010d", None, "CZK"), ("Ft", None, "HUF"), ("RM", None, "MYR"), ("\u20b9", None, "INR"), ("S/.", None, "PEN"), ("CHF", None, "CHF"), ("xyz", None, None), ("", None, None), ("Euro", None, "EUR"),
]  # fmt: skip


@pytest.mark.parametrize(("sign", "country", "code"), SIGNS)
def test_a_sign_means_the_currency_of_the_country(sign: str, country: str | None, code: str | None) -> None:
    assert currency_code(sign, country) == code


def test_a_shared_sign_is_known_as_such() -> None:
    assert is_shared("$")
    assert not is_shared("\u20ac")
    assert (usual_currency("$"), usual_currency("kr")) == ("USD", None)


def test_a_country_has_a_currency() -> None:
    assert (home_currency("DE"), home_currency("SE"), home_currency("AQ")) == ("EUR", "SEK", None)
