"""Files of fitted models: `confidence.json` as training writes it, beside versions that were set apart (`confidence.v2.json`)."""

import json
import re
from pathlib import Path


def model_file(root: Path, file: Path, version: int | None = None) -> Path | None:
    """Return the file of a fitted model in a version, or of the highest one when none is named; None: there is none.

    `file` is the plain place below `root`, such as `mappings/inbound/confidence.json`.
    """
    plain = root / file
    named = re.compile(re.escape(plain.stem) + r"\.v([1-9][0-9]*)\.json")
    found = {int(match[1]): one for one in plain.parent.glob("*.json") if (match := named.fullmatch(one.name))}
    if plain.is_file():
        found.setdefault(_version(plain), plain)
    if version is not None:
        return found.get(version)
    return found[max(found)] if found else None


def _version(file: Path) -> int:
    """Return the version that a file says it has; 0 for a broken one, which its loader then refuses."""
    try:
        version = json.loads(file.read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return version if isinstance(version, int) else 0
