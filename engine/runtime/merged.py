"""Which documents became one: what walks, erasures and pages ask about it. The verb is `desk/merging.py`."""

from sqlalchemy import Connection

from engine.model.document import State
from engine.model.value import Value
from engine.store import documents

SOURCE = "merge"
"""The source of the arrivals that tie the second and later parts to the document that they became."""
_GONE: frozenset[State] = frozenset({"rejected", "erased"})
_SET_ASIDE: frozenset[State] = frozenset({"unpacked", "erased"})


class Merge(Value):
    """The step of a person: `into` stands with each part, `parts` with the document that they became."""

    by: str
    into: str | None = None
    parts: tuple[str, ...] = ()
    """In the order of their pages."""


def of(tx: Connection, document_id: str) -> Merge | None:
    """Return what was said of a document last, or None."""
    data = documents.latest(tx, document_id, "merge")
    return None if data is None else Merge.model_validate(data)


def became(tx: Connection, document_id: str) -> str | None:
    """Return the document that a part became, while that one counts: not rejected, not erased."""
    said = of(tx, document_id)
    whole = documents.get(tx, said.into) if said and said.into else None
    return whole.id if whole is not None and whole.state not in _GONE else None


def is_undone(tx: Connection, document_id: str) -> bool:
    """Tell whether a part of a document was judged by itself again, after the whole had been rejected."""
    said = of(tx, document_id)
    parts = documents.some(tx, said.parts) if said else []
    return any(one.state not in _SET_ASIDE for one in parts)
