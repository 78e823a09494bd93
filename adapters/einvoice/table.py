"""The shape of a mapping table: which XPath gives which canonical field."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from adapters.shared.canonical import Kind

Message = Literal["invoice", "credit_note", "order", "order_change", "order_response", "order_cancellation", "despatch"]
"""What a message is by its root element; codes inside it only refine that. Cross Industry orders are told by code."""
Combine = Literal["first", "join", "elaborate", "difference", "quotient"]


class Pick(NamedTuple):
    """One canonical field and the nodes that it is made of.

    `paths` are tried in order of preference and the first that finds something counts, unless `combine` says more:
    `join` joins what all paths find with `glue`, `elaborate` too but without what was said before; `difference` sums the decimals that `paths` find and takes those of
    `other` away; `quotient` divides the first by what `other` finds.
    """

    name: str
    kind: Kind
    paths: tuple[str, ...]
    combine: Combine = "first"
    other: tuple[str, ...] = ()
    glue: str = ", "
    ignore: tuple[str, ...] = ()
    """Placeholders that stand for "none", such as `NA`."""


class Table(NamedTuple):
    """One message: how to know it and what to pick from it. Paths are XPath 1.0 relative to root, line or tax row.

    `$currency` in a path is the document currency.
    """

    syntax: Literal["ubl", "cii"]
    message: Message
    root: tuple[str, str]
    """Namespace and local name of the root element."""
    namespaces: Mapping[str, str]
    profile: str
    type_code: tuple[str, ...]
    default_code: str
    """UNTDID 1001 code when the message carries none."""
    language: str
    header: tuple[Pick, ...]
    line_path: str
    line: tuple[Pick, ...]
    tax_path: str
    tax: tuple[Pick, ...]


def under(prefix: str, *paths: str) -> tuple[str, ...]:
    """Return the paths below a common prefix."""
    return tuple(f"{prefix}/{path}" for path in paths)
