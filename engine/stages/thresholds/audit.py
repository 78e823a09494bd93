"""Which documents that need no person are looked at afterwards all the same."""

import hashlib


def is_drawn(document_id: str, ruleset: str, rate_permille: int) -> bool:
    """Return whether a document is audited. Drawn by its hash: judged again, the same documents are drawn."""
    digest = hashlib.sha256(f"audit/{ruleset}/{document_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % 1000 < rate_permille


def rate_at(rate_permille: int, steps: int) -> int:
    """Return the share (thousandths) that is audited so many steps down: four times as much with each, at most all."""
    return min(1000, rate_permille << (2 * steps))
