from decimal import Decimal

import pytest

from adapters.shared.compare import differences, is_same, line_differences


@pytest.mark.parametrize(
    ("there", "mine"),
    [
        pytest.param(Decimal("10.500"), "10.5", id="a number by value"),
        pytest.param(3, "3.00", id="a whole number"),
        pytest.param(" A ", "A", id="blanks around"),
        pytest.param("2026-03-04T12:00:00Z", "2026-03-04", id="a day at noon"),
        pytest.param("2026-03-04T00:00:00Z", "2026-03-04", id="a day at midnight"),
        pytest.param(True, True, id="a flag"),
    ],
)
def test_values_that_mean_the_same_are_the_same(there: object, mine: object) -> None:
    assert is_same(there, mine)


@pytest.mark.parametrize(
    ("there", "mine"),
    [
        pytest.param("06210", "6210", id="a code with a zero in front"),
        pytest.param(Decimal("10.5"), "ten", id="a word for a number"),
        pytest.param("true", True, id="a word for a flag"),
        pytest.param(1, True, id="a number for a flag"),
        pytest.param("2026-03-04T13:00:00Z", "2026-03-04", id="another hour of the day"),
        pytest.param(None, "A", id="nothing"),
        pytest.param("re-1", "RE-1", id="capitals, where they count"),
    ],
)
def test_values_that_differ_are_told_apart(there: object, mine: object) -> None:
    assert not is_same(there, mine)


def test_capitals_count_only_where_they_do() -> None:
    assert is_same("re-1", "RE-1", any_case=True)


def test_what_a_system_does_not_tell_is_compared_only_when_it_should() -> None:
    assert differences({"a": "1", "b": "2"}, {"a": "1"}) == ["b is None, not 2"]
    assert differences({"a": "1", "b": "2"}, {"a": "1"}, known_only=True) == []


def test_lines_are_compared_in_their_order_and_by_their_number() -> None:
    assert line_differences([{"a": "1"}, {"a": "2"}], [{"a": "1"}, {"a": "3"}]) == ["line 2: a is 3, not 2"]
    assert line_differences([{"a": "1"}], []) == ["it has 0 lines, not 1"]
