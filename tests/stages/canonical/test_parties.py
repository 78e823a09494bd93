import pytest

from engine.stages.canonical.parties import party_findings, vendor_countries, vendor_parts
from tests.stages.canonical.fields import field, named


def test_name_and_address_come_apart() -> None:
    fields = named(field("vendor_name", "Muster GmbH"), field("vendor_address", "Hauptstr. 5a, 10115 Berlin"), field("vendor_tax_id", "DE136695976"))  # fmt: skip

    found = {name: one.value for name, one in vendor_parts(fields).items()}

    assert found == {
        "vendor_legal_form": "GmbH", "vendor_street": "Hauptstr.", "vendor_house_number": "5a", "vendor_postcode": "10115",
        "vendor_city": "Berlin", "vendor_country": "DE",
    }  # fmt: skip


def test_parts_that_the_document_states_stay() -> None:
    fields = named(field("vendor_address", "Hauptstr. 5a, 10115 Berlin"), field("vendor_city", "BERLIN"))

    assert "vendor_city" not in vendor_parts(fields)


def test_an_address_without_postcode_gives_no_parts() -> None:
    assert vendor_parts(named(field("vendor_address", "Main Street 5"))) == {}


def test_parts_lead_back_to_where_they_come_from() -> None:
    found = vendor_parts(named(field("vendor_name", "Muster GmbH")))["vendor_legal_form"]

    assert (found.provenance.how, found.provenance.source) == ("inferred", ("vendor_name",))


def test_the_numbers_of_the_vendor_name_its_country() -> None:
    fields = named(field("vendor_tax_id", "DE136695976"), field("vendor_iban", "AT611904300234573201"))

    assert vendor_countries(fields) == ("DE", "AT")


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"vendor_bic": "DEUTDEFF", "vendor_iban": "DE89370400440532013000"}, []),
        ({"vendor_bic": "DEUTDE"}, ["bic_invalid"]),
        ({"vendor_bic": "BKAUATWW", "vendor_iban": "DE89370400440532013000"}, ["bic_differs_from_iban"]),
        ({"vendor_registration_id": "732829321", "vendor_country": "FR"}, ["registration_id_invalid"]),
        ({"vendor_registration_id": "732829320", "vendor_country": "FR"}, []),
        ({"vendor_registration_id": "HRB 12345", "vendor_country": "DE"}, []),
        ({"vendor_registration_id": "RCS Paris 732829321", "vendor_country": "FR"}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_numbers_with_a_checksum_are_checked(values: dict[str, str], codes: list[str]) -> None:
    fields = named(*(field(name, value) for name, value in values.items()))

    assert [one.code for one in party_findings(fields)] == codes
