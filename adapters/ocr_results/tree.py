"""JSON from strangers: bounded, and every value asked for by path and type."""

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from engine.model.errors import ReadError

CODE = "unreadable_ocr_result"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_WIDEST = 20
"""Digits before or after the point; no amount has more."""
_LONGEST = 4000
"""Signs of one text that are kept; no field of a business document is longer."""


class Tree:
    """One value of untrusted JSON that knows where it stands; the wrong type raises ReadError with the path."""

    __slots__ = ("_key", "_parent", "data")

    def __init__(self, data: Any, key: str = "", parent: "Tree | None" = None) -> None:
        self.data = data
        self._key = key
        self._parent = parent

    @property
    def path(self) -> str:
        """The JSON pointer of the value; put together only when somebody asks, for there are many values."""
        return "" if self._parent is None else f"{self._parent.path}/{self._key}"

    def __bool__(self) -> bool:
        """Whether there is a value: a missing key and null are none."""
        return self.data is not None

    def get(self, *names: str) -> "Tree":
        """Return the value at a path of keys. Keys are in camelCase; the snake_case spelling of SDKs is found as well."""
        tree = self
        for name in names:
            tree = tree._one(name)
        return tree

    def _one(self, name: str) -> "Tree":
        if self.data is None:
            return self
        if not isinstance(self.data, dict):
            self.refuse("an object")
        found = self.data.get(name)
        return Tree(self.data.get(snake(name)) if found is None else found, name, self)

    def items(self) -> list["Tree"]:
        """Return the elements of a list; none when there is no list."""
        if self.data is None:
            return []
        if not isinstance(self.data, list):
            self.refuse("a list")
        return [Tree(item, str(index), self) for index, item in enumerate(self.data)]

    def pairs(self) -> Iterator[tuple[str, "Tree"]]:
        """Yield the keys and values of an object; none when there is no object."""
        if self.data is None:
            return
        if not isinstance(self.data, dict):
            self.refuse("an object")
        for name, value in self.data.items():
            yield name, Tree(value, name, self)

    def text(self) -> str:
        """Return a text without control signs, at most 4,000 signs; empty when there is none."""
        if self.data is None:
            return ""
        if not isinstance(self.data, str):
            self.refuse("a text")
        return printable(self.data)

    def number(self) -> float | None:
        """Return a finite number, or None when there is none."""
        if self.data is None:
            return None
        if isinstance(self.data, bool) or not isinstance(self.data, int | float | Decimal):
            self.refuse("a number")
        try:
            value = float(self.data)
        except OverflowError:
            self.refuse("a number of usual size")
        if not math.isfinite(value):
            self.refuse("a finite number")
        return value

    def decimal(self) -> str:
        """Return a number as exact canonical text, or an empty text when there is no number."""
        if isinstance(self.data, bool) or not isinstance(self.data, int | Decimal):
            return ""
        number = Decimal(self.data)
        return "" if abs(number.adjusted()) > _WIDEST else f"{number:f}"

    def whole(self) -> int | None:
        """Return a whole number, also one written as text (64 bit numbers of Google's JSON), or None."""
        if isinstance(self.data, str) and _WHOLE.fullmatch(self.data):
            return int(self.data)
        value = self.number()
        return None if value is None else int(value)

    def share(self, *, of: float = 1.0, default: float) -> float:
        """Return a confidence as a number from 0 to 1; `of` is the service's own highest value."""
        value = self.number()
        return default if value is None else round(min(1.0, max(0.0, value / of)), 4)

    def refuse(self, wanted: str) -> NoReturn:
        """Raise ReadError: something else stands here than the format has."""
        raise misshapen(f"{self.path or '/'} is not {wanted}")


def load(path: Path, *, max_bytes: int) -> Tree:
    """Return the root of a JSON file.

    Raises ReadError `too_large` past `max_bytes`, and `unreadable_ocr_result` for what is no JSON, is nested without
    end or holds NaN.
    """
    size = path.stat().st_size
    if size > max_bytes:
        raise ReadError(
            "The recognition result is larger than allowed. Send it in parts of fewer pages.",
            code="too_large", detail=f"{size} of {max_bytes} bytes",
        )  # fmt: skip
    try:
        return Tree(json.loads(path.read_bytes(), parse_constant=_constant, parse_float=_exact))
    except (ValueError, RecursionError) as e:
        raise ReadError(
            "The recognition result is damaged JSON. Send the service's answer whole and unchanged.",
            code="unreadable_ocr_result", detail=str(e)[:300],
        ) from e  # fmt: skip


def misshapen(detail: str) -> ReadError:
    """Return the error for a result that does not have the shape its format documents."""
    return ReadError(
        f"The recognition result does not have the shape of its format: {detail[:200]}. Send it whole and unchanged.",
        code="unreadable_ocr_result", detail=detail[:500],
    )  # fmt: skip


def printable(text: str) -> str:
    """Return a text without control signs and lone surrogates, at most 4,000 signs."""
    return _CONTROL.sub("", text[:_LONGEST])


@lru_cache(maxsize=1024)
def snake(name: str) -> str:
    """Return a camelCase name in snake_case."""
    return _HUMP.sub("_", name).lower()


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _exact(text: str) -> Decimal:
    """Return a JSON number exactly: amounts of money stand among them."""
    try:
        return Decimal(text)
    except InvalidOperation as e:
        raise ValueError(f"{text[:40]} is out of range") from e
