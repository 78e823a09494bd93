"""People, groups, tokens, sessions: every change is told to the ledger, and what may not be together is refused."""

from datetime import timedelta

import pytest

from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts, secrets, stay, tokens
from engine.runtime.people.accounts import Hand, Refused
from engine.store import ledger
from engine.store.database import reading
from tests.house import StoppedClock
from tests.runtime.people.doubles import DESK, HAND, enrolled, signed_in, told

CLERK = Hand("boss", Where(address="192.0.2.1", agent="Browser/2"))


def test_a_change_stands_in_the_ledger_with_who_and_from_where(house: House) -> None:
    accounts.add(house, "Paula", hand=CLERK)
    accounts.grant(house, "paula", Grant(role="reviewer", team="ap"), hand=CLERK)

    entry = told(house, "role_granted")[-1]

    assert (entry["actor"], entry["person"], entry["from"]) == (
        "boss",
        "paula",
        {"address": "192.0.2.1", "agent": "Browser/2"},
    )
    with reading(house.engine) as tx:
        assert ledger.verify(tx).is_intact


def test_no_secret_stands_in_the_ledger(house: House, clock: StoppedClock) -> None:
    factor = enrolled(house, clock, "quirin")
    session = signed_in(house, clock, "quirin", factor)
    token = tokens.add(house, "quirins-program", [Grant(role="viewer")], days=1, hand=HAND)
    link = accounts.link(house, "quirin", hand=HAND)

    with reading(house.engine) as tx:
        text = "".join(one.model_dump_json() for one in ledger.recent(tx, 100))

    assert [one for one in (factor.secret, session, token, link, secrets.digest(token)) if one in text] == []


@pytest.mark.parametrize("name", ["", "two words", "token:x", "a" * 101, "tab\tname"])
def test_a_name_that_is_none_is_refused(house: House, name: str) -> None:
    with pytest.raises(Refused):
        accounts.add(house, name, hand=HAND)


def test_capitals_do_not_make_another_person(house: House) -> None:
    accounts.add(house, "Rita", hand=HAND)

    with pytest.raises(Refused, match="already"):
        accounts.add(house, "RITA", hand=HAND)


@pytest.mark.parametrize("first", ["integration_admin", "environment_promoter", "operator", "people_admin", "service"])
def test_duties_that_stay_apart_are_not_given_to_one_person(house: House, first: str) -> None:
    name = f"sepp-{first}"
    accounts.add(house, name, hand=HAND)
    accounts.grant(house, name, Grant.model_validate({"role": first}), hand=HAND)

    with pytest.raises(Refused, match="may not hold both"):
        accounts.grant(house, name, Grant(role="approver"), hand=HAND)

    assert [one.role for one in accounts.find(house, name).grants] == [first]


def test_they_are_not_given_by_way_of_a_group_either(house: House) -> None:
    accounts.add(house, "tina", hand=HAND)
    accounts.grant(house, "tina", Grant(role="approver"), hand=HAND)
    accounts.grant_group(house, "integrators", Grant(role="integration_admin"), hand=HAND)

    with pytest.raises(Refused, match="may not hold both"):
        accounts.join(house, "integrators", "tina", hand=HAND)

    accounts.grant_group(house, "finance", Grant(role="viewer"), hand=HAND)
    accounts.join(house, "finance", "tina", hand=HAND)
    with pytest.raises(Refused, match="may not hold both"):
        accounts.grant_group(house, "finance", Grant(role="environment_promoter"), hand=HAND)


def test_a_group_brings_its_roles_and_takes_them_away(house: House) -> None:
    accounts.add(house, "ulla", hand=HAND)
    accounts.grant_group(house, "readers", Grant(role="viewer", types=("invoice",)), hand=HAND)

    accounts.join(house, "readers", "ulla", hand=HAND)
    within = accounts.find(house, "ulla").grants
    accounts.leave(house, "readers", "ulla", hand=HAND)

    assert (within, accounts.find(house, "ulla").grants) == ((Grant(role="viewer", types=("invoice",)),), ())


def test_a_session_ends_when_it_is_not_used(house: House, clock: StoppedClock) -> None:
    session = signed_in(house, clock, "vera", enrolled(house, clock, "vera"))
    clock.moment += timedelta(minutes=house.settings.session_idle_minutes)
    assert stay.asker(house, session, DESK) is not None

    clock.moment += timedelta(minutes=house.settings.session_idle_minutes, seconds=1)

    assert stay.asker(house, session, DESK) is None


def test_a_session_ends_after_its_time_however_much_it_is_used(house: House, clock: StoppedClock) -> None:
    session = signed_in(house, clock, "willi", enrolled(house, clock, "willi"))
    seen = []
    for _ in range(house.settings.session_hours * 2 + 1):
        clock.moment += timedelta(minutes=30)
        seen.append(stay.asker(house, session, DESK) is not None)

    assert seen == [True] * (house.settings.session_hours * 2 - 1) + [False] * 2


def test_who_is_let_out_is_out_at_once(house: House, clock: StoppedClock) -> None:
    session = signed_in(house, clock, "xaver", enrolled(house, clock, "xaver"))

    accounts.set_active(house, "xaver", is_active=False, hand=HAND)
    accounts.set_active(house, "xaver", is_active=True, hand=HAND)

    assert stay.asker(house, session, DESK) is None


def test_a_token_is_good_for_its_days_and_knows_when_it_was_used(house: House, clock: StoppedClock) -> None:
    token = tokens.add(house, "yard", [Grant(role="viewer")], days=2, hand=HAND)

    asker = tokens.asker(house, token, DESK)

    assert asker is not None
    assert (asker.name, asker.may("read_documents"), asker.may("correct_documents")) == ("token:yard", True, False)
    held = next(one.token for one in tokens.everyone(house) if one.token.name == "yard")
    assert (held.seen_at, held.address) == (clock.moment, "192.0.2.7")
    clock.moment += timedelta(days=2)
    assert tokens.asker(house, token, DESK) is None


def test_only_digests_of_secrets_are_kept(house: House, clock: StoppedClock) -> None:
    token = tokens.add(house, "zoo", [Grant(role="viewer")], days=1, hand=HAND)
    session = signed_in(house, clock, "zita", factor := enrolled(house, clock, "zita"))

    files = [one.read_bytes() for one in house.settings.home.rglob("postroom.sqlite*") if one.is_file()]

    assert [one for one in (token, session, factor.secret) if any(one.encode() in file for file in files)] == []
