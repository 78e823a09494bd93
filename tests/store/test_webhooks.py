"""Who is told: taken by one worker at a time, the oldest event first, free again when the time is over."""

from datetime import timedelta

from sqlalchemy import Connection, Engine

from engine.store import webhooks
from engine.store.database import transaction
from engine.store.webhooks import Webhook
from tests.store.factories import NOON

LEASE = timedelta(minutes=1)


def hook(tx: Connection, name: str = "wh_1") -> None:
    webhooks.add(
        tx, Webhook(id=name, url="https://a.example/", events=("*",), made_by="root", made_at=NOON), secret="s"
    )


def event(tx: Connection, number: int, name: str = "wh_1") -> None:
    webhooks.plan(tx, name, event_id=f"msg_{number}", called="document.posted", body="{}", at=NOON)


def test_one_worker_takes_a_webhook_until_its_time_is_over(engine: Engine) -> None:
    with transaction(engine) as tx:
        hook(tx)
        event(tx, 1)

    taken = []
    for moment in (NOON, NOON, NOON + LEASE):
        with transaction(engine) as tx:
            taken.append(webhooks.take(tx, moment, lease=LEASE))

    assert [one is not None for one in taken] == [True, False, True]


def test_an_event_is_planned_once_and_the_oldest_is_told_first(tx: Connection) -> None:
    hook(tx)
    for number in (1, 2, 1):
        event(tx, number)

    first = webhooks.next_due(tx, "wh_1", NOON)

    assert first is not None
    assert (first.event_id, webhooks.waiting(tx)) == ("msg_1", {"wh_1": 2})


def test_what_is_off_rests_or_has_nothing_is_not_taken(tx: Connection) -> None:
    for name in ("off", "rests", "idle"):
        hook(tx, name)
    event(tx, 1, "off")
    event(tx, 2, "rests")
    webhooks.change(tx, "off", is_active=False)
    webhooks.change(tx, "rests", rests_until=NOON + LEASE)

    assert webhooks.take(tx, NOON, lease=LEASE) is None


def test_pages_of_what_was_told_go_backwards(tx: Connection) -> None:
    hook(tx)
    for number in range(3):
        event(tx, number)

    first = webhooks.deliveries(tx, "wh_1", limit=2)
    rest = webhooks.deliveries(tx, "wh_1", limit=2, before=first[-1].seq)

    assert [one.event_id for one in (*first, *rest)] == ["msg_2", "msg_1", "msg_0"]


def test_a_webhook_goes_with_all_it_was_told(tx: Connection) -> None:
    hook(tx)
    event(tx, 1)

    webhooks.remove(tx, "wh_1")

    assert (webhooks.everyone(tx), webhooks.deliveries(tx, "wh_1")) == ([], [])
