"""What happened is told: at least once, with one id, signed, over days, and only to where it may lead."""

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest

from engine.model.document import State
from engine.runtime import alarms
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.runtime.webhooks import courier, subscriptions
from engine.store import documents, ledger, webhooks
from engine.store.database import transaction
from engine.store.webhooks import Webhook
from tests.house import StoppedClock
from tests.runtime.webhooks.receiver import Heard, Receiver
from tests.store.factories import document

HAND = Hand("root")
_ID_SIZE = 8
"""Bytes of chance in the name of a webhook."""


def happen(house: House, number: int, state: State = "posted") -> str:
    """Have something happen to a new document, as the steps do: state and ledger in one transaction."""
    document_id = f"{number:064x}"
    with transaction(house.engine) as tx:
        documents.add(tx, document(id=document_id, name=f"{number}.pdf"))
        kind = "review_opened" if state == "in_review" else f"document_{state}"
        data = {"revision": 1, "message": "DE89 3704 0044 0532 0130 00", "queue": "ap"}
        ledger.append(tx, at=house.clock.now(), document_id=document_id, kind=kind, actor="system", data=data)
    return document_id


def subscribed(house: House, receiver: Receiver, *wanted: str) -> tuple[Webhook, str]:
    return subscriptions.add(house, receiver.url, wanted or ("document.posted",), hand=HAND)


def go(house: House) -> None:
    courier.collect(house)
    while courier.tell(house):
        pass


def is_signed(heard: Heard, secret: str) -> bool:
    """Check as the libraries of Standard Webhooks do."""
    signed = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    mark = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mark).decode()}" in heard.headers["webhook-signature"].split()


def test_what_happened_is_told_as_a_signed_cloud_event(house: House, receiver: Receiver) -> None:
    _, secret = subscribed(house, receiver)
    document_id = happen(house, 1)

    go(house)

    (heard,) = receiver.heard
    assert heard.event | {"id": ""} == {
        "specversion": "1.0", "id": "", "source": "/postroom/dev", "type": "postroom.document.posted",
        "time": "2026-11-02T09:00:00Z", "subject": document_id, "datacontenttype": "application/json",
        "data": {"document": document_id, "href": f"/api/v1/documents/{document_id}", "queue": "ap", "revision": 1,
                 "state": "posted"},
    }  # fmt: skip
    assert heard.event["id"] == heard.headers["webhook-id"]
    assert heard.headers["content-type"].startswith("application/cloudevents+json")
    assert is_signed(heard, secret)


def test_values_of_documents_are_not_told(house: House, receiver: Receiver) -> None:
    subscribed(house, receiver, "*")
    happen(house, 1, "in_review")

    go(house)

    assert receiver.types() == ["document.in_review"]
    assert b"DE89" not in receiver.heard[0].body


def test_only_what_is_wanted_is_told_in_order_and_once(house: House, receiver: Receiver) -> None:
    happen(house, 1)
    subscribed(house, receiver, "document.posted", "document.parked")
    for number, state in enumerate(("posted", "duplicate", "parked", "posted"), start=2):
        happen(house, number, state)  # type: ignore[arg-type]

    go(house)
    go(house)

    assert receiver.types() == ["document.posted", "document.parked", "document.posted"]


def test_what_is_not_taken_is_tried_over_days_with_the_same_id(
    house: House, receiver: Receiver, clock: StoppedClock
) -> None:
    hook, _ = subscribed(house, receiver)
    happen(house, 1)
    receiver.status, began, tried = 500, clock.moment, []

    while subscriptions.find(house, hook.id).is_active:
        go(house)
        tried.append(round((clock.moment - began).total_seconds() / 3600, 1))
        clock.moment = max(
            subscriptions.told(house, hook.id)[0].next_at, subscriptions.find(house, hook.id).rests_until or began
        )

    assert tried == [0.0, 0.0, 0.1, 0.6, 2.6, 7.6, 17.6, 31.6, 51.6, 75.6]
    assert len(receiver.heard) == len(tried)
    assert len({one.headers["webhook-id"] for one in receiver.heard}) == 1


def test_a_webhook_that_takes_nothing_for_days_is_switched_off_with_an_alarm(
    house: House, receiver: Receiver, clock: StoppedClock
) -> None:
    hook, _ = subscribed(house, receiver)
    happen(house, 1)
    receiver.status = 500
    for _ in range(4 * 2):
        go(house)
        clock.moment += timedelta(hours=12)

    found = subscriptions.find(house, hook.id)
    raised = [(one.kind, one.subject) for one in alarms.look(house)]

    assert (found.is_active, found.why) == (False, "It answered 500.")
    assert ("webhook_fails", hook.id) in raised


