"""One of our items, as the master data know it."""

from decimal import Decimal

from engine.model.value import Value

PIECES = frozenset({"", "H87", "C62", "EA"})
"""Base units that are pieces: piece, one, each (UN/ECE Recommendation 20)."""


class Item(Value):
    """What is known of one of our items, and of what one vendor calls it."""

    code: str
    unit: str = ""
    gtin: str = ""
    supplier_item_code: str = ""
    status: str = ""
    """`open`, `blocked` or `closed`; empty: open."""
    packs: tuple[tuple[str, Decimal], ...] = ()
    """(unit, how many base units are in one)."""

    def pieces(self, unit: str) -> Decimal | None:
        """Return how many pieces are in one of a unit, or None when that is not known or the item is not counted."""
        return dict(self.packs).get(unit) if self.unit in PIECES else None
