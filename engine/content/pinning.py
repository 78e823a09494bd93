"""What a live set pins: exactly its versions are used, and a live file that was changed is refused."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.content import cross_check
from engine.content.closure import READING_KINDS
from engine.content.live import LiveSet
from engine.content.shelf import Shelf, add_flow, reading_only
from engine.model.errors import ContentError


@contextmanager
def changed_live_file(environment: str) -> Iterator[None]:
    """Say of a file that is broken or gone that it is live, and what to do."""
    try:
        yield
    except ContentError as e:
        e.detail = (
            f"It is live in {environment}: put it back as it was promoted, and make a new version of what you change."
        )
        raise


def refuse_changes(shelf: Shelf, live: LiveSet, environment: str, *, only_there: bool = False) -> None:
    """Refuse content that is not what was promoted. Raises ContentError naming file and remedy.

    `only_there` leaves out what is not on the shelf, because something else takes its place.
    """
    for ref, promoted in live.pins.items():
        if shelf.digests.get(ref) == promoted or (only_there and ref not in shelf.digests):
            continue
        name, _, version = ref.partition("@")
        if ref not in shelf.digests:
            raise ContentError(
                f"{ref} is live in {environment} and nothing uses it any more", file=_place(shelf), path=ref
            )
        raise ContentError(
            f"{ref} is live in {environment} and its file was changed; undo the change and make a new version "
            f"({name}@{int(version or 1) + 1})",
            file=str(shelf.sources[ref]), path=ref,
        )  # fmt: skip


def _place(shelf: Shelf) -> str:
    return str(shelf.root / "environments" / "live")


def with_earlier(shelf: Shelf, live: LiveSet) -> Shelf:
    """Add flow versions that were live before, for documents that were judged by them; broken ones are left out."""
    for flow in (flow for earlier in live.before for flow in earlier.flows):
        if flow.ref in shelf.flows:
            continue
        more = shelf.copy()
        try:
            add_flow(more, flow.ref)
            cross_check.check_flow(more.flows[flow.ref], more)
        except ContentError:
            continue
        shelf = more
    return shelf


def merged_reading(root: Path, live: LiveSet, released_with: Collection[str] | None) -> tuple[str, ...]:
    """Return what documents are read with once a version is live: of each piece the higher of two versions.

    `released_with` is everything that the version was released with; None: it is a draft, and the newest there is counts.
    """
    if released_with is None:
        released_with = reading_only(root, None).digests
    best: dict[str, int] = {}
    for ref in (*(pin.ref for pin in live.reading), *released_with):
        name, _, version = ref.partition("@")
        if name.partition("/")[0] in READING_KINDS:
            best[name] = max(best.get(name, 0), int(version))
    return tuple(f"{name}@{version}" for name, version in sorted(best.items()))
