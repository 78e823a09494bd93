import pytest

from engine.model.field import by_name
from engine.stages.canonical.lines import canonical_line, item_findings
from tests.stages.canonical.fields import field, row
from tests.stages.extract.layout import lexicon

UNITS = lexicon().units


def _line(**values: str) -> dict[str, str]:
    return {name: one.value for name, one in by_name(canonical_line(row(**values), UNITS)).items()}


@pytest.mark.parametrize(
    ("printed", "code"), [("Stk.", "H87"), ("100 Stk", "H87"), ("% Stk", "H87"), ("tucet", "DZN"), ("XBX", "XBX"), ("C62", "C62")]
)  # fmt: skip
def test_a_unit_becomes_its_code(printed: str, code: str) -> None:
    assert _line(unit=printed)["unit"] == code


def test_a_unit_behind_the_quantity_is_found() -> None:
    line = (field("quantity", "5", raw="5 Stk"),)

    assert by_name(canonical_line(line, UNITS))["unit"].value == "H87"


def test_a_word_that_no_list_knows_is_left_out() -> None:
    assert "unit" not in _line(unit="Blorb")


@pytest.mark.parametrize(
    ("values", "base"),
    [
        ({"unit": "100 Stk", "quantity": "500", "unit_price": "12.00", "amount": "60.00"}, "100"),
        ({"unit": "% Stk", "quantity": "500", "unit_price": "12.00", "amount": "60.00"}, "100"),
        ({"quantity": "500", "unit_price": "12.00", "amount": "60.00"}, "100"),
        ({"quantity": "5000", "unit_price": "12.00", "amount": "60.00"}, "1000"),
        ({"unit": "1000 pcs", "quantity": "500", "unit_price": "12.00"}, "1000"),
        ({"quantity": "2", "unit_price": "12.00", "amount": "24.00"}, None),
        ({"unit": "100 Stk", "quantity": "2", "unit_price": "12.00", "amount": "24.00"}, None),
        ({"quantity": "2", "unit_price": "12.00", "amount": "20.00"}, None),
        ({"quantity": "2", "unit_price": "12.00", "amount": "0.00"}, None),
        ({"quantity": "19", "unit_price": "198.00", "amount": "37.62"}, None),
        ({"quantity": "100", "unit_price": "10.00", "discount": "99", "amount": "10.00"}, None),
    ],
)  # fmt: skip
def test_a_price_base_needs_arithmetic_on_its_side(values: dict[str, str], base: str | None) -> None:
    assert _line(**values).get("price_base") == base


def test_on_recognised_print_a_lost_point_is_no_price_base() -> None:
    line = tuple(
        field(name, value, by="tesseract@5")
        for name, value in (("quantity", "500"), ("unit_price", "12.00"), ("amount", "60.00"))
    )

    assert "price_base" not in by_name(canonical_line(line, UNITS))


def test_a_price_with_its_base_behind_it_is_for_that_many() -> None:
    line = (field("quantity", "500"), field("unit_price", "12.50", raw="12,50 / 100"))

    assert by_name(canonical_line(line, UNITS))["price_base"].value == "100"


@pytest.mark.parametrize(
    ("values", "size"),
    [
        ({"description": "Water 12x0,75 l", "unit": "Karton"}, "12"), ({"description": "Gloves, box of 100"}, "100"), ({"unit": "Karton à 24", "description": "x"}, "24"),
        ({"description": "Gloves, box of 100", "unit": "kg"}, None), ({"description": "Gloves"}, None),
    ],
)  # fmt: skip
def test_a_package_tells_its_size(values: dict[str, str], size: str | None) -> None:
    assert _line(**values).get("pack_size") == size


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"item_code": "4006381333931"}, "4006381333931"), ({"item_code": "A1", "description": "Pen EAN 4006381333931"}, "4006381333931"), ({"item_code": "A1", "description": "Pen GTIN: 96385074"}, "96385074"),
        ({"item_code": "96385074"}, None), ({"item_code": "4006381333932"}, None), ({"item_code": "A1"}, None),
    ],
)  # fmt: skip
def test_a_number_that_proves_itself_is_the_standard_item_code(values: dict[str, str], number: str | None) -> None:
    assert _line(**values).get("standard_item_code") == number


def test_a_gtin_with_a_wrong_digit_is_told() -> None:
    (finding,) = item_findings([row(description="Pen"), row(description="Pen EAN 4006381333932")])

    assert (finding.code, finding.fields, finding.evidence) == ("gtin_invalid", ("lines[1]",), (("gtin", "4006381333932"),))  # fmt: skip
