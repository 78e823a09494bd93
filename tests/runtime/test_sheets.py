"""A matrix goes out as a sheet and comes back: nothing else moves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from engine.content.spreadsheet.changes import SheetError
from engine.content.spreadsheet.sheet import NAMES
from engine.model.errors import ContentError
from engine.runtime import sheets

ROOT = Path(__file__).parents[2]
MATRIX = """# What the ledger eats.
name: files.try
version: 1
from: invoice
target: {adapter: files, object: vendor_invoice, schema: files.vendor_invoice.schema.json}
owner: finance
rows:
  # the header
  - to: header
    rows:
      - {to: document_type, value: KR}
      - {to: company_code, from: env.company_code, need: must}   # ours
      - {to: vendor_id, from: vendor.id, type: {text: {max: 17}}, need: must, why: "Never posted to nobody"}
      - to: invoice_no
        from: invoice_number
        via: "value | trim"
        need: must
      - {to: invoice_date, from: issue_date, need: must}
      - {to: currency, from: currency, need: must}
      - {to: gross_amount, from: total, type: {decimal: {places: 4, min_places: 2}}, need: must}
      - {to: payment_terms, via: "'-' ~ record.payment_terms"}
  - to: lines
    each: lines
    rows: [{to: line_no, from: line.position, need: must}, {to: description, from: description, need: must}, {to: amount, from: amount, need: must}]
    when_none:
      - {to: line_no, value: "1"}
      - {to: description, value: "=SUM(A1)"}
      - {to: amount, from: total, need: must}
