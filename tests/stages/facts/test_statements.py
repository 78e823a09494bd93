"""Facts about statements of account."""

from decimal import Decimal

from engine.model.reconciled import Position
from engine.stages.facts import statements  # noqa: F401 - registers its functions
from engine.stages.facts.case import FUNCTIONS, Case
from tests.stages.facts.test_orders import RULESET
from tests.stages.records import NO_ORDER, NO_VENDOR, record


def told(name: str, *positions: Position) -> object:
    order = NO_ORDER.model_copy(update={"positions": positions})
    return FUNCTIONS[name](Case(record=record(), ruleset=RULESET, vendor=NO_VENDOR, order=order))


def missing(at: int) -> Position:
    return Position(line=at, number=f"RE-{at}", standing="missing", stated=Decimal("1.00"))


def test_positions_are_named_with_amounts_and_very_many_are_counted() -> None:
    differs = Position(line=0, number="RE-9", standing="differs", stated=Decimal("12.00"), ours=Decimal(10))

    assert told("positions_missing", missing(1), missing(2)) == "RE-1 (1.00), RE-2 (1.00)"
    assert str(told("positions_missing", *map(missing, range(100)))).endswith("RE-29 (1.00) and 70 more")
    assert told("positions_differing", differs, missing(1)) == "RE-9: 12.00 instead of 10.00"
    assert told("positions_missing") is None
    assert FUNCTIONS["position_count"](
        Case(record=record(), ruleset=RULESET, vendor=NO_VENDOR, order=NO_ORDER)
    ) is None  # fmt: skip
