"""Where a row of the matrix stands: its path in the file and the short number that people see.

    rows[0].rows[3]            R1.4
    rows[2].items[0]           R3.i1       one object of a list that is written out
    rows[2].items[0].rows[1]   R3.i1.2
    rows[4].when_none[0]       R5.n1       for a record of which no line is left

The R keeps spreadsheet programs from reading 1.10 as the number 1.1.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Path = tuple[str | int, ...]

_LETTERS = {"rows": "", "items": "i", "when_none": "n"}


class Placed(NamedTuple):
    """A row, or an object of `items`, as it is written."""

    path: Path
    data: Mapping[str, Any]
    target: str
    """From the root of the payload: `lines[].amount`."""
    group: str | None
    """The list of the record that is being walked, if any."""
    is_item: bool = False

    @property
    def number(self) -> str:
        """The number that people see."""
        return number(self.path)

    @property
    def kind(self) -> str:
        """What it makes: `value`, `object`, `list` or `item`."""
        if self.is_item:
            return "item"
        if "each" in self.data or "items" in self.data:
            return "list"
        return "object" if "rows" in self.data else "value"


def number(path: Path) -> str:
    """Return the number that people see for a path."""
    pairs = zip(path[::2], path[1::2], strict=True)
    return "R" + ".".join(f"{_LETTERS[str(key)]}{int(index) + 1}" for key, index in pairs)


def placed(data: Mapping[str, Any]) -> Iterator[Placed]:
    """Yield every row of a matrix as it is written (`rows: [...]`), each before those below it, in the order of the file."""
    yield from _rows(data, "rows", (), "", data.get("each"))


def _rows(data: Mapping[str, Any], key: str, at: Path, target: str, group: str | None) -> Iterator[Placed]:
    for index, row in enumerate(data.get(key, ())):
        place = (*at, key, index)
        many = "[]" if "each" in row or "items" in row else ""
        own = f"{target}.{row['to']}{many}" if target else f"{row['to']}{many}"
        yield Placed(place, row, own, group)
        yield from _rows(row, "rows", place, own, row.get("each", group))
        yield from _rows(row, "when_none", place, own, group)
        for item_index, item in enumerate(row.get("items", ())):
            item_place = (*place, "items", item_index)
            yield Placed(item_place, item, own, group, is_item=True)
            yield from _rows(item, "rows", item_place, own, group)
