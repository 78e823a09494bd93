"""By which content a record was made of what came in, and what it would be made by now."""

from collections.abc import Mapping
from functools import lru_cache

from engine.content.closure import reading_of
from engine.content.library import Library
from engine.model.page import Reading
from engine.runtime.marks import Same

SHARED = frozenset({"calibration", "layout", "paper", "receipts", "terms", "vocabulary"})
"""Kinds of content that make a record of any document."""
READ_WITH = SHARED | {"inbound"}
"""These, and the matrix that an event is read by."""


def read_with(library: Library, pages: Reading) -> dict[str, str]:
    """Return the digests of the content by which pages become a record; the rest is used in judging."""
    embedded = pages.embedded
    ref = f"inbound/{embedded.by}" if embedded is not None and embedded.syntax == "event" else ""
    own = {ref: library.digests[ref]} if ref in library.digests else {}
    return {**_shared(Same(library)), **own}


def then(made_with: Mapping[str, str] | None, live: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a record was made by; of one from before that was kept, the digests of what is `live`."""
    return made_with or {ref: sha256 for ref, sha256 in live.items() if ref.partition("/")[0] in SHARED}


def now(library: Library, made_with: Mapping[str, str]) -> Mapping[str, str]:
    """Return what the same document would be read with: an event by the matrix of that name that is in force."""
    names = [ref.partition("/")[2].partition("@")[0] for ref in made_with if ref.startswith("inbound/")]
    refs = [f"inbound/{library.inbound[name].ref}" for name in names if name in library.inbound]
    return {**_shared(Same(library)), **{ref: library.digests[ref] for ref in refs}}


@lru_cache(maxsize=4)
def _shared(same: Same) -> Mapping[str, str]:
    return {ref: sha256 for ref, sha256 in reading_of(same.library) if ref.partition("/")[0] in SHARED}
