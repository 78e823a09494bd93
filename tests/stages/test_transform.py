from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.content.converters import Rates
from engine.content.environment import Environment
from engine.content.matrix import Matrix, load_matrices
from engine.content.matrix_row import MatrixRow
from engine.model.finding import Finding
from engine.model.record import Match
from engine.stages.matrix_examples import map_example
from engine.stages.transform import Mapped, transform
from tests.mappings.examples import environment_of, match_of, record_of

ROOT = Path(__file__).parents[2]
CSV = load_matrices(ROOT)["files.ap_invoice_csv@1"]
XML = load_matrices(ROOT)["files.ap_invoice_xml@1"]
RECORD: dict[str, Any] = {
    "invoice_number": "RE-1", "issue_date": "2026-03-04", "currency": "EUR", "po_number": "PO-1",
    "subtotal": "100.00", "tax_total": "19.00", "total": "119.00",
    "lines": [{"description": "a", "amount": "60.00", "po_number": "PO-2"}, {"description": "b", "amount": "40.00"}],
}  # fmt: skip
VENDOR = {"id": "4711", "name": "Papier Nord GmbH", "vendor_iban": "DE02120300000000202051"}


def matrix_of(*rows: dict[str, Any], schema: dict[str, Any] | None = None) -> Matrix:
    parsed = tuple(MatrixRow.model_validate(row) for row in rows)
    return CSV.model_copy(update={"rows": parsed, "payload_schema": schema or {}, "name": "files.try"})


def mapped(
    *rows: dict[str, Any], record: Mapping[str, Any] = RECORD, schema: dict[str, Any] | None = None,
    xref: Mapping[str, Mapping[str, str]] = {}, vendor: Mapping[str, str] = VENDOR, rates: Rates | None = None,
) -> Mapped:  # fmt: skip
    return transform(
        record_of(record), matrix=matrix_of(*rows, schema=schema), vendor=match_of("vendor", vendor),
        order=match_of("purchase_order", {}), environment=environment_of(xref=xref), rates=rates,
    )  # fmt: skip


def evidence(finding: Finding) -> dict[str, str]:
    return dict(finding.evidence)


def test_a_line_field_comes_before_the_header_field_of_the_same_name() -> None:
    result = mapped({"to": "lines", "each": "lines", "rows": [{"to": "po", "from": "po_number"}]})

    assert result.payload == {"lines": [{"po": "PO-2"}, {"po": "PO-1"}]}
    assert [entry.fields for entry in result.lineage] == [("lines[0].po_number",), ("po_number",)]


def test_lineage_names_every_leaf_with_row_fields_and_what_was_done() -> None:
    result = mapped(
        {"to": "h.no", "from": "invoice_number", "via": "value | lower"},
        {"to": "h.tax", "via": "record.total | minus(record.subtotal)"},
        {"to": "h.kind", "value": "KR"},
        {"to": "h.terms", "from": "payment_terms", "need": "should", "fallback": "default", "default": "net"},
        {"to": "h.iban", "from": "vendor.iban"},
    )

    assert result.payload["h"] == {
        "no": "re-1", "tax": "19.00", "kind": "KR", "terms": "net", "iban": "DE02120300000000202051"
    }  # fmt: skip
    assert [(e.path, e.row, e.fields, e.note) for e in result.lineage] == [
        ("h.no", "files.try@1#h.no", ("invoice_number",), "via value | lower"),
        ("h.tax", "files.try@1#h.tax", ("total", "subtotal"), "via record.total | minus(record.subtotal)"),
        ("h.kind", "files.try@1#h.kind", (), "fixed value"),
        ("h.terms", "files.try@1#h.terms", (), "default"),
        ("h.iban", "files.try@1#h.iban", ("vendor.iban",), ""),
    ]


def leaves(data: object, path: str = "") -> dict[str, object]:
    if isinstance(data, Mapping):
        return {p: v for k, inner in data.items() for p, v in leaves(inner, f"{path}.{k}" if path else str(k)).items()}
    if isinstance(data, list):
        return {p: v for i, inner in enumerate(data) for p, v in leaves(inner, f"{path}[{i}]").items()}
    return {path: data}


@pytest.mark.parametrize("matrix", load_matrices(ROOT).values(), ids=lambda m: m.ref)
def test_every_leaf_of_every_shipped_payload_has_its_lineage(matrix: Matrix) -> None:
    sent = [result for one in matrix.examples if (result := map_example(matrix, one)[0]).is_sendable]

    assert sent
    assert [set(leaves(result.payload)) for result in sent] == [{e.path for e in result.lineage} for result in sent]


MISSING = [
    ({"need": "must"}, "mapping_hold", "error", None),
    ({"need": "must", "fallback": "reject"}, "mapping_reject", "fatal", None),
    ({"need": "must", "fallback": "default", "default": "x"}, None, None, "x"),
    ({"need": "should"}, "mapping_incomplete", "warning", None),
    ({"need": "should", "fallback": "hold"}, "mapping_hold", "error", None),
    ({"need": "may"}, None, None, None),
]


