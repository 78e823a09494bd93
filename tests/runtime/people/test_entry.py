"""Signing in: what lets a person in, and what does not."""

from datetime import timedelta

import pyotp
import pytest

from engine.model.person import Where
from engine.runtime.house import House
from engine.runtime.people import accounts, brake, entry, stay
from engine.runtime.people.entry import NotLetIn
from tests.house import StoppedClock
from tests.runtime.people.doubles import DESK, HAND, PASSWORD, enrolled, signed_in, told


def test_a_password_and_a_code_begin_a_session(house: House, clock: StoppedClock) -> None:
    factor = enrolled(house, clock, "anna")

    asker = stay.asker(house, signed_in(house, clock, "ANNA", factor), DESK)

    assert asker is not None
    assert (asker.name, asker.kind, asker.where) == ("anna", "person", DESK)
    assert told(house, "signed_in")[-1]["from"] == {"address": "192.0.2.7", "agent": "Browser/1"}


def test_a_password_alone_is_no_session(house: House, clock: StoppedClock) -> None:
    enrolled(house, clock, "bert")

    half = entry.with_password(house, "bert", PASSWORD, DESK)

    assert half.needs_code
    assert stay.asker(house, half.secret, DESK) is None


@pytest.mark.parametrize("name", ["carla", "nobody-of-this-name"])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(house: House, clock: StoppedClock, name: str) -> None:
    if name == "carla":
        enrolled(house, clock, "carla")

    with pytest.raises(NotLetIn, match=r"^The name or the password is wrong\.$"):
        entry.with_password(house, name, "not the password", Where(address="192.0.2.8"))


def test_a_code_is_taken_once(house: House, clock: StoppedClock) -> None:
    factor = enrolled(house, clock, "dora")
    code = factor.at(clock.now())
    entry.with_code(house, entry.with_password(house, "dora", PASSWORD, DESK).secret, code, DESK)

    with pytest.raises(NotLetIn, match="used already"):
        entry.with_code(house, entry.with_password(house, "dora", PASSWORD, DESK).secret, code, DESK)


def test_a_code_of_two_minutes_ago_is_too_old(house: House, clock: StoppedClock) -> None:
    factor = enrolled(house, clock, "emil")
    half = entry.with_password(house, "emil", PASSWORD, DESK)

    with pytest.raises(NotLetIn, match="wrong"):
        entry.with_code(house, half.secret, factor.at(clock.now() - timedelta(minutes=2)), DESK)


def test_after_five_failures_even_the_right_password_has_to_wait(house: House, clock: StoppedClock) -> None:
    enrolled(house, clock, "frida")
    for _ in range(brake.NAME.free):
        with pytest.raises(NotLetIn, match="wrong"):
            entry.with_password(house, "frida", "not the password", Where(address="192.0.2.9"))

    with pytest.raises(NotLetIn, match="Too many tries"):
        entry.with_password(house, "frida", PASSWORD, DESK)
    clock.moment += timedelta(seconds=31)
    assert entry.with_password(house, "frida", PASSWORD, DESK).needs_code
    assert told(house, "sign_in_braked")[-1]["name"] == "frida"


def test_each_failure_more_doubles_the_wait_up_to_an_hour() -> None:
    assert [brake.wait(n).total_seconds() for n in (0, 1, 2, 7, 400)] == [30, 60, 120, 3600, 3600]


def test_an_address_that_tries_many_names_is_slowed_down(house: House) -> None:
    attacker = Where(address="198.51.100.66")
    for number in range(brake.ADDRESS.free):
        with pytest.raises(NotLetIn, match="wrong"):
            entry.with_password(house, f"guess{number}", "123456789012", attacker)

    with pytest.raises(NotLetIn, match="Too many tries"):
        entry.with_password(house, "another", "123456789012", attacker)


def test_many_who_sign_in_from_one_office_are_not_slowed_down(house: House, clock: StoppedClock) -> None:
    enrolled(house, clock, "gerd")
    office = Where(address="203.0.113.1")

    for _ in range(brake.ADDRESS.free + 3):
        assert entry.with_password(house, "gerd", PASSWORD, office).needs_code


def test_guessing_codes_is_slowed_down(house: House, clock: StoppedClock) -> None:
    factor = enrolled(house, clock, "hanna")
    half = entry.with_password(house, "hanna", PASSWORD, DESK)
    for _ in range(brake.CODE.free):
        with pytest.raises(NotLetIn, match="wrong"):
            entry.with_code(house, half.secret, "000000" if factor.at(clock.now()) != "000000" else "1", DESK)

    with pytest.raises(NotLetIn, match="Too many tries"):
        entry.with_code(house, half.secret, factor.at(clock.now()), DESK)


def test_a_link_is_good_once(house: House, clock: StoppedClock) -> None:
    accounts.add(house, "ida", hand=HAND)
    link, factor = accounts.link(house, "ida", hand=HAND), pyotp.TOTP(entry.new_totp())
    given = {"password": PASSWORD, "totp_secret": factor.secret, "code": factor.at(clock.now()), "where": DESK}

    entry.with_link(house, link, **given)  # type: ignore[arg-type]

    with pytest.raises(NotLetIn, match="used already"):
        entry.with_link(house, link, **given)  # type: ignore[arg-type]


def test_a_link_is_good_for_a_day_and_until_the_next_one(house: House, clock: StoppedClock) -> None:
    accounts.add(house, "jana", hand=HAND)
    earlier = accounts.link(house, "jana", hand=HAND)
    link = accounts.link(house, "jana", hand=HAND)

    with pytest.raises(NotLetIn):
        entry.of_link(house, earlier)
    assert entry.of_link(house, link).name == "jana"
    clock.moment += timedelta(hours=accounts.LINK_HOURS, seconds=1)
    with pytest.raises(NotLetIn):
        entry.of_link(house, link)


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "at least 12"), ("kurt and 4 more", "your name"), ("aaaaaaaaaaaaaa", "easy"), ("x" * 201, "at most")],
)
def test_a_weak_password_is_refused_with_the_reason(house: House, password: str, why: str) -> None:
    if "kurt" not in {one.name for one in accounts.everyone(house)}:
        accounts.add(house, "kurt", hand=HAND)
    link = accounts.link(house, "kurt", hand=HAND)

    with pytest.raises(NotLetIn, match=why):
        entry.with_link(house, link, password=password, totp_secret=None, code="", where=DESK)


def test_where_a_second_factor_is_needed_nobody_gets_by_without(house: House) -> None:
    accounts.add(house, "lars", hand=HAND)
    link = accounts.link(house, "lars", hand=HAND)

    with pytest.raises(NotLetIn, match="second factor"):
        entry.with_link(house, link, password=PASSWORD, totp_secret=None, code="", where=DESK)


def test_where_it_is_a_matter_of_taste_a_password_is_enough(optional: House) -> None:
    accounts.add(optional, "mona", hand=HAND)
    link = accounts.link(optional, "mona", hand=HAND)
    entry.with_link(optional, link, password=PASSWORD, totp_secret=None, code="", where=DESK)

    assert not entry.with_password(optional, "mona", PASSWORD, DESK).needs_code


def test_a_reset_factor_ends_sessions_and_asks_for_a_new_one(house: House, clock: StoppedClock) -> None:
    factor = enrolled(house, clock, "nils")
    session = signed_in(house, clock, "nils", factor)

    link = accounts.reset_totp(house, "nils", hand=HAND)

    assert stay.asker(house, session, DESK) is None
    with pytest.raises(NotLetIn, match="second factor"):
        entry.with_password(house, "nils", PASSWORD, DESK)
    assert entry.of_link(house, link).name == "nils"
