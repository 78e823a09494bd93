"""Which edit changes a document: each is made alone in what is live, and the document judged again.

So a cause is proved, not guessed from where a difference shows: a threshold that sends a document to review and a row
that would have changed its payload are told apart. Where no edit alone does it, those are named without which the change
is not the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.content.edits import Edit, mixed
from engine.content.library import Library
from engine.model.change import Cause, Change
from engine.model.errors import PostroomError
from engine.model.judged import Judged
from engine.stages.compare import compare

Judge = Callable[[Library, str], Judged]
"""Judges a document (id) under a library."""


def proved(
    changes: Sequence[Change], edits: Sequence[Edit], *, live: Library, candidate: Library, flow: str, judge: Judge
) -> Iterator[Change]:  # fmt: skip
    """Yield the changes with their causes."""
    causes = {one.ref: cause_of(one) for one in edits}
    refs = list(causes)
    alone = {change.document_id: set(refs) for change in changes} if len(refs) == 1 else {}
    if len(refs) > 1:
        alone = _found(changes, {ref: {ref} for ref in refs}, live, candidate, flow, judge, wants_change=True)
    open_ones = [change for change in changes if not alone.get(change.document_id)]
    without = {ref: set(refs) - {ref} for ref in refs}
    joint = _found(open_ones, without, live, candidate, flow, judge, wants_change=False) if open_ones else {}
    for change in changes:
        mine = alone.get(change.document_id) or joint.get(change.document_id) or set(refs)
        yield change.model_copy(
            update={
                "causes": tuple(causes[ref] for ref in refs if ref in mine),
                "is_joint": not alone.get(change.document_id),
            }
        )


def cause_of(edit: Edit) -> Cause:
    """Return an edit as it stands in the report."""
    return Cause(kind=edit.kind, ref=edit.ref, said=edit.said)


def _found(
    changes: Sequence[Change], sets: Mapping[str, set[str]], live: Library, candidate: Library, flow: str, judge: Judge,
    *, wants_change: bool,
) -> dict[str, set[str]]:  # fmt: skip
    """Return by document the edits whose set makes a difference to it, or (not `wants_change`) takes one away."""
    found: dict[str, set[str]] = {change.document_id: set() for change in changes}
    for ref, chosen in sets.items():
        library = mixed(live, candidate, flow, chosen)
        for change in changes:
            base = live if wants_change else candidate
            if _differs(judge, base, library, change.document_id):
                found[change.document_id].add(ref)
    return found


def _differs(judge: Judge, base: Library, library: Library, document_id: str) -> bool:
    """Tell whether a document is judged otherwise; edits that cannot stand without others make no difference alone."""
    try:
        return compare(judge(base, document_id), judge(library, document_id)) is not None
    except (PostroomError, LookupError, ValueError):
        return False
