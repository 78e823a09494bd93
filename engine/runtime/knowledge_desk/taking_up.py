"""Taking a draft into a flow: everything between the two gets a next version that names it.

A table is named by a ruleset and that by a flow; a cross-reference by a matrix. A version that is frozen or at work stays:
its next one is begun. Nothing goes live by this.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.content import closure
from engine.content.shelf import Shelf
from engine.model.errors import PostroomError
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts, pieces

_BETWEEN = {"table": "ruleset", "tolerance": "ruleset", "xref": "matrix"}
"""What names a piece that no flow names itself."""


def flows_over(root: Path, ref: str) -> list[str]:
    """Return the versions of flows that rest on a piece and are not live, the newest first."""
    shelf = pieces.shelf_of(root)
    live = {one.called for one in pieces.overview(root) if one.kind == "flow" and one.live_in}
    found = [
        flow for flow in shelf.flows.values()
        if flow.ref not in live and ref in {f"flow/{flow.ref}", *dict(closure.closure(shelf, flow.ref))}
    ]  # fmt: skip
    return [one.ref for one in sorted(found, key=lambda one: (-one.version, one.name))]


def takers(root: Path, ref: str) -> list[str]:
    """Return the names of flows whose newest version names a piece of this kind and name, in whichever version."""
    shelf = pieces.shelf_of(root)
    name = f"{ref.partition('@')[0]}@"
    newest = {flow.name: flow for flow in sorted(shelf.flows.values(), key=lambda one: one.version)}
    return [
        flow.name for flow in newest.values()
        if any(one.startswith(name) for one, _ in closure.content_of(shelf, flow.ref))
    ]  # fmt: skip


def take_up(house: House, ref: str, flow: str, *, by: str) -> str:
    """Let the next version of a flow (by name) rest on a draft, and return it (`flow/ap_invoice@2`).

    Drafts that there are already are changed, others are begun. Raises PostroomError for a flow that names no such piece.
    """
    root = house.settings.content_folder()
    if flow not in takers(root, ref):
        raise PostroomError(f"{flow} names no version of {ref.partition('@')[0]}.")
    if ref.partition("/")[0] == "flow":
        return ref
    named = [ref]
    if ref.partition("/")[0] in _BETWEEN:
        holders = [*_between(pieces.shelf_of(root), ref, _newest(root, "flow", flow).partition("/")[2])]
        named = [_named(house, holder, [ref], by=by) for holder in holders]
    return _named(house, f"flow/{flow}", named, by=by)


def _between(shelf: Shelf, ref: str, flow_ref: str) -> Iterator[str]:
    kind, _, called = ref.partition("/")
    name, flow = called.partition("@")[0], shelf.flows[flow_ref]
    if kind == "xref":
        for matrix in flow.mappings:
            if any(one.partition("@")[0] == name for one in shelf.matrices[matrix].xrefs):
                yield f"matrix/{matrix.partition('@')[0]}"
    else:
        yield f"ruleset/{flow.ruleset.partition('@')[0]}"


def _named(house: House, holder: str, refs: Sequence[str], *, by: str) -> str:
    """Let an editable version of a holder (`ruleset/ap_invoice`) name pieces, and return it."""
    root = house.settings.content_folder()
    draft = _newest(root, *holder.split("/"))
    if not pieces.open_piece(root, draft).piece.is_editable:
        draft = drafts.begin(house, draft, by=by)
    found = pieces.open_piece(root, draft)
    text = found.text
    for called in (ref.partition("/")[2] for ref in refs):
        text = re.sub(rf"(?<![\w.]){re.escape(called.partition('@')[0])}@[0-9]+", called, text)
    drafts.save(house, draft, text, seen=found.digest, by=by)
    return draft


def _newest(root: Path, kind: str, name: str) -> str:
    versions = [one for one in pieces.overview(root) if (one.kind, one.name) == (kind, name)]
    return max(versions, key=lambda one: one.version).ref
