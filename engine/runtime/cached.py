"""Files of the cache that belong to a document, by its SHA-256: so they can be found again, and forgotten with it."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from engine.runtime.house import House

READINGS, PICTURES = Path("cache") / "readings", Path("cache") / "pages"


def path(house: House, kind: Path, sha256: str, about: Sequence[object]) -> Path:
    """Return where something about these bytes is kept."""
    key = hashlib.sha256(json.dumps(about).encode()).hexdigest()
    return house.settings.home.resolve() / kind / sha256[:2] / f"{sha256[2:]}-{key[:24]}"


def forget(house: House, sha256: str) -> int:
    """Remove what is kept about some bytes. Return how many files it was.

    What was kept before names told what belongs to what goes too: it is only a cache.
    """
    removed = 0
    for kind in (READINGS, PICTURES):
        folder = house.settings.home.resolve() / kind
        for one in folder.glob("*/*"):
            if "-" not in one.name or one.name.startswith(f"{sha256[2:]}-"):
                one.unlink(missing_ok=True)
                removed += 1
    return removed
