"""From an operation to the bytes of its files, split into parts where the receiver wants small files."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.files.formats.csv_format import render_csv
from adapters.files.formats.options import (
    CsvOptions,
    FixedOptions,
    IdocFlatOptions,
    IdocXmlOptions,
    JsonOptions,
    Options,
    XmlOptions,
)
from adapters.files.formats.values import Scope
from engine.model.errors import Rejected
from engine.model.operation import Operation

Lines = Sequence[Mapping[str, Any]]
_MOST_PARTS = 9999
_FIRST_GUESS = 64
_One = Callable[[Lines, int, int, int], bytes]
"""Renders (lines, lines before them, part, parts)."""


def render(operation: Operation, options: Options, *, generation: int = 1) -> tuple[bytes, ...]:
    """Return the content of each file, in order. Same operation, same bytes; an IDoc's number tells generations apart.

    Raises Rejected naming the field that does not fit the format.
    """
    if isinstance(options, CsvOptions | FixedOptions):
        return _parts(operation, options)
    return (_bounded(_whole(operation, options, generation), options.max_bytes),)


def _bounded(content: bytes, max_bytes: int | None) -> bytes:
    if max_bytes is not None and len(content) > max_bytes:
        raise Rejected(
            f"The file has {len(content)} bytes, the receiver takes {max_bytes}, and it cannot be split any further.",
            fields={"max_bytes": str(len(content))},
        )
    return content


def _whole(
    operation: Operation, options: XmlOptions | JsonOptions | IdocFlatOptions | IdocXmlOptions, generation: int
) -> bytes:
    from adapters.files.formats.idoc import render_idoc_flat, render_idoc_xml
    from adapters.files.formats.text import render_json, render_xml

    if isinstance(options, XmlOptions):
        return render_xml(operation.payload, options)
    if isinstance(options, JsonOptions):
        return render_json(operation.payload)
    if isinstance(options, IdocFlatOptions):
        return render_idoc_flat(operation, options, generation=generation)
    return render_idoc_xml(operation, options, generation=generation)


def _parts(operation: Operation, options: CsvOptions | FixedOptions) -> tuple[bytes, ...]:
    header, lines = _header(operation.payload), _lines(operation.payload)

    def one(chunk: Lines, offset: int, part: int, parts: int) -> bytes:
        meta = {
            "key": operation.short_key,
            "part": part,
            "parts": parts,
            "lines": len(chunk),
            "document_id": operation.document_id,
        }
        return _content(options, header, chunk, meta, offset)

    chunks = _chunks(lines, options, one)
    contents, offset = [], 0
    for part, chunk in enumerate(chunks, start=1):
        contents.append(_bounded(one(chunk, offset, part, len(chunks)), options.max_bytes))
        offset += len(chunk)
    return tuple(contents)


def _content(
    options: CsvOptions | FixedOptions, header: Mapping[str, Any], lines: Lines, meta: Mapping[str, Any], offset: int
) -> bytes:
    whole = Scope(header=header, lines=tuple(lines), meta=meta)
    each = [whole._replace(line=line, meta={**meta, "line": offset + at}) for at, line in enumerate(lines, start=1)]
    if isinstance(options, FixedOptions):
        from adapters.files.formats.fixed import render_fixed

        return render_fixed(options, whole, each)
    by_line = any((column.path or "").startswith(("line.", "meta.line")) for column in options.columns)
    return render_csv(options, each if by_line else [whole])


def _chunks(lines: Lines, options: CsvOptions | FixedOptions, one: _One) -> list[Lines]:
    """Return the lines in groups that fit `max_lines` and `max_bytes`; one group when no limit is set."""
    if not lines:
        return [lines]
    chunks: list[Lines] = []
    start = 0
    while start < len(lines):
        most = min(len(lines) - start, options.max_lines or len(lines))
        size = most
        if options.max_bytes is not None:
            guess = len(chunks[-1]) if chunks else _FIRST_GUESS
            size = _largest(lines, start, most, max_bytes=options.max_bytes, guess=guess, one=one)
        chunks.append(lines[start : start + size])
        start += size
        if len(chunks) > _MOST_PARTS:
            raise Rejected(f"The document would be split into more than {_MOST_PARTS} files.")
    return chunks


def _largest(lines: Lines, start: int, most: int, *, max_bytes: int, guess: int, one: _One) -> int:
    """Return how many lines from `start` fit into `max_bytes`: doubling from a guess, then bisection."""

    def fits(count: int) -> bool:
        return len(one(lines[start : start + count], start, _MOST_PARTS, _MOST_PARTS)) <= max_bytes

    low, high = 0, max(1, min(guess, most))
    while high <= most and fits(high):
        if high == most:
            return most
        low, high = high, min(high * 2, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    if low == 0:
        raise Rejected(
            f"Line {start + 1} alone makes a file larger than {max_bytes} bytes.",
            fields={f"lines[{start}]": "too large"},
        )
    return low


def _header(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    header = payload.get("header", {})
    if not isinstance(header, Mapping):
        raise Rejected("The payload's header is no object.", fields={"header": "object expected"})
    return header


def _lines(payload: Mapping[str, Any]) -> Lines:
    lines = payload.get("lines", ())
    if (
        isinstance(lines, str)
        or not isinstance(lines, Sequence)
        or not all(isinstance(line, Mapping) for line in lines)
    ):
        raise Rejected("The payload's lines are no list of objects.", fields={"lines": "list of objects expected"})
    return lines
