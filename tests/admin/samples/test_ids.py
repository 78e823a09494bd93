import random

import pytest
from stdnum import iban
from stdnum.eu import vat

from admin.samples import ids
from admin.samples.world import company, strangers, vendors

_EUROPE = ("AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PL")


@pytest.mark.parametrize("country", _EUROPE)
def test_tax_numbers_of_the_union_pass_their_check(country: str) -> None:
    rng = random.Random(country)

    assert all(vat.is_valid(ids.tax_id(rng, country)) for _ in range(20))


@pytest.mark.parametrize("country", [*_EUROPE, "CH", "GB"])
def test_bank_accounts_pass_their_check(country: str) -> None:
    rng = random.Random(country)

    assert all(iban.is_valid(ids.iban(rng, country)) for _ in range(20))


@pytest.mark.parametrize("country", ["US", "JP"])
def test_countries_without_iban_have_none(country: str) -> None:
    assert ids.iban(random.Random(1), country) == ""


def test_a_number_that_cannot_be_completed_is_an_error() -> None:
    with pytest.raises(ValueError, match="no check digits fit 12"):
        ids.complete("12?", lambda _number: False)


def test_the_buying_company_is_that_of_the_demo_environment() -> None:
    assert (company().name, company().tax_id) == ("Lindenhof Handels GmbH", "DE250815845")


def test_no_two_parties_share_a_number_an_account_or_a_mail_address() -> None:
    parties = (*vendors(), *strangers(), company())

    for name in ("id", "tax_id", "email"):
        values = [getattr(party, name) for party in parties]
        assert len(set(values)) == len(values), name
    accounts = [party.iban for party in parties if party.iban]
    assert len(set(accounts)) == len(accounts)


def test_every_mail_address_is_one_that_cannot_exist() -> None:
    assert {party.email.rsplit(".", 1)[1] for party in (*vendors(), *strangers(), company())} == {"example"}
