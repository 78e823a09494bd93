import json
import shutil
from pathlib import Path

import pytest

from engine.content.matrix import load_matrices
from engine.model.errors import ContentError

ROOT = Path(__file__).parents[2]

GOOD = """
name: files.try
version: 1
from: invoice
target: {adapter: files, object: vendor_invoice, schema: try.schema.json}
owner: finance
rows:
  - {to: header.no, from: invoice_number, via: "value | trim", type: {text: {max: 8}}, need: must}
  - to: lines
    each: lines
    rows:
      - {to: amount, from: amount, type: {decimal: {places: 2}}, need: must}
      - {to: vat, from: tax_rate, via: "value | xref('vat')"}
    when_none:
      - {to: amount, from: total, type: {decimal: {places: 2}}, need: must}
  - to: refs
    items:
      - when: record.po_number is present
        rows: [{to: kind, value: PO}, {to: no, from: po_number}]
examples:
  - {name: one, record: {invoice_number: "1", total: "1.00"}, payload: {header: {no: "1"}, lines: [{amount: "1.00"}]}}
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["header"],
    "properties": {
        "header": {"$ref": "#/$defs/header"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["amount"],
                "properties": {"amount": {"type": "string"}, "vat": {"type": "string"}},
            },
        },
        "refs": {"type": "array", "items": {"type": "object"}},
        "text": {"type": "string"},
    },
    "$defs": {
        "header": {
            "type": "object",
            "required": ["no"],
            "additionalProperties": False,
            "properties": {"no": {"type": "string"}},
        }
    },
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content folder with one good matrix."""
    shutil.copytree(ROOT / "mappings/canonical", tmp_path / "mappings/canonical")
    shutil.copy(ROOT / "mappings/ownership.yaml", tmp_path / "mappings/ownership.yaml")
    (tmp_path / "mappings/outbound").mkdir()
    _write(tmp_path, GOOD)
    (tmp_path / "mappings/outbound/try.schema.json").write_text(json.dumps(SCHEMA))
    return tmp_path


def _write(root: Path, text: str, name: str = "files.try.v1.yaml") -> None:
    (root / "mappings/outbound" / name).write_text(text)


def test_a_good_matrix_is_loaded_with_what_it_rests_on(root: Path) -> None:
    matrix = load_matrices(root)["files.try@1"]

    assert matrix.ref == "files.try@1"
    assert matrix.record == "invoice"
    assert matrix.xref_tables == ("vat",)
    assert [file.name for file in matrix.files] == ["files.try.v1.yaml", "try.schema.json"]
    assert [row.fallback for row in matrix.rows[1].rows] == ["hold", "omit"]


