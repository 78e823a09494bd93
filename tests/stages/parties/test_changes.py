"""What a request would change in the master data, and where it knows them wrongly."""

import pytest

from engine.model.record import Candidate, Match, Record
from engine.stages.parties.changes import changes_of, contradicted
from tests.stages.records import field, record

BIRCH = Candidate(
    kind="vendor", id="V1", name="Birch Tools Ltd",
    attributes=(
        ("vendor_street", "4 Mill Lane"), ("vendor_email", "office@birch.example"), ("vendor_tax_id", "GB123456782"),
        ("vendor_iban", "GB33BUKB20201555555555;DE02120300000000202051"), ("vendor_phone", "+44 20 7946 0000"),
    ),
)  # fmt: skip
VENDOR = Match(kind="vendor", outcome="one", chosen=BIRCH, candidates=(BIRCH,))


def asked(**fields: str) -> Record:
    return record(*(field(name, value) for name, value in fields.items()), type="change_request")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"new_street": "15 Orchard Parade"}, ["street: 4 Mill Lane -> 15 Orchard Parade"]),
        ({"new_street": "4 mill lane", "new_phone": "+44 (20) 79460000"}, []),
        ({"new_name": "Birch Tools PLC"}, ["name: Birch Tools Ltd -> Birch Tools PLC"]),
        ({"new_contact_name": "Anna Novak"}, ["contact_name: none -> Anna Novak"]),
        ({"new_iban": "DE02 1203 0000 0000 2020 51"}, []),
        ({"new_iban": "DE02500105170137075030"}, ["iban: ...5555, ...2051 -> ...5030"]),
    ],
    ids=[
        "another",
        "as it is, spelled otherwise",
        "legal form",
        "nothing kept of it",
        "one of the accounts",
        "account",
    ],
)
def test_only_what_is_not_so_already_is_a_change(fields: dict[str, str], told: list[str]) -> None:
    assert [one.told for one in changes_of(asked(**fields), VENDOR)] == told


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"account_name": "Birch Tools", "account_street": "4 Mill Lane", "account_email": "emma@birch.example"}, ()),
        ({"account_tax_id": "123456782", "account_city": "Bath"}, ()),
        ({"account_iban": "DE02500105170137075030"}, ("account_iban",)),
        ({"account_name": "Ash Ltd", "account_email": "office@ash.example"}, ("account_name", "account_email")),
    ],
    ids=["knows it", "number without country, city not kept", "another account", "another company"],
)
def test_who_knows_todays_values_wrongly_is_told(fields: dict[str, str], names: tuple[str, ...]) -> None:
    assert contradicted(asked(**fields), VENDOR) == names


def test_nobodys_account_is_changed() -> None:
    several = Match(kind="vendor", outcome="several", candidates=(BIRCH,))

    assert changes_of(asked(new_street="15 Orchard Parade"), several) == ()
    assert contradicted(asked(account_street="9 High Street"), several) == ()
