"""Many operations in one call, each with the promise of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.model.call_limits import CallLimits
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient
from engine.model.operation import Receipt
from engine.runtime.house import House
from engine.runtime.posting import batch
from engine.store import operations
from engine.store.database import transaction
from tests.durable import load
from tests.runtime.posting.stand_in import Batching, StandIn, patient, with_stand_in


@pytest.fixture
def target() -> Batching:
    return Batching()


@pytest.fixture
def house(empty_house: House, target: Batching) -> House:
    return with_stand_in(patient(empty_house, retry_pauses_seconds=(0, 0)), target, CallLimits())


def post(house: House, keys: tuple[str, ...]) -> list[str]:
    return [outcome.state for outcome in batch.post_many(house, keys, [0] * len(keys))]


def until_over(house: House, keys: tuple[str, ...]) -> list[str]:
    for tries in range(5):
        outcomes = batch.post_many(house, keys, [tries] * len(keys))
        if all(outcome.verdict == "over" for outcome in outcomes):
            return [outcome.state for outcome in outcomes]
    raise AssertionError("never over")


def test_a_batch_is_one_call_and_a_receipt_for_each(house: House, target: Batching) -> None:
    keys = load.plant(house, 5, targets=["erp"]).keys

    assert post(house, keys) == ["committed"] * 5
    assert (target.batches, target.held) == ([5], dict.fromkeys(keys, 1))


def test_the_intent_of_each_is_written_before_the_call_leaves(house: House, target: Batching) -> None:
    keys = load.plant(house, 3, targets=["erp"]).keys
    seen: list[dict[str, int]] = []

    def watch(told: list[Receipt | TargetError]) -> list[Receipt | TargetError]:
        seen.append(load.states(house, keys))
        return told

    target.answers = watch
    post(house, keys)

    assert seen == [{"sending": 3}]


def test_each_item_has_its_own_result(house: House, target: Batching) -> None:
    keys = load.plant(house, 4, targets=["erp"]).keys
    target.before = [Rejected("no such vendor"), Transient("locked")]
    target.after = [Ambiguous("no answer")]

    assert post(house, keys) == ["rejected", "planned", "unknown", "committed"]
    assert until_over(house, keys) == ["rejected", "committed", "committed", "committed"]
    assert set(target.held.values()) == {1}


def of_another(told: list[Any]) -> list[Any]:
    return [told[0].model_copy(update={"key": "another"}), *told[1:]]


def nameless(told: list[Any]) -> list[Any]:
    return [told[0].model_copy(update={"external_id": "  "}), *told[1:]]


WRONG: dict[str, Callable[[list[Any]], Any]] = {
    "one is missing": lambda told: told[1:], "nothing": lambda _: None, "a text": lambda _: "OK",
    "one too many": lambda told: [*told, told[0]],
}  # fmt: skip
WRONG_ITEM: dict[str, Callable[[list[Any]], Any]] = {
    "about another operation": of_another, "without a name": nameless, "nothing": lambda told: [None, *told[1:]],
    "a text": lambda told: ["created", *told[1:]],
}  # fmt: skip


@pytest.mark.parametrize("answers", WRONG.values(), ids=WRONG)
def test_an_answer_that_does_not_fit_leaves_every_item_unknown_and_each_is_found(
    house: House, target: Batching, answers: Callable[[list[Any]], Any]
) -> None:
    keys = load.plant(house, 3, targets=["erp"]).keys
    target.answers = answers

    assert post(house, keys) == ["unknown"] * 3
    assert until_over(house, keys) == ["committed"] * 3
    assert target.held == dict.fromkeys(keys, 1)


@pytest.mark.parametrize("answers", WRONG_ITEM.values(), ids=WRONG_ITEM)
def test_an_item_whose_answer_is_no_receipt_of_it_is_unknown(
    house: House, target: Batching, answers: Callable[[list[Any]], Any]
) -> None:
    keys = load.plant(house, 3, targets=["erp"]).keys
    target.answers = answers

    assert post(house, keys) == ["unknown", "committed", "committed"]


def fails(error: Exception) -> Callable[[list[Any]], Any]:
    def answers(_told: list[Any]) -> Any:
        raise error

    return answers


def test_a_call_that_was_cut_leaves_every_item_unknown_and_nothing_is_doubled(house: House, target: Batching) -> None:
    keys = load.plant(house, 3, targets=["erp"]).keys
    target.answers = fails(Ambiguous("cut"))

    assert post(house, keys) == ["unknown"] * 3
    assert until_over(house, keys) == ["committed"] * 3
    assert (target.held, target.batches) == (dict.fromkeys(keys, 1), [3])


def test_a_refused_batch_refuses_no_item_and_each_goes_alone(house: House, target: Batching) -> None:
    keys = load.plant(house, 3, targets=["erp"]).keys
    target.answers = fails(Rejected("one of them is wrong"))
    target.before = [Transient("rolled back")] * 3

    assert post(house, keys) == ["planned"] * 3
    assert until_over(house, keys) == ["committed"] * 3
    assert target.batches == [3]


def test_what_may_have_left_before_is_looked_for_and_not_in_the_batch(house: House, target: Batching) -> None:
    keys = load.plant(house, 4, targets=["erp"]).keys
    with transaction(house.engine) as tx:
        operations.move(tx, keys[0], "sending", at=house.clock.now(), bump_attempt=True)
    target.held = {keys[0]: 1}

    assert post(house, keys) == ["committed"] * 4
    assert (target.batches, target.finds, target.held) == ([3], 1, dict.fromkeys(keys, 1))


def test_a_batch_that_fails_is_one_failure_of_the_target(house: House, target: Batching) -> None:
    keys = load.plant(house, 5, targets=["erp"]).keys
    target.answers = fails(Ambiguous("cut"))

    post(house, keys)

    assert load.events(house, "target_opened") == []


def test_only_a_target_that_takes_batches_gets_them(house: House) -> None:
    alone = with_stand_in(house, StandIn(), CallLimits())
    for one in (house, alone):
        one.target("erp")

    sizes = [batch.most_at_once(house, "erp"), batch.most_at_once(alone, "erp"), batch.most_at_once(house, "erp_json")]
    assert sizes == [10, 1, 1]


def test_one_operation_twice_in_two_batches_takes_effect_once(house: House, target: Batching) -> None:
    keys = load.plant(house, 3, targets=["erp"]).keys
    rival: list[str] = []

    def meanwhile(told: list[Receipt | TargetError]) -> list[Receipt | TargetError]:
        target.answers = lambda told: told
        rival.extend(post(house, keys))
        return told

    target.answers = meanwhile
    assert post(house, keys) == ["committed"] * 3
    assert (rival, target.held) == (["committed"] * 3, dict.fromkeys(keys, 1))
