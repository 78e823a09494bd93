"""Units of measure (UN/ECE Recommendation 20) that are worth a fixed number of one another, exactly.

A kind of quantity never becomes another: kilograms are no pieces. Packs (case, box) are worth what the item says and have no
factor here.
"""

from collections.abc import Mapping
from fractions import Fraction

_KINDS: Mapping[str, Mapping[str, str]] = {
    "piece": {
        "H87": "1", "C62": "1", "EA": "1", "NAR": "1", "PCE": "1", "PCS": "1", "ST": "1", "XPP": "1", "NMP": "1",
        "PR": "2", "NPR": "2", "DZN": "12", "DZ": "12", "GRO": "144", "GGR": "1728", "CEN": "100", "HC": "100",
        "MIL": "1000", "T3": "1000",
    },
    "mass": {
        "KGM": "1000", "GRM": "1", "MGM": "0.001", "TNE": "1000000", "HGM": "100", "DTN": "100000", "KTN": "1000000000",
        "LBR": "453.59237", "ONZ": "28.349523125", "STN": "907184.74", "LTN": "1016046.9088",
    },
    "length": {
        "MTR": "1000", "CMT": "10", "MMT": "1", "DMT": "100", "KMT": "1000000", "HMT": "100000", "INH": "25.4",
        "FOT": "304.8", "YRD": "914.4", "SMI": "1609344",
    },
    "area": {
        "MTK": "1000000", "CMK": "100", "MMK": "1", "DMK": "10000", "HAR": "10000000000", "KMK": "1000000000000",
        "INK": "645.16", "FTK": "92903.04", "YDK": "836127.36",
    },
    "volume": {
        "LTR": "1000", "MLT": "1", "CLT": "10", "DLT": "100", "HLT": "100000", "MTQ": "1000000", "DMQ": "1000",
        "CMQ": "1", "GLL": "3785.411784", "GLI": "4546.09", "PTI": "568.26125", "FTQ": "28316.846592",
    },
    "time": {"HUR": "60", "MIN": "1", "SEC": "0.0166666666666666666666666667"},
    "day": {"DAY": "1", "WEE": "7"},
    "month": {"MON": "1", "QAN": "3", "ANN": "12"},
    "energy": {"KWH": "1000", "MWH": "1000000", "WHR": "1", "GWH": "1000000000"},
    "work": {"LS": "1", "E48": "1", "ACT": "1"},
    "power": {"WTT": "1", "KWT": "1000", "MAW": "1000000"},
}  # fmt: skip
UNITS: Mapping[str, tuple[str, Fraction]] = {
    code: (kind, Fraction(1, 60) if code == "SEC" else Fraction(factor))
    for kind, codes in _KINDS.items() for code, factor in codes.items()
}  # fmt: skip
"""Kind of quantity, and how many of its base one unit is."""


def units_in(unit: str, other: str) -> Fraction:
    """Return how many `other` make one `unit`. Raises ValueError with both kinds when one is not the other in any number."""
    if unit == other:
        return Fraction(1)
    for code in (unit, other):
        if code not in UNITS:
            raise ValueError(f"{code!r} has no fixed size (UN/ECE Recommendation 20)")
    (kind, worth), (other_kind, other_worth) = UNITS[unit], UNITS[other]
    if kind != other_kind:
        raise ValueError(f"{unit} is a {kind} and {other} a {other_kind}; one never becomes the other")
    return worth / other_worth
