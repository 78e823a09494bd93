from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from engine.model.document import MOVES, State
from engine.model.errors import IllegalMove
from engine.model.value import Json
from engine.store import documents
from engine.store.database import reading, transaction
from tests.store.factories import NOON, document, document_id, later

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=3000),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(st.characters()), inner, max_size=5),
)


def test_a_document_comes_back_as_it_was_added(tx: Connection) -> None:
    parent = document("mail")
    child = document("child", parent_id=parent.id, flow="ap_invoice")
    documents.add(tx, parent)

    documents.add(tx, child)

    assert documents.get(tx, child.id) == child


def test_an_unknown_document_is_none(tx: Connection) -> None:
    assert documents.get(tx, document_id("nobody")) is None


def test_the_same_bytes_twice_are_one_document_with_two_arrivals(tx: Connection) -> None:
    first = documents.add(tx, document())
    second = documents.add(tx, document(name="again.pdf", source="mail", received_at=later(5)))

    found = documents.get(tx, document_id())
    assert (first, second) == (True, False)
    assert found == document()
    assert [(a.name, a.source, a.at) for a in documents.arrivals(tx, document_id())] == [
        ("one.pdf", "cli", NOON),
        ("again.pdf", "mail", later(5)),
    ]


def test_of_many_who_add_the_same_document_at_once_exactly_one_is_first(engine: Engine) -> None:
    def add(_number: int) -> bool:
        with transaction(engine) as tx:
            return documents.add(tx, document())

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(add, range(40)))

    with reading(engine) as tx:
        assert answers.count(True) == 1
        assert len(documents.arrivals(tx, document_id())) == 40


@pytest.mark.parametrize("length", [1, 8, 64])
def test_a_document_is_found_by_the_beginning_of_its_id(house_tx: Connection, length: int) -> None:
    documents.add(house_tx, document("two"))

    found = documents.find(house_tx, document_id()[:length].upper())

    assert [d.id for d in found] == [document_id()]


@pytest.mark.parametrize("prefix", ["", "%", "_", "xyz", "a" * 65, "' OR 1=1"])
def test_what_is_no_beginning_of_an_id_finds_nothing(house_tx: Connection, prefix: str) -> None:
    assert documents.find(house_tx, prefix) == []


@pytest.mark.parametrize("start", list(MOVES))
def test_only_the_moves_of_the_table_are_made(tx: Connection, start: State) -> None:
    made = set()
    for to in MOVES:
        each = document(f"{start} {to}", state=start)
        documents.add(tx, each)
        try:
            moved = documents.move(tx, each.id, to, at=later(1))
        except IllegalMove:
            assert documents.get(tx, each.id) == each
        else:
            assert moved == each.model_copy(update={"state": to})
            made.add(to)

    assert made == MOVES[start]


def test_an_illegal_move_says_what_is_allowed(house_tx: Connection) -> None:
    with pytest.raises(IllegalMove, match="received and cannot become posted") as refused:
        documents.move(house_tx, document_id(), "posted", at=NOON)

    assert "processing" in refused.value.detail


def test_moving_an_unknown_document_is_a_look_up_error(tx: Connection) -> None:
    with pytest.raises(LookupError, match="there is no document"):
        documents.move(tx, document_id("nobody"), "processing", at=NOON)


def test_of_moves_that_exclude_each_other_one_is_made(engine: Engine) -> None:
    with transaction(engine) as tx:
        documents.add(tx, document(state="processing"))

    def settle(to: State) -> State | None:
        try:
            with transaction(engine) as tx:
                return documents.move(tx, document_id(), to, at=NOON).state
        except IllegalMove:
            return None

    rivals: list[State] = ["duplicate", "rejected", "unpacked", "stale"]
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(settle, rivals * 4)) - {None}

    assert len(made) == 1


def test_every_revision_is_handed_out_once(engine: Engine) -> None:
    with transaction(engine) as tx:
        documents.add(tx, document())

    def count_up(_number: int) -> int:
        with transaction(engine) as tx:
            return documents.next_revision(tx, document_id())

    with ThreadPoolExecutor(8) as pool:
        revisions = sorted(pool.map(count_up, range(16)))

    assert revisions == list(range(2, 18))


def test_a_revision_of_an_unknown_document_is_a_look_up_error(tx: Connection) -> None:
    with pytest.raises(LookupError, match="there is no document"):
        documents.next_revision(tx, document_id("nobody"))


@pytest.mark.parametrize("flow", ["ap_invoice", None])
def test_the_flow_asked_for_can_change(tx: Connection, flow: str | None) -> None:
    documents.add(tx, document(flow="another"))

    documents.set_flow(tx, document_id(), flow)

    found = documents.get(tx, document_id())
    assert found is not None
    assert found.flow == flow


