"""Remembers what OCR saw, so that no page is recognised twice by the same engine."""

import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

import structlog

from engine.model.page import Reading
from engine.runtime import cached
from engine.runtime.house import House

log = structlog.get_logger()
_TRIM_EVERY = 50
"""Writes between two looks at the size of the whole."""
_KEPT_SHARE = 0.8
"""Of the allowed size, after the oldest readings were dropped."""


def remembered(
    house: House, *, sha256: str, version: str, pages: Sequence[int] | None, read: Callable[[], Reading]
) -> Reading:
    """Return what `read` returns for these bytes, this engine version and these pages (1-based, None for all).

    A reading with findings is not kept: a page that took too long on a busy machine deserves another try.
    """
    allowed = house.settings.reading_cache_mb * 1024 * 1024
    if not allowed:
        return read()
    path = _path(house, sha256, version, pages)
    known = _load(path)
    if known is not None:
        return known
    reading = read()
    if not reading.findings:
        _save(path, reading, allowed)
    return reading


def _path(house: House, sha256: str, version: str, pages: Sequence[int] | None) -> Path:
    return cached.path(house, cached.READINGS, sha256, [version, None if pages is None else list(pages)])


def _load(path: Path) -> Reading | None:
    """Return a kept reading; one that cannot be understood (older format, torn disk) counts as not kept."""
    try:
        content = zlib.decompress(path.read_bytes())
        os.utime(path)
        return Reading.model_validate_json(content)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, zlib.error) as e:
        log.warning("reading_not_usable", path=str(path), error=str(e))
        return None


def _save(path: Path, reading: Reading, allowed: int) -> None:
    """Keep a reading. A full or read-only disk costs speed, never a document."""
    temporary = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(zlib.compress(reading.model_dump_json().encode(), 1))
        temporary.replace(path)
        if int(path.name[:4], 16) % _TRIM_EVERY == 0:
            trim(path.parents[1], allowed)
    except OSError as e:
        temporary.unlink(missing_ok=True)
        log.warning("reading_not_kept", path=str(path), error=str(e))


def trim(folder: Path, allowed: int) -> None:
    """Drop the readings that were not asked for the longest while all of them take more than `allowed` bytes."""
    files = sorted(
        (entry.stat().st_mtime, entry.stat().st_size, entry) for entry in folder.glob("*/*") if entry.is_file()
    )
    total = sum(size for _, size, _ in files)
    if total <= allowed:
        return
    for _, size, entry in files:
        entry.unlink(missing_ok=True)
        total -= size
        if total <= allowed * _KEPT_SHARE:
            return
