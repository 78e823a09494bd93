"""The inside of an Excel workbook: its sheets, the table of shared texts, and which formats show days or per cent."""

import re
import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, NamedTuple, Self, cast

from lxml import etree

from engine.model.errors import ContentError

_MOST_BYTES = 8 << 30
"""Largest part of a workbook, unpacked."""
_IN_MEMORY = 64 << 20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_DAYS = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
"""Built-in formats that show a day (18.8.30), those of East Asia included; 18 to 21 and 45 to 47 show a time only."""
_PER_CENT = frozenset({9, 10})
_SPOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""Parts of a format that are written as they stand, colours and conditions."""
_DAY = re.compile(r"[dy]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")


class Form(NamedTuple):
    """How a number is shown."""

    is_date: bool = False
    is_percent: bool = False
    width: int = 0
    """Digits that are shown at least, with zeros in front."""


class Cell(NamedTuple):
    """What a cell holds."""

    kind: Literal["text", "number", "error"]
    text: str
    form: Form = Form()


class Book:
    """An open workbook. A context manager; shared texts lie in a temporary file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Open the file and read formats and texts."""
        with ExitStack() as guard:
            self._zip = guard.enter_context(zipfile.ZipFile(self._path))
            self._names = set(self._zip.namelist())
            self._main = self._main_part()
            properties = self._root(self._main).find("{*}workbookPr")
            self.is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
            self._parts = self._relations(self._main)
            self._forms = self._read_forms()
            self._texts = guard.enter_context(_Texts())
            self._read_texts()
            self._open = guard.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._open.close()

    def sheet(self, name: str) -> BinaryIO:
        """Open a sheet by name, or the first. Raises ContentError that names the sheets there are."""
        sheets = {
            str(one.get("name")): str(one.get(_RELATION) or one.get(_STRICT_RELATION))
            for one in self._root(self._main).iterfind("{*}sheets/{*}sheet")
        }
        wanted = name or next(iter(sheets), "")
        if wanted not in sheets:
            raise ContentError(f"there is no sheet {name!r}; there are: {', '.join(sheets)}", file=str(self._path))
        return self._part(self._parts[sheets[wanted]])

    def cell(self, element: Any) -> Cell:
        """Return what a `c` element holds."""
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return Cell("text", _rich(element.find("{*}is")))
        text = element.findtext("{*}v") or ""
        if kind == "s":
            return Cell("text", self._texts[int(text)] if text else "")
        if kind == "b":
            return Cell("text", {"1": "true", "0": "false"}.get(text, text))
        if kind == "d":
            return Cell("text", text)
        if kind == "e":
            return Cell("error", text)
        return Cell("text", text) if kind == "str" else Cell("number", text, self._forms.get(element.get("s"), Form()))

    def _main_part(self) -> str:
        for relation in self._root("_rels/.rels"):
            if str(relation.get("Type")).endswith("/officeDocument"):
                return str(relation.get("Target")).lstrip("/")
        raise KeyError("it names no workbook")

    def _relations(self, part: str) -> dict[str, str]:
        folder, _, name = part.rpartition("/")
        found: dict[str, str] = {}
        for relation in self._root(f"{folder}/_rels/{name}.rels".lstrip("/")):
            target = str(relation.get("Target"))
            found[str(relation.get("Id"))] = target[1:] if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        return found

    def _by_name(self, name: str) -> str:
        return next((part for part in self._parts.values() if part.endswith(name) and part in self._names), "")

    def _read_forms(self) -> dict[str | None, Form]:
        part = self._by_name("styles.xml")
        if not part:
            return {}
        styles = self._root(part)
        codes = {one.get("numFmtId"): str(one.get("formatCode")) for one in styles.iterfind("{*}numFmts/{*}numFmt")}
        used = [one.get("numFmtId", "0") for one in styles.iterfind("{*}cellXfs/{*}xf")]
        return {str(place): _form(int(number), codes.get(number, "")) for place, number in enumerate(used)}

    def _read_texts(self) -> None:
        part = self._by_name("sharedStrings.xml")
        if not part:
            return
        with self._part(part) as file:
            for _event, item in etree.iterparse(file, tag="{*}si", resolve_entities=False, no_network=True):
                self._texts.append(_rich(item))
                item.clear()
                while item.getprevious() is not None:
                    del item.getparent()[0]

    def _part(self, name: str) -> BinaryIO:
        if self._zip.getinfo(name).file_size > _MOST_BYTES:
            raise ContentError(f"{name} is larger than {_MOST_BYTES >> 30} GB", file=str(self._path))
        return cast("BinaryIO", self._zip.open(name))

    def _root(self, name: str) -> Any:
        with self._part(name) as file:
            return etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


class _Texts:
    """Texts by number, on the disk when they are many."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the book
        self._ends = array("Q", [0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def append(self, text: str) -> None:
        data = text.encode()
        self._file.seek(0, 2)
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def __getitem__(self, number: int) -> str:
        self._file.seek(self._ends[number])
        return self._file.read(self._ends[number + 1] - self._ends[number]).decode()


def _rich(element: Any) -> str:
    """Return the text of an item without its phonetic hints."""
    return "".join(_runs(element)) if element is not None else ""


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        name = etree.QName(child).localname
        if name == "t":
            yield child.text or ""
        elif name == "r":
            yield child.findtext("{*}t") or ""


def _form(number: int, code: str) -> Form:
    if number in _DAYS:
        return Form(is_date=True)
    if number in _PER_CENT:
        return Form(is_percent=True)
    positive = _SPOKEN.sub("", code).partition(";")[0]
    if _ZEROS.fullmatch(positive):
        return Form(width=len(positive))
    return Form(is_date=bool(_DAY.search(positive)), is_percent="%" in positive)
