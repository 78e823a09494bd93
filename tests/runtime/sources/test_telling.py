"""What becomes of a change: an event once, or nothing, and then why."""

import json
from collections.abc import Sequence

import pytest

from engine.model.errors import Rejected
from engine.model.event import EVENT, decoded
from engine.ports import Change
from engine.runtime import alarms
from engine.runtime.house import House
from engine.runtime.sources import polling
from engine.store import documents, sources
from engine.store.database import reading, transaction
from engine.store.sources import Told
from tests.runtime.sources.teller import BEGIN, Fetching, TellingPlug, following


def ask(house: House) -> Sequence[str]:
    return polling.poll(house, "crm", by="one", at_once=True).documents


def content_of(house: House, document_id: str) -> bytes:
    with house.blobs.open(document_id) as stream:
        return stream.read()


def outcomes(house: House) -> dict[Told, int]:
    with reading(house.engine) as tx:
        return sources.counts(tx, "crm")


def test_an_event_is_kept_as_a_cloud_event_and_known_by_its_bytes(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("4711", 3)
    (one,) = ask(house)
    with reading(house.engine) as tx:
        document = documents.get(tx, one)
    assert document is not None
    content = content_of(house, one)
    event = decoded(content)

    assert (document.blob.media_type, document.source, document.name) == (EVENT, "source:crm", "crm deals 4711.json")
    assert (event.id, event.source, event.type) == ("deals/4711/3", "crm", "postroom.hubspot.deals.changed")
    assert json.loads(content)["time"] == "2026-11-02T09:00:03.000000Z"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([{"stage": "lost"}], {"ignored": 1}, id="a deal that is not won"),
        pytest.param([{}, {"dealname": "other"}], {"document": 1, "same": 1}, id="nothing that we look at is other"),
        pytest.param([{}, {"description": "other"}], {"document": 2}, id="something that we look at is other"),
        pytest.param([{}, {"stage": "lost"}, {}], {"document": 2, "ignored": 1}, id="won, lost and won again"),
        pytest.param([{"name": "tickets"}], {}, id="an object that is not followed"),
    ],
)
def test_only_what_concerns_us_and_is_new_becomes_an_event(
    empty_house: House, changes: list[dict[str, str]], expected: dict[Told, int]
) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    for n, change in enumerate(changes, 1):
        plug.change("1", n, **{"description": "as it was", **change})
    ask(house)

    assert outcomes(house) == expected


def test_an_object_that_comes_with_others_is_fetched_as_it_stands_now(empty_house: House) -> None:
    plug = Fetching()
    house = following(empty_house, plug)
    first = plug.change("1", 1)
    plug.change("1", 2)
    plug.made[:] = [first, plug.made[1]]
    found = ask(house)

    assert (outcomes(house), len(found)) == ({"overtaken": 1, "document": 1}, 1)
    assert decoded(content_of(house, found[0])).objectversion == "2"


def test_an_object_that_is_gone_when_it_is_fetched_is_noted(
    empty_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = Fetching()
    house = following(empty_house, plug)
    plug.change("1")
    monkeypatch.setattr(Fetching, "fetch", lambda *_: None)

    assert (ask(house), outcomes(house)) == ((), {"gone": 1})


def test_an_object_that_is_not_shown_holds_up_no_other_and_is_an_alarm(
    empty_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = Fetching()
    house = following(empty_house, plug)
    fetch = plug.fetch

    def refusing(_: Fetching, object: str, id: str) -> Change | None:  # noqa: A002 - the port's
        if id == "1":
            raise Rejected("not for you")
        return fetch(object, id)

    plug.change("1")
    plug.change("2")
    _call(house, plug.made[0])
    monkeypatch.setattr(Fetching, "fetch", refusing)

    assert (len(ask(house)), outcomes(house)) == (1, {"refused": 1, "document": 1})
    (alarm,) = alarms.look(house)
    assert (alarm.kind, alarm.subject, "deals 1" in alarm.message) == ("source_refused", "crm", True)


def _call(house: House, change: Change) -> None:
    with transaction(house.engine) as tx:
        sources.begin(tx, "crm", house.clock.now())
        sources.take_call(tx, "crm", change, house.clock.now())


def test_only_objects_that_concern_us_are_fetched(empty_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    plug = Fetching()
    house = following(empty_house, plug)
    plug.change("1", stage="lost")

    def fetch(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Fetching, "fetch", fetch)
    assert (ask(house), outcomes(house)) == ((), {"ignored": 1})


def test_what_is_known_is_not_fetched_again(empty_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    plug = Fetching(overlap=5)
    house = following(empty_house, plug)
    plug.change("1")
    ask(house)

    def fetch(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Fetching, "fetch", fetch)
    assert (ask(house), outcomes(house)) == ((), {"document": 1})


def test_numbers_of_an_event_are_exact_text(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    made = plug.change("1")
    plug.made[0] = made.model_copy(update={"data": {**made.data, "price": BEGIN, "amount": 7}})
    (one,) = ask(house)

    assert json.loads(content_of(house, one))["data"]["price"] == "2026-11-02T09:00:00+00:00"
