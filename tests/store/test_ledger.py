# ruff: noqa: S608 - the statements that tamper are put together from constants of this file
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from engine.store import database, ledger
from engine.store.database import reading, transaction
from tests.store.factories import NOON, document_id, later
from tests.store.processes import run_at_once

COUNT = 7


@pytest.fixture
def chain(engine: Engine) -> Engine:
    """A ledger with seven entries about two documents."""
    with transaction(engine) as tx:
        for number in range(COUNT):
            append(tx, number)
    return engine


def append(tx: Connection, number: int, **changes: Any) -> None:
    values: dict[str, Any] = {
        "at": later(number),
        "document_id": document_id("odd" if number % 2 else "even"),
        "kind": "document_seen",
        "actor": "system",
        "data": {"number": number, "total": "119.00"},
    }
    ledger.append(tx, **{**values, **changes})


def unlock(tx: Connection) -> None:
    """Take the guards off, as somebody with full rights could."""
    if tx.dialect.name == "sqlite":
        tx.execute(text("DROP TRIGGER ledger_no_update"))
        tx.execute(text("DROP TRIGGER ledger_no_delete"))
    else:
        tx.execute(text("DROP TRIGGER ledger_append_only ON ledger"))
        tx.execute(text("DROP TRIGGER ledger_no_update ON ledger"))


def change(**values: object) -> Callable[[Connection], None]:
    """Change columns of entry 4."""

    def tamper(tx: Connection) -> None:
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        tx.execute(text(f"UPDATE ledger SET {assignments} WHERE seq = 4"), values)

    return tamper


def statements(*texts: str) -> Callable[[Connection], None]:
    def tamper(tx: Connection) -> None:
        for statement in texts:
            tx.execute(text(statement))

    return tamper


def move_time(tx: Connection) -> None:
    if tx.dialect.name == "sqlite":
        tx.execute(text("UPDATE ledger SET at = replace(at, '123456', '123457') WHERE seq = 4"))
    else:
        tx.execute(text("UPDATE ledger SET at = at + interval '1 microsecond' WHERE seq = 4"))


def rehash(tx: Connection) -> None:
    """Change an entry and give it the hash that fits, without redoing the rest of the chain."""
    tx.execute(text("UPDATE ledger SET actor = 'mallory' WHERE seq = 4"))
    row = tx.execute(ledger._TABLE.select().where(ledger._TABLE.c.seq == 4)).one()
    tx.execute(text("UPDATE ledger SET hash = :hash WHERE seq = 4"), {"hash": ledger._hash(ledger._entry(row))})


COLUMNS = "at, document_id, kind, actor, data, previous_hash, hash"
SHIFT = ("UPDATE ledger SET seq = seq + 100 WHERE seq >= 4", "UPDATE ledger SET seq = seq - 99 WHERE seq >= 100")
TAMPERING = {
    "changed data": (change(data='{"number":4,"total":"1119.00"}'), 4),
    "data that is no JSON": (change(data="{"), 4),
    "changed time": (move_time, 4),
    "changed document": (change(document_id=None), 4),
    "changed kind": (change(kind="document_lost"), 4),
    "changed actor": (change(actor="anna"), 4),
    "changed hash": (change(hash="f" * 64), 4),
    "changed link": (change(previous_hash="f" * 64), 4),
    "changed with a fitting hash": (rehash, 5),
    "deleted first entry": (statements("DELETE FROM ledger WHERE seq = 1"), 1),
    "deleted middle entry": (statements("DELETE FROM ledger WHERE seq = 4"), 4),
    "deleted middle, renumbered": (
        statements("DELETE FROM ledger WHERE seq = 4", "UPDATE ledger SET seq = seq - 1 WHERE seq > 4"),
        4,
    ),
    "deleted last entry": (statements("DELETE FROM ledger WHERE seq = 7"), 7),
    "deleted tail": (statements("DELETE FROM ledger WHERE seq > 3"), 4),
    "deleted everything": (statements("DELETE FROM ledger"), 1),
    "inserted in the middle": (
        statements(*SHIFT, f"INSERT INTO ledger (seq, {COLUMNS}) SELECT 4, {COLUMNS} FROM ledger WHERE seq = 3"),
        4,
    ),
    "inserted at the end": (
        statements(f"INSERT INTO ledger (seq, {COLUMNS}) SELECT 8, {COLUMNS} FROM ledger WHERE seq = 7"),
        8,
    ),
    "inserted before the first": (
        statements(f"INSERT INTO ledger (seq, {COLUMNS}) SELECT 0, {COLUMNS} FROM ledger WHERE seq = 7"),
        0,
    ),
    "swapped entries": (
        statements(
            "UPDATE ledger SET seq = 99 WHERE seq = 3",
            "UPDATE ledger SET seq = 3 WHERE seq = 4",
            "UPDATE ledger SET seq = 4 WHERE seq = 99",
        ),
        3,
    ),
    "removed head": (statements("DELETE FROM ledger_head"), 1),
    "head set back": (statements("UPDATE ledger_head SET seq = 5"), 5),
    "head with another hash": (
        statements("UPDATE ledger_head SET hash = previous FROM (SELECT 'x' AS previous) AS p"),
        7,
    ),
}


