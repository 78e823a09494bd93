"""Dimensions of documents and their lines, as many as there are.

A new document has the default dimensions of its vendor, customer, items and accounts already, and refuses a second value of
one of them. So dimensions are not written with the document: afterwards each one that is not there, or has another value, is
brought to what the payload says. What else stands there is left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.objects import DIMENSIONS, BcObject
from adapters.shared.compare import is_same


@dataclass(frozen=True)
class Lack:
    """One dimension that a document or one of its lines should have, and has not."""

    path: str
    """Entity set of the document or the line."""
    key: str
    where: str
    """In words: empty for the document, else the line."""
    code: str
    value: str
    line: str = ""
    """Id of the value that it has instead; empty when it has none."""
    has: str = ""

    @property
    def told(self) -> str:
        """The difference in words."""
        return f"{self.where}dimension {self.code} is {self.has or 'not there'}, not {self.value}"


def bare(kind: BcObject, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload without dimensions: they are written afterwards."""
    plain = {name: value for name, value in payload.items() if name != DIMENSIONS}
    if kind.lines and kind.lines in plain:
        plain[kind.lines] = [
            {name: value for name, value in line.items() if name != DIMENSIONS} for line in plain[kind.lines]
        ]
    return plain


def wants(kind: BcObject, payload: Mapping[str, Any]) -> bool:
    """Whether a payload names dimensions, of the document or of a line."""
    lines = payload.get(kind.lines) or () if kind.lines else ()
    return any(one.get(DIMENSIONS) for one in (payload, *lines))


def lacking(
    kind: BcObject, payload: Mapping[str, Any], there: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> list[Lack]:
    """Return what is not there yet, the document's own first; `lines` are those of the payload's, as they stand there."""
    found = list(_of(kind.path, "", payload, there))
    wanted = payload.get(kind.lines) or () if kind.lines else ()
    for number, (mine, line) in enumerate(zip(wanted, lines, strict=False), start=1):
        found += _of(kind.lines, f"line {number}: ", mine, line)
    return found


def bring(client: BusinessCentral, lacks: Sequence[Lack]) -> None:
    """Write what is not there. Each call leaves the same, however often it is made."""
    for one in lacks:
        client.set_dimension(one.path, one.key, one.code, one.value, line=one.line)


def _of(path: str, where: str, wanted: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[Lack]:
    standing = {str(one.get("code") or "").casefold(): one for one in there.get(DIMENSIONS) or ()}
    for one in wanted.get(DIMENSIONS) or ():
        code, value = str(one["code"]), str(one["valueCode"])
        held = standing.get(code.casefold(), {})
        if not is_same(held.get("valueCode"), value, any_case=True):
            has = str(held.get("valueCode") or "")
            yield Lack(path, str(there.get("id") or ""), where, code, value, str(held.get("id") or ""), has)
