"""Pages of lists: what comes after the last one shown, however much came in before it.

A cursor is opaque to callers: the place of the last thing on the page before, spelled as base64url.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from admin.http.problem_types import Told

LONGEST = 2000
After = Annotated[str | None, Field(max_length=LONGEST, description="`next` of the page before.")]
"""The parameter of every list."""


def cursor(*place: str) -> str:
    """Return the cursor of a place in a list."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def place(after: str, *, parts: int | None = None) -> Sequence[str]:
    """Return the place that a cursor stands for. Raises Told `invalid` for one that we did not make."""
    try:
        found = json.loads(base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as e:
        raise unknown() from e
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise unknown()
    if parts is not None and len(found) != parts:
        raise unknown()
    return found


def unknown() -> Told:
    """Return what to raise for a cursor that we did not make."""
    return Told("invalid", "`after` is `next` of the page before; begin without it.")
