"""How workflow inputs and results are stored: plain JSON, never pickle."""

import json
from typing import Any

from dbos import Serializer


class JsonSerializer(Serializer):
    """JSON for values; errors keep their class name and words, which is all that a person needs of them."""

    def serialize(self, data: Any) -> str:
        """Return JSON text. Raises TypeError for what is not plain JSON or an exception."""
        return json.dumps(data, default=_plain)

    def deserialize(self, serialized_data: str) -> Any:
        """Return what was stored; a stored exception comes back as RuntimeError with its words."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and set(data) == {"__error__", "words"}:
            return RuntimeError(f"{data['__error__']}: {data['words']}")
        return data

    def name(self) -> str:
        """Return the name under which DBOS notes the format."""
        return "postroom_json"


def _plain(value: object) -> object:
    if isinstance(value, BaseException):
        return {"__error__": type(value).__name__, "words": str(value)}
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not plain JSON")
