"""Column types that mean the same on SQLite and PostgreSQL: moments in UTC, any Unicode, JSON as canonical text."""

import json
import re
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text, TypeDecorator

from engine.model.value import canonical_json

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"

COMPRESS_OVER = 4096
"""Bytes of JSON text above which `pack` compresses."""


def storable(text: str) -> str:
    """Return `text` without what a database refuses: NUL and lone surrogates become U+FFFD."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def dump_json(data: object) -> str:
    """Return canonical JSON that can always be encoded: lone surrogates are written as escapes.

    Raises TypeError or ValueError for anything that is not plain JSON (Decimal, NaN, sets): money travels as text.
    """
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", canonical_json(data))


def load_json(text: str) -> Any:
    """Return the data of a JSON text."""
    return json.loads(text)


def pack(data: object) -> tuple[str | None, bytes | None]:
    """Return (text, None) for small JSON data and (None, zlib-compressed UTF-8) above `COMPRESS_OVER` bytes."""
    text = dump_json(data)
    content = text.encode()
    return (None, zlib.compress(content, 1)) if len(content) > COMPRESS_OVER else (text, None)


def unpack(text: str | None, compressed: bytes | None) -> Any:
    """Return the data that `pack` put away."""
    return load_json(zlib.decompress(compressed).decode() if compressed is not None else text or "null")


class Moment(TypeDecorator[datetime]):
    """A zoned moment. Always UTC on the way out; naive values are refused. Microseconds are kept."""

    impl = DateTime(timezone=True).with_variant(String(32), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a moment into what the database keeps: ISO 8601 text of one width on SQLite, so that it sorts."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the moment {value} has no zone")
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the moment in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text of any origin; what no database stores (NUL, lone surrogates) is replaced, never an error."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Replace what cannot be stored."""
        return None if value is None else storable(value)


class JsonText(TypeDecorator[Any]):
    """JSON data, kept as canonical text so that both databases hand back exactly what was saved."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Spell the data; Python's None is SQL NULL."""
        return None if value is None else dump_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the data."""
        return None if value is None else load_json(value)
