"""JSON files: a list, a list inside an object, or one object a line. Numbers stay the text they are, never a float."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from engine.model.errors import ContentError
from engine.model.masterdata import FileForm

Objects = Iterator[tuple[int, dict[str, Any]]]
"""Objects with their place in the list (from 1)."""

_BLOCK = 1 << 16
_MOST_CHARS = 50_000_000
"""Longest object; also the longest file whose list stands inside an object, because such a file is read whole."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


@contextmanager
def opened(path: Path, form: FileForm) -> Iterator[Objects]:
    """Offer the objects of a JSON file; those inside them are flattened: `address.city`. Lists of objects stay.

    Raises ContentError for a file that cannot be read or is no JSON.
    """
    try:
        with path.open(encoding=form.encoding) as file:
            found = _inside(path, file, form.path) if form.path else _values(path, file)
            yield ((place, flat(_object(path, place, one))) for place, one in enumerate(found, 1))
    except (OSError, UnicodeDecodeError, LookupError) as e:
        raise ContentError(f"cannot be read as {form.encoding} text: {e}", file=str(path)) from e


def flat(data: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return an object with the objects inside it flattened, their names joined by a point."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{above}{name}.")
        else:
            found[above + name] = value
    return found


def _object(path: Path, place: int, one: Any) -> Mapping[str, Any]:
    if not isinstance(one, dict):
        raise ContentError(f"{str(one)[:40]!r} is no object with columns", file=str(path), line=place)
    return one


def _inside(path: Path, file: TextIO, where: str) -> Iterator[Any]:
    text = file.read(_MOST_CHARS + 1)
    if len(text) > _MOST_CHARS:
        raise ContentError("is too large to look for a list inside; give the list alone", file=str(path))
    try:
        data = _DECODER.decode(text)
    except ValueError as e:
        raise ContentError(f"is no JSON: {e}", file=str(path)) from e
    for name in where.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    if not isinstance(data, list):
        raise ContentError(f"there is no list at {where!r}", file=str(path))
    yield from data


def _values(path: Path, file: TextIO) -> Iterator[Any]:
    """Yield the values of a list, or those that stand one after the other, in little memory."""
    stream = _Stream(path, file)
    is_list = stream.take("[")
    if not is_list and not stream.more():
        raise ContentError("the file is empty", file=str(path))
    is_first = True
    while not stream.take("]") if is_list else stream.more():
        if is_list and not is_first and not stream.take(","):
            raise stream.error("a comma or ] belongs here")
        yield stream.value()
        is_first = False
    if stream.more():
        raise stream.error("something stands behind the end of the list")


class _Stream:
    """A JSON text that is read block by block."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path, self._file, self._text, self._at, self._lines = path, file, "", 0, 1
        self._is_at_end = False

    def more(self) -> bool:
        """Return whether anything but blanks follows."""
        while True:
            blanks = _BLANKS.match(self._text, self._at)
            self._skip(blanks.end() - self._at if blanks else 0)
            if self._at < len(self._text):
                return True
            if not self._fill():
                return False

    def take(self, sign: str) -> bool:
        """Step over a sign if it follows."""
        is_there = self.more() and self._text[self._at] == sign
        if is_there:
            self._at += 1
        return is_there

    def value(self) -> Any:
        """Return the value that follows."""
        if not self.more():
            raise self.error("the file ends in the middle")
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError as e:
                if not self._fill():
                    raise self.error(str(e)) from e
                continue
            length = end - self._at
            if end < len(self._text) or not self._fill():
                self._skip(length)
                return value

    def error(self, message: str) -> ContentError:
        """Return an error with the line of the place."""
        return ContentError(f"is no JSON: {message}", file=str(self._path), line=self._lines)

    def _skip(self, count: int) -> None:
        self._lines += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def _fill(self) -> bool:
        """Read on. The block doubles with what is not understood yet, so that a long object is parsed a few times only."""
        self._text, self._at = self._text[self._at :], 0
        if len(self._text) > _MOST_CHARS:
            raise self.error(f"one object is longer than {_MOST_CHARS} characters")
        block = self._file.read(max(_BLOCK, len(self._text)))
        self._text += block
        return bool(block)
