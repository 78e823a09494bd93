"""What converts into what."""

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.stages.matching.units import factor, pack_size


@pytest.mark.parametrize(
    ("unit", "other", "expected"),
    [
        ("DZN", "H87", 12), ("H87", "DZN", Fraction(1, 12)), ("TNE", "KGM", 1000), ("LBR", "KGM", Fraction("0.45359237")),
        ("MTR", "CMT", 100), ("MTQ", "LTR", 1000), ("HUR", "MIN", 60), ("SEC", "HUR", Fraction(1, 3600)), ("ANN", "MON", 12),
        ("MWH", "KWH", 1000), ("C62", "H87", 1), ("CS", "XCS", 1), ("", "KGM", 1),
    ],
)  # fmt: skip
def test_units_of_one_kind_convert_exactly(unit: str, other: str, expected: Fraction) -> None:
    assert factor(unit, other) == expected


@pytest.mark.parametrize(
    ("unit", "other"),
    [("KGM", "H87"), ("LTR", "KGM"), ("MTR", "MTK"), ("HUR", "DAY"), ("XCS", "H87"), ("XBX", "XPK")],
    ids=["mass, pieces", "volume, mass", "length, area", "hours, days", "case of unknown size", "box, pack"],
)
def test_kinds_do_not_mix(unit: str, other: str) -> None:
    assert factor(unit, other) is None


def test_a_case_of_known_size_is_so_many_pieces() -> None:
    assert factor("XCS", "H87", size=Decimal(12)) == 12


def test_packs_of_other_sizes_convert_by_the_piece() -> None:
    assert factor("XCS", "XCS", size=Decimal(12), other_size=Decimal(24)) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Mineral water, case of 12", 12),
        ("Schrauben, 50er-Pack", 50),
        ("Handschuhe VE = 100", 100),
        ("Box 40x30 cm", None),
    ],
)
def test_descriptions_tell_the_size_of_a_pack(text: str, size: int | None) -> None:
    assert pack_size(text) == size