def test_switched_on_again_it_is_told_of_what_happened_meanwhile(
    house: House, receiver: Receiver, clock: StoppedClock
) -> None:
    hook, _ = subscribed(house, receiver)
    receiver.status = 410
    happen(house, 1)
    go(house)
    happen(house, 2)
    go(house)
    assert (len(receiver.heard), subscriptions.find(house, hook.id).is_active) == (1, False)

    receiver.status = 200
    subscriptions.change(house, hook.id, hand=HAND, is_active=True)
    go(house)

    assert [one.event["data"]["document"][-1] for one in receiver.heard] == ["1", "1", "2"]
    assert not [one for one in alarms.look(house) if one.kind == "webhook_fails"]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_webhook_that_fails_holds_up_no_other_and_rests(
    house: House, receiver: Receiver, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    names = iter(["0" * 16, "f" * 16] if is_first else ["f" * 16, "0" * 16])
    with monkeypatch.context() as patch:
        patch.setattr("secrets.token_hex", lambda size: next(names) if size == _ID_SIZE else "0" * 2 * size)
        deaf, _ = subscriptions.add(house, "http://127.0.0.1:9/nobody", ["document.posted"], hand=HAND)
        subscribed(house, receiver)
    for number in range(3):
        happen(house, number)

    go(house)

    assert len(receiver.heard) == 3
    assert [one.attempts for one in subscriptions.told(house, deaf.id)] == [0, 0, 1]


def test_who_asks_for_patience_gets_it(house: House, receiver: Receiver, clock: StoppedClock) -> None:
    hook, _ = subscribed(house, receiver)
    happen(house, 1)
    receiver.status, receiver.headers = 429, {"Retry-After": "3600"}

    go(house)

    assert subscriptions.told(house, hook.id)[0].next_at == clock.moment + timedelta(hours=1)


def test_a_redirect_is_not_followed(house: House, receiver: Receiver) -> None:
    hook, _ = subscribed(house, receiver)
    happen(house, 1)
    receiver.status, receiver.headers = 307, {"Location": receiver.url + "/elsewhere"}

    go(house)

    assert len(receiver.heard) == 1
    assert subscriptions.told(house, hook.id)[0].error == "It answered 307."


def test_a_worker_that_dies_between_call_and_note_tells_again_with_the_same_id(
    house: House, receiver: Receiver, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(house, receiver)
    happen(house, 1)

    def die(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(courier, "_note", die)
        with pytest.raises(KeyboardInterrupt):
            go(house)
    go(house)
    assert len(receiver.heard) == 1, "others leave it alone while it may still be told"
    clock.moment += timedelta(minutes=2)
    go(house)

    assert len({one.headers["webhook-id"] for one in receiver.heard}) == 1
    assert len(receiver.heard) == 2


def test_for_a_day_after_a_new_secret_both_sign(house: House, receiver: Receiver, clock: StoppedClock) -> None:
    hook, old = subscribed(house, receiver)
    new = subscriptions.rotate(house, hook.id, hand=HAND)
    happen(house, 1)
    go(house)
    clock.moment += subscriptions.OVERLAP
    happen(house, 2)
    go(house)

    first, second = receiver.heard
    assert (is_signed(first, old), is_signed(first, new)) == (True, True)
    assert (is_signed(second, old), is_signed(second, new)) == (False, True)


def test_a_test_event_is_told_and_anything_is_told_again(house: House, receiver: Receiver) -> None:
    hook, _ = subscribed(house, receiver)
    event = subscriptions.try_out(house, hook.id, hand=HAND)
    go(house)
    subscriptions.tell_again(house, hook.id, event, hand=HAND)

    go(house)

    assert [(one.headers["webhook-id"], one.event["type"]) for one in receiver.heard] == [
        (event, "postroom.webhook.test")
    ] * 2


def test_secrets_are_kept_encrypted_and_no_ledger_entry_holds_one(house: House, receiver: Receiver) -> None:
    hook, secret = subscribed(house, receiver)

    with transaction(house.engine) as tx:
        assert secret not in webhooks.secret(tx, hook.id)
        assert secret not in str([one.data for one in ledger.recent(tx, 100)])


def test_what_ended_is_forgotten_after_a_month(house: House, receiver: Receiver, clock: StoppedClock) -> None:
    hook, _ = subscribed(house, receiver)
    happen(house, 1)
    go(house)
    clock.moment += courier.KEPT + timedelta(days=1)
    happen(house, 2)
    go(house)

    assert len(subscriptions.told(house, hook.id)) == 1
