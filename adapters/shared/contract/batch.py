"""The contract of a target that takes many operations in one call. Targets without that skip it."""

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from adapters.shared.contract.target import TargetContract
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised
from engine.model.operation import Operation, Receipt
from engine.ports import Batches, Target

MANY = 3
FOREVER = 1000
UNSAID = ("commit_then_cut", "commit_then_500", "commit_then_html", "truncate", "empty", "schema_changed")
UNDONE = ("cut_before", "html_500", "html_200", "unavailable", "redirect", "strange_status")


class BatchContract(TargetContract):
    """What a call with many operations keeps: each has an outcome of its own, and none is doubled or lost."""

    writes: ClassVar[int] = 1
    """Calls that change something in one `send`. With more than one, `find` sees how far it got, or `send` finishes it."""

    def refused(self) -> tuple[Operation, str]:
        """Return an operation that the system refuses for its content, and the field or words that it says so with."""
        raise NotImplementedError

    def batching(self, sandbox: Any) -> Any:
        """Return a signed-in target that takes batches. Skips the test when it takes none."""
        target: Target = self.connect(sandbox)
        if not isinstance(target, Batches):
            pytest.skip("the target takes one operation at a time")
        assert target.find(self.operation(1)) is None
        return target

    def many(self) -> list[Operation]:
        """Return some operations for one call."""
        return [self.operation(n) for n in range(1, MANY + 1)]

    def each_once(self, sandbox: Any) -> None:
        """Take over as another worker: afterwards every operation stands there once."""
        sandbox.faults.clear()
        target = self.connect(sandbox)
        ids = {self.once(target, operation).external_id for operation in self.many()}
        assert (len(ids), len(self.standing(sandbox))) == (MANY, MANY)

    def test_a_batch_has_an_outcome_for_each_in_order(self, sandbox: Any) -> None:
        """As many as were given, each under its key, and each found afterwards."""
        target = self.batching(sandbox)
        assert target.most_at_once > 1
        results = target.send_many(self.many())

        assert [result.key for result in results] == [operation.key for operation in self.many()]
        found = [self.connect(sandbox).find(operation) for operation in self.many()]
        assert [one and one.external_id for one in found] == [result.external_id for result in results]
        assert len(self.standing(sandbox)) == MANY

    def test_an_item_that_is_refused_spoils_no_other(self, sandbox: Any) -> None:
        """The good ones stand there, the bad one carries the system's words."""
        target = self.batching(sandbox)
        first, second, third = self.many()[0], self.refused()[0], self.many()[2]
        results = target.send_many([first, second, third])

        assert isinstance(results[1], Rejected)
        assert [isinstance(result, Receipt) for result in results] == [True, False, True]
        assert len(self.standing(sandbox)) == MANY - 1

    @pytest.mark.parametrize("kind", UNSAID)
    def test_a_batch_without_an_answer_leaves_each_unknown(self, sandbox: Any, kind: Any) -> None:
        """None is a success or a failure, and whoever looks finds each."""
        target = self.batching(sandbox)
        sandbox.faults.add(Fault(kind))
        results = self._sent(target)

        assert all(isinstance(result, Ambiguous) for result in results), results
        sandbox.faults.clear()
        if self.writes == 1:
            assert all(self.connect(sandbox).find(operation) for operation in self.many())
        self.each_once(sandbox)

    @pytest.mark.parametrize("kind", UNDONE)
    def test_a_batch_that_was_not_carried_out_is_sent_once_more(self, sandbox: Any, kind: Any) -> None:
        """Nothing of it is called a success, and nothing a refusal."""
        target = self.batching(sandbox)
        sandbox.faults.add(Fault(kind, times=FOREVER))
        results = self._sent(target)

        assert all(isinstance(result, Transient | Ambiguous | Unauthorised) for result in results), results
        assert len(self.standing(sandbox)) == 0
        self.each_once(sandbox)

    def _sent(self, target: Any) -> Sequence[Receipt | TargetError]:
        """Return what came of each; an error of the whole call is one of each."""
        try:
            results: Sequence[Receipt | TargetError] = target.send_many(self.many())
        except TargetError as e:
            return [e] * MANY
        assert len(results) == MANY
        return results
