"""What is our own write coming back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.stages.echo import Written, is_echo, same

AT = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)


def echoes(
    said: dict[str, str], payload: dict[str, Any], *, before: dict[str, str] | None = None, version: str = ""
) -> bool:
    return is_echo(said, before=before, written=Written(payload=payload, version=version), version="7", at=AT)


@pytest.mark.parametrize(
    ("said", "payload", "before", "expected"),
    [
        pytest.param({"a": "1"}, {"a": "1"}, None, True, id="what we wrote"),
        pytest.param({"a": "1.0"}, {"a": "1.00"}, None, True, id="spelled otherwise"),
        pytest.param({"a": "1"}, {"a": "2"}, None, False, id="another value"),
        pytest.param({"a": "1", "b": "2"}, {"a": "1"}, None, False, id="and a value that we never wrote"),
        pytest.param({"a": "1", "b": "2"}, {"a": "1"}, {"b": "2"}, True, id="a value that was there before"),
        pytest.param({"a": "1", "b": "3"}, {"a": "1"}, {"b": "2"}, False, id="a value that somebody changed too"),
        pytest.param({"a": "1"}, {"a": "1"}, {"a": "0", "b": "2"}, False, id="a value that somebody took away"),
        pytest.param({"a": "1"}, {"a": "1"}, {"a": "1"}, False, id="nothing changed"),
        pytest.param({"a": "1"}, {"properties": {"a": "1"}}, None, True, id="inside another object"),
        pytest.param({"x_a": "1"}, {"x": {"a": "1"}}, None, True, id="objects joined by an underscore"),
        pytest.param({"my_a": "1"}, {"a": "1"}, None, False, id="a name that only ends alike"),
        pytest.param({"l[0].a": "1"}, {"d": {"l": [{"a": "1"}]}}, None, True, id="a row of a list"),
        pytest.param({"l[1].a": "1"}, {"l": [{"a": "1"}]}, None, False, id="another row"),
        pytest.param({"a": "true"}, {"a": True}, None, True, id="yes and no"),
        pytest.param({}, {"a": "1"}, None, False, id="nothing is said"),
    ],
)
def test_only_what_changed_and_is_all_ours_is_an_echo(
    said: dict[str, str], payload: dict[str, Any], before: dict[str, str] | None, expected: bool
) -> None:
    assert echoes(said, payload, before=before) is expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [("7", True), ("2026-03-04T08:00:00.000Z", True), ("2026-03-04T09:00:00+01:00", True), ("6", False), ("", False)],
    ids=["the same", "its moment", "in another zone", "another one", "none"],
)
def test_the_version_that_the_receipt_names_is_ours(version: str, expected: bool) -> None:
    assert echoes({"a": "theirs"}, {"a": "ours"}, version=version) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("2026-03-04", "2026-03-04T00:00:00Z", True), ("2026-03-04", "2026-03-05", False), ("0.10", ".1", True), ("x", "1", False)],
)  # fmt: skip
def test_values_are_compared_by_what_they_mean(one: str, other: str, expected: bool) -> None:
    assert same(one, other) is expected
