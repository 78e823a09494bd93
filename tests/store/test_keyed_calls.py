"""A key is taken by one, and nobody takes over what wrote something."""

import pytest
from sqlalchemy import Connection, Engine

from engine.store import keyed_calls
from engine.store.database import also, transaction
from engine.store.keyed_calls import KeyedCall
from tests.store.factories import NOON

CALL = KeyedCall(holder="own", key="a", executor_id="one", begun_at=NOON)


def test_a_key_is_taken_once_by_each_holder(tx: Connection) -> None:
    other = CALL.model_copy(update={"holder": "other"})

    assert [keyed_calls.begin(tx, one) for one in (CALL, CALL, other)] == [True, False, True]


def test_what_wrote_nothing_is_taken_over_by_one(tx: Connection) -> None:
    keyed_calls.begin(tx, CALL)

    assert [keyed_calls.inherit(tx, CALL, name, NOON) for name in ("two", "three")] == [True, False]


def test_what_wrote_something_is_neither_taken_over_nor_let_go(tx: Connection) -> None:
    keyed_calls.begin(tx, CALL)
    keyed_calls.take_effect(tx, CALL)

    assert (keyed_calls.inherit(tx, CALL, "two", NOON), keyed_calls.let_go(tx, CALL)) == (False, False)


def test_a_write_that_was_rolled_back_had_no_effect(engine: Engine) -> None:
    with transaction(engine) as tx:
        keyed_calls.begin(tx, CALL)

    with also(lambda tx: keyed_calls.take_effect(tx, CALL)), pytest.raises(RuntimeError), transaction(engine):
        raise RuntimeError("it did not come to that")

    with transaction(engine) as tx:
        assert keyed_calls.let_go(tx, CALL)
