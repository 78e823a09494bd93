"""Asks the worker that checks, in a child as the checker does: it bounds the memory of its process, which must not be a test's."""

from collections.abc import Mapping
from typing import Any

from adapters.shared.guard import Guard

_CHILD = Guard("adapters.einvoice.checks.worker:handle", memory_mib=48 * 1024)


def asked(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return its answers to one request."""
    return list(_CHILD.ask(request, seconds=60, at_most=1))
