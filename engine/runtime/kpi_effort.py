"""What answers took on the desk, as its page counted it: bounded, and without who answered."""

import re

from engine.runtime.house import House
from engine.store import kpi_kept, reviews
from engine.store.database import transaction
from engine.store.kpi_kept import Effort

MOST_SECONDS = 4 * 3600
MOST_STROKES = 20_000
_TOLD = re.compile(r"(\d{1,9}),(\d{1,9}),(\d{1,9})")


def told(text: str) -> Effort | None:
    """Return what a page says of itself (`seconds,keys,clicks`), or None for what no page says or nobody does in one sitting."""
    found = _TOLD.fullmatch(text)
    if found is None:
        return None
    seconds, keys, clicks = map(int, found.groups())
    if seconds > MOST_SECONDS or max(keys, clicks) > MOST_STROKES:
        return None
    return Effort(seconds=seconds, keys=keys, clicks=clicks)


def note(house: House, document_id: str, effort: Effort) -> int | None:
    """Keep what an answer is about to take, before the ledger tells of it; return its number, None when it was not kept.

    More seconds than passed since the document was put before people are not believed.
    """
    with transaction(house.engine) as tx:
        item = reviews.open_of(tx, document_id)
        if item is None or (house.clock.now() - item.opened_at).total_seconds() + 1 < effort.seconds:
            return None
        return kpi_kept.note_effort(tx, document_id, revision=item.revision, effort=effort)


def forget(house: House, seq: int) -> None:
    """Forget what an answer took that was refused."""
    with transaction(house.engine) as tx:
        kpi_kept.forget_effort(tx, seq)
