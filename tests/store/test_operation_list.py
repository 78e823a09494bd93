from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, update

from engine.model.alarm import Alarm
from engine.model.operation import OperationState
from engine.store import alarms, departures, ledger, operation_list, operation_payloads, operations, outbox, tables
from engine.store.operation_list import Search
from tests.store.factories import NOON, document_id, later, operation, receipt


def put(tx: Connection, key: str, *moves: OperationState, at: float = 0, **changes: object) -> None:
    """Plan an operation some seconds after noon and walk it through states."""
    operations.plan(tx, operation(key, after=(), **changes), later(at))
    for state in moves:
        operations.move(tx, key, state, at=later(at), error="Period 10% closed" if state == "rejected" else None)


@pytest.fixture
def filled(house_tx: Connection) -> Connection:
    put(house_tx, "ap/erp/bill/1", "sending", "committed")
    put(house_tx, "ap/erp/bill/2", "sending", "rejected", at=1)
    put(house_tx, "ar/crm/deal/3", at=2, target="crm")
    operations.record_receipt(house_tx, receipt(key="ap/erp/bill/1", external_id="5100_7"), at=later(5))
    return house_tx


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({}, ["ar/crm/deal/3", "ap/erp/bill/2", "ap/erp/bill/1"], id="everything, the last planned first"),
        pytest.param({"states": ("rejected",)}, ["ap/erp/bill/2"], id="state"),
        pytest.param({"target": "crm"}, ["ar/crm/deal/3"], id="target"),
        pytest.param({"flow": "ap"}, ["ap/erp/bill/2", "ap/erp/bill/1"], id="flow"),
        pytest.param({"flow": "a"}, [], id="a flow is no beginning of a name"),
        pytest.param({"document": document_id()[:6]}, ["ar/crm/deal/3", "ap/erp/bill/2", "ap/erp/bill/1"], id="document"),
        pytest.param({"changed_before": later(1)}, ["ap/erp/bill/1"], id="age"),
        pytest.param({"text": "PERIOD 10%"}, ["ap/erp/bill/2"], id="the target's words"),
        pytest.param({"text": "5100_"}, ["ap/erp/bill/1"], id="the target's id"),
        pytest.param({"text": "DEAL"}, ["ar/crm/deal/3"], id="the key"),
        pytest.param({"text": "_"}, ["ap/erp/bill/1"], id="a wildcard is a letter"),
    ],
)  # fmt: skip
def test_operations_are_found(filled: Connection, wanted: dict[str, object], found: Sequence[str]) -> None:
    lines = operation_list.page(filled, Search.model_validate(wanted))

    assert [line.key for line in lines] == list(found)
    assert sorted(operation_list.keys(filled, Search.model_validate(wanted))) == sorted(found)


def test_counts_are_of_all_states_of_what_is_looked_for(filled: Connection) -> None:
    counts = operation_list.counts(filled, Search(flow="ap", states=("rejected",)))

    assert {state: count for state, count in counts.items() if count} == {"committed": 1, "rejected": 1}


def test_a_line_tells_the_targets_words_and_name_and_what_it_waits_for(filled: Connection) -> None:
    departures.note(filled, operation("ar/crm/deal/3"), kind="window", why="only at night", at=NOON, leave_at=later(60))

    first, second, third = operation_list.page(filled, Search())

    assert (first.waits_for, first.leave_at) == ("only at night", later(60))
    assert (second.error, third.external_id) == ("Period 10% closed", "5100_7")


def test_pages_of_operations_planned_at_the_same_moment_have_no_gap(house_tx: Connection) -> None:
    for number in range(5):
        put(house_tx, f"k{number}")

    seen: list[str] = []
    while page := operation_list.page(house_tx, Search(), after=seen[-1] if seen else None, limit=2):
        seen += [line.key for line in page]

    assert seen == [f"k{number}" for number in range(5)]


def test_a_page_after_an_unknown_key_is_a_look_up_error(tx: Connection) -> None:
    with pytest.raises(LookupError):
        operation_list.page(tx, Search(), after="nothing")


def test_the_oldest_of_each_target_is_found(filled: Connection) -> None:
    put(filled, "ar/crm/deal/4", at=1, target="crm")

    found = operation_list.oldest(filled, ["planned", "rejected"], before=later(10))

    assert [line.key for line in found] == ["ar/crm/deal/4", "ap/erp/bill/2"]
    assert operation_list.oldest(filled, ["planned"], before=NOON) == []


def test_what_missed_its_deadline_is_found(house_tx: Connection) -> None:
    put(house_tx, "late", deadline_hours=1)
    put(house_tx, "never")

    assert operation_list.overdue(house_tx, ["planned"], at=later(3600)) == []
    assert [line.key for line in operation_list.overdue(house_tx, ["planned"], at=later(3601))] == ["late"]
    operations.renew_deadline(house_tx, operation("late", deadline_hours=1), later(3600))
    assert operation_list.overdue(house_tx, ["planned"], at=later(3601)) == []


