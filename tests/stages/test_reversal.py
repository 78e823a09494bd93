"""Keys and order of reversals: each operation is taken back once, and what is written in its place has a key of its own."""

from engine.model.operation import Operation, OperationState
from engine.stages.reversal import behind, in_order, is_reversal, next_keys, planned_key, reversal_key, standing

K, L = "ap_invoice/erp/vendor_invoice/invoice/4711/RE-1", "ap_invoice/erp/note/invoice/4711/RE-1"


def written(key: str, state: OperationState = "committed", *, after: tuple[str, ...] = ()) -> Operation:
    return Operation(
        key=key, document_id="d" * 64, revision=1, target="erp", object="vendor_invoice", payload={}, mapping="m@1",
        payload_digest="x", state=state, after=after,
    )  # fmt: skip


def test_a_committed_reversal_takes_away_what_stood() -> None:
    both = [written(K), written(reversal_key(K))]

    assert [one.key for one in standing(both)] == []
    assert [one.key for one in standing([*both, written(f"{K}/again/1")])] == [f"{K}/again/1"]


def test_a_reversal_that_is_only_on_its_way_takes_nothing_away() -> None:
    for state in ("planned", "sending", "unknown", "delivered", "rejected", "parked"):
        assert [one.key for one in standing([written(K), written(reversal_key(K), state)])] == [K]


def test_a_used_up_key_is_followed_by_the_next() -> None:
    once = [written(K), written(reversal_key(K))]
    twice = [*once, written(f"{K}/again/1"), written(reversal_key(f"{K}/again/1"))]

    assert next_keys([K, L], [written(K)], ()) == {}
    assert next_keys([K, L], [written(K)], [K]) == {K: f"{K}/again/1"}
    assert next_keys([K], once, ()) == {K: f"{K}/again/1"}
    assert next_keys([K], twice, ()) == {K: f"{K}/again/2"}


def test_what_was_planned_and_not_sent_is_planned_under_the_same_key_again() -> None:
    assert next_keys([K], [written(K), written(f"{K}/again/1", "planned")], [K]) == {K: f"{K}/again/1"}


def test_keys_tell_what_they_are() -> None:
    assert is_reversal(reversal_key(K))
    assert not is_reversal(f"{K}/again/1")
    assert (planned_key(f"{K}/again/3"), planned_key(K)) == (K, K)
    assert not is_reversal("ap_invoice/erp/vendor_invoice/invoice/REVERSAL/1"), "business keys are written in capitals"


def test_what_waited_for_another_write_is_taken_back_before_it() -> None:
    stand = [written(K), written(L, after=(K,))]

    made = in_order({one.key: written(reversal_key(one.key), "planned") for one in stand}, stand)

    assert [(one.key, one.after) for one in made] == [(reversal_key(L), ()), (reversal_key(K), (reversal_key(L),))]


def test_what_is_written_anew_waits_for_all_reversals() -> None:
    back = [written(reversal_key(K), "planned"), written(reversal_key(L), "planned")]

    (*_, last) = behind([written(f"{K}/again/1", "planned", after=(L,))], back)

    assert last.after == (reversal_key(K), reversal_key(L), L)
