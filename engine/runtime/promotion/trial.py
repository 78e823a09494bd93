"""A version in the shadow: it judges live documents after the live one did, without effects, and says what it would change."""

from functools import lru_cache
from pathlib import Path

import structlog

from engine.content.library import Library
from engine.model.errors import PostroomError
from engine.model.value import Value
from engine.runtime import replay
from engine.runtime.house import House
from engine.stages.compare import compare
from engine.store import ledger
from engine.store.database import reading, transaction

log = structlog.get_logger()
JUDGED = "shadow_judged"
_MOST_DIFFERENCES = 50
"""That are kept of one document."""


class Tried(Value):
    """What a version in the shadow did so far."""

    ref: str
    digest: str
    documents: int
    changed: tuple[str, ...]
    """Ids of documents that it would have judged otherwise, in the order of judging."""
    failed: tuple[str, ...]
    """Ids of documents that it could not judge."""


def shadow(house: House, document_id: str) -> None:
    """Let the version in the shadow judge a document that was just judged. Nothing it does or fails at has an effect."""
    live = house.library.live
    if live is None or live.shadow is None:
        return
    ref = live.shadow.ref
    try:
        change, error = _change(house, ref, live.shadow.digest, document_id), ""
    except Exception as e:  # noqa: BLE001 - a version on trial may fail in any way, the document goes its way
        change, error = None, f"{type(e).__name__}: {e}"
        log.warning("shadow_failed", document=document_id, version=ref, error=error)
    data = {"ref": ref, "digest": live.shadow.digest, "changes": change, "error": error}
    with transaction(house.engine) as tx:
        ledger.append(tx, at=house.clock.now(), document_id=document_id, kind=JUDGED, actor="system", data=data)


def tried(house: House) -> Tried | None:
    """Return what the version in the shadow did so far, or None when none is there."""
    live = house.library.live
    if live is None or live.shadow is None:
        return None
    with reading(house.engine) as tx:
        events = [
            (one.document_id or "", one.data)
            for one in ledger.of_kind(tx, JUDGED)
            if one.data["digest"] == live.shadow.digest
        ]
    return Tried(
        ref=live.shadow.ref, digest=live.shadow.digest, documents=len({name for name, _ in events}),
        changed=tuple(dict.fromkeys(name for name, data in events if data["changes"])),
        failed=tuple(dict.fromkeys(name for name, data in events if data["error"])),
    )  # fmt: skip


def _change(house: House, ref: str, digest: str, document_id: str) -> object:
    """Return what would change as JSON data, or None."""
    one = replay.one(house, document_id)
    candidate = _library(house.settings.content_folder(), house.library.environment.name, ref, digest)
    known = house.library.digests
    change = compare(
        replay.judged(replay.under(house, house.library), one, live=known),
        replay.judged(replay.under(house, candidate), one, live=known),
    )
    if change is None:
        return None
    return change.model_copy(update={"differences": change.differences[:_MOST_DIFFERENCES]}).model_dump(mode="json")


@lru_cache(maxsize=2)
def _library(root: Path, environment: str, ref: str, digest: str) -> Library:
    """Return the candidate's library; it is loaded anew when its digest is another one."""
    candidate = Library.candidate(root, environment, ref)
    if (found := candidate.digest_of(ref)) != digest:
        raise PostroomError(
            f"{ref} is not what it was when its trial began; begin it again", detail=f"digest {found}, not {digest}"
        )
    return candidate
