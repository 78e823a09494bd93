"""A zip whose bytes follow from its members alone: who has the members can tell whether the zip itself was changed."""

import lzma
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The first one that a zip can spell; when a bundle was made stands in its manifest."""
_UNIX = 3
_READABLE = 0o644 << 16
_BROKEN = (BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, RuntimeError)


class Unpacked(NamedTuple):
    """What could be read of a zip."""

    members: Mapping[str, bytes]
    unreadable: Mapping[str, str]
    """What the zip's own checks say of members that cannot be read, by name."""


class Unreadable(ValueError):
    """The bytes are no zip, or its table of contents was damaged."""


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of members in the order of their names, uncompressed, so that every version of zlib makes the same."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(members):
            entry = ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            archive.writestr(entry, members[name])
    return out.getvalue()


def unpacked(content: bytes) -> Unpacked:
    """Return the members of a zip. Raises Unreadable when it has no readable table of contents."""
    members: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    try:
        with ZipFile(BytesIO(content)) as archive:
            for entry in archive.infolist():
                try:
                    members[entry.filename] = archive.read(entry)
                except _BROKEN as e:
                    unreadable[entry.filename] = str(e)
    except _BROKEN as e:
        raise Unreadable(str(e)) from e
    return Unpacked(members, unreadable)


def differs_at(content: bytes, members: Mapping[str, bytes]) -> int | None:
    """Return the first byte at which a zip is not the one that its members make, or None."""
    expected = packed(members)
    if expected == content:
        return None
    pairs = enumerate(zip(expected, content, strict=False))
    return next((place for place, (ours, theirs) in pairs if ours != theirs), min(len(expected), len(content)))
