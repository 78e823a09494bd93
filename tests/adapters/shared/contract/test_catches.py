"""The contract finds targets that break it: each mistake that adapters make is made here, and one of its tests fails."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from postroom_daybook.client import DaybookSettings
from postroom_daybook.plug import DaybookPlug
from postroom_daybook.sandbox import DaybookSandbox
from postroom_daybook.target import DaybookTarget

from adapters.shared.binding import typed
from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.surroundings import QUICK
from adapters.shared.http import Api
from adapters.shared.sandbox.faults import FaultKind
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient
from engine.model.operation import Operation, Receipt
from tests.adapters.shared.contract.entries import entry

Mistake = Callable[[DaybookTarget, Operation], Receipt | None]


class Contract(HttpTargetContract):
    """Not collected: its tests are called one by one."""

    __test__ = False
    kind = "entry"

    def __init__(self, plug: Any, folder: Path) -> None:
        self.plug = plug
        self._folder = folder
        self._opened: list[Any] = []

    operation = staticmethod(entry)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        return standing["text"], str(standing["amount"]), standing["number"]

    def alter(self, standing: Any) -> None:
        standing["amount"] = Decimal("99999.99")

    def refused(self) -> tuple[Operation, str]:
        return entry(9, number="1" * 41), "number"


def believes_an_empty_answer(target: DaybookTarget, operation: Operation) -> Receipt | None:
    try:
        return DaybookTarget.find(target, operation)
    except Transient:
        return None


def takes_what_stands_there(target: DaybookTarget, operation: Operation) -> Receipt | None:
    try:
        return DaybookTarget.find(target, operation)
    except Ambiguous:
        return Receipt(key=operation.key, external_id="E000001", outcome="already_there")


def finds_only_what_it_made_itself(target: DaybookTarget, operation: Operation) -> Receipt | None:
    made: dict[str, Receipt] = target.__dict__.setdefault("made", {})
    return made.get(operation.key)


def takes_any_answer_for_success(target: DaybookTarget, operation: Operation) -> Receipt | None:
    try:
        return DaybookTarget.send(target, operation)
    except TargetError:
        return Receipt(key=operation.key, external_id="?", outcome="created")


def sends_again(target: DaybookTarget, operation: Operation) -> Receipt | None:
    for _ in range(2):
        try:
            return DaybookTarget.send(target, operation)
        except Ambiguous:
            continue
    raise Ambiguous("No answer.")


def calls_everything_a_refusal(target: DaybookTarget, operation: Operation) -> Receipt | None:
    try:
        return DaybookTarget.send(target, operation)
    except TargetError as e:
        raise Rejected(e.message, detail=e.detail) from e


def calls_everything_transient(target: DaybookTarget, operation: Operation) -> Receipt | None:
    try:
        return DaybookTarget.send(target, operation)
    except TargetError as e:
        raise Transient(e.message) from e


def rounds(target: DaybookTarget, operation: Operation) -> Receipt | None:
    amount = str(round(float(operation.payload["amount"]), 2))
    return DaybookTarget.send(target, operation.model_copy(update={"payload": {**operation.payload, "amount": amount}}))


def writes_ascii(target: DaybookTarget, operation: Operation) -> Receipt | None:
    text = operation.payload["text"].encode("ascii", "replace").decode()
    return DaybookTarget.send(target, operation.model_copy(update={"payload": {**operation.payload, "text": text}}))


def makes_a_new_key_each_time(target: DaybookTarget, operation: Operation) -> Receipt | None:
    key = f"{operation.key}/{id(target)}"
    receipt = DaybookTarget.send(target, operation.model_copy(update={"key": key}))
    return receipt.model_copy(update={"key": operation.key})


def shows_its_token(target: DaybookTarget, operation: Operation) -> Receipt | None:
    receipt = DaybookTarget.send(target, operation)
    return receipt.model_copy(update={"response": {"headers": target._api._auth_secrets()}})


class Broken(DaybookPlug):
    """The example with one of its verbs gone wrong."""

    def __init__(self, verb: str, mistake: Mistake) -> None:
        self._verb, self._mistake = verb, mistake

    def target(self, settings: Mapping[str, Any]) -> DaybookTarget:
        kind = type("BrokenTarget", (DaybookTarget,), {self._verb: self._mistake})
        target: DaybookTarget = kind(typed(self.manifest, settings, DaybookSettings))
        return target


@pytest.fixture
def sandbox() -> Iterator[DaybookSandbox]:
    with DaybookSandbox() as served:
        yield served


CUT: FaultKind = "commit_then_cut"
MISTAKES: list[tuple[str, Mistake, str, dict[str, Any]]] = [
    ("find", believes_an_empty_answer, "a_look_that_went_wrong_is_no_absence", {"kind": "html_200"}),
    ("find", believes_an_empty_answer, "a_look_that_went_wrong_is_no_absence", {"kind": "empty"}),
    ("find", takes_what_stands_there, "somebody_elses_object_under_our_natural_key_is_not_taken_for_ours", {}),
    ("find", finds_only_what_it_made_itself, "what_was_sent_is_found_under_the_same_id", {}),
    ("find", finds_only_what_it_made_itself, "what_was_done_and_not_said_is_unknown_and_found", {"kind": CUT, "step": 0}),
    ("send", takes_any_answer_for_success, "what_was_done_and_not_said_is_unknown_and_found", {"kind": CUT, "step": 0}),
    ("send", takes_any_answer_for_success, "what_was_not_done_is_sent_once_more_and_stands_there_once",
     {"kind": "html_500", "step": 0}),
    ("send", takes_any_answer_for_success, "a_refusal_carries_the_systems_own_words", {}),
    ("send", takes_any_answer_for_success, "a_sign_in_that_stays_refused_is_said", {}),
    ("send", sends_again, "what_was_done_and_not_said_is_unknown_and_found", {"kind": CUT, "step": 0}),
    ("send", calls_everything_a_refusal, "what_was_not_done_is_sent_once_more_and_stands_there_once",
     {"kind": "unavailable", "step": 0}),
    ("send", calls_everything_transient, "what_was_done_and_not_said_is_unknown_and_found", {"kind": CUT, "step": 0}),
    ("send", calls_everything_transient, "a_throttle_says_how_long_to_wait", {}),
    ("send", rounds, "a_price_keeps_every_decimal", {}),
    ("send", writes_ascii, "any_script_survives", {"text": "請求書"}),
    ("send", makes_a_new_key_each_time, "the_same_key_twice_is_one_object", {}),
    ("send", makes_a_new_key_each_time, "two_workers_at_once_make_one_object", {}),
    ("send", shows_its_token, "nothing_secret_is_said_anywhere", {}),
]  # fmt: skip


def run(contract: Contract, test: str, sandbox: DaybookSandbox, given: dict[str, Any], more: dict[str, Any]) -> None:
    """Call one test of the contract with the fixtures that it asks for."""
    call = getattr(contract, f"test_{test}")
    names = call.__code__.co_varnames[1 : call.__code__.co_argcount]
    have = {"sandbox": sandbox, **given, **more}
    if "target" in names:
        have["target"] = contract.connect(sandbox)
    call(**{name: have[name] for name in names})


@pytest.mark.parametrize(
    ("verb", "mistake", "test", "given"), MISTAKES, ids=[f"{m[1].__name__}-{m[2]}" for m in MISTAKES]
)  # fmt: skip
def test_a_mistake_is_found(
    sandbox: DaybookSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    verb: str, mistake: Mistake, test: str, given: dict[str, Any],
) -> None:  # fmt: skip
    monkeypatch.setattr(Api, "_patience", property(lambda _: QUICK, lambda *_: None), raising=False)
    contract = Contract(Broken(verb, mistake), tmp_path)

    with pytest.raises((AssertionError, pytest.fail.Exception, TargetError)):
        run(contract, test, sandbox, given, {"caplog": caplog})
    for target in contract._opened:
        target.close()


@pytest.mark.parametrize(
    ("test", "given"), [(m[2], m[3]) for m in MISTAKES], ids=[f"{m[2]}-{n}" for n, m in enumerate(MISTAKES)]
)
def test_the_same_test_passes_without_the_mistake(
    sandbox: DaybookSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    test: str, given: dict[str, Any],
) -> None:  # fmt: skip
    monkeypatch.setattr(Api, "_patience", property(lambda _: QUICK, lambda *_: None), raising=False)
    contract = Contract(DaybookPlug(), tmp_path)

    run(contract, test, sandbox, given, {"caplog": caplog})
    for target in contract._opened:
        target.close()
