"""Units, pack sizes, price bases and item numbers of lines."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from engine.model.field import Field, Row, by_name
from engine.model.finding import Finding
from engine.stages import sums
from engine.stages.canonical.derive import changed, inferred
from engine.stages.extract.lexicon import fold
from engine.stages.values.identifiers import gtin_of, is_valid
from engine.stages.values.packs import measure, pack_of, price_base
from engine.stages.values.units import is_package, unit_code

_CODE = re.compile(r"[A-Z0-9]{1,3}")
"""The form of a UN/ECE Rec 20 code."""
_CENT = Decimal("0.01")
_LEADING_COUNT = re.compile(r"^\s*(?:\d[\d.,']*|%|\u2030)\s*")
_SAYS_BASE = re.compile(r"\d\s*$|[%\u2030]|\d\s?[^\W\d_]", re.UNICODE)
_LABELLED = re.compile(r"\b(?:GTIN|EAN|UPC)(?:-?1[0-9])?[\s:.#-]*(\d[\d -]{6,16}\d)", re.IGNORECASE)
_LONG_GTINS = (13, 14)
_USUAL_BASES = (Decimal(100), Decimal(1000))
"""Bases that arithmetic alone may show, where no decimal point can have been lost: on print that is not recognised."""
_READ_EXACTLY = re.compile(r"pdfplumber|html|files|drawn")
_COUNTED = frozenset({"H87", "C62", "EA", "PCE", "SET", "NMP"})


def canonical_line(row: Row, units: Mapping[str, str]) -> Row:
    """Return a line with its unit as code, and with what its print says of packs, price base and GTIN.

    `units` are folded words by Rec. 20 code. A unit that no list knows stays in the extraction: it is no reason to hold a
    document.
    """
    fields = dict(by_name(row))
    printed = fields.get("unit")
    if printed is not None:
        unit = _unit(printed, units)
        fields = {name: field for name, field in fields.items() if name != "unit" or unit is not None}
        fields |= {"unit": unit} if unit is not None else {}
    parts = (_counted(fields, units), _base(fields, printed), _pack(fields, printed, units), _gtin(fields))
    for found in parts:
        if found is not None:
            fields.setdefault(found.name, found)
    return tuple(fields.values())


def base_of(fields: Mapping[str, Field]) -> Decimal:
    """Return how many units the price of a line is for: 1 where nothing says otherwise."""
    stated = fields.get("price_base")
    return (sums.exact(stated.value) if stated is not None else None) or Decimal(1)


def item_findings(lines: Iterable[Row]) -> tuple[Finding, ...]:
    """Return a finding `gtin_invalid` for each item number that calls itself a GTIN and has a wrong check digit."""
    return tuple(
        _wrong_gtin(f"lines[{index}]", number)
        for index, row in enumerate(lines)
        for number in _labelled(by_name(row))
        if is_valid("gtin", number) is False
    )


def _unit(printed: Field, units: Mapping[str, str]) -> Field | None:
    """Return the unit as its code; as printed where nothing is known of units or it has the form of a code."""
    known = units.get(fold(printed.value)) or units.get(fold(printed.value.split("(", maxsplit=1)[0]))
    if known or not units:
        return changed(printed, known or printed.value)
    code = unit_code(_LEADING_COUNT.sub("", printed.value), units) or unit_code(printed.value, units)
    if _CODE.fullmatch(printed.value):
        return printed if printed.value.isalnum() and not printed.value.isdigit() else None
    return changed(printed, code) if code else None


def _counted(fields: Mapping[str, Field], units: Mapping[str, str]) -> Field | None:
    """Return the unit that is printed behind the quantity: `5 Stk`."""
    quantity = fields.get("quantity")
    found = measure(quantity.raw, units) if quantity is not None and "unit" not in fields else None
    return inferred("unit", found.unit, (quantity,)) if found is not None and quantity is not None else None


def _base(fields: Mapping[str, Field], unit: Field | None) -> Field | None:
    """Return how many units the price is for, where print and arithmetic do not contradict each other."""
    price = fields.get("unit_price")
    if price is None:
        return None
    sources = [f for f in (unit, price) if f is not None and _SAYS_BASE.search(f.raw)]
    stated = next(((base, f) for f in sources if (base := _printed_base(f))), None)
    quantity, amount = fields.get("quantity"), fields.get("amount")
    if quantity is None or amount is None or "discount" in fields:
        return inferred("price_base", _plain(stated[0]), (stated[1],)) if stated else None
    count, each, worth = (sums.exact(field.value) for field in (quantity, price, amount))
    if count is None or each is None or not worth or abs(count * each - worth) <= _CENT:
        return None
    unsaid = _USUAL_BASES if _READ_EXACTLY.match(price.provenance.by) else ()
    for base in dict.fromkeys([*([stated[0]] if stated else []), *unsaid]):
        # fewer pieces than the price is for, with no word of it: rather a rate times a base in a tax table
        is_likely = count >= base or (stated is not None and base == stated[0])
        if is_likely and abs(count * each / base - worth) <= _CENT:
            return inferred("price_base", _plain(base), (quantity, price, amount))
    return None


def _printed_base(field: Field) -> Decimal | None:
    """Return the base in a unit (`100 Stk`), or behind a price (`12,50 / 100`); a plain price says nothing."""
    if field.name == "unit":
        return price_base(field.raw)
    _, mark, after = field.raw.partition("/")
    return price_base(f"/{after}") if mark else None


def _pack(fields: Mapping[str, Field], unit: Field | None, units: Mapping[str, str]) -> Field | None:
    """Return how many pieces one billed package holds."""
    code = fields["unit"].value if "unit" in fields else ""
    if code and not is_package(code) and code not in _COUNTED:
        return None
    for field in (unit, fields.get("description")):
        pack = pack_of(field.raw or field.value, units) if field is not None else None
        if pack is not None and field is not None:
            return inferred("pack_size", _plain(pack.size), (field,))
    return None


def _gtin(fields: Mapping[str, Field]) -> Field | None:
    """Return the GTIN of the item: one that is called so, or an item number of its length with a right check digit."""
    code = fields.get("item_code")
    source = fields.get("description") or code
    labelled = next((number for number in _labelled(fields) if is_valid("gtin", number)), None)
    if labelled and source is not None:
        return inferred("standard_item_code", labelled, (source,))
    own = gtin_of(code.value) if code is not None else None
    return (
        inferred("standard_item_code", own, (code,)) if own and code is not None and len(own) in _LONG_GTINS else None
    )


def _labelled(fields: Mapping[str, Field]) -> list[str]:
    prints = [fields[name].raw or fields[name].value for name in ("item_code", "description") if name in fields]
    return [re.sub(r"[\s-]", "", match[1]) for text in prints for match in _LABELLED.finditer(text)]


def _wrong_gtin(path: str, number: str) -> Finding:
    return Finding(
        code="gtin_invalid", severity="info", fields=(path,), evidence=(("gtin", number),),
        message=f"The GTIN {number} has a wrong check digit or length. Compare with the document.",
    )  # fmt: skip


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
