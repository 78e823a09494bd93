import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store import keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH", "MUELLER UND SOEHNE"),
        ("Weiß Straßenbau GmbH & Co. KG", "Weiss Strassenbau"),
        ("Société Générale d'Énergie S.A.R.L.", "SOCIETE GENERALE DENERGIE SARL"),
        ("Officine Verdi S.p.A.", "Officine Verdi spa"),
        ("Jansen B.V.", "Jansen B V"),
        ("Łódź Transport Sp. z o.o.", "Lodz Transport"),
        ("A.B.C. Services Ltd.", "ABC Services Limited"),
        ("A. B. C. Services", "ABC Services"),
        ("Østergård A/S", "Ostergard AS"),
        ("Construcciones Peña, S.L.", "CONSTRUCCIONES PENA"),
        ("O\u2019Neill Inc", "O'Neill, Inc."),
        ("\ufb01ne \uff21rts", "Fine Arts"),
    ],
)
def test_spellings_of_one_name_have_the_same_words(one: str, other: str) -> None:
    assert keys.name_tokens(one) == keys.name_tokens(other) != []


def test_different_names_have_different_words() -> None:
    assert keys.name_tokens("Müller Bau GmbH") != keys.name_tokens("Möller Bau GmbH")


def test_a_name_of_legal_forms_only_keeps_its_words() -> None:
    assert keys.name_tokens("The Company Inc.") == ["the", "company", "inc"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DE123456789", "DE 123 456 789"),
        ("DE123456789", "123456789"),
        ("ATU12345678", "U12345678"),
        ("CHE-123.456.789 MWST", "CHE123456789"),
        ("NL123456789B01", "nl 1234.56.789.b01"),
        ("NO 123 456 789 MVA", "123456789"),
        ("GR123456789", "EL123456789"),
        ("FR12345678901; DE999999999", "999999999"),
    ],
)
def test_spellings_of_one_tax_id_agree(one: str, other: str) -> None:
    assert keys.tax_ids(one) & keys.tax_ids(other)
    assert keys.same_tax_id(one, other)
    assert keys.same_tax_id(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("DE123456789", "FI123456789"), ("DE123456789", "DE123456780"), ("DE123456789", ""), ("n/a", "n/a"), ("-", "-")],
)
def test_other_tax_ids_do_not_agree(one: str, other: str) -> None:
    assert keys.same_tax_id(one, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HRB 12345, Amtsgericht München", "HRB12345"),
        ("HRB 12345 B", "AG Musterstadt HRB 12345"),
        ("123 456 789 00012", "123456789"),
        ("0123.456.789", "0123456789"),
    ],
)
def test_spellings_of_one_register_number_share_a_key(one: str, other: str) -> None:
    assert keys.registration_ids(one) & keys.registration_ids(other)


@pytest.mark.parametrize("text", ["", "n/a", "none", "12", "unbekannt"])
def test_what_is_no_identifier_has_no_key(text: str) -> None:
    assert keys.tax_ids(text) == keys.registration_ids(text) == keys.ibans(text) == set()


def test_one_vendor_may_have_several_accounts() -> None:
    found = keys.ibans("DE89 3704 0044 0532 0130 00; gb29nwbk60161331926819")

    assert found == {"DE89370400440532013000", "GB29NWBK60161331926819"}


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("Billing@EU.Acme.com", {"acme.com"}),
        ("acme.co.uk", {"acme.co.uk"}),
        ("ap@sub.acme.co.uk", {"acme.co.uk"}),
        ("<info@acme.de>", {"acme.de"}),
        ("info@acme.de, office@acme.at", {"acme.de", "acme.at"}),
        ("someone@gmail.com", set()),
        ("no address", set()),
        ("", set()),
    ],
)
def test_the_domain_of_an_address_is_the_registered_one(text: str, domains: set[str]) -> None:
    assert keys.email_domains(text) == domains


@pytest.mark.parametrize("text", ["PO-0815", "po 0815", "PO0815", "\uff30O/0815"])
def test_spellings_of_one_order_number_have_one_key(text: str) -> None:
    assert keys.order_number(text) == "PO0815"


def test_leading_zeros_of_an_order_number_do_not_count() -> None:
    assert keys.order_number("0004500012345") == keys.order_number("4500012345")
    assert keys.order_number("000") == "000"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_keys(text: str) -> None:
    assert all(keys.name_tokens(text))
    assert all(keys.tax_ids(text) | keys.registration_ids(text) | keys.ibans(text) | keys.email_domains(text))
    assert keys.fold(keys.fold(text)) is not None


@given(st.text())
def test_the_words_of_a_name_do_not_depend_on_case(text: str) -> None:
    assert keys.fold(text) == keys.fold(text.casefold())