def test_the_flow_of_an_unknown_document_is_a_look_up_error(tx: Connection) -> None:
    with pytest.raises(LookupError, match="there is no document"):
        documents.set_flow(tx, document_id("nobody"), None)


def test_every_state_is_counted(tx: Connection) -> None:
    for name, state in (("a", "posted"), ("b", "posted"), ("c", "parked")):
        documents.add(tx, document(name, state=state))

    counts = documents.counts(tx)

    assert set(counts) == set(MOVES)
    assert {state: n for state, n in counts.items() if n} == {"posted": 2, "parked": 1}


def test_a_child_that_was_known_before_is_still_a_child(tx: Connection) -> None:
    documents.add(tx, document("mail"))
    documents.add(tx, document("known"))
    documents.add(tx, document("new", parent_id=document_id("mail")))
    documents.add(tx, document("known", parent_id=document_id("mail")))
    documents.add(tx, document("new", parent_id=document_id("mail")))

    children = documents.children(tx, document_id("mail"))

    assert [child.name for child in children] == ["new.pdf", "known.pdf"]


def test_the_newest_documents_come_first(tx: Connection) -> None:
    for seconds in (2, 1, 3):
        documents.add(tx, document(f"at {seconds}", received_at=later(seconds)))
    documents.add(tx, document("parked", received_at=later(4), state="parked"))

    assert [d.name for d in documents.recent(tx, 2)] == ["parked.pdf", "at 3.pdf"]
    assert [d.name for d in documents.recent(tx, 9, "received")] == ["at 3.pdf", "at 2.pdf", "at 1.pdf"]


def test_moments_come_back_in_utc_to_the_microsecond(tx: Connection) -> None:
    moment = datetime(2026, 3, 1, 1, 30, 0, 999999, tzinfo=timezone(timedelta(hours=14)))
    documents.add(tx, document(received_at=moment))

    found = documents.get(tx, document_id())

    assert found is not None
    assert found.received_at == moment
    assert found.received_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(tx: Connection) -> None:
    with pytest.raises(Exception, match="has no zone"):
        documents.add(tx, document(received_at=datetime(2026, 3, 1)))  # noqa: DTZ001 - the point of the test


def test_a_name_with_letters_that_no_database_takes_is_kept_with_marks(tx: Connection) -> None:
    documents.add(tx, document(name="a\x00b\udcffc.pdf"))

    found = documents.get(tx, document_id())

    assert found is not None
    assert found.name == "a\ufffdb\ufffdc.pdf"


@pytest.mark.parametrize("size", [10, 4094, 4095, 100_000], ids=lambda n: f"{n} chars")
def test_a_step_result_comes_back(house_tx: Connection, size: int) -> None:
    data: Json = {"text": "x" * size, "nested": [{"ä": None}, 1.5, True]}

    documents.save(house_tx, document_id(), 1, "reading", data)

    assert documents.load(house_tx, document_id(), 1, "reading") == data


def test_a_large_step_result_is_compressed(house_tx: Connection) -> None:
    documents.save(house_tx, document_id(), 1, "reading", ["word"] * 10_000)

    stored = house_tx.execute(text("SELECT json, length(compressed) AS size FROM step_results")).one()

    assert stored.json is None
    assert stored.size < 1000


def test_a_step_that_runs_again_overwrites_its_result(house_tx: Connection) -> None:
    documents.save(house_tx, document_id(), 1, "record", ["large"] * 5000)
    documents.save(house_tx, document_id(), 1, "record", "small")

    assert documents.load(house_tx, document_id(), 1, "record") == "small"


def test_results_of_other_revisions_and_kinds_stay_apart(house_tx: Connection) -> None:
    documents.save(house_tx, document_id(), 1, "record", 1)
    documents.save(house_tx, document_id(), 2, "record", 2)
    documents.save(house_tx, document_id(), 1, "decision", 3)

    assert documents.load(house_tx, document_id(), 1, "record") == 1
    assert documents.load(house_tx, document_id(), 2, "decision") is None


@pytest.mark.parametrize("data", [Decimal("1.00"), float("nan"), {1, 2}, NOON], ids=["decimal", "nan", "set", "moment"])
def test_what_is_not_plain_json_is_refused(house_tx: Connection, data: Json) -> None:
    with pytest.raises((TypeError, ValueError)):
        documents.save(house_tx, document_id(), 1, "record", data)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=JSON)
def test_any_json_and_any_unicode_survives_saving(house_tx: Connection, data: Json) -> None:
    documents.save(house_tx, document_id(), 1, "extraction", data)

    assert documents.load(house_tx, document_id(), 1, "extraction") == data