@pytest.mark.parametrize(("keys", "code", "severity", "value"), MISSING, ids=[str(keys) for keys, *_ in MISSING])
@pytest.mark.parametrize("blank", [{}, {"payment_terms": "  "}], ids=["missing", "blank"])
def test_need_and_fallback_decide_about_a_missing_value(
    keys: dict[str, Any], code: str | None, severity: str | None, value: str | None, blank: dict[str, str]
) -> None:
    result = mapped({"to": "terms", "from": "payment_terms", **keys}, record={**RECORD, **blank})

    assert [(f.code, f.severity) for f in result.findings] == ([] if code is None else [(code, severity)])
    assert result.payload.get("terms") == value
    assert result.is_sendable is (severity in (None, "warning"))


def test_a_finding_names_row_path_value_and_owner() -> None:
    row = {"to": "text", "from": "description", "type": {"text": {"max": 1}}, "owner": "procurement"}
    record = {**RECORD, "lines": [{"description": "a"}, {"description": "too long"}]}

    result = mapped({"to": "lines", "each": "lines", "rows": [row]}, record=record)

    (finding,) = result.findings
    assert finding.code == "mapping_hold"
    assert finding.fields == ("lines[1].description",)
    assert evidence(finding) == {
        "mapping": "files.try@1", "row": "lines[].text", "path": "lines[1].text", "value": "too long", "owner": "procurement",
    }  # fmt: skip
    assert result.payload == {"lines": [{"text": "a"}]}


def test_a_misfit_is_left_out_with_a_warning_where_the_row_says_so() -> None:
    row = {"to": "no", "from": "invoice_number", "type": {"text": {"max": 8, "digits": True}}}

    omitted, rejected = (mapped({**row, "misfit": misfit}) for misfit in ("omit", "reject"))

    assert [(f.code, f.severity) for f in omitted.findings] == [("mapping_incomplete", "warning")]
    assert (omitted.payload, omitted.is_sendable) == ({}, True)
    assert [(f.code, f.severity) for f in rejected.findings] == [("mapping_reject", "fatal")]


def test_only_lines_that_fit_where_are_mapped() -> None:
    row = {
        "to": "lines", "each": "lines", "where": "line.amount is present", "rows": [{"to": "text", "from": "description"}],
        "when_none": [{"to": "text", "value": "none"}],
    }  # fmt: skip
    remark = {"description": "As agreed:"}

    some = mapped(row, record={**RECORD, "lines": [remark, *RECORD["lines"]]})
    none = mapped(row, record={**RECORD, "lines": [remark]})

    assert some.payload == {"lines": [{"text": "a"}, {"text": "b"}]}
    assert [(e.path, e.fields) for e in some.lineage] == [
        ("lines[0].text", ("lines[1].description",)), ("lines[1].text", ("lines[2].description",))
    ]  # fmt: skip
    assert none.payload == {"lines": [{"text": "none"}]}


def test_an_object_of_no_line_in_which_nothing_stands_takes_no_place() -> None:
    none = [{"to": "text", "value": "all", "when": "record.po_number is missing"}]
    row = {
        "to": "lines",
        "each": "lines",
        "where": "line.po_number is missing",
        "rows": [{"to": "text", "from": "description"}],
    }
    of_order = [{"description": "a", "po_number": "PO-1"}]

    result = mapped({**row, "when_none": none}, record={**RECORD, "po_number": "PO-1", "lines": of_order})

    assert result.payload == {}


def test_an_object_in_which_nothing_stands_takes_no_place() -> None:
    rows = [{"to": "po", "from": "line.po_number"}]

    result = mapped(
        {"to": "lines", "each": "lines", "rows": rows},
        {"to": "more", "items": [{"rows": [{"to": "x", "from": "due_date"}]}]},
    )

    assert result.payload == {"lines": [{"po": "PO-2"}]}


def test_a_text_that_is_too_long_is_held_unless_the_row_cuts_it() -> None:
    kind = {"text": {"max": 3}}

    held = mapped({"to": "no", "from": "invoice_number", "type": kind})
    cut = mapped({"to": "no", "from": "invoice_number", "type": kind, "via": "value | cut(3)"})

    assert [f.code for f in held.findings] == ["mapping_hold"]
    assert cut.payload == {"no": "RE-"}


def test_a_cross_reference_without_a_match_is_a_finding_and_never_null() -> None:
    row = {
        "to": "unit",
        "from": "currency",
        "via": "value | xref('currencies')",
        "fallback": "default",
        "default": "EUR",
    }

    missed = mapped(row, xref={"currencies": {"USD": "840"}})
    found = mapped(row, xref={"currencies": {"EUR": "978"}})

    assert [f.code for f in missed.findings] == ["xref_no_match"]
    assert evidence(missed.findings[0])["table"] == "currencies"
    assert evidence(missed.findings[0])["value"] == "EUR"
    assert missed.payload == {}
    assert found.payload == {"unit": "978"}


