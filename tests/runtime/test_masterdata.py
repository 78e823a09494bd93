from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.model.errors import ContentError, PostroomError
from engine.model.masterdata import Outcome
from engine.model.purchasing import OrderLine
from engine.runtime.house import House
from engine.runtime.masterdata import Given, import_files
from engine.store import ledger, masterdata, purchasing
from engine.store.database import reading


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def bring(house: House, **files: Path) -> Mapping[str, Outcome]:
    given = [Given(kind=kind, path=path) for kind, path in files.items()]
    return {one.kind: one for one in import_files(house, given, actor="anna")}


def counts(house: House) -> Mapping[str, int]:
    with reading(house.engine) as tx:
        return masterdata.counts(tx)


def lines_of(house: House, number: str) -> tuple[OrderLine, ...]:
    with reading(house.engine) as tx:
        return purchasing.purchase_orders(tx, [number])[0].lines


VENDOR_FILES = {
    "comma": "id,name,city\n1,Müller GmbH,Bonn\n2,Nova,\n",
    "semicolon": "id;name;city\n1;Müller GmbH;Bonn\n2;Nova;\n",
    "tab": "id\tname\tcity\n1\tMüller GmbH\tBonn\n2\tNova\t\n",
    "byte order mark, CRLF, blank lines": "\ufeffid,name,city\r\n1,Müller GmbH,Bonn\r\n\r\n2,Nova,\r\n",
    "quotes": 'id,name,city\n1,"Müller ""GmbH""","Bonn, am\nRhein"\n2,Nova,\n',
}


@pytest.mark.parametrize("content", VENDOR_FILES.values(), ids=VENDOR_FILES.keys())
def test_vendors_are_imported_from_csv(empty_house: House, tmp_path: Path, content: str) -> None:
    done = bring(empty_house, vendors=write(tmp_path, "vendors.csv", content))

    assert (done["vendors"].new, counts(empty_house)["vendors"]) == (2, 2)
    with reading(empty_house.engine) as tx:
        assert [one.id for one in masterdata.vendor_candidates(tx, name="mueller")] == ["1"]


BAD_FILES = {
    "empty": ("", "the file is empty"),
    "unknown column": ("id,name,colour\n1,x,red\n", r"vendors.csv:1: unknown column 'colour'; allowed: id, name"),
    "column twice": ("id,name,id\n1,x,2\n", "column 'id' stands twice"),
    "too few cells": ("id,name\n1,x\n2\n", r"vendors.csv:3: 1 cells where the header names 2 columns"),
    "no id": ("id,name\n1,x\n,y\n", r"vendors.csv:3: id is missing"),
    "open quote": ('id,name\n1,"x\n', r"vendors.csv:\d: is not well-formed CSV"),
    "not UTF-8": ("id,name\n1,\udcfc\n", "cannot be read as UTF-8"),
    "no currency": ("id,name,currency\n1,x,Euro\n", r"vendors.csv:2: currency 'Euro' is not a currency of ISO 4217"),
    "id twice": ("id,name\n1,x\n2,y\n1,z\n", "1 stands twice with other values, in 2 and 4"),
}


