from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.values.packs import measure, pack_of, price_base
from engine.stages.values.units import is_package, unit_code

PACKS = {
    "case of 12": "12", "12x0,75 l": "12 0.75 LTR", "12 x 330 ml can": "12 330 MLT", "Case 24 x 500ml": "24 500 MLT", "6 x 1.5L": "6 1.5 LTR", "Wasser 6x1,5 l Kasten": "6 1.5 LTR", "6x10 Stk": "6 10 H87", "10 \u00d7 5 kg": "10 5 KGM",
    "Karton à 12": "12", "12er Pack": "12", "10er-Karton": "10", "24er Kasten": "24", "12-pack": "12", "Toner 4-pack": "4", "pack of 6": "6", "VPE 100 Stk": "100", "VE: 50": "50", "24/case": "24", "12 per case": "12", "100 pcs/box": "100",
    "lot de 10": "10", "carton de 12": "12", "boîte de 50": "50", "caja de 12": "12", "confezione da 6": "6", "doos van 12": "12", "pak van 3": "3", "opak. 10 szt": "10", "balení po 20 ks": "20", "Box (10 Stk)": "10", "Set of 3 knives": "3",
    "Papier 200x300 mm": None, "Schraube M8x40": None, "USB-C Kabel 2 m": None, "box 5 kg": None, "Karton": None, "pack 1": None, "Steel 20x30 cm": None, "Server 2 x 8 GB": None, "A4 80 g 500 Blatt": None, "": None, "Kiste 20": None,
    "discount pack of 10%": None, "case of 1": None, "Anzahl Packstücke: 4 Karton": None,
}  # fmt: skip


@pytest.mark.parametrize(("printed", "expected"), PACKS.items())
def test_a_package_tells_what_it_holds(printed: str, expected: str | None) -> None:
    found = pack_of(printed)

    told = (
        None
        if found is None
        else " ".join([str(found.size), *([str(found.content), found.unit] if found.content else [])])
    )
    assert told == expected


BASES = {
    "per 100": "100", "Preis je 1000 Stk": "1000", "je 1.000": "1000", "per 1,000": "1000", "per dozen": "12", "pro Dutzend": "12", "la douzaine": None, "/100": "100", "pro 100 Stück": "100", "p. 100": "100", "12,50 / 100": "100", "€/100": "100",
    "per hundred": "100", "per thousand": "1000", "le cent": "100", "le mille": "1000", "100 Stk": "100", "% Stk": "100", "‰": "1000", "za 100 ks": "100", "par 100": "100", "por 1000": "1000", "per C": "100", "per M": "1000", "per 12": "12",
    "price unit 100": "100", "PE 1000": "1000", "pr. 100 stk": "100", "Stk": None, "per unit": None, "kg": None, "per kg": None, "/1": None, "1 Stk": None, "100 kg": None, "je 1,50": None, "per month": None, "@ 4.50": None, "C": None, "each": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize(("printed", "expected"), BASES.items())
def test_a_price_may_be_for_many(printed: str, expected: str | None) -> None:
    assert price_base(printed) == (None if expected is None else Decimal(expected))


UNITS = {
    "Stk.": "H87", "pcs": "H87", "EA": "H87", "szt": "H87", "ks": "H87", "doz": "DZN", "Dutzend": "DZN", "douzaine": "DZN", "Paar": "PR", "gross": "GRO", "kg": "KGM", "Kgs": "KGM", "g": "GRM", "t": "TNE", "lb": "LBR", "oz": "ONZ", "l": "LTR",
    "ml": "MLT", "cl": "CLT", "m": "MTR", "cm": "CMT", "mm": "MMT", "m²": "MTK", "sqm": "MTK", "m3": "MTQ", "cbm": "MTQ", "ft": "FOT", "h": "HUR", "Std": "HUR", "heures": "HUR", "godz": "HUR", "min": "MIN", "Tage": "DAY", "months": "MON",
    "année": "ANN", "kWh": "KWH", "box": "XBX", "Karton": "XCT", "case": "XCS", "Palette": "XPX", "Flasche": "XBO", "roll": "XRO", "Unit(s)": "H87", "XBX": "XBX", "C62": "C62", "Blorb": None, "": None, "psch": "LS", "ream": "RM", "kit": "SET",
}  # fmt: skip


@pytest.mark.parametrize(("printed", "code"), UNITS.items())
def test_a_printed_unit_has_a_code(printed: str, code: str | None) -> None:
    assert unit_code(printed) == code


def test_the_words_of_a_vocabulary_go_first() -> None:
    assert unit_code("stk", {"stk": "C62"}) == "C62"


def test_packages_are_told_from_measures() -> None:
    assert is_package("XCT")
    assert not is_package("KGM")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("12 kg", "12 KGM"), ("3 dozen", "3 DZN"), ("1,5 l", "1.5 LTR"), ("2.5 m²", "2.5 MTK"), ("10 Stk.", "10 H87"), ("1.234 kg", "1.234 KGM"), ("1 000 pcs", "1000 H87"), ("-2 pcs", "-2 H87"), ("5", None), ("kg", None)],
)  # fmt: skip
def test_a_measure_is_a_quantity_of_a_unit(printed: str, expected: str | None) -> None:
    found = measure(printed)

    assert (None if found is None else f"{found.quantity} {found.unit}") == expected


@given(
    size=st.integers(2, 999),
    wording=st.sampled_from(["case of {}", "{}er Pack", "carton de {}", "Karton à {}", "{} per box", "{} pcs/carton", "VPE {}"]),
)  # fmt: skip
def test_a_pack_size_that_was_written_is_read(size: int, wording: str) -> None:
    found = pack_of(f"Widget blue, {wording.format(size)}")

    assert found is not None
    assert found.size == size
