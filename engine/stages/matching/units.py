"""Units of measure (UN/ECE Recommendation 20 and 21): what converts into what, exactly.

A kind of quantity never becomes another: kilograms are no pieces unless the item says how many. A pack (case, box) is
worth what the item, its description or the line says; of unknown size it only equals the same pack.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from engine.model.units import UNITS

_PACKS: Mapping[str, str] = {
    "CT": "XCT", "CA": "XCS", "CS": "XCS", "BX": "XBX", "PK": "XPK", "PA": "XPK", "XPA": "XPK", "PF": "XPX",
    "PX": "XPX", "BG": "XBG", "RO": "XRO", "RL": "XRO", "BO": "XBO", "BLL": "XBA", "DR": "XDR", "SET": "SET",
    "KT": "SET", "TU": "XTU", "CR": "XCR",
}  # fmt: skip
_PIECE = "piece"
_SIZES = (
    re.compile(r"\b(?:case|box|pack|carton|packet|bag|set|crate|tray|bundle)s?\s+(?:of|à|a)\s+(\d{1,4})\b", re.IGNORECASE),
    re.compile(r"\b(\d{1,4})\s*(?:pcs|pieces|st(?:ü|ue)ck|stk|pi[eè]ces|pezzi|unidades|stuks|szt|st)\b\.?\s*(?:/|per|je|par|pro)\s*\w+", re.IGNORECASE),
    re.compile(r"\b(?:VE|VPE|pack|karton|boîte|carton|confezione|caja|doos)\s*(?:=|:|à|a|mit|zu|de|da|van|von)\s*(\d{1,4})\b", re.IGNORECASE),
    re.compile(r"\b(\d{1,4})er[- ]?(?:pack|karton|box|set|pkg)\b", re.IGNORECASE),
)  # fmt: skip


def pack_size(description: str) -> Decimal | None:
    """Return how many pieces a pack holds by its description (`case of 12`, `12er-Pack`), or None."""
    for pattern in _SIZES:
        found = pattern.search(description)
        if found and int(found[1]) > 1:
            return Decimal(found[1])
    return None


def is_pack(unit: str) -> bool:
    """Tell whether a unit is a pack whose size only the item knows."""
    return unit in _PACKS or (unit.startswith("X") and unit not in UNITS) or unit == "SET"


def factor(unit: str, other: str, *, size: Decimal | None = None, other_size: Decimal | None = None) -> Fraction | None:
    """Return how many `other` make one `unit`, or None when one is not the other in any number.

    Sizes are pieces in a pack. A unit that is not known (empty) is taken for the other: then the price has to tell.
    """
    if not unit or not other:
        return Fraction(1)
    one, two = _PACKS.get(unit, unit), _PACKS.get(other, other)
    if one == two and (size is None or other_size is None or size == other_size):
        return Fraction(1)
    (kind, worth), (other_kind, other_worth) = _worth(one, size), _worth(two, other_size)
    if kind != other_kind:
        return None
    return worth / other_worth


def _worth(unit: str, size: Decimal | None) -> tuple[str, Fraction]:
    """Return the kind of quantity and how many of its base one unit is."""
    if unit in UNITS:
        return UNITS[unit]
    if size is not None and size > 0 and is_pack(unit):
        return _PIECE, Fraction(size)
    return unit, Fraction(1)