examples:   # the tests
  - {name: one, record: {invoice_number: " 7 ", issue_date: "2026-03-04", currency: EUR, total: "1.00"}, vendor: {id: "4711"}, env: {company_code: "1000"}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content folder with one matrix."""
    shutil.copytree(ROOT / "mappings/canonical", tmp_path / "mappings/canonical")
    shutil.copy(ROOT / "mappings/ownership.yaml", tmp_path / "mappings/ownership.yaml")
    (tmp_path / "mappings/outbound").mkdir()
    shutil.copy(ROOT / "mappings/outbound/files.vendor_invoice.schema.json", tmp_path / "mappings/outbound")
    (tmp_path / "mappings/outbound/files.try.v1.yaml").write_bytes(MATRIX.encode())
    return tmp_path


def cells(root: Path, form: sheets.Form = "csv") -> list[list[str]]:
    file = root / f"sheet.{form}"
    file.write_bytes(sheets.written(sheets.opened(root, "files.try").sheet, form))
    return sheets.cells_of(file)


def edited(root: Path, *edits: tuple[str, str, str]) -> list[list[str]]:
    """Return the sheet with (number of the row, column, new text)."""
    given = cells(root)
    for number, column, text in edits:
        next(row for row in given if row[0] == number)[NAMES.index(column)] = text
    return given


def imported(root: Path, given: list[list[str]], into: str = "files.try@1") -> str:
    one = sheets.imported(root, into, given)
    sheets.write(one)
    return one.file.read_bytes().decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_a_sheet_that_nobody_edited_changes_no_byte(root: Path, form: sheets.Form, ends: str, mark: str) -> None:
    file = root / "mappings/outbound/files.try.v1.yaml"
    before = (mark + MATRIX.replace("\n", ends)).encode()
    file.write_bytes(before)

    one = sheets.imported(root, "files.try@1", cells(root, form))

    assert one.text.encode() == before
    assert (one.made.edits, sheets.write(one)) == ((), False)


@pytest.mark.parametrize(("name", "form"), [("files.ap_invoice_csv", "csv"), ("files.ap_invoice_idoc_flat", "xlsx")])
def test_the_shipped_matrices_come_back_as_they_went(tmp_path: Path, name: str, form: sheets.Form) -> None:
    found = sheets.opened(ROOT, name)
    file = tmp_path / f"sheet.{form}"
    file.write_bytes(sheets.written(found.sheet, form))

    one = sheets.imported(ROOT, found.sheet.ref, sheets.cells_of(file))

    assert one.text == found.text


EDITS = [
    ("need", ("R1.3", "need", "should"), ("vendor_id, from: vendor.id, type: {text: {max: 17}}, need: must", "vendor_id, from: vendor.id, type: {text: {max: 17}}, need: should")),
    ("a type", ("R1.3", "type", "text max 10 digits"), ("{text: {max: 17}}", "{text: {max: 10, digits: true}}")),
    ("a new reason", ("R1.2", "why", 'Says "who"'), ("code, need: must}   # ours", 'code, need: must, why: "Says \\"who\\""}   # ours')),
    ("a reason taken out", ("R1.3", "why", ""), (', why: "Never posted to nobody"', "")),
    ("a key between others of a block", ("R1.4", "when", "record.total is present"), ('trim"\n        need', 'trim"\n        when: record.total is present\n        need')),
    ("a key taken out of a block", ("R1.4", "via", ""), ('        via: "value | trim"\n', "")),
    ("a condition on a list", ("R2", "where", "line.amount is present"), ("each: lines\n", "each: lines\n    where: line.amount is present\n")),
    ("a row on one line with others", ("R2.2", "via", "value | trim"), ("from: description, need", 'from: description, via: "value | trim", need')),
    ("digits stay text", ("R2.n1", "value", "007"), ('line_no, value: "1"', 'line_no, value: "007"')),
    ("an owner", ("R1.2", "owner", "it"), ("need: must}   # ours", "need: must, owner: it}   # ours")),
    ("a row that goes", ("R1.8", "remove", "yes"), ("      - {to: payment_terms, via: \"'-' ~ record.payment_terms\"}\n", "")),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "moved"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
def test_one_edited_cell_changes_its_place_and_nothing_else(
    root: Path, edit: tuple[str, str, str], moved: tuple[str, str]
) -> None:
    text = imported(root, edited(root, edit))

    assert MATRIX.count(moved[0]) == 1
    assert text == MATRIX.replace(*moved)


def test_a_new_row_stands_behind_the_last_of_its_object(root: Path) -> None:
    fresh = dict.fromkeys(NAMES, "") | {"target": "header.due_date", "from": "due_date", "type": "date", "need": "may"}

    text = imported(root, [*cells(root), list(fresh.values())])

    last = "      - {to: payment_terms, via: \"'-' ~ record.payment_terms\"}\n"
    assert text == MATRIX.replace(last, last + "      - {to: due_date, from: due_date, type: date, need: may}\n")


def test_where_two_lists_fit_a_new_row_stands_below_the_row_it_follows(root: Path) -> None:
    fresh = list((dict.fromkeys(NAMES, "") | {"target": "lines[].unit", "from": "unit"}).values())
    given = cells(root)
    at = next(index for index, row in enumerate(given) if row[0] == "R2.2")

    with pytest.raises(SheetError, match=r"several places fit; put the row between two rows, below one of R2.1"):
        sheets.imported(root, "files.try@1", [*given, fresh])

    text = imported(root, [*given[: at + 1], fresh, *given[at + 1 :]])
    assert "need: must}, {to: unit, from: unit}, {to: amount, from: amount" in text


def test_a_sheet_that_was_sorted_is_the_same(root: Path) -> None:
    given = cells(root)

    assert imported(root, [*given[:2], *sorted(given[2:])]) == MATRIX


def test_an_import_into_a_new_version_leaves_the_old_one(root: Path) -> None:
    given = edited(root, ("R1.3", "need", "should"), ("R1.3", "why", ""))

    text = imported(root, given, into="files.try@2")

    assert "version: 2\n" in text
    assert "need: should}" in text
    assert (root / "mappings/outbound/files.try.v1.yaml").read_text() == MATRIX


def test_what_follows_from_an_edit_is_told(root: Path) -> None:
    one = sheets.imported(root, "files.try@1", edited(root, ("R1.3", "need", "should")))

    assert [edit.what for edit in one.made.edits] == ["header.vendor_id, Need: must -> should"]
    assert one.effects == ("header.vendor_id, When missing: hold -> omit",)


def test_an_example_that_holds_no_longer_is_told(root: Path) -> None:
    one = sheets.imported(root, "files.try@1", edited(root, ("R1.3", "from", "vendor.tax_code")))

    assert one.broken[0].startswith("one: findings are mapping_hold, not none.")


WRONG = [
    (("R1.3", "from", "vendor.nick"), r"F6 \(header.vendor_id\): .*vendor.nick does not exist"),
    (("R1.3", "type", "text long"), r"N6: 'long' says nothing about text"),
    (("R1.3", "owner", "sales"), r"S6 \(header.vendor_id\): allowed: finance"),
    (("R1.3", "need", "perhaps"), r"O6 \(header.vendor_id\)"),
    (("R1.3", "fallback", "omit"), r"B6 \(header.vendor_id\): a row that must be there cannot be omitted"),
    (("R2.2", "via", "value | shout"), r"I14 \(lines\[\].description\): unknown converter 'shout'"),
    (("R2", "where", "value."), r"L12 \(lines\[\]\)"),
    (("R1.3", "remove", "no"), r"W6: yes or nothing"),
    (("R1.3", "remove", "yes"), r"B3 \(header\): the target requires vendor_id"),
    (("R1.3", "number", "R9"), r"A6: there is no row R9"),
    (("R1.3", "number", "R1.2"), r"A6: row R1.2 stands twice"),
]


@pytest.mark.parametrize(("edit", "message"), WRONG, ids=[f"{e[1]}={e[2]}" for e, _ in WRONG])
def test_what_is_wrong_names_its_cell_and_nothing_is_written(
    root: Path, edit: tuple[str, str, str], message: str
) -> None:
    with pytest.raises(SheetError, match=message):
        imported(root, edited(root, edit))

    assert (root / "mappings/outbound/files.try.v1.yaml").read_text() == MATRIX


def test_a_row_that_is_left_out_is_not_taken_for_removed(root: Path) -> None:
    with pytest.raises(SheetError, match=r"row R1.3 \(header.vendor_id\) is not in the sheet"):
        imported(root, [row for row in cells(root) if row[0] != "R1.3"])


def test_a_sheet_older_than_the_matrix_is_refused(root: Path) -> None:
    given = cells(root)
    file = root / "mappings/outbound/files.try.v1.yaml"
    file.write_text(MATRIX.replace("Never posted", "Not posted"))

    with pytest.raises(SheetError, match="was changed since this sheet was written"):
        imported(root, given)


def test_a_released_matrix_is_not_overwritten(root: Path) -> None:
    (root / "rules").mkdir()
    (root / "rules/released.lock").write_text(f"matrix/files.try@1 {'0' * 64}\n")

    with pytest.raises(ContentError, match=r"released and stays as it is; import into files\.try@2"):
        imported(root, cells(root))


@pytest.mark.parametrize(
    ("given", "message"), [([["x"]], "no sheet that"), ([], "no sheet that")], ids=["another file", "nothing"]
)
def test_what_is_no_sheet_is_refused(root: Path, given: list[list[str]], message: str) -> None:
    with pytest.raises(SheetError, match=message):
        imported(root, given)


def test_no_cell_is_a_formula_in_a_spreadsheet_program(root: Path) -> None:
    text = sheets.written(sheets.opened(root, "files.try").sheet, "csv").decode("utf-8-sig")
    (root / "sheet.xlsx").write_bytes(sheets.written(sheets.opened(root, "files.try").sheet, "xlsx"))
    page = openpyxl.load_workbook(root / "sheet.xlsx")["Matrix"]

    assert ",'=SUM(A1)," in text
    assert ",''-' ~ record.payment_terms," in text
    values = [cell for row in page for cell in row if cell.value is not None]
    assert {(cell.data_type, cell.number_format, bool(cell.quotePrefix)) for cell in values} == {("s", "@", True)}
    assert "=SUM(A1)" in {cell.value for cell in values}


def test_the_workbook_offers_what_is_allowed_and_locks_what_is_not_edited(root: Path) -> None:
    (root / "sheet.xlsx").write_bytes(sheets.written(sheets.opened(root, "files.try").sheet, "xlsx"))
    book = openpyxl.load_workbook(root / "sheet.xlsx")
    page = book["Matrix"]
    letter: Callable[[str], str] = lambda name: page.cell(2, NAMES.index(name) + 1).column_letter  # noqa: E731

    offered = {str(rule.sqref)[0]: rule.formula1 for rule in page.data_validations.dataValidation}

    assert offered[letter("need")] == '"must,should,may"'
    assert offered[letter("fallback")] == '"hold,default,omit,reject"'
    assert offered[letter("owner")] == '"finance,procurement,integration_admins,it"'
    assert offered[letter("each")] == '"lines,taxes"'
    assert (page.freeze_panes, page.protection.sheet) == ("C3", True)
    assert [page[f"{letter(n)}6"].protection.locked for n in ("number", "target", "words", "from", "why")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert [book["Sign-off"].cell(row, 1).value for row in range(8, 10)] == ["finance", None]


def test_the_page_and_the_markdown_hold_no_foreign_markup(root: Path) -> None:
    file = root / "mappings/outbound/files.try.v1.yaml"
    file.write_text(MATRIX.replace("Never posted to nobody", "<script>alert(1)</script> | *x*"))
    sheet = sheets.opened(root, "files.try").sheet

    page, markdown = sheets.written(sheet, "html").decode(), sheets.written(sheet, "md").decode()

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | *x*" in page
    assert r"\<script\>alert(1)\</script\> \| \*x\*" in markdown


def test_a_matrix_that_borrows_its_rows_says_where_they_stand() -> None:
    with pytest.raises(ContentError, match=r"the rows of files\.ap_invoice_fixed@1 stand in files\.ap_invoice_csv@1"):
        sheets.opened(ROOT, "files.ap_invoice_fixed")