@pytest.mark.parametrize(
    ("flow", "target", "since", "count"),
    [("ap", "erp", 5, 1), ("ap", None, 0, 1), ("ap", "erp", 6, 0), ("ar", None, 0, 0), (None, "erp", 0, 1)],
)
def test_what_was_committed_is_counted(
    filled: Connection, flow: str | None, target: str | None, since: float, count: int
) -> None:
    found = operation_list.committed_since(filled, flow=flow, target=target, since=later(since))

    assert found == count


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ap/erp/bill/1", ["ap/erp/bill/1"]),
        (operation("ap/erp/bill/2").short_key[:7], ["ap/erp/bill/2"]),
        ("Bill", ["ap/erp/bill/1", "ap/erp/bill/2"]),
        ("nothing", []),
    ],
)
def test_a_name_means_a_key_a_short_key_or_a_part(filled: Connection, name: str, found: list[str]) -> None:
    assert operation_list.named(filled, name) == found


def test_what_a_person_says_of_a_departure_stays_and_each_note_is_a_turn(house_tx: Connection) -> None:
    put(house_tx, "k")
    one = operation("k")

    departures.note(house_tx, one, kind="asked", why="urgent", at=NOON, leave_at=NOON, overridden_by="anna")
    noted = departures.note(house_tx, one, kind="window", why="night", at=later(9), leave_at=None)

    assert (noted.overridden_by, noted.turn, noted.since, noted.leave_at) == ("anna", 2, NOON, None)
    assert departures.of_keys(house_tx, ["k", "other"]) == {"k": noted}
    assert departures.at_windows(house_tx) == []
    departures.end(house_tx, ["k"])
    assert departures.get(house_tx, "k") is None


def test_a_document_is_held_when_all_that_is_on_its_way_waits_behind_a_window(house_tx: Connection) -> None:
    keys = ["f/erp/a/x/1", "f/erp/b/x/1", "f/erp/a/x/2"]
    for key in keys:
        put(house_tx, key)
        outbox.release(house_tx, [operation(key)], NOON)
    assert not departures.holds(house_tx, document_id())

    departures.note(house_tx, operation(keys[0]), kind="window", why="night", at=NOON, leave_at=None)
    assert departures.ahead(house_tx, keys[1]) == keys[0]
    assert (departures.ahead(house_tx, keys[0]), departures.ahead(house_tx, keys[2])) == (None, None)
    assert not departures.holds(house_tx, document_id())

    departures.note(house_tx, operation(keys[2]), kind="window", why="night", at=NOON, leave_at=None)
    assert departures.holds(house_tx, document_id())
    assert not departures.holds(house_tx, "f" * 64)


def test_only_what_never_left_and_is_in_no_call_is_called_back(house_tx: Connection) -> None:
    for key, moves in (("waits", ()), ("left", ("sending", "unknown")), ("in a call", ())):
        put(house_tx, key, *moves)
        outbox.release(house_tx, [operation(key)], NOON)
    house_tx.execute(update(tables.outbox).where(tables.outbox.c.key == "in a call").values(call_id="c"))
    departures.note(house_tx, operation("waits"), kind="window", why="night", at=NOON, leave_at=None)

    departures.call_back(house_tx, document_id())

    there = {key for key in ("waits", "left", "in a call") if outbox.get(house_tx, key) is not None}
    assert (there, departures.get(house_tx, "waits")) == ({"left", "in a call"}, None)


def test_every_revision_of_a_payload_is_kept_with_what_the_mapping_made(house_tx: Connection) -> None:
    put(house_tx, "k")
    first = operation("k")
    second = first.model_copy(update={"payload": {"a": "2"}, "payload_digest": "e" * 64})
    third = first.model_copy(update={"payload": {"a": "3"}, "payload_digest": "f" * 64})

    for before, after in ((first, second), (second, third)):
        operation_payloads.add(house_tx, before, after, changes={"a": "x"}, by="anna", why="typo", at=NOON)

    kept = operation_payloads.of_operation(house_tx, "k")
    assert [(one.number, one.by, one.payload) for one in kept] == [
        (0, "mapping", first.payload), (1, "anna", second.payload), (2, "anna", third.payload),
    ]  # fmt: skip


def test_of_two_that_raise_an_alarm_one_does(tx: Connection) -> None:
    alarm = Alarm(kind="breaker_open", subject="erp", message="m", since=NOON)

    assert [alarms.raise_(tx, alarm), alarms.raise_(tx, alarm.model_copy(update={"since": later(1)}))] == [True, False]
    assert alarms.raised(tx) == [alarm]
    assert [alarms.clear(tx, alarm), alarms.clear(tx, alarm)] == [True, False]


def test_the_ledger_tells_when_it_began(tx: Connection) -> None:
    assert ledger.began(tx) is None
    for seconds in (0, 5):
        ledger.append(tx, at=later(seconds), document_id=None, kind="k", actor="a", data={})

    assert ledger.began(tx) == NOON
