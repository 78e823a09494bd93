"""Words that every directory says alike."""

from collections.abc import Collection


def listed(kind: str, kinds: Collection[str], *, of: str) -> str:
    """Return a kind that a system lists. Raises LookupError naming those that it does."""
    if kind not in kinds:
        raise LookupError(f"{of} lists no {kind}; it lists {', '.join(sorted(kinds))}")
    return kind
