"""Faults are seeded into a clean matrix, one at a time: exactly each is found, at its row, with its line."""

import json
import shutil
from pathlib import Path

import pytest

from engine.content.lint.finding import LintFinding
from engine.content.lint.mappings import lint

ROOT = Path(__file__).parents[3]
FILE = "mappings/outbound/erp.bill.v1.yaml"
GOOD = """
name: erp.bill
version: 1
from: invoice
target: {adapter: files, object: vendor_invoice, schema: erp.bill.schema.json}
owner: finance
rows:
  - to: header
    rows:
      - {to: kind, via: "'KG' if document.type == 'credit_note' else 'KR'", type: {picklist: [KR, KG]}, need: must}
      - {to: number, from: invoice_number, via: "value | trim", type: {text: {max: 16}}, need: must}
      - {to: day, from: issue_date, type: date, need: must}
      - {to: currency, from: currency, type: {text: {min: 3, max: 3}}, need: must}
      - {to: gross, from: total, via: "value | absolute", type: {decimal: {places: 2, max_digits: 15}}, need: must}
      - {to: order, from: po_number, via: "value | trim | cut(35)", type: {text: {max: 35}}, owner: procurement}
      - {to: terms, from: payment_terms, via: "value | trim", type: {text: {max: 20}}, fallback: default, default: "30 days"}
      - {to: source, value: POSTROOM}
      - {to: note, from: note, type: {text: {max: 50}}, misfit: omit}
  - to: lines
    each: lines
    where: line.amount is present
    rows:
      - {to: place, from: line.position, type: {text: {max: 4, digits: true}}, need: must}
      - {to: amount, from: amount, type: {decimal: {places: 2, max_digits: 15}}, need: must}
      - {to: unit, from: unit, via: "value | xref('units@1')", type: {text: {max: 3}}}
      - {to: order, from: po_number, when: line.po_number is present or record.po_number is present, type: {text: {max: 35}}, need: must}
    when_none:
      - {to: place, value: "1"}
      - {to: amount, from: total, type: {decimal: {places: 2, max_digits: 15}}, need: must}
  - to: refs
    items:
      - when: record.contract_number is present
        rows: [{to: kind, value: CONTRACT}, {to: number, from: contract_number, type: {text: {max: 30}}, need: must}]
      - when: record.delivery_note_number is present and record.delivery_note_number != 'none'
        rows: [{to: kind, value: DELIVERY}, {to: number, from: delivery_note_number, type: {text: {max: 30}}, need: must}]
examples:
  - {name: one, record: {invoice_number: "1", issue_date: "2026-03-04", currency: EUR, total: "1.00"}}
"""
TEXT = {"type": "string", "minLength": 1}
AMOUNT = {"type": "string", "pattern": r"^-?[0-9]{1,13}\.[0-9]{2}$"}
SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["header", "lines"],
    "properties": {
        "header": {
            "type": "object", "additionalProperties": False,
            "required": ["kind", "number", "day", "currency", "gross", "terms", "source"],
            "properties": {
                "kind": {"enum": ["KR", "KG", "KX"]}, "number": {**TEXT, "maxLength": 16},
                "day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}, "gross": AMOUNT,
                "order": {**TEXT, "maxLength": 35}, "terms": {**TEXT, "maxLength": 20}, "source": {"enum": ["POSTROOM", "HAND"]},
                "note": {**TEXT, "maxLength": 50},
            },
        },
        "lines": {
            "type": "array", "items": {
                "type": "object", "additionalProperties": False, "required": ["place", "amount"],
                "properties": {
                    "place": {"type": "string", "pattern": "^[0-9]{1,4}$"}, "amount": AMOUNT,
                    "unit": {**TEXT, "maxLength": 3}, "order": {**TEXT, "maxLength": 35},
                },
            },
        },
        "refs": {
            "type": "array", "items": {
                "type": "object", "required": ["kind", "number"],
                "properties": {"kind": {"enum": ["CONTRACT", "DELIVERY"]}, "number": {**TEXT, "maxLength": 30}},
            },
        },
    },
}  # fmt: skip
FLOW = """
name: bills
version: 1
when: {types: [invoice, credit_note]}
record: invoice
ruleset: ap_invoice@1
queues: {ap_data: "Data entry"}
business_key: "{invoice_number}"
sends:
  - {target: erp, object: vendor_invoice, mapping: erp.bill@1}
"""
XREF = "xref,units,1,Units of the ERP\nid,unit:exact,=erp_unit,why\npiece,C62,PCE,Pieces\nhour,HUR,STD,Hours\n"
ENVIRONMENT = "name: dev\nkind: development\nflows: [bills@1]\nxref:\n  units: {KGM: KG}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mappings/outbound").mkdir(parents=True)
    (tmp_path / "mappings/xref").mkdir()
    (tmp_path / "rules/flows").mkdir(parents=True)
    (tmp_path / "environments").mkdir()
    (tmp_path / "mappings/canonical").mkdir()
    shutil.copy(ROOT / "mappings/canonical/invoice.schema.json", tmp_path / "mappings/canonical")
    shutil.copy(ROOT / "mappings/ownership.yaml", tmp_path / "mappings")
    (tmp_path / FILE).write_text(GOOD)
    (tmp_path / "mappings/outbound/erp.bill.schema.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "mappings/xref/units.v1.csv").write_text(XREF)
    (tmp_path / "rules/flows/bills.v1.yaml").write_text(FLOW)
    (tmp_path / "environments/dev.yaml").write_text(ENVIRONMENT)
    return tmp_path


def told(folder: Path) -> list[LintFinding]:
    return list(lint(folder))


def test_a_clean_matrix_has_no_faults(folder: Path) -> None:
    assert [str(one) for one in told(folder)] == []


def test_what_is_shipped_has_no_errors_and_no_warnings() -> None:
    assert [str(one) for one in lint(ROOT) if one.severity != "info"] == []


FAULTS = {
    # paths
    "source that is not there": ("from: issue_date", "from: issued_on", "unknown_source", "header.day"),
    "source of a line in the header": ("from: payment_terms", "from: line.unit", "unknown_source", "header.terms"),
    "attribute a vendor has not": ('from: po_number, via: "value | trim | cut(35)"', 'from: vendor.order, via: "value | trim | cut(35)"', "unknown_source", "header.order"),
    "name that an expression has not": ("document.type == 'credit_note'", "document.kind == 'credit_note'", "unknown_source", "header.kind"),
    "field that a condition has not": ("where: line.amount is present", "where: line.sum is present", "unknown_source", "lines"),
    "field that an item's condition has not": ("when: record.contract_number is present", "when: record.contract is present", "unknown_source", "refs"),
    "value where nothing is read": ("'KG' if document.type", "value if document.type", "unknown_source", "header.kind"),
    "target that is not there": ("{to: note, from", "{to: notes, from", "unknown_target", "header.notes"),
    "target of a line that is not there": ("{to: unit, from", "{to: units, from", "unknown_target", "lines[].units"),
    "target filled twice": ("{to: note, from: note", "{to: order, from: note", "filled_twice", "header.order"),
    "expression that is none": ('"value | absolute"', '"value | absolute |"', "bad_expression", "header.gross"),
    "converter that is not there": ('"value | absolute"', '"value | magic"', "bad_expression", "header.gross"),
    "arithmetic in a condition": ("where: line.amount is present", "where: line.amount > 0", "bad_expression", "lines"),
    # owners
    "team that is not there": ("owner: procurement", "owner: nobody", "owner_missing", "header.order"),
    "matrix of a team that is not there": ("owner: finance", "owner: nobody", "owner_missing", "erp.bill"),
    "matrix without an owner": ("owner: finance\n", "", "owner_missing", "owner"),
    # required
    "required field without a row": ("      - {to: source, value: POSTROOM}\n", "", "required_unfilled", "header.source"),
    "required field of a line without a row": ("      - {to: place, from: line.position, type: {text: {max: 4, digits: true}}, need: must}\n", "", "required_unfilled", "lines[].place"),
    "required field of an item without a row": ("[{to: kind, value: CONTRACT}, ", "[", "required_unfilled", "refs[].kind"),
    "required field that may be left out": ('fallback: default, default: "30 days"', "need: should", "required_may_be_omitted", "header.terms"),
    "required field under a condition": ("{to: source, value: POSTROOM}", "{to: source, value: POSTROOM, when: record.note is present}", "required_may_be_omitted", "header.source"),
    "required field that a misfit leaves out": ('fallback: default, default: "30 days"', 'fallback: default, default: "30 days", misfit: omit', "required_may_be_omitted", "header.terms"),
    "must that nothing guarantees": ("{to: order, from: po_number, via", "{to: order, need: must, from: po_number, via", "must_not_guaranteed", "header.order"),
    "must that rejects what nothing guarantees": ("{to: order, from: po_number, via", "{to: order, need: must, fallback: reject, from: po_number, via", "must_not_guaranteed", "header.order"),
    # reach
    "type that no flow sends": ("document.type == 'credit_note'", "document.type == 'receipt'", "idle_branch", "header.kind"),
    "branch that is always taken": ("document.type == 'credit_note'", "document.type in ['credit_note', 'invoice']", "idle_branch", "header.kind"),
    "present and missing": ("where: line.amount is present", "where: line.amount is present and line.amount is missing", "never_holds", "lines"),
    "required field that is missing": ("when: record.contract_number is present", "when: record.total is missing", "never_holds", "refs"),
    "currency that cannot be": ("when: record.contract_number is present", "when: record.currency == 'Euro'", "never_holds", "refs"),
    "environment that is not there": ("when: record.contract_number is present", "when: env.name == 'live'", "never_holds", "refs"),
    "small letters in capitals": ("when: record.contract_number is present", "when: record.currency | upper == 'eur'", "never_holds", "refs"),
    "sign that is none": ("when: record.contract_number is present", "when: record.total | sign == 'minus'", "never_holds", "refs"),
    "two values at once": ("when: record.contract_number is present", "when: record.currency == 'EUR' and record.currency == 'USD'", "never_holds", "refs"),
    "row under a condition that excludes it": ("from: contract_number, type", "from: contract_number, when: record.contract_number is missing, type", "never_holds", "refs[].number"),
    "condition that always holds": ("{to: note, from: note", "{to: note, when: record.total is present, from: note", "always_holds", "header.note"),
    "condition that holds either way": ("{to: note, from: note", "{to: note, when: record.currency == 'EUR' or record.currency != 'EUR', from: note", "always_holds", "header.note"),
    "condition that stands around it already": ("from: contract_number, type", "from: contract_number, when: record.contract_number is present, type", "always_holds", "refs[].number"),
    "condition about a missing value": ("record.delivery_note_number is present and record", "record", "rests_on_missing", "refs"),
    "condition that gives a text": ("when: record.contract_number is present", "when: record.contract_number", "not_a_condition", "refs"),
    "value that never comes": ('"value | trim | cut(35)"', '"value | trim | cut(35) if record.po_number is missing"', "never_filled", "header.order"),
    # fallbacks
    "fallback of what is always there": ("from: issue_date, type: date, need: must", "from: issue_date, type: date, need: must, fallback: hold", "idle_fallback", "header.day"),
    "fallback of a fixed value": ("value: POSTROOM}", "value: POSTROOM, fallback: omit}", "idle_fallback", "header.source"),
    "fallback behind a default": ('{to: terms, from: payment_terms, via: "value | trim"', "{to: terms, from: payment_terms, via: \"value | default('none')\"", "idle_fallback", "header.terms"),
    "fallback under a condition that fills it": ("from: contract_number, type", "from: contract_number, fallback: reject, type", "idle_fallback", "refs[].number"),
    "misfit of what takes everything": ("[{to: kind, value: CONTRACT}, ", "[{to: kind, value: CONTRACT}, {to: extra, from: note, misfit: omit}, ", "idle_fallback", "refs[].extra"),
    # types
    "text longer than the target's": ("type: {text: {max: 16}}", "type: {text: {max: 17}}", "type_wider", "header.number"),
    "text without an end": ("{to: note, from: note, type: {text: {max: 50}}, misfit: omit}", "{to: note, from: note}", "type_wider", "header.note"),
    "more decimals than the target's": ('"value | absolute", type: {decimal: {places: 2,', '"value | absolute", type: {decimal: {places: 3,', "type_wider", "header.gross"),
    "more digits than the target's": ("max_digits: 15}}, need: must}\n      - {to: order", "max_digits: 18}}, need: must}\n      - {to: order", "type_wider", "header.gross"),
    "date in another form": ("from: issue_date, type: date", 'from: issue_date, type: {date: {format: "%d.%m.%Y"}}', "type_wider", "header.day"),
    "fixed value that the target refuses": ("value: POSTROOM", "value: HUB", "constant_refused", "header.source"),
    "default that the target refuses": ('default: "30 days"', 'default: ""', "constant_refused", "header.terms"),
    "picklist with a value that the target refuses": ("picklist: [KR, KG]", "picklist: [KR, KG, KZ]", "constant_refused", "header.kind"),
    "default that its own type refuses": ('default: "30 days"', 'default: "within thirty days of receipt"', "constant_misfit", "header.terms"),
    # converters
    "value as it is": ('via: "value | trim", type: {text: {max: 16}}', "via: value, type: {text: {max: 16}}", "idle_converter", "header.number"),
    "converter twice": ('"value | trim", type: {text: {max: 16}}', '"value | trim | trim", type: {text: {max: 16}}', "idle_converter", "header.number"),
    "capitals of capitals": ("from: currency, type", 'from: currency, via: "value | upper", type', "idle_converter", "header.currency"),
    "blanks of a date": ("from: issue_date, type", 'from: issue_date, via: "value | trim", type', "idle_converter", "header.day"),
    "date in its own form": ("from: issue_date, type", "from: issue_date, via: \"value | date('%Y-%m-%d')\", type", "idle_converter", "header.day"),
    "cut behind a shorter cut": ('| cut(35)"', '| cut(35) | cut(70)"', "idle_converter", "header.order"),
    "small letters undone": ('"value | trim", type: {text: {max: 16}}', '"value | lower | upper | trim", type: {text: {max: 16}}', "idle_converter", "header.number"),
    "sign taken twice": ('"value | absolute"', '"value | absolute | absolute"', "idle_converter", "header.gross"),
    "text replaced by itself": ('"value | trim", type: {text: {max: 16}}', "\"value | trim | replace('/', '/')\", type: {text: {max: 16}}", "idle_converter", "header.number"),
    "default of what is always there": ('"value | absolute"', "\"value | default('0') | absolute\"", "idle_converter", "header.gross"),
    # cross-references
    "table that is not there": ("xref('units@1')", "xref('unit@1')", "unknown_xref", "lines[].unit"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "subject"), FAULTS.values(), ids=FAULTS)
def test_a_seeded_fault_is_found_and_nothing_else(
    folder: Path, old: str, new: str, code: str, subject: str
) -> None:  # fmt: skip
    assert GOOD.count(old) >= 1
    (folder / FILE).write_text(GOOD.replace(old, new, 1))

    found = lint(folder)

    assert {(one.code, one.subject) for one in found} == {(code, subject)}
    assert all(one.file.endswith(FILE) and one.line is not None and one.message for one in found)


def test_a_fault_names_its_line_and_a_value_that_shows_it(folder: Path) -> None:
    (folder / FILE).write_text(GOOD.replace("{max: 16}", "{max: 17}"))

    (found,) = lint(folder)

    assert (found.line, found.case) == (11, (("record.invoice_number", "A" * 17),))
    assert "longest 16" in found.message


def xref(folder: Path, text: str) -> None:
    (folder / "mappings/xref/units.v1.csv").write_text(text)


def test_an_answer_that_the_target_refuses_is_found(folder: Path) -> None:
    xref(folder, XREF.replace("STD", "STUNDE"))
    (folder / FILE).write_text(GOOD.replace("type: {text: {max: 3}}}", "type: {text: {max: 9}}}"))

    assert {(one.code, one.subject, one.case) for one in lint(folder)} == {
        ("type_wider", "lines[].unit", (("answer", "STUNDE"),))
    }


def test_a_table_that_no_matrix_asks_is_found(folder: Path) -> None:
    (folder / "mappings/xref/terms.v1.csv").write_text(XREF.replace("xref,units", "xref,terms"))

    assert {(one.code, one.subject) for one in lint(folder)} == {("unused_xref", "terms@1")}


def test_a_released_table_may_rest(folder: Path) -> None:
    (folder / "mappings/xref/terms.v1.csv").write_text(XREF.replace("xref,units", "xref,terms"))
    (folder / "rules/released.lock").write_text(f"xref/terms@1 {'0' * 64}\n")

    assert lint(folder) == ()


def test_entries_of_an_environment_that_no_matrix_asks_are_found_with_their_line(folder: Path) -> None:
    (folder / "environments/dev.yaml").write_text(f"{ENVIRONMENT}  terms: {{A: B}}\n")

    assert {(one.code, one.subject, one.line) for one in lint(folder)} == {("unused_xref", "terms", 6)}


def test_a_table_that_an_environment_lacks_is_found(folder: Path) -> None:
    (folder / FILE).write_text(GOOD.replace("units@1", "own_units"))

    found = {(one.code, one.subject) for one in lint(folder)}

    assert found == {("missing_xref", "own_units"), ("unused_xref", "units@1"), ("unused_xref", "units")}


def test_a_matrix_that_no_flow_sends_is_noted(folder: Path) -> None:
    (folder / "rules/flows/bills.v1.yaml").write_text(FLOW.replace("erp.bill@1", "erp.other@1"))

    assert [(one.code, one.severity) for one in lint(folder)] == [("unused_matrix", "info")]


def test_faults_of_several_rows_are_all_told(folder: Path) -> None:
    worse = GOOD.replace("from: issue_date", "from: issued_on").replace("need: must}", "need: must, owner: nobody}", 1)
    (folder / FILE).write_text(worse.replace("xref('units@1')", "magic"))

    assert {(one.code, one.subject) for one in lint(folder)} >= {
        ("unknown_source", "header.day"), ("owner_missing", "header.kind"), ("bad_expression", "lines[].unit"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [("rows:\n", "rows: [\n"), ("version: 1", "version: one"), ("from: invoice\n", "from: bill\n")],
    ids=["no YAML", "no number", "no schema"],
)
def test_a_file_that_cannot_be_loaded_is_one_finding(folder: Path, old: str, new: str) -> None:
    (folder / FILE).write_text(GOOD.replace(old, new, 1))

    assert {one.code for one in lint(folder)} == {"broken_file"}


def test_one_file_is_looked_at_alone(folder: Path) -> None:
    (folder / "mappings/xref/terms.v1.csv").write_text(XREF.replace("xref,units", "xref,terms"))
    (folder / FILE).write_text(GOOD.replace("max: 16", "max: 17"))

    assert [one.code for one in lint(folder, [folder / FILE])] == ["type_wider"]
