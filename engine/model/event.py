"""Events: what a system of record said of one of its objects, in the envelope of CloudEvents 1.0 (structured JSON).

An event is a document that somebody has already read. Equal bytes are the same event, so nothing of how or when it reached us
stands in it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from engine.model.value import Value, canonical_json

EVENT = "application/vnd.postroom.event+json"
"""Media type of an event's bytes. Only our own sources give it: a file that merely looks like one is no event."""

DOSSIER = "application/vnd.postroom.dossier+json"
"""Media type of a dossier's bytes (engine/model/dossier.py). Only the hub itself gives it."""

Origin = Literal["document", "event"]


class Event(Value):
    """One object of a system, as it stood there in one version."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    """Object, key and version: unique within the source."""
    source: str
    """Name of the source in the environment file."""
    type: str
    """`postroom.<adapter>.<object>.changed`."""
    subject: str
    """The system's own key of the object."""
    time: datetime | None = None
    """When it changed, by the system's clock."""
    datacontenttype: Literal["application/json"] = "application/json"
    objectname: str
    """The system's name of the object (an extension attribute of ours)."""
    objectversion: str
    """What tells this version from others (an extension attribute of ours)."""
    data: Mapping[str, Any]
    """The object. Numbers are text, exactly as they were given."""


def encoded(event: Event) -> bytes:
    """Return the one spelling of an event: canonical JSON in UTF-8. Attributes without a value are left out."""
    told = event.model_dump(mode="json", exclude_none=True)
    if event.time is not None:
        told["time"] = event.time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return canonical_json(told).encode("utf-8", "backslashreplace")


def decoded(content: bytes) -> Event:
    """Return the event of bytes that `encoded` made. Raises ValueError for others."""
    return Event.model_validate(json.loads(content))


def plain_data(data: Any) -> Any:
    """Return JSON data in which numbers with decimals are exact text and moments ISO 8601."""
    if isinstance(data, Mapping):
        return {str(name): plain_data(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain_data(value) for value in data]
    if data is None or isinstance(data, str | bool | int):
        return data
    return f"{data:f}" if isinstance(data, Decimal) else data.isoformat() if isinstance(data, datetime) else str(data)
