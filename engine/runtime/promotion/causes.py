"""Which edit changes a document: each is made alone in what is live, and the document judged again.

So a cause is proved, not guessed from where a difference shows: a threshold that sends a document to review and a row
that would have changed its payload are told apart. Where no edit alone does it, those are named without which the change
is not the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.content.edits import mixed
from engine.content.library import Library
from engine.content.mix import Edit
from engine.model.change import Cause, Change, Effect
from engine.model.errors import PostroomError
from engine.model.judged import Judged
from engine.stages.compare import compare

Judge = Callable[[Library, str], Judged]
"""Judges a document (id) under a library."""


def proved(
    changes: Sequence[Change], edits: Sequence[Edit], *, live: Library, candidate: Library, flow: str, judge: Judge
) -> Iterator[Change]:  # fmt: skip
    """Yield the changes with their causes."""
    refs = {one.ref: cause_of(one) for one in edits}
    alone = _alone(changes, refs, live, candidate, flow, judge)
    open_ones = [change for change in changes if not alone[change.document_id]]
    joint = _needed(open_ones, list(refs), live, candidate, flow, judge)
    for change in changes:
        effects = alone[change.document_id]
        needed = joint.get(change.document_id) or list(refs)
        together = tuple(_effect(refs[ref], change) for ref in needed)
        yield change.model_copy(update={"effects": tuple(effects) or together, "is_joint": not effects})


def _alone(
    changes: Sequence[Change], refs: Mapping[str, Cause], live: Library, candidate: Library, flow: str, judge: Judge
) -> dict[str, list[Effect]]:  # fmt: skip
    """Return by document what each edit does that is made alone in what is live."""
    if len(refs) == 1:
        (cause,) = refs.values()
        return {change.document_id: [_effect(cause, change)] for change in changes}
    found: dict[str, list[Effect]] = {change.document_id: [] for change in changes}
    for ref, cause in refs.items():
        library = mixed(live, candidate, flow, {ref})
        for change in changes:
            if one := _difference(judge, live, library, change.document_id):
                found[change.document_id].append(_effect(cause, one))
    return found


def _needed(
    changes: Sequence[Change], refs: Sequence[str], live: Library, candidate: Library, flow: str, judge: Judge
) -> dict[str, list[str]]:  # fmt: skip
    """Return by document the edits without which the candidate does not come to the same."""
    found: dict[str, list[str]] = {change.document_id: [] for change in changes}
    for ref in refs if changes else ():
        library = mixed(live, candidate, flow, set(refs) - {ref})
        for change in changes:
            if _difference(judge, candidate, library, change.document_id):
                found[change.document_id].append(ref)
    return found


def _effect(cause: Cause, change: Change) -> Effect:
    return Effect(cause=cause, differences=change.differences, moved=change.moved)


def cause_of(edit: Edit) -> Cause:
    """Return an edit as it stands in the report."""
    return Cause(kind=edit.kind, ref=edit.ref, said=edit.said)


def _difference(judge: Judge, base: Library, library: Library, document_id: str) -> Change | None:
    """Return what is different for a document; edits that cannot stand without others make no difference alone."""
    try:
        return compare(judge(base, document_id), judge(library, document_id))
    except (PostroomError, LookupError, ValueError):
        return None