FAULTS = [
    ("from: invoice_number", "from: invoice_no", "no such field"),
    ("from: invoice_number", "from: vendor.number", "vendor.number does not exist"),
    ("from: invoice_number", "from: erp.number", "erp.number does not exist"),
    ("from: invoice_number", "from: amount", "no such field"),
    ("from: invoice_number", "from: lines", "no such field"),
    ('via: "value | trim"', 'via: "value | strip"', "unknown converter 'strip'"),
    ('via: "value | trim"', 'via: "value.__class__"', "not the name of a field"),
    ('via: "value | trim"', 'via: "record.totl | trim"', "record.totl does not exist"),
    ('via: "value | trim"', 'via: "line.amount"', "line.amount does not exist"),
    ('via: "value | trim"', 'via: "value.x"', "value.x does not exist"),
    ("from: tax_rate, via", "via", "`value` is known only where"),
    ("type: {text: {max: 8}}", "type: {text: {size: 8}}", "unknown key; allowed here: min, max"),
    ("type: {text: {max: 8}}", "type: {picklist: []}", "picklist: "),
    ("type: {text: {max: 8}}", "kind: text", "unknown key"),
    ("need: must}\n  - to: lines", "need: must, fallback: omit}\n  - to: lines", "cannot be omitted"),
    ("need: must}\n  - to: lines", "need: must, fallback: default}\n  - to: lines", "go together"),
    (
        "need: must}\n  - to: lines",
        "need: must, fallback: default, default: 123456789}\n  - to: lines",
        "do not fit into 8",
    ),
    ("need: must}\n  - to: lines", "need: always}\n  - to: lines", "'must', 'should' or 'may'"),
    ("need: must}\n  - to: lines", "need: must, owner: nobody}\n  - to: lines", "allowed: finance"),
    ("owner: finance", "owner: nobody", "not a team of ownership.yaml"),
    ("to: header.no", "to: header.number", "the target has no number; it has no"),
    ("to: header.no", "to: head.no", "the target has no head"),
    ("to: refs", "to: lines", "lines is filled twice"),
    ("- {to: amount, from: amount", "- {to: vat, from: amount", "is filled twice"),
    ("when: record.po_number is present", "when: record.po is present", "record.po does not exist"),
    ("kind, value: PO", "kind, value: PO, from: po_number", "stands alone"),
    ("kind, value: PO", "kind, value: PO, rows: [{to: x, value: y}]", "either `from`/`via`, or `value`"),
    ("each: lines\n", "each: lines\n    need: must\n", "belong to rows with a value"),
    ("each: lines\n", "each: lines\n    where: line.sum is present\n", "line.sum does not exist"),
    ("kind, value: PO", "kind, from: po_number, need: must, misfit: omit", "cannot be omitted"),
    ("each: lines\n", "each: items\n", "the record has no such list; it has lines, taxes"),
    ("each: lines\n", "why: x\n", "go with `each`"),
    ("from: invoice\n", "from: bill\n", "bill.schema.json does not stand in canonical; there are account_application"),
    ("try.schema.json", "other.schema.json", "there are try.schema.json"),
    ("version: 1", "version: 2", "the file must be called files.try.v2.yaml"),
    ("examples:\n", "rows_of: files.try@1\nexamples:\n", "either `rows` or `rows_of`"),
    ("owner: finance", "owner: finance\ntemplate: gone.xml.j2", "gone.xml.j2 cannot be read"),
    ("owner: finance", "owner: finance\ntemplate: ../x.xml.j2", "template: "),
]


@pytest.mark.parametrize(
    ("old", "new", "why"), FAULTS, ids=[f"{new.strip()[:50]} | {why[:30]}" for _, new, why in FAULTS]
)
def test_a_fault_stops_the_start_with_file_line_and_reason(root: Path, old: str, new: str, why: str) -> None:
    assert old in GOOD
    _write(root, GOOD.replace(old, new, 1))

    with pytest.raises(ContentError) as caught:
        load_matrices(root)

    assert why in caught.value.message
    assert caught.value.file.endswith("files.try.v1.yaml")
    assert caught.value.line is not None


def test_a_matrix_without_an_example_is_refused(root: Path) -> None:
    _write(root, GOOD.partition("examples:")[0])

    with pytest.raises(ContentError, match="at least one example"):
        load_matrices(root)


def test_a_required_field_of_the_target_that_no_row_fills_is_refused(root: Path) -> None:
    _write(
        root,
        GOOD.replace("- {to: amount, from: total, type: {decimal: {places: 2}}, need: must}", "- {to: vat, value: x}"),
    )

    with pytest.raises(ContentError, match="requires amount; no row fills it"):
        load_matrices(root)


def test_a_matrix_borrows_rows_and_examples(root: Path) -> None:
    rows, _, _ = GOOD.partition("rows:\n")
    _write(root, rows.replace("files.try", "files.twin") + "rows_of: files.try@1\n", "files.twin.v1.yaml")

    loaded = load_matrices(root)

    assert loaded["files.twin@1"].rows == loaded["files.try@1"].rows
    assert loaded["files.twin@1"].examples == loaded["files.try@1"].examples
    assert "files.try.v1.yaml" in {file.name for file in loaded["files.twin@1"].files}


