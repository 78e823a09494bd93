"""People, sessions, links and brakes on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from engine.model.person import Person, Where
from engine.model.rights import Grant
from engine.store import brakes, people, sessions
from engine.store.database import reading, transaction
from engine.store.sessions import ServiceToken, Session
from tests.store.factories import NOON, later

ANNA = Person(id="a" * 32, name="anna", full_name="Anna Berger", made_at=NOON)
DAY = timedelta(days=1)


@pytest.fixture
def house(engine: Engine) -> Engine:
    with transaction(engine) as tx:
        people.add(tx, ANNA)
    return engine


def session(number: int, **changes: object) -> Session:
    values = {
        "id": f"s{number}", "person_id": ANNA.id, "is_whole": True, "way": "password", "made_at": NOON, "seen_at": later(number),
        "ends_at": NOON + DAY, "address": "192.0.2.1", "agent": "B/1", **changes,
    }  # fmt: skip
    return Session.model_validate(values)


def test_a_person_is_found_by_name_id_and_subject(house: Engine) -> None:
    known = ANNA.model_copy(update={"id": "b" * 32, "name": "bert", "issuer": "https://id.example"})
    with transaction(house) as tx:
        people.add(tx, known, subject="4711")

    with reading(house) as tx:
        assert people.get(tx, ANNA.id) == people.named(tx, "anna") == ANNA
        assert people.of_subject(tx, "https://id.example", "4711") == known
        assert people.of_subject(tx, "https://other.example", "4711") is None
        assert [one.name for one in people.everyone(tx)] == ["anna", "bert"]


def test_a_name_is_given_once(house: Engine) -> None:
    with transaction(house) as tx:
        assert not people.add(tx, ANNA.model_copy(update={"id": "c" * 32}))


def test_what_a_person_proves_can_be_looked_at_without_writing(house: Engine) -> None:
    with transaction(house) as tx:
        people.change(tx, ANNA.id, password_hash="h", totp_secret="s", totp_step=7)

    with reading(house) as tx:
        assert people.proof(tx, ANNA.id) == people.Proof(password_hash="h", totp_secret="s", totp_step=7)
        person = people.get(tx, ANNA.id)
    assert person is not None
    assert (person.has_password, person.has_totp) == (True, True)


def test_a_person_holds_what_is_granted_and_what_the_groups_hold(house: Engine) -> None:
    own = Grant(role="reviewer", team="ap", types=("invoice",), entities=("1000",), fields=("bank",))
    with transaction(house) as tx:
        people.grant(tx, "person", ANNA.id, own)
        people.make_group(tx, "readers", NOON)
        people.make_group(tx, "readers", NOON)
        people.grant(tx, "group", "readers", Grant(role="viewer"))
        people.join(tx, "readers", ANNA.id)
        people.join(tx, "readers", ANNA.id)

    with reading(house) as tx:
        person = people.get(tx, ANNA.id)
        assert people.groups(tx) == {"readers": ("anna",)}
    assert person is not None
    assert (person.grants, person.groups) == ((own, Grant(role="viewer")), ("readers",))


def test_a_role_is_taken_with_every_scope(house: Engine) -> None:
    with transaction(house) as tx:
        for team in ("ap", "sales"):
            people.grant(tx, "person", ANNA.id, Grant(role="reviewer", team=team))

        assert people.revoke(tx, "person", ANNA.id, "reviewer") == 2
        assert people.grants(tx, "person", [ANNA.id]) == ()


def test_only_open_sessions_are_listed_the_latest_first(house: Engine) -> None:
    over = [session(4, ends_at=later(1)), session(5, is_whole=False)]
    with transaction(house) as tx:
        for one in (session(1), session(2), session(3), *over):
            sessions.begin(tx, one, digest=one.id * 32)
        assert sessions.end(tx, ANNA.id, NOON, session_id="s2") == 1

    with reading(house) as tx:
        assert [one.id for one in sessions.of_person(tx, ANNA.id, now=later(60))] == ["s3", "s1"]
        found = sessions.of_digest(tx, "s2" * 32)
    assert found is not None
    assert found.ended_at == NOON


def test_a_session_remembers_when_and_where_it_was_used(house: Engine) -> None:
    with transaction(house) as tx:
        sessions.begin(tx, session(1), digest="d" * 64)
        sessions.touch(tx, "s1", later(90), Where(address="192.0.2.9", agent="B/2"))
        found = sessions.of_digest(tx, "d" * 64)

    assert found is not None
    assert (found.seen_at, found.address, found.agent) == (later(90), "192.0.2.9", "B/2")


def test_a_token_is_revoked_once(house: Engine) -> None:
    token = ServiceToken(id="t1", name="scanner", made_by="anna", made_at=NOON, ends_at=NOON + DAY)
    with transaction(house) as tx:
        sessions.add_token(tx, token, "e" * 64)
        sessions.touch_token(tx, "t1", later(5), "192.0.2.3")

        assert [sessions.revoke_token(tx, "t1", later(n)) for n in (10, 20)] == [True, False]
        found = sessions.token_of_digest(tx, "e" * 64)
    assert found is not None
    assert (found.seen_at, found.address, found.revoked_at) == (later(5), "192.0.2.3", later(10))


@pytest.mark.parametrize(("now", "is_good"), [(later(1), True), (NOON + DAY, False)])
def test_a_link_is_good_once_and_until_its_end(house: Engine, now: datetime, is_good: bool) -> None:
    with transaction(house) as tx:
        sessions.add_link(tx, ANNA.id, "1" * 64, at=NOON, ends_at=NOON + DAY)
        sessions.add_link(tx, ANNA.id, "2" * 64, at=NOON, ends_at=NOON + DAY)

        assert sessions.person_of_link(tx, "1" * 64, now) is None
        assert (sessions.person_of_link(tx, "2" * 64, now) == ANNA.id) is is_good
        assert [sessions.use_link(tx, "2" * 64, now) for _ in range(2)] == [is_good, False]


def test_tries_are_counted_until_they_rest_for_long(house: Engine) -> None:
    hour = timedelta(hours=1)
    with transaction(house) as tx:
        counted = [brakes.count(tx, "k", later(n), forget_after=hour) for n in (0, 60, 120)]
        brakes.hold(tx, "k", later(500))
        held = brakes.get(tx, "k")
        brakes.forgive(tx, "k")
        forgiven = brakes.get(tx, "k")
        after_a_rest = brakes.count(tx, "k", later(4000), forget_after=hour)
        brakes.release(tx, "k")

        assert (counted, held, forgiven, after_a_rest) == ([1, 2, 3], (3, later(500)), (2, None), 1)
        assert brakes.get(tx, "k") == (0, None)
