"""A request with a key takes effect once, whatever died in between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime import intake, keyed_calls, workflow
from engine.runtime.house import House
from engine.runtime.people import tokens
from engine.store import keyed_calls as stored
from engine.store import ledger
from engine.store.database import reading, transaction
from engine.store.keyed_calls import KeyedCall
from tests.admin.visitors import HAND, OWN_TOKEN, house_of, opened

UPLOAD = "/api/v1/documents"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("house")) as client:
        client.headers["Authorization"] = f"Bearer {OWN_TOKEN}"
        yield client


@pytest.fixture(scope="module")
def house(client: TestClient) -> House:
    return house_of(client)


def kind(answer: object) -> str:
    return str(answer.json()["type"]).removeprefix("urn:postroom:problem:")  # type: ignore[attr-defined]


def entries(house: House) -> int:
    with reading(house.engine) as tx:
        found = ledger.head(tx)
    return found.seq if found else 0


def test_the_second_time_it_is_answered_as_the_first_time(client: TestClient, house: House) -> None:
    first = client.post(UPLOAD, content=b"one", headers={"Idempotency-Key": "a"})
    before = entries(house)

    again = client.post(UPLOAD, content=b"one", headers={"Idempotency-Key": "a"})

    assert (first.status_code, first.json()["is_new"]) == (202, True)
    assert (again.status_code, again.json()) == (202, first.json())
    assert (again.headers["location"], again.headers["idempotency-replayed"]) == (first.headers["location"], "true")
    assert entries(house) == before


@pytest.mark.parametrize(
    ("address", "content"),
    [pytest.param(UPLOAD, b"other", id="another body"), pytest.param(f"{UPLOAD}?name=x", b"two", id="another address")],
)
def test_a_key_stands_for_one_request(client: TestClient, address: str, content: bytes) -> None:
    client.post(UPLOAD, content=b"two", headers={"Idempotency-Key": "b"})

    answer = client.post(address, content=content, headers={"Idempotency-Key": "b"})

    assert (answer.status_code, kind(answer)) == (409, "key-reused")


def test_keys_of_others_are_others(client: TestClient, house: House) -> None:
    other = tokens.add(house, "other", [Grant(role="service")], days=1, hand=HAND)
    client.post(UPLOAD, content=b"three", headers={"Idempotency-Key": "c"})

    answer = client.post(UPLOAD, content=b"four", headers={"Idempotency-Key": "c", "Authorization": f"Bearer {other}"})

    assert (answer.status_code, answer.json()["is_new"]) == (202, True)


def test_what_was_refused_and_wrote_nothing_may_be_sent_again(client: TestClient) -> None:
    refused = client.post(f"{UPLOAD}?flow=none", content=b"five", headers={"Idempotency-Key": "d"})

    answer = client.post(UPLOAD, content=b"five", headers={"Idempotency-Key": "d"})

    assert (refused.status_code, answer.status_code) == (422, 202)


@pytest.mark.parametrize("key", ["", "ä", "x" * 256, "a b"], ids=["empty", "not ASCII", "too long", "blank"])
def test_a_key_is_visible_text(client: TestClient, key: str) -> None:
    answer = client.post(UPLOAD, content=b"six", headers={"Idempotency-Key": key.encode()})

    assert (answer.status_code, kind(answer)) == (400, "bad-request")


def test_of_two_at_the_same_time_one_is_told_to_wait(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    began, may_end = Event(), Event()
    accept = intake.accept

    def slow(*arguments: Any, **named: Any) -> object:
        began.set()
        may_end.wait(30)
        return accept(*arguments, **named)

    monkeypatch.setattr(intake, "accept", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, UPLOAD, content=b"seven", headers={"Idempotency-Key": "e"})
        began.wait(30)
        second = client.post(UPLOAD, content=b"seven", headers={"Idempotency-Key": "e"})
        may_end.set()

    assert (second.status_code, kind(second), second.headers["retry-after"]) == (409, "in-flight", "1")
    assert first.result().status_code == 202


def test_what_a_dead_process_wrote_nothing_of_is_done_now(client: TestClient, house: House) -> None:
    left_behind(house, "f")

    answer = client.post(UPLOAD, content=b"eight", headers={"Idempotency-Key": "f"})

    assert (answer.status_code, answer.json()["is_new"]) == (202, True)


def test_what_a_dead_process_wrote_something_of_is_not_done_again(client: TestClient, house: House) -> None:
    call = left_behind(house, "g")
    with keyed_calls.working(call), transaction(house.engine):
        pass
    before = entries(house)

    answer = client.post(UPLOAD, content=b"nine", headers={"Idempotency-Key": "g"})

    assert (answer.status_code, kind(answer), entries(house)) == (409, "answer-lost", before)


def test_what_fell_over_after_it_wrote_is_not_done_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(workflow, "enqueue", fall)
    with pytest.raises(OSError, match="disk"):
        client.post(UPLOAD, content=b"ten", headers={"Idempotency-Key": "h"})

    answer = client.post(UPLOAD, content=b"ten", headers={"Idempotency-Key": "h"})

    assert kind(answer) == "answer-lost"


def test_a_day_later_a_key_is_free(client: TestClient, house: House) -> None:
    call = left_behind(house, "i")
    with keyed_calls.working(call), transaction(house.engine):
        pass
    with transaction(house.engine) as tx:
        stored.orphan(tx, call)
        stored.forget(tx, before=house.clock.now() + timedelta(seconds=1))

    assert client.post(UPLOAD, content=b"eleven", headers={"Idempotency-Key": "i"}).status_code == 202


def test_answers_are_kept_encrypted(client: TestClient, house: House) -> None:
    given = client.post(UPLOAD, content=b"twelve", headers={"Idempotency-Key": "j"}).json()

    with reading(house.engine) as tx:
        kept = stored.get(tx, "own", "j")

    assert kept is not None
    assert kept.answer is not None
    assert given["id"] not in kept.answer


def left_behind(house: House, key: str) -> KeyedCall:
    """Return a call that a process began which is not there any more."""
    call, is_new = keyed_calls.claim(house, "own", key, executor_id="gone:1:abc")
    assert is_new
    return call