def test_rows_cannot_be_borrowed_from_a_borrower(root: Path) -> None:
    rows, _, _ = GOOD.partition("rows:\n")
    _write(root, rows.replace("files.try", "files.twin") + "rows_of: files.other@1\n", "files.twin.v1.yaml")

    with pytest.raises(ContentError, match=r"no such matrix with rows; there are files\.try@1"):
        load_matrices(root)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("<a>{{ out.header.number }}</a>", "out.header.number does not exist"),
        ("<a>{% for l in out.lines %}{{ l.total }}{% endfor %}</a>", "out.lines.total does not exist"),
        ("<a>{% for l in record.taxes %}{{ l.quantity }}{% endfor %}</a>", "record.taxes.quantity does not exist"),
        ("<a>{{ value }}</a>", "unknown name 'value'"),
        ("<a>\n{% include 'x' %}</a>", "line 2: Include is not allowed"),
    ],
)
def test_a_template_is_checked_against_record_and_payload(root: Path, template: str, why: str) -> None:
    (root / "mappings/outbound/try.xml.j2").write_text(template)
    _write(root, GOOD.replace("owner: finance", "owner: finance\ntemplate: try.xml.j2"))

    with pytest.raises(ContentError, match=why):
        load_matrices(root)


@pytest.mark.parametrize(
    "schema",
    [
        "{",
        '{"type": "objekt"}',
        '{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}',
        '{"$ref": "other.json"}',
    ],
)
def test_a_schema_that_is_none_is_refused(root: Path, schema: str) -> None:
    (root / "mappings/outbound/try.schema.json").write_text(schema)

    with pytest.raises(ContentError, match="not a JSON Schema"):
        load_matrices(root)


def _nested(root: Path, rows: str) -> None:
    """Write a matrix with a list inside a list, for a target that takes anything there."""
    schema = {**SCHEMA, "additionalProperties": True, "properties": {"header": SCHEMA["properties"]["header"]}}  # type: ignore[index]
    (root / "mappings/outbound/try.schema.json").write_text(json.dumps(schema))
    _write(root, GOOD.replace("    when_none:", f"      - {{to: inner, each: taxes, {rows}}}\n    when_none:"))


def test_a_list_inside_a_list_sees_the_row_around_it(root: Path) -> None:
    _nested(root, "where: line.rate == outer.tax_rate, rows: [{to: x, from: rate}, {to: no, from: outer.position}]")

    assert "files.try@1" in load_matrices(root)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("rows: [{to: x, from: outer.rate}]", r"outer\.rate does not exist"),
        ("where: line.tax_rate is present, rows: [{to: x, from: rate}]", r"line\.tax_rate does not exist"),
    ],
    ids=["a field of the inner list", "a field of the outer list"],
)
def test_the_two_rows_of_nested_lists_are_told_apart(root: Path, rows: str, message: str) -> None:
    _nested(root, rows)

    with pytest.raises(ContentError, match=message):
        load_matrices(root)


DETAILS = [
    ("detail: vendor.nick", r"vendor\.nick does not exist"),
    ("detail: line.amount", r"line\.amount does not exist"),
]


@pytest.mark.parametrize(("detail", "message"), DETAILS, ids=[detail for detail, _ in DETAILS])
def test_a_detail_is_checked_where_the_list_stands(root: Path, detail: str, message: str) -> None:
    _write(root, GOOD.replace("    each: lines\n", f"    each: lines\n    {detail}\n"))

    with pytest.raises(ContentError, match=message):
        load_matrices(root)


def test_a_decision_table_that_is_not_there_is_told(root: Path) -> None:
    _write(root, GOOD.replace("value | trim", "value | table('codes@1')"))

    with pytest.raises(ContentError, match=r"no decision table 'codes@1'; there are: none"):
        load_matrices(root)
