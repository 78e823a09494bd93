import pytest

from engine.stages.canonical.currency import settle_currency
from tests.stages.canonical.fields import field, named


@pytest.mark.parametrize(
    ("raw", "value", "country", "code"),
    [
        ("$", "USD", "CA", "CAD"), ("$ 1,234.00", "USD", "AU", "AUD"), ("$", "USD", "US", "USD"), ("kr", "SEK", "DK", "DKK"), ("\u00a5", "JPY", "CN", "CNY"), ("Rs.", "INR", "PK", "PKR"),
        ("$", "USD", "DE", "USD"), ("USD", "USD", "CA", "USD"), ("US$", "USD", "CA", "USD"), ("\u20ac", "EUR", "CA", "EUR"),
    ],
)  # fmt: skip
def test_a_shared_sign_means_the_currency_of_the_vendors_country(raw: str, value: str, country: str, code: str) -> None:
    fields = named(field("currency", value, raw=raw), field("vendor_country", country))

    found = settle_currency(fields)["currency"]

    assert found.value == code
    assert found.raw == raw
    assert [other.value for other in found.alternatives] == ([value] if code != value else [])


def test_a_vendor_of_two_countries_settles_nothing() -> None:
    fields = named(field("currency", "USD", raw="$"), field("vendor_country", "CA"), field("vendor_iban", "DE89370400440532013000"))  # fmt: skip

    assert settle_currency(fields) == fields
