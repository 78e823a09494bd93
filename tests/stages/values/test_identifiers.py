import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.values.countries import agreed, country_code, country_of_iban, country_of_tax_id
from engine.stages.values.identifiers import Kind, bic_country, gtin_of, is_valid

NUMBERS: list[tuple[Kind, str, str | None, bool | None]] = [
    ("iban", "DE89 3704 0044 0532 0130 00", None, True), ("iban", "DE89 3704 0044 0532 0130 01", None, False), ("iban", "GB82WEST12345698765432", None, True), ("iban", "DE8937040044", None, False),
    ("bic", "DEUTDEFF", None, True), ("bic", "DEUTDEFF500", None, True), ("bic", "DEUTDE", None, False), ("bic", "12345678", None, False),
    ("vat", "DE136695976", None, True), ("vat", "DE136695977", None, False), ("vat", "ATU13585627", None, True), ("vat", "FR40303265045", None, True), ("vat", "NL004495445B01", None, True), ("vat", "IT00743110157", None, True),
    ("vat", "CHE-107.787.577 IVA", None, True), ("vat", "CHE-107.787.578 IVA", None, False), ("vat", "NO 995 525 828 MVA", None, True), ("vat", "GB 980 7806 84", None, True), ("vat", "EL094259216", None, True), ("vat", "00743110157", "IT", True),
    ("vat", "51 824 753 556", "AU", True), ("vat", "27AAPFU0939F1ZV", "IN", True), ("vat", "27AAPFU0939F1ZX", "IN", False), ("vat", "123456", None, None), ("vat", "", None, None), ("vat", "12.345.678/0001-95", "BR", True),
    ("registration", "732 829 320 00074", "FR", True), ("registration", "732829320", "FR", True), ("registration", "732829321", "FR", False), ("registration", "556703-7485", "SE", True), ("registration", "2077474-0", "FI", True), ("registration", "HRB 12345", "DE", None),
    ("gtin", "4006381333931", None, True), ("gtin", "4006381333932", None, False), ("gtin", "96385074", None, True), ("gtin", "036000291452", None, True), ("gtin", "12345", None, False),
    ("gln", "4012345000009", None, True), ("gln", "4012345000008", None, False), ("lei", "213800KUD8LAJWSQ9D15", None, True), ("lei", "213800KUD8LAJWSQ9D16", None, False), ("duns", "15-048-3782", None, True), ("duns", "1504837", None, False),
    ("siret", "73282932000074", None, True), ("siret", "73282932000075", None, False), ("siren", "732829320", None, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "number", "country", "expected"), NUMBERS, ids=[f"{row[0]} {row[1]} {row[2] or ''}" for row in NUMBERS]
)
def test_a_number_proves_itself(kind: Kind, number: str, country: str | None, expected: bool | None) -> None:
    assert is_valid(kind, number, country) is expected


def test_an_item_code_with_a_right_check_digit_is_a_gtin() -> None:
    assert gtin_of("400 638 133 3931") == "4006381333931"
    assert gtin_of("A-100") is None


def test_a_bic_names_its_country() -> None:
    assert bic_country("deutdeff 500") == "DE"
    assert bic_country("nothing") is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Germany", "DE"), ("Deutschland", "DE"), ("ALLEMAGNE", "DE"), ("Niemcy", "DE"), ("Italia", "IT"), ("U.K.", "GB"), ("England", "GB"), ("USA", "US"), ("Österreich", "AT"), ("Schweiz", "CH"),
        ("Suisse", "CH"), ("España", "ES"), ("Česká republika", "CZ"), ("Suomi", "FI"), ("日本", "JP"), ("FR", "FR"), ("Berlin", None), ("", None), ("XX", None),
    ],
)  # fmt: skip
def test_a_country_is_known_in_many_languages(printed: str, code: str | None) -> None:
    assert country_code(printed) == code


@pytest.mark.parametrize(
    ("number", "code"),
    [("DE136695976", "DE"), ("EL094259216", "GR"), ("CHE107787577", "CH"), ("XI123456789", "GB"), ("12-3456789", None)],
)
def test_a_tax_id_names_its_country(number: str, code: str | None) -> None:
    assert country_of_tax_id(number) == code


def test_signs_of_two_countries_name_none() -> None:
    assert agreed(["DE", None, "DE"]) == "DE"
    assert agreed(["DE", "AT"]) is None
    assert country_of_iban("GB82WEST12345698765432") == "GB"


@given(digits=st.text("0123456789", min_size=12, max_size=12), place=st.integers(0, 12), by=st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, by: int) -> None:
    check = next(str(c) for c in range(10) if is_valid("gtin", f"{digits}{c}"))
    right = digits + check
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]

    assert is_valid("gtin", wrong) is False
