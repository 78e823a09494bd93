from pathlib import Path
from typing import Any

import pytest

from engine.content import column_map
from engine.content.column_map import ColumnMap
from engine.model.errors import ContentError
from engine.model.master_cells import Refused

MAP = """\
name: erp_orders
version: 1
kind: orders
file: {delimiter: ";", encoding: cp1252}
dates: "%d.%m.%Y"
decimals: comma
columns:
  number: {from: EBELN, via: "value | upper"}
  vendor_id: LIFNR
  currency: {value: EUR}
  total: {from: NETWR}
  valid_from: {from: KDATB}
  entity: {from: [BUKRS, WERKS], join: "/"}
  status: {from: STATU, values: {"": open, L: closed}}
ignore: [MANDT]
examples:
  - row: {EBELN: po1, LIFNR: "7", NETWR: "1.204,50-", KDATB: 01.02.2026, BUKRS: "10", WERKS: A, STATU: L}
    gives: {number: PO1, total: "-1204.50", valid_from: "2026-02-01", entity: 10/A, status: closed, currency: EUR}
"""


@pytest.fixture
def orders(tmp_path: Path) -> ColumnMap:
    return load(tmp_path, MAP)


def load(folder: Path, text: str) -> ColumnMap:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return column_map.load(path)


def apply(columns: ColumnMap, **row: Any) -> dict[str, str]:
    return columns.apply({"EBELN": "1", "LIFNR": "7", **row})


def test_a_map_says_how_its_file_is_written(orders: ColumnMap) -> None:
    assert (orders.ref, orders.file.delimiter, orders.file.encoding) == ("erp_orders@1", ";", "cp1252")


@pytest.mark.parametrize(
    ("printed", "plain"),
    [("1.204,50", "1204.50"), ("1204,5", "1204.5"), ("1 204,50", "1204.50"), ("12", "12"), ("-3,00", "-3.00"), ("3,00-", "-3.00")],
)  # fmt: skip
def test_amounts_are_read_in_the_form_of_the_file(orders: ColumnMap, printed: str, plain: str) -> None:
    assert apply(orders, NETWR=printed)["total"] == plain


@pytest.mark.parametrize("printed", ["1,204.50", "1.20,5", "-3,00-", "12,34,5", "EUR 5"])
def test_an_amount_in_another_form_is_refused(orders: ColumnMap, printed: str) -> None:
    with pytest.raises(Refused, match=r"is not a number such as 1.234,56"):
        apply(orders, NETWR=printed)


@pytest.mark.parametrize(("printed", "day"), [("03.04.2026", "2026-04-03"), ("2026-04-03", "2026-04-03")])
def test_days_are_read_in_the_form_of_the_file_or_as_iso(orders: ColumnMap, printed: str, day: str) -> None:
    assert apply(orders, KDATB=printed)["valid_from"] == day


def test_a_value_that_the_map_does_not_name_is_refused(orders: ColumnMap) -> None:
    with pytest.raises(Refused, match="status 'X' is not among the `values`: '', 'L'"):
        apply(orders, STATU="X")


def test_empty_parts_are_left_out_of_what_is_joined(orders: ColumnMap) -> None:
    assert apply(orders, BUKRS="10", WERKS="")["entity"] == "10"


def test_a_file_without_a_column_that_is_asked_for_is_refused(orders: ColumnMap) -> None:
    with pytest.raises(Refused, match="column 'BUKRS' is missing"):
        orders.check_header(["EBELN", "LIFNR", "NETWR", "KDATB", "WERKS", "STATU"])


def test_a_column_that_nobody_speaks_of_is_refused(orders: ColumnMap) -> None:
    header = ["EBELN", "LIFNR", "NETWR", "KDATB", "BUKRS", "WERKS", "STATU", "MANDT"]
    orders.check_header(header)

    with pytest.raises(Refused, match=r"column 'NEW' is neither used nor ignored by erp_orders@1"):
        orders.check_header([*header, "NEW"])


BAD = {
    "unknown kind": (("kind: orders", "kind: sales"), r"map.yaml:3: kind: no kind of master data 'sales'; there are: vendors"),
    "unknown column": (("  vendor_id: LIFNR", "  vendor: LIFNR"), r"columns.vendor: unknown column; allowed: number"),
    "unknown key": (("join:", "joined:"), "unknown key"),
    "source and value": (("{value: EUR}", "{value: EUR, from: X}"), "either `from` or `value`"),
    "bad expression": (("value | upper", "value | shout"), "shout"),
    "another name": (("value | upper", "record.x"), "`via` may name `value` only"),
    "form of days": (("%d.%m.%Y", "%H"), "a form of days may hold"),
    "wrong example": (("closed, currency", "open, currency"), r"examples\[0\]: status is 'closed', not 'open'"),
    "no examples": ((MAP[MAP.index("examples"):], "examples: []\n"), "examples"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "why"), BAD.values(), ids=BAD.keys())
def test_a_broken_map_is_refused_with_what_is_allowed(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    assert change[0] in MAP

    with pytest.raises(ContentError, match=why):
        load(tmp_path, MAP.replace(*change))
