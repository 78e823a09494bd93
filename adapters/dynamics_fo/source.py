"""What changed in Finance: invoices that were posted, asked for by time of change.

The public entities of vendors, orders and pending invoices tell no time of change; those of posted invoices do.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from adapters.dynamics_fo.client import Condition, Finance
from adapters.shared import paging
from engine.model.errors import Transient, Unauthorised
from engine.ports import Change, Changes

_CHANGED = "SysModifiedDateTime"
_OVERLAP = timedelta(seconds=60)
"""Transactions end in another order than they began: each window begins before the last one ended."""


class FoSource:
    """Implements `Source`."""

    def __init__(self, client: Finance) -> None:
        self._client = client

    def poll(self, cursor: str) -> Changes:
        """Return what changed since a cursor, of each bound entity. Raises Transient or Unauthorised."""
        seen: dict[str, str] = json.loads(cursor) if cursor else {}
        rows: list[Change] = []
        is_all = True
        for entity_set in self._client.settings.poll:
            found = paging.poll(seen.get(entity_set, ""), partial(self._pages, entity_set), overlap=_OVERLAP)
            rows += found.rows
            seen[entity_set] = found.cursor
            is_all = is_all and found.is_all
        return Changes(rows=tuple(rows), cursor=json.dumps(seen, sort_keys=True), is_all=is_all)

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime) -> Changes:  # noqa: ARG002 - the socket is the same for all
        """Raise Unauthorised: business events of Finance go through a queue of Azure's, and are not taken here."""
        raise Unauthorised("Finance calls nobody: what is told here did not come from it.")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _pages(self, entity_set: str, since: datetime | None) -> Iterator[Sequence[Change]]:
        only: list[Condition] = [(_CHANGED, "ge", since)] if since is not None else []
        following = ""
        while True:
            found, following = self._client.page(entity_set, *only, following=following, order=_CHANGED)
            yield [_change(entity_set, row) for row in found]
            if not following:
                return


def _change(entity_set: str, row: Mapping[str, Any]) -> Change:
    stamp = str(row.get(_CHANGED) or "")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError as e:
        raise Transient("Finance told of a change without its time.", detail=f"{entity_set}: {stamp!r}") from e
    return Change(
        object=entity_set,
        id=str(row.get("SourceKey") or ""),
        version=str(row.get("@odata.etag") or stamp),
        at=at,
        data=row,
    )
