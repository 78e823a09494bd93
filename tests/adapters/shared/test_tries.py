import pytest

from adapters.shared.tries import may_have_left
from engine.model.operation import Operation, OperationState


@pytest.mark.parametrize(
    ("state", "attempts", "expected"),
    [
        pytest.param("planned", 0, False, id="never tried"),
        pytest.param("sending", 1, False, id="on its first try"),
        pytest.param("sending", 2, True, id="on its second try"),
        pytest.param("unknown", 1, True, id="an answer is missing"),
        pytest.param("planned", 1, True, id="said not to have arrived"),
    ],
)
def test_an_operation_may_have_left_by_every_try_but_the_one_under_way(
    state: OperationState, attempts: int, expected: bool
) -> None:
    operation = Operation(
        key="f/t/o/1", document_id="d", revision=1, target="t", object="o", payload={}, mapping="m@1", payload_digest="d",
        state=state, attempts=attempts,
    )  # fmt: skip

    assert may_have_left(operation) is expected
