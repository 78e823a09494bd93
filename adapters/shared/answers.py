"""Answers of HTTP targets, and what a vendor says in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from engine.model.errors import TargetError
from engine.model.value import Value

_LONGEST_WAIT = 86_400.0
_SHOWN = 2_000
"""Signs of a body that are kept for the engineer."""


class NotData(ValueError):
    """A body is not the JSON that was asked for: empty, HTML, cut off, or of another shape."""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    method: str
    url: str
    """Without its query."""

    def data(self) -> Any:
        """Return the JSON of the body; numbers with a point are Decimal. Raises NotData."""
        try:
            return json.loads(self.body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
        except (UnicodeDecodeError, ValueError, RecursionError) as e:
            raise NotData(f"{len(self.body)} bytes of {self.media_type or 'no type'} are no JSON") from e

    def mapping(self) -> dict[str, Any]:
        """Return the JSON object of the body. Raises NotData for anything else."""
        data = self.data()
        if not isinstance(data, dict):
            raise NotData(f"an object was expected, and {type(data).__name__} came")
        return data

    @property
    def media_type(self) -> str:
        """`application/json`, in lower case and without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The first part of the body as text, for people."""
        return self.body[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN]

    def retry_after(self, now: datetime) -> float | None:
        """Return the seconds of `Retry-After` (seconds or an HTTP date, RFC 9110 section 10.2.3), at most a day."""
        said = self.headers.get("retry-after", "").strip()
        if not said:
            return None
        try:
            seconds = float(said) if said.isascii() and said.replace(".", "", 1).isdigit() else _until(said, now)
        except (TypeError, ValueError):
            return None
        return min(max(seconds, 0.0), _LONGEST_WAIT)


class Told(Value):
    """What a vendor says of a call that it did not carry out."""

    code: str = ""
    """The vendor's own code (`M8/534`, `USER_ERROR`); empty: the body is not in the vendor's shape."""
    message: str = ""
    fields: Mapping[str, str] = {}
    """Its words by field path."""
    retry_after: float | None = None
    """Seconds, where the vendor says them elsewhere than in `Retry-After`."""


@dataclass(frozen=True)
class Meaning:
    """What an error code asks us to do, and the sentence for the clerk."""

    error: type[TargetError]
    sentence: str = ""


ErrorTable = Mapping[str, Meaning]
"""Vendor code, or HTTP status as text, to its meaning."""


def with_numbers(payload: Any, numbers: Sequence[str], at: str = "") -> Any:
    """Return the payload with decimal texts turned into exact numbers at the named places.

    `numbers` are paths with `[]` for every row of a list: `amount`, `expense.items[].amount`. Payloads carry amounts as
    text so that nothing rounds them; targets that want JSON numbers get the same digits without quotes.
    """
    wanted = frozenset(numbers)
    return _numbered(payload, wanted, at)


def _numbered(value: Any, wanted: frozenset[str], at: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _numbered(inner, wanted, f"{at}.{key}" if at else str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_numbered(inner, wanted, f"{at}[]") for inner in value]
    return Decimal(value) if isinstance(value, str) and at in wanted else value


def _no_number(said: str) -> Any:
    raise ValueError(f"{said} is no JSON")


def _until(said: str, now: datetime) -> float:
    return (parsedate_to_datetime(said) - now).total_seconds()
