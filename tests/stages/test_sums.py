import pytest

from engine.stages.sums import amount
from tests.stages.records import record


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-sNaN", "1,5", "", "12 EUR"])
def test_what_is_no_finite_number_is_no_amount(text: str) -> None:
    assert amount(record(total=text), "total") is None
