"""Splitting one document into parts."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.formats.options import parse_options
from adapters.files.formats.render import render
from engine.model.errors import Rejected
from tests.adapters.files.factories import operation

COLUMNS = [{"name": "LINE", "path": "meta.line"}, {"name": "TEXT", "path": "line.text"}]


def parts(lines: list[str], **options: Any) -> tuple[bytes, ...]:
    op = operation({"lines": [{"text": text} for text in lines]}, columns=COLUMNS, **options)
    return render(op, parse_options(op.options))


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";"))


def test_lines_are_split_and_the_header_is_repeated() -> None:
    found = [rows(part) for part in parts(["a", "b", "c"], max_lines=2)]

    assert found == [[["LINE", "TEXT"], ["1", "a"], ["2", "b"]], [["LINE", "TEXT"], ["3", "c"]]]


@given(
    lines=st.lists(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=30), max_size=40),
    max_bytes=st.integers(64, 400),
    max_lines=st.integers(1, 20),
)
def test_parts_keep_every_line_and_both_limits(lines: list[str], max_bytes: int, max_lines: int) -> None:
    found = parts(lines, max_bytes=max_bytes, max_lines=max_lines)

    assert [row[1] for part in found for row in rows(part)[1:]] == lines
    assert max(len(part) for part in found) <= max_bytes
    assert max(len(rows(part)) - 1 for part in found) <= max_lines


def test_a_line_larger_than_a_file_is_refused_by_number() -> None:
    with pytest.raises(Rejected, match="Line 2 alone makes a file larger than 64 bytes"):
        parts(["a", "b" * 64], max_bytes=64)


def test_a_header_larger_than_a_file_is_refused() -> None:
    op = operation({}, columns=[{"name": "A" * 99, "path": "line.text"}], max_bytes=64)

    with pytest.raises(Rejected, match="cannot be split any further"):
        render(op, parse_options(op.options))


def test_a_document_without_lines_is_one_file() -> None:
    assert [rows(part) for part in parts([], max_lines=5, max_bytes=100)] == [[["LINE", "TEXT"]]]


def test_a_trailer_counts_its_own_part() -> None:
    trailer = {
        "id": "T",
        "fields": [
            {"path": f"meta.{name}", "start": at, "length": 1}
            for at, name in enumerate(["lines", "records", "part", "parts"], 2)
        ],
    }
    body = {"id": "L", "each": "lines", "fields": [{"path": "line.text", "start": 2, "length": 1}]}
    op = operation(
        {"lines": [{"text": t} for t in "abc"]}, format="fixed", records=[body, trailer], max_lines=2, line_ending="lf"
    )

    assert render(op, parse_options(op.options)) == (b"La\nLb\nT2312\n", b"Lc\nT1222\n")


@pytest.mark.parametrize("payload", [{"lines": "abc"}, {"lines": ["a"]}, {"lines": {"a": 1}}, {"header": []}])
def test_a_payload_of_another_shape_is_refused(payload: dict[str, Any]) -> None:
    op = operation(payload)

    with pytest.raises(Rejected, match="payload's"):
        render(op, parse_options(op.options))


def test_a_large_document_is_split_in_reasonable_work() -> None:
    assert len(parts([f"line {n}" for n in range(5000)], max_bytes=2000)) > 30


def test_the_same_operation_gives_the_same_bytes() -> None:
    assert parts(["a", "b"], max_lines=1) == parts(["a", "b"], max_lines=1)
