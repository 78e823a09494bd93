"""IDocs as flat files: a control record EDI_DC40 (524 characters), then data records EDI_DD40.

A data record is SEGNAM 30, MANDT 3, DOCNUM 16, SEGNUM 6, PSGNUM 6, HLEVEL 2, SDATA 1000: 1063 characters, one a line with
the blanks at its end cut off or not, or without line ends. Columns count characters; a file that counts bytes is told by a
record of 1063 bytes that has fewer characters.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from adapters.shared.idoc.layout import IdocField, Layout, Segment
from adapters.shared.idoc.tree import CONTROL, Cell, Idoc, Node, layout_of, names_of, segment_name, unknown_segments
from engine.model.errors import ReadError
from engine.model.finding import Finding

_CONTROL_LENGTH, _HEAD, _RECORD_LENGTH = 524, 63, 1063
_NUMBER, _SEGNUM, _PSGNUM, _NAME = slice(33, 49), slice(49, 55), slice(55, 61), slice(0, 30)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SILENT_UTF16 = ((b"E\x00D\x00", "utf-16-le"), (b"\x00E\x00D", "utf-16-be"))
_LINE_END = re.compile(r"\r\n|\n|\r")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9_/]{2,29}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x80-\x9f]+")
_MOST_RECORDS = 200_000
_MOST_NAMED = 20


class Record(NamedTuple):
    """One record of a file."""

    line: int
    """1-based; in a file without line ends, the number of the record."""
    text: str
    is_bytes: bool
    """Each character stands for one byte of UTF-8."""

    def cut(self, start: int, length: int) -> str:
        """Return the characters of some columns, blanks included."""
        part = self.text[start : start + length]
        return part.encode("latin-1").decode("utf-8", "replace") if self.is_bytes else part


def idocs_of(data: bytes, *, max_bytes: int) -> tuple[Idoc, ...]:
    """Return the IDocs of a file. Raises ReadError `too_large` or `unreadable_idoc`."""
    return tuple(_Reading(records).idoc() for records in _grouped(_records(*_decoded(data, max_bytes))))


def records_of(data: bytes, *, max_bytes: int) -> tuple[Record, ...]:
    """Return the records of a file in their order, control records too, whatever their types. Raises like `idocs_of`."""
    return tuple(record for group in _grouped(_records(*_decoded(data, max_bytes))) for record in group)


def pieces_of(data: bytes, *, max_bytes: int) -> tuple[bytes, ...]:
    """Return each IDoc of a file as a file of its own, a record a line, in UTF-8. Raises like `idocs_of`."""
    groups = _grouped(_records(*_decoded(data, max_bytes)))
    return tuple(
        "".join(f"{one.text}\n" for one in group).encode("latin-1" if group[0].is_bytes else "utf-8")
        for group in groups
    )


def _decoded(data: bytes, max_bytes: int) -> tuple[str, bool]:
    """Return the text, and whether it is UTF-8 in which columns count bytes: then as Latin-1."""
    if len(data) > max_bytes:
        raise ReadError("The IDoc file is larger than allowed.", code="too_large", detail=f"{len(data)} bytes")
    for mark, encoding in (*_BOMS, *_SILENT_UTF16):
        if data.startswith(mark) and encoding != "utf-8":
            return data.decode(encoding, "replace").removeprefix("\ufeff"), False
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252" if _is_cp1252(data) else "latin-1"), False
    counts_bytes = any(
        len(line) < _RECORD_LENGTH == len(line.encode()) for line in _LINE_END.split(text) if not line.isascii()
    )
    return (data.decode("latin-1"), True) if counts_bytes else (text, False)


def _is_cp1252(data: bytes) -> bool:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _records(text: str, is_bytes: bool) -> Iterator[Record]:  # noqa: FBT001 - one value in two parts
    parts: Sequence[str] = _LINE_END.split(text.rstrip("\x1a\x00\r\n"))
    if len(parts) == 1 and len(text) > _CONTROL_LENGTH + _HEAD:
        parts = list(_chunks(parts[0]))
    if len(parts) > _MOST_RECORDS:
        raise ReadError(
            "The IDoc file has more records than allowed.", code="too_large", detail=f"{len(parts)} records"
        )
    return (Record(at, part, is_bytes) for at, part in enumerate(parts, start=1) if part.strip(" \x00"))


def _chunks(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        length = _CONTROL_LENGTH if text.startswith(CONTROL, at) else _RECORD_LENGTH
        yield text[at : at + length]
        at += length


def _grouped(records: Iterator[Record]) -> list[list[Record]]:
    groups: list[list[Record]] = []
    for record in records:
        if record.text.startswith(CONTROL):
            groups.append([])
        elif not groups:
            raise ReadError("The file does not begin with the control record of an IDoc.", code="unreadable_idoc")
        groups[-1].append(record)
    return groups


class _Reading:
    """One IDoc on its way from records to a tree."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._first, self._rest = records[0], records[1:]
        self._findings: list[Finding] = []
        self._odd: dict[str, list[tuple[str, str]]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def idoc(self) -> Idoc:
        """Read it. Where the numbers of the records disagree with the definition of the type, the definition counts."""
        layout = layout_of(self._first.cut(39, 30).strip())
        kind = self._first.cut(39, 30).strip()
        definition = layout or layout_of("INVOIC")
        assert definition is not None  # noqa: S101 - it is shipped with us
        control = Node(CONTROL, CONTROL, self._cells(self._first, definition.control, 0, CONTROL))
        if len(self._first.text.rstrip()) > _CONTROL_LENGTH:
            self._note_odd("lengths", self._first, CONTROL)
        root = Node("IDOC", "")
        if layout:
            self._grow(root, layout, control.text("DOCNUM"))
        return Idoc(kind, control, root, (*self._findings, *self._told()))

    def _grow(self, root: Node, layout: Layout, number: str) -> None:
        known = names_of(layout.type)
        top = Segment("IDOC", "", 0, 0, 1, (), layout.segments)
        path: list[tuple[Segment, Node, str]] = [(top, root, "000000")]
        last = 0
        for record in self._rest:
            written = record.text[_NAME].strip()
            if not _SEGMENT.fullmatch(written):
                self._note_odd("records", record, written[:30])
                continue
            last = self._numbered(record, number, last)
            name = segment_name(written, known)
            if len(record.text.rstrip()) > _RECORD_LENGTH:
                self._note_odd("lengths", record, name)
            self._place(path, record, name, known)

    def _place(self, path: list[tuple[Segment, Node, str]], record: Record, name: str, known: frozenset[str]) -> None:
        """Hang a record under the latest segment that may hold it."""
        at = next((i for i in range(len(path) - 1, -1, -1) if _child(path[i][0], name)), None)
        if at is None:
            what = "places" if name in known and not _is_left_alone(name, path[0][0]) else "unknown"
            if name not in known or what == "places":
                self._note_odd(what, record, name)
            return
        del path[at + 1 :]
        parent, node, sequence = path[at]
        segment = _child(parent, name)
        assert segment is not None  # noqa: S101 - just found
        # at the top some systems name the first segment, others none
        if at and _differs(record.text[_PSGNUM].strip(), sequence):
            self._note_odd("parents", record, name)
        self._counts[node.pointer, name] += 1
        pointer = f"{node.pointer}/{name}[{self._counts[node.pointer, name]}]"
        grown = Node(name, pointer, self._cells(record, segment, _HEAD, pointer))
        node.children.append(grown)
        path.append((segment, grown, record.text[_SEGNUM].strip()))

    def _cells(self, record: Record, segment: Segment, start: int, pointer: str) -> dict[str, Cell]:
        cells = {}
        for one in segment.fields:
            text = self._clean(record, one, start, pointer)
            if text:
                begin = start + one.offset
                where = f"{pointer}/{one.name} (line {record.line}, columns {begin + 1}-{begin + one.length})"
                cells[one.name] = Cell(text, where)
        return cells

    def _clean(self, record: Record, one: IdocField, start: int, pointer: str) -> str:
        text = record.cut(start + one.offset, one.length)
        if _CONTROLS.search(text.strip(" \x00")):
            self._note_odd("controls", record, f"{pointer}/{one.name}")
        return _CONTROLS.sub(" ", text).strip()

    def _numbered(self, record: Record, number: str, last: int) -> int:
        """Compare number and position of a record with those before it. Returns its position, 0 for none."""
        told = record.text[_NUMBER].strip()
        if told and number and told.lstrip("0") != number.lstrip("0"):
            self._note_odd("numbers", record, told)
        position = record.text[_SEGNUM].strip()
        here = int(position) if position.isascii() and position.isdigit() else 0
        if here and here != last + 1:
            self._note_odd("gaps", record, f"{last} before {here}")
        return here or last

    def _note_odd(self, what: str, record: Record, words: str) -> None:
        self._odd.setdefault(what, []).append((f"line {record.line}", words))

    def _told(self) -> Iterator[Finding]:
        for what, where in self._odd.items():
            if what == "unknown":
                yield unknown_segments([(name, line) for line, name in where])
            else:
                yield _said()[what].model_copy(update={"evidence": tuple(where[:_MOST_NAMED])})


def _child(segment: Segment, name: str) -> Segment | None:
    return next((child for child in segment.children if child.name == name), None)


def _is_left_alone(name: str, top: Segment) -> bool:
    """Whether a known segment is one of those that the definition only names."""

    def has(segment: Segment) -> bool:
        return segment.name == name or any(has(child) for child in segment.children)

    return not has(top)


def _differs(told: str, sequence: str) -> bool:
    return told.isdigit() and sequence.isdigit() and int(told) != int(sequence)


@cache
def _said() -> Mapping[str, Finding]:
    """Return what people are told, by what is odd."""
    return {
        "lengths": Finding(
            code="idoc_wrong_length", severity="error",
            message="Records of the IDoc are longer than their type: values may stand in wrong columns. Compare them.",
        ),
        "records": Finding(
            code="idoc_broken_records", severity="error",
            message="Records of the IDoc cannot be told. Ask the sender for the file again.",
        ),
        "places": Finding(
            code="idoc_wrong_order", severity="error",
            message="Segments of the IDoc belong to nothing where they stand. Compare with the sender's document.",
        ),
        "parents": Finding(
            code="idoc_other_parent", severity="error",
            message="Segments of the IDoc name another parent than the one they stand under. Compare them.",
        ),
        "numbers": Finding(
            code="idoc_mixed", severity="error",
            message="Records of several IDocs are mixed in this one. Ask the sender for the file again.",
        ),
        "gaps": Finding(
            code="idoc_incomplete", severity="error",
            message="Numbers of records are missing or repeated: parts of the IDoc may be lost. Compare it.",
        ),
        "controls": Finding(
            code="idoc_control_characters", severity="warning",
            message="The IDoc holds control characters; blanks were read in their place.",
        ),
    }  # fmt: skip