@pytest.mark.parametrize(("content", "why"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_broken_vendor_file_is_refused_with_its_line(
    empty_house: House, tmp_path: Path, content: str, why: str
) -> None:
    path = write(tmp_path, "vendors.csv", content.encode("utf-8", "surrogateescape"))

    with pytest.raises(ContentError, match=why):
        bring(empty_house, vendors=path)

    assert counts(empty_house)["vendors"] == 0


def test_every_complaint_about_a_file_is_named(empty_house: House, tmp_path: Path) -> None:
    path = write(tmp_path, "vendors.csv", "id,name,country\n1,,DE\n2,x,Germany\n")

    with pytest.raises(ContentError, match=r":2: name is missing") as raised:
        bring(empty_house, vendors=path)

    assert ":3: country 'Germany' is not a country of ISO 3166" in raised.value.detail


def test_a_file_that_is_not_there_is_a_content_error(empty_house: House, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        bring(empty_house, vendors=tmp_path / "none.csv")


BOTH = (
    "number,vendor_id,currency,total,status,line,item_code,quantity,unit_price\n"
    "PO-1,70001,EUR,10.00,open,1,A,1,5.00\nPO-1,70001,EUR,10.00,open,2,B,1,5.00\nPO-2,70001,EUR,1.00,closed,,,,\n"
)


def test_orders_and_lines_are_imported_from_one_file(empty_house: House, tmp_path: Path) -> None:
    done = bring(empty_house, orders=write(tmp_path, "orders.csv", BOTH))

    assert (done["orders"].new, done["order_lines"].new) == (2, 2)
    assert [line.item_code for line in lines_of(empty_house, "PO-1")] == ["A", "B"]
    assert lines_of(empty_house, "PO-2") == ()


def test_a_line_that_is_gone_from_its_order_goes_out_of_use(empty_house: House, tmp_path: Path) -> None:
    bring(empty_house, orders=write(tmp_path, "orders.csv", BOTH))

    shorter = "".join(line for line in BOTH.splitlines(keepends=True) if ",2,B," not in line)
    bring(empty_house, orders=write(tmp_path, "orders.csv", shorter))

    assert [line.item_code for line in lines_of(empty_house, "PO-1")] == ["A"]


def test_lines_may_come_in_a_file_of_their_own(empty_house: House, tmp_path: Path) -> None:
    bring(empty_house, orders=write(tmp_path, "orders.csv", "number,vendor_id\nPO-0815,70001\n"))
    lines = "number,line,item_code,description,quantity,unit,unit_price\nPO-0815,1,A,Bolt,3,H87,0.10\n"

    bring(empty_house, orders=write(tmp_path, "lines.csv", lines))

    assert lines_of(empty_house, "PO-0815")[0].description == "Bolt"


def test_files_may_be_named_in_any_order(empty_house: House, tmp_path: Path) -> None:
    lines = write(tmp_path, "lines.csv", "number,line\nPO-1,1\n")
    orders = write(tmp_path, "orders.csv", "number,vendor_id\nPO-1,70001\n")

    bring(empty_house, order_lines=lines, orders=orders)

    assert len(lines_of(empty_house, "PO-1")) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("number,line\nPO-9,1\n", r"orders.csv:2: PO-9 / 1: there is no PO-9 among the purchase orders"),
        ('number,vendor_id,total\nPO-1,70001,"1,00"\n', r"orders.csv:2: total '1,00' is not a decimal number"),
        ("number,vendor_id,total\nPO-1,70001,1\nPO-1,70001,2\n", "PO-1 stands twice with other values, in 2 and 3"),
    ],
    ids=["unknown order", "decimal comma", "two totals"],
)  # fmt: skip
def test_a_broken_order_file_is_refused(empty_house: House, tmp_path: Path, content: str, why: str) -> None:
    with pytest.raises(ContentError, match=why):
        bring(empty_house, orders=write(tmp_path, "orders.csv", content))


def test_nothing_is_imported_when_one_of_several_files_is_wrong(empty_house: House, tmp_path: Path) -> None:
    good = write(tmp_path, "vendors.csv", "id,name\n1,x\n")
    bad = write(tmp_path, "lines.csv", "number,line\nPO-9,1\n")

    with pytest.raises(ContentError):
        bring(empty_house, vendors=good, order_lines=bad)

    assert counts(empty_house)["vendors"] == 0


def test_a_dry_run_says_what_would_change_and_changes_nothing(empty_house: House, tmp_path: Path) -> None:
    bring(empty_house, vendors=write(tmp_path, "vendors.csv", "id,name,city\n1,Acme,Bonn\n2,Nova,Ulm\n"))
    path = write(tmp_path, "vendors.csv", "id,name,city\n1,Acme,Köln\n2,Nova,Ulm\n3,Extra,\n")

    done = import_files(empty_house, [Given(kind="vendors", path=path)], actor="anna", dry_run=True)[0]

    assert (done.new, done.changed, done.same) == (1, 1, 1)
    assert [edit.columns for edit in done.edits if edit.what == "changed"] == [(("city", "Bonn", "Köln"),)]
    with reading(empty_house.engine) as tx:
        assert (masterdata.vendor(tx, "1") or {})["city"] == "Bonn"
        assert len(ledger.recent(tx, 10)) == 1


def test_a_full_import_takes_what_is_missing_out_of_use(empty_house: House, tmp_path: Path) -> None:
    bring(empty_house, vendors=write(tmp_path, "vendors.csv", "id,name\n1,Acme\n2,Nova\n"))
    path = write(tmp_path, "vendors.csv", "id,name\n2,Nova\n")

    done = import_files(empty_house, [Given(kind="vendors", path=path)], actor="anna", full=True)[0]

    assert (done.same, done.deactivated) == (1, 1)
    with reading(empty_house.engine) as tx:
        assert masterdata.vendor(tx, "1") is None
        assert masterdata.vendor_candidates(tx, name="Acme") == []


def test_a_full_import_of_a_file_that_was_cut_off_is_refused(empty_house: House, tmp_path: Path) -> None:
    everyone = "id,name\n" + "".join(f"{n},Firm {n}\n" for n in range(100))
    bring(empty_house, vendors=write(tmp_path, "vendors.csv", everyone))
    given = [Given(kind="vendors", path=write(tmp_path, "vendors.csv", "id,name\n1,Firm 1\n"))]

    with pytest.raises(PostroomError, match="99 of 100 vendors would go out of use"):
        import_files(empty_house, given, actor="anna", full=True)
    import_files(empty_house, given, actor="anna", full=True, force=True)

    assert counts(empty_house)["vendors"] == 1


def test_columns_that_a_file_does_not_have_stay_as_they_are(empty_house: House, tmp_path: Path) -> None:
    bring(empty_house, vendors=write(tmp_path, "vendors.csv", "id,name,iban,city\n1,Acme,DE1,Bonn\n"))

    bring(empty_house, vendors=write(tmp_path, "vendors.csv", "id,name,city\n1,Acme,\n"))

    with reading(empty_house.engine) as tx:
        found = masterdata.vendor(tx, "1") or {}
    assert (found["iban"], found["city"]) == ("DE1", "")


def test_orders_in_json_hold_their_lines_and_exact_amounts(empty_house: House, tmp_path: Path) -> None:
    content = """[
      {"number": "PO-1", "vendor_id": 70001, "total": 10.10, "lines": [
        {"line": 1, "quantity": 1, "unit_price": 0.1000000000000000055, "receipt_required": true}]},
      {"number": "PO-2", "vendor_id": 70001, "total": null, "lines": []}
    ]"""

    done = bring(empty_house, orders=write(tmp_path, "orders.json", content))

    assert (done["orders"].new, done["order_lines"].new) == (2, 1)
    line = lines_of(empty_house, "PO-1")[0]
    assert (str(line.unit_price), line.receipt_required) == ("0.1000000000000000055", True)


def test_a_row_that_names_an_unknown_one_is_reported(empty_house: House, tmp_path: Path) -> None:
    bring(empty_house, vendors=write(tmp_path, "vendors.csv", "id,name\n1,Acme\n"))

    done = bring(empty_house, orders=write(tmp_path, "orders.csv", "number,vendor_id\nPO-1,99\n"))

    assert done["orders"].unknown == (("vendor_id", "99"),)


def test_where_a_kind_is_not_kept_none_of_it_is_missing(empty_house: House, tmp_path: Path) -> None:
    done = bring(empty_house, orders=write(tmp_path, "orders.csv", "number,vendor_id\nPO-1,99\n"))

    assert done["orders"].unknown == ()
