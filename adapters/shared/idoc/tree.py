"""An IDoc as a tree of segments, whichever way it was written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from adapters.shared.idoc.layout import Layout, Segment, load_layout
from engine.model.finding import Finding

CONTROL = "EDI_DC40"
_FAMILIES = {"INVOIC": "INVOIC02", "ORDERS": "ORDERS05", "DELVRY": "DELVRY07"}
"""The newest definition of each type: older ones lack fields at the ends of segments and segments, nothing else."""
_DIGITS = 3
_MOST_NAMED = 20


class Cell(NamedTuple):
    """One value as it was written, without blanks around it, and where it stands."""

    text: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Node:
    """One segment. `children` grow while the tree is read, and never after."""

    name: str
    """Of the segment type (`E1EDK01`), also where the file has the name of a release (`E2EDK01005`)."""
    pointer: str
    cells: Mapping[str, Cell] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a value, empty when the segment has none of that name."""
        found = self.cells.get(name)
        return found.text if found else ""

    def walk(self) -> Iterator["Node"]:
        """Yield this segment and all below, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


class Idoc(NamedTuple):
    """One IDoc."""

    type: str
    """Basic type as the control record names it: `ORDERS05`."""
    control: Node
    root: Node
    """Holds the segments of the first level."""
    findings: tuple[Finding, ...]
    """What is wrong with its form."""

    @property
    def message(self) -> str:
        """Message type: `ORDRSP`."""
        return self.control.text("MESTYP").upper()


def layout_of(idoc_type: str) -> Layout | None:
    """Return the definition for a basic type (`DELVRY03`), None for one that is not known here."""
    known = _FAMILIES.get(idoc_type[:6].upper())
    return load_layout(known) if known else None


@cache
def names_of(idoc_type: str) -> frozenset[str]:
    """Return the names of all segments of a layout (`INVOIC02`), those that are left alone too."""
    layout = load_layout(idoc_type)
    return frozenset({one.name for segment in layout.segments for one in _all(segment)} | layout.others)


def segment_name(written: str, known: frozenset[str]) -> str:
    """Return the segment type of a name in a flat file: `E2EDK01005` and `E2EDK01` are `E1EDK01`.

    The last three digits are the release of the segment; a name of somebody's own (`Z2...`) is returned as it is.
    """
    name = f"E1{written[2:]}" if written.startswith("E2") else written
    if name in known or not name[-_DIGITS:].isdigit():
        return name
    return name[:-_DIGITS] if name[:-_DIGITS] in known else name


def _all(segment: Segment) -> Iterator[Segment]:
    yield segment
    for child in segment.children:
        yield from _all(child)


def unknown_segments(strange: Sequence[tuple[str, str]]) -> Finding:
    """Return the finding about segments that the type does not have, as (name, where)."""
    return Finding(
        code="idoc_unknown_segments", severity="warning",
        message="The IDoc has segments of the sender's own. What they say was not read; the file is kept as it came.",
        evidence=tuple(strange[:_MOST_NAMED]),
    )  # fmt: skip