def test_a_condition_leaves_a_row_or_an_item_out() -> None:
    due = "record.due_date is present"
    rows: list[dict[str, Any]] = [
        {"to": "due", "value": "yes", "when": due},
        {
            "to": "dates",
            "items": [{"rows": [{"to": "id", "value": "1"}]}, {"when": due, "rows": [{"to": "id", "value": "2"}]}],
        },
    ]

    without = mapped(*rows)
    with_due = mapped(*rows, record={**RECORD, "due_date": "2026-04-03"})

    assert without.payload == {"dates": [{"id": "1"}]}
    assert with_due.payload == {"due": "yes", "dates": [{"id": "1"}, {"id": "2"}]}


def test_a_condition_on_a_missing_value_holds_instead_of_guessing() -> None:
    result = mapped({"to": "x", "value": "y", "when": "record.payment_terms == 'net'"})

    assert [f.code for f in result.findings] == ["mapping_hold"]
    assert result.payload == {}


def test_without_lines_the_rows_for_none_build_one_object() -> None:
    row = {
        "to": "lines", "each": "lines", "rows": [{"to": "amount", "from": "amount", "need": "must"}],
        "when_none": [{"to": "amount", "from": "subtotal", "need": "must"}],
    }  # fmt: skip
    header = {name: value for name, value in RECORD.items() if name != "lines"}

    result = mapped(row, record=header)

    assert result.payload == {"lines": [{"amount": "100.00"}]}
    assert [(e.path, e.fields) for e in result.lineage] == [("lines[0].amount", ("subtotal",))]


def test_several_vendors_are_no_vendor() -> None:
    one = match_of("vendor", VENDOR)
    several = Match(kind="vendor", outcome="several", candidates=one.candidates)

    result = transform(
        record_of(RECORD),
        matrix=CSV,
        vendor=several,
        order=match_of("purchase_order", {}),
        environment=environment_of(),
    )

    assert not result.is_sendable
    assert "vendor.id" in {field for finding in result.findings for field in finding.fields}


def test_each_breach_of_the_targets_schema_is_a_finding_with_its_origin() -> None:
    schema = {
        "type": "object", "required": ["extra"],
        "properties": {"no": {"maxLength": 2, "pattern": "^X"}, "lines": {"items": {"properties": {"amount": {"pattern": "^6"}}}}},
    }  # fmt: skip

    result = mapped(
        {"to": "no", "from": "invoice_number"},
        {"to": "lines", "each": "lines", "rows": [{"to": "amount", "from": "amount"}]},
        schema=schema,
    )

    assert [(f.code, evidence(f)["path"], evidence(f)["value"], f.fields) for f in result.findings] == [
        ("payload_invalid", "", "", ()),
        ("payload_invalid", "no", "RE-1", ("invoice_number",)),
        ("payload_invalid", "lines[1].amount", "40.00", ("lines[1].amount",)),
    ]


def test_a_record_with_a_character_that_the_file_cannot_hold_is_held() -> None:
    record = {**RECORD, "lines": [{"description": "bell \x07", "amount": "1.00"}]}

    result = transform(
        record_of(record), matrix=XML, vendor=match_of("vendor", VENDOR), order=match_of("purchase_order", {}),
        environment=environment_of(),
    )  # fmt: skip

    assert [f.code for f in result.findings] == ["mapping_hold"]
    assert "U+0007 cannot stand in XML" in result.findings[0].message


def environment_with(*entities: dict[str, Any]) -> Environment:
    return environment_of().model_copy(
        update={"company": environment_of().company.model_validate({"entities": list(entities)})}
    )


NORTH = {"code": "1000", "name": "Muster Nord GmbH", "country": "DE", "tax_id": "DE 111111111", "aliases": ["MN"]}
SOUTH = {"code": "2000", "name": "Muster Süd GmbH", "country": "AT"}
ADDRESSED = [
    ({"buyer_tax_id": "DE111111111", "buyer_name": "Muster Süd GmbH"}, "1000"),
    ({"buyer_name": "muster süd gmbh."}, "2000"),
    ({"buyer_name": "mn"}, "1000"),
    ({"buyer_name": "Somebody else"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("buyer", "code"), ADDRESSED, ids=[str(buyer) for buyer, _ in ADDRESSED])
def test_the_company_is_the_one_that_the_document_addresses(buyer: dict[str, str], code: str | None) -> None:
    result = transform(
        record_of({**RECORD, **buyer}), matrix=matrix_of({"to": "company", "from": "env.company_code"}),
        vendor=match_of("vendor", VENDOR), order=match_of("purchase_order", {}),
        environment=environment_with(NORTH, SOUTH),
    )  # fmt: skip

    assert result.payload.get("company") == code


def test_the_same_input_gives_the_same_output() -> None:
    first, second = (mapped({"to": "no", "from": "invoice_number"}) for _ in range(2))

    assert first == second


def test_no_number_of_a_payload_is_a_float() -> None:
    result = transform(
        record_of(RECORD), matrix=CSV, vendor=match_of("vendor", VENDOR), order=match_of("purchase_order", {}),
        environment=environment_of(),
    )  # fmt: skip

    assert {type(leaf) for leaf in leaves(result.payload).values()} == {str}
