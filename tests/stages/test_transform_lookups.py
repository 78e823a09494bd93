"""What a mapping looks up and walks over: exchange rates, decision tables, lists inside lists, lines or header by supplier."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.content.facts import load_facts
from engine.content.matrix import DecisionTable
from engine.content.table import load_table
from engine.model.masterdata import ExchangeRate
from engine.stages.transform import transform
from tests.mappings.examples import environment_of, match_of, record_of
from tests.stages.test_transform import RECORD, ROOT, VENDOR, mapped, matrix_of


def test_an_amount_is_converted_at_the_rate_of_its_day_and_without_one_it_is_held() -> None:
    def rates(from_currency: str, to_currency: str, *, on: date, rate_type: str) -> ExchangeRate | None:
        if (from_currency, on.isoformat()) != ("EUR", "2026-03-04"):
            return None
        return ExchangeRate(
            from_currency=from_currency, to_currency=to_currency, on=on, rate=Decimal("1.0555"), rate_type=rate_type
        )

    row = {"to": "x", "from": "total", "via": "value | currency(record.currency, 'USD', record.issue_date)"}

    assert mapped(row, rates=rates).payload == {"x": "125.60"}
    assert mapped(row, record={**RECORD, "currency": "USD"}, rates=rates).payload == {"x": "119.00"}
    (finding,) = mapped(row, record={**RECORD, "issue_date": "2026-03-05"}, rates=rates).findings
    assert finding.code == "mapping_hold"
    assert "no rate from EUR to USD up to 2026-03-05" in finding.message
    assert [f.code for f in mapped(row).findings] == ["mapping_hold"]


def test_a_rate_that_is_kept_the_other_way_round_divides() -> None:
    def rates(from_currency: str, to_currency: str, *, on: date, rate_type: str) -> ExchangeRate:
        return ExchangeRate(
            from_currency=from_currency, to_currency=to_currency, on=on, rate=Decimal(4), per=Decimal(100),
            rate_type=rate_type, is_inverse=True,
        )  # fmt: skip

    row = {"to": "x", "from": "total", "via": "value | currency('EUR', 'JPY', record.issue_date, 'M')"}

    assert mapped(row, rates=rates).payload == {"x": "2975"}


def decision_table() -> DecisionTable:
    facts = load_facts(ROOT / "rules/facts.yaml")
    table = load_table(ROOT / "rules/tables/approval_level.v1.csv", catalogue=facts)
    return DecisionTable(table, {name: facts[name].type for name in table.inputs})


def test_a_decision_table_answers_by_the_values_of_its_columns() -> None:
    decision = decision_table()
    via = "document.type | table('approval_level@1', record.currency, record.total | minor(record.currency))"
    matrix = matrix_of({"to": "level", "via": via}).model_copy(update={"decisions": {"approval_level@1": decision}})

    result = transform(
        record_of(RECORD), matrix=matrix, vendor=match_of("vendor", VENDOR), order=match_of("purchase_order", {}),
        environment=environment_of(),
    )  # fmt: skip

    assert result.payload == {"level": "nobody"}


def test_a_list_inside_a_list_is_walked_for_each_row_around_it() -> None:
    record = {**RECORD, "taxes": [{"rate": "19", "base": "60.00"}, {"rate": "7", "base": "40.00"}]}
    record["lines"] = [
        {"description": "a", "tax_rate": "19"},
        {"description": "b", "tax_rate": "7"},
        {"description": "c", "tax_rate": "19"},
    ]
    inner = {
        "to": "lines",
        "each": "lines",
        "where": "line.tax_rate == outer.rate",
        "rows": [{"to": "t", "from": "description"}, {"to": "base", "from": "outer.base"}],
    }

    result = mapped({"to": "taxes", "each": "taxes", "rows": [{"to": "rate", "from": "rate"}, inner]}, record=record)

    assert result.payload == {
        "taxes": [
            {"rate": "19", "lines": [{"t": "a", "base": "60.00"}, {"t": "c", "base": "60.00"}]},
            {"rate": "7", "lines": [{"t": "b", "base": "40.00"}]},
        ]
    }
    assert [e.fields for e in result.lineage if e.path == "taxes[1].lines[0].base"] == [("taxes[1].base",)]


def test_lists_that_multiply_beyond_measure_are_held() -> None:
    record = {**RECORD, "lines": [{"description": "a"}] * 400}
    rows: dict[str, Any] = {"to": "x", "from": "description"}
    for _ in range(3):
        rows = {"to": "lines", "each": "lines", "rows": [rows]}

    result = mapped(rows, record=record)

    assert {finding.code for finding in result.findings} == {"mapping_hold"}
    assert "more than 100000 rows" in result.findings[0].message


DETAIL = {
    "to": "lines", "each": "lines", "detail": "vendor.id | xref('detail')", "rows": [{"to": "t", "from": "description"}],
    "when_none": [{"to": "t", "value": "all"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "lines"),
    [("header", [{"t": "all"}]), ("lines", [{"t": "a"}, {"t": "b"}])],
    ids=["header", "lines"],
)
def test_a_supplier_is_sent_by_header_or_by_lines(said: str, lines: list[dict[str, str]]) -> None:
    assert mapped(DETAIL, xref={"detail": {"4711": said}}).payload == {"lines": lines}


@pytest.mark.parametrize(
    ("entries", "message"),
    [({"4711": "both"}, "allowed: header, lines"), ({}, "has no entry for '4711'")],
    ids=["another word", "no entry"],
)
def test_a_detail_that_is_not_known_is_held(entries: dict[str, str], message: str) -> None:
    (finding,) = mapped(DETAIL, xref={"detail": entries}).findings

    assert finding.code == "mapping_hold"
    assert message in finding.message
