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
    """Remove what is kept about some bytes. Return how many files it was."""
    home = house.settings.home.resolve()
    found = [one for kind in (READINGS, PICTURES) for one in (home / kind / sha256[:2]).glob(f"{sha256[2:]}-*")]
    for one in found:
        one.unlink(missing_ok=True)
    return len(found)