def test_an_untouched_chain_is_intact(chain: Engine) -> None:
    with reading(chain) as tx:
        assert ledger.verify(tx) == ledger.VerifyResult(count=COUNT)


def test_an_empty_chain_is_intact(tx: Connection) -> None:
    assert ledger.verify(tx).is_intact


@pytest.mark.parametrize(("tamper", "at"), TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_found_where_it_was_done(chain: Engine, tamper: Callable[[Connection], None], at: int) -> None:
    with transaction(chain) as tx:
        unlock(tx)
        tamper(tx)

    with reading(chain) as tx:
        result = ledger.verify(tx)
    assert not result.is_intact
    assert result.broken_at == at
    assert result.why


@pytest.mark.parametrize("batch", [1, 2, 7, 8])
def test_the_chain_is_walked_in_batches(chain: Engine, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_BATCH", batch)

    with reading(chain) as tx:
        assert ledger.verify(tx).count == COUNT


@pytest.mark.parametrize("statement", ["UPDATE ledger SET actor = 'x'", "DELETE FROM ledger"], ids=["update", "delete"])
def test_the_database_itself_refuses_to_change_the_past(chain: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append only"), transaction(chain) as tx:
        tx.execute(text(statement))


def erase(tx: Connection, *, tells: bool = True) -> None:
    """Empty the entries about the even document, and say so unless asked not to."""
    emptied = dict(ledger.erase(tx, document_id("even")))
    if tells:
        append(tx, 8, document_id=document_id("even"), kind=ledger.ERASED, data={"entries": emptied, "why": "asked"})


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_erased_entries_are_empty_and_the_chain_is_whole(
    chain: Engine, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_BATCH", batch)
    for _ in range(2):  # again: as after a worker that died
        with transaction(chain) as tx:
            erase(tx)

    with reading(chain) as tx:
        assert ledger.verify(tx) == ledger.VerifyResult(count=COUNT + 2)
        told = ledger.story(tx, document_id("even"))
        assert [dict(one.data) for one in told[:4]] == [{}] * 4
        assert all(one.data for one in ledger.story(tx, document_id("odd")))


def test_an_entry_that_was_emptied_in_silence_breaks_the_chain(chain: Engine) -> None:
    with transaction(chain) as tx:
        erase(tx, tells=False)

    with reading(chain) as tx:
        assert ledger.verify(tx).broken_at == 1


def test_an_entry_that_is_not_the_one_said_to_be_emptied_breaks_the_chain(chain: Engine) -> None:
    with transaction(chain) as tx:
        erase(tx)
        unlock(tx)
        tx.execute(text("UPDATE ledger SET hash = :hash WHERE seq = 3"), {"hash": "f" * 64})
        tx.execute(text("UPDATE ledger SET previous_hash = :hash WHERE seq = 4"), {"hash": "f" * 64})

    with reading(chain) as tx:
        assert ledger.verify(tx).broken_at == 3


def test_a_hash_without_its_salt_cannot_be_tried_out(tx: Connection) -> None:
    append(tx, 1)
    event = ledger.recent(tx, 1)[0]
    assert event.salt is not None
    assert len(event.salt) == 32
    assert ledger.digest(event) == event.hash
    assert ledger.digest(event.model_copy(update={"salt": None})) != event.hash


def test_entries_of_before_count_without_salt(tx: Connection) -> None:
    append(tx, 1)
    event = ledger.recent(tx, 1)[0].model_copy(update={"salt": None})
    old = ledger.digest(event)
    unlock(tx)
    tx.execute(text("UPDATE ledger SET salt = NULL, hash = :hash"), {"hash": old})
    tx.execute(text("UPDATE ledger_head SET hash = :hash"), {"hash": old})
    append(tx, 2)
    assert ledger.verify(tx).count == 2


def test_a_story_holds_the_entries_of_one_document_in_order(chain: Engine) -> None:
    with reading(chain) as tx:
        story = ledger.story(tx, document_id("odd"))

    assert [event.data["number"] for event in story] == [1, 3, 5]
    assert [event.seq for event in story] == [2, 4, 6]


def test_the_newest_entries_come_first(chain: Engine) -> None:
    with reading(chain) as tx:
        assert [event.seq for event in ledger.recent(tx, 2)] == [7, 6]


def test_an_entry_comes_back_as_it_was_appended(tx: Connection) -> None:
    appended = ledger.append(
        tx, at=NOON, document_id=None, kind="hub_started", actor="anna\x00", data={"b": [1, {"ä": None}], "a": 0.1}
    )

    assert ledger.recent(tx, 1) == [appended]
    assert appended.actor == "anna\ufffd"


def test_the_zone_of_the_caller_makes_no_difference(tx: Connection) -> None:
    append(tx, 1, at=NOON.astimezone(timezone(timedelta(hours=-7))))

    assert ledger.recent(tx, 1)[0].at == NOON
    assert ledger.verify(tx).is_intact


def test_the_head_is_the_last_entry(chain: Engine) -> None:
    with reading(chain) as tx:
        head, last = ledger.head(tx), ledger.recent(tx, 1)[0]

    assert head == ledger.Head(seq=last.seq, hash=last.hash)


def test_data_that_is_not_plain_json_is_refused(tx: Connection) -> None:
    with pytest.raises(TypeError, match="Decimal"):
        append(tx, 1, data={"total": Decimal("1.00")})


def test_a_transaction_rolled_back_leaves_no_gap(engine: Engine) -> None:
    def fail(tx: Connection) -> None:
        append(tx, 1)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction(engine) as tx:
        fail(tx)
    with transaction(engine) as tx:
        append(tx, 2)

    with reading(engine) as tx:
        assert ledger.verify(tx) == ledger.VerifyResult(count=1)


def test_keys_that_are_no_text_are_chained_as_they_are_stored(tx: Connection) -> None:
    append(tx, 1, data={9: "a", 10: "b"})

    assert ledger.verify(tx).is_intact


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.text(st.characters()), st.text(st.characters()) | st.floats(allow_nan=False, allow_infinity=False)
    ),
    actor=st.text(st.characters(exclude_categories=())),
)
def test_any_entry_keeps_the_chain_intact(tx: Connection, values: dict[str, Any], actor: str) -> None:
    append(tx, 1, data=values, actor=actor)

    assert ledger.verify(tx).is_intact


def test_threads_that_append_at_once_make_one_chain(engine: Engine) -> None:
    def work(thread: int) -> None:
        for number in range(10):
            with transaction(engine) as tx:
                append(tx, number, actor=f"thread {thread}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    with reading(engine) as tx:
        assert ledger.verify(tx) == ledger.VerifyResult(count=80)


def test_verifying_while_others_append_finds_no_fault(engine: Engine) -> None:
    def write(_thread: int) -> None:
        for number in range(25):
            with transaction(engine) as tx:
                append(tx, number)

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, thread) for thread in range(3)]
        results = []
        while not all(writer.done() for writer in writers):
            with engine.begin() as tx:
                results.append(ledger.verify(tx))

    assert [result for result in results if not result.is_intact] == []


@pytest.mark.slow
def test_processes_that_append_at_once_make_one_chain(url: str) -> None:
    run_at_once("""
        from datetime import UTC, datetime
        from engine.store import database, ledger
        engine = database.connect(url)
        for number in range(15):
            with database.transaction(engine) as tx:
                ledger.append(tx, at=datetime.now(UTC), document_id=None, kind="seen", actor="one", data={"n": number})
        """, url=url, processes=8)  # fmt: skip

    engine = database.connect(url)
    with reading(engine) as tx:
        result = ledger.verify(tx)
    engine.dispose()
    assert result == ledger.VerifyResult(count=120)
