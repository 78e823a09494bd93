"""One send, many operations: an object for each line of a record."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.content.environment import Environment
from engine.content.flow import Flow
from engine.content.matrix import Matrix, load_matrices
from engine.model.decision import Decision
from engine.model.operation import Operation
from engine.stages import items
from engine.stages.plan import Planned, plan
from tests.mappings.examples import environment_of, match_of, record_of

DEAL = {"target": "crm", "object": "deals", "mapping": "hubspot.deal@1", "name": "deal"}
LINES = {
    "target": "crm", "object": "line_items", "mapping": "hubspot.line_item@1", "name": "line", "each": "lines",
    "after": ["deal"],
}  # fmt: skip
RECORD = {"po_number": "B-7", "issue_date": "2026-03-04", "currency": "EUR", "total": "9.00", "customer_number": "C 1"}


class Content(NamedTuple):
    matrices: Mapping[str, Matrix]
    environment: Environment


@pytest.fixture(scope="module")
def matrices() -> Mapping[str, Matrix]:
    root = Path(__file__).parents[2]
    return load_matrices(root, only={"hubspot.deal@1", "hubspot.line_item@1", "hubspot.order_task@1"})


def flow_of(*sends: Mapping[str, Any]) -> Flow:
    return Flow.model_validate({
        "name": "orders", "version": 1, "when": {"types": ["purchase_order"]}, "record": "purchase_order",
        "ruleset": "purchase_order@1", "queues": {"sales": "Sales"}, "business_key": "{customer_number}/{po_number}",
        "sends": list(sends),
    })  # fmt: skip


def line(number: str | None = None, **values: str) -> dict[str, str]:
    said = {"item_code": "A-1", "description": "Paper", "quantity": "2", "unit_price": "1.50", **values}
    return said if number is None else {**said, "line_number": number}


def planned(matrices: Mapping[str, Matrix], lines: list[dict[str, str]], *sends: Mapping[str, Any]) -> Planned:
    decision = Decision(
        route="post", queue=None, reasons=(), message="", rules=(), facts=(), confidence=1.0, flow="orders@1",
        ruleset="purchase_order@1",
    )  # fmt: skip
    return plan(
        record_of({**RECORD, "lines": lines}, kind="purchase_order"), decision, flow=flow_of(*sends or (DEAL, LINES)),
        library=Content(matrices, environment_of()), vendor=match_of("vendor", {}),
        order=match_of("purchase_order", {}),
    )  # fmt: skip


def operations(found: Planned) -> tuple[Operation, ...]:
    assert found.plan is not None, [finding.message for finding in found.findings]
    return found.plan.operations


def test_each_line_is_an_operation_whose_key_ends_with_its_place(matrices: Mapping[str, Matrix]) -> None:
    deal, *lines = operations(planned(matrices, [line(), line(quantity="5")]))

    of = "purchase_order/C 1/B-7"
    assert deal.key == f"orders/crm/deals/{of}"
    assert [one.key for one in lines] == [f"orders/crm/line_items/{of}/lines/{place}" for place in (1, 2)]
    assert [one.payload["properties"]["quantity"] for one in lines] == ["2", "5"]
    assert all(one.after == (deal.key,) for one in lines)


def test_each_line_asks_the_receipt_of_the_deal_and_tells_its_own_lineage(matrices: Mapping[str, Matrix]) -> None:
    deal, _, second = operations(planned(matrices, [line(), line()]))

    (asked,) = second.payload["associations"]
    assert (asked["to"], asked["id"]["of"]) == ("deals", deal.key)
    assert "lines[1].quantity" in {path for leaf in second.lineage for path in leaf.fields}


def test_the_key_may_be_a_field_of_the_line(matrices: Mapping[str, Matrix]) -> None:
    numbered = {**LINES, "item_key": "line_number"}

    _, *lines = operations(planned(matrices, [line("10"), line("a / b")], DEAL, numbered))

    assert [one.key.rpartition("/lines/")[2] for one in lines] == ["10", "A %2F B"]


def test_a_line_that_the_matrix_leaves_out_keeps_the_places_of_the_others(matrices: Mapping[str, Matrix]) -> None:
    _, *lines = operations(planned(matrices, [line(), line(line_role="GROUP"), line()]))

    assert [one.key.rpartition("/")[2] for one in lines] == ["1", "3"]


def test_a_send_of_which_the_matrix_says_that_this_document_becomes_none_is_left_out(
    matrices: Mapping[str, Matrix],
) -> None:
    picky = {
        **matrices,
        "hubspot.deal@1": matrices["hubspot.deal@1"].model_copy(update={"where": "record.total == '9.00'"}),
    }
    never = {
        **matrices,
        "hubspot.deal@1": matrices["hubspot.deal@1"].model_copy(update={"where": "record.total == '8.00'"}),
    }
    unsaid = {**matrices, "hubspot.deal@1": matrices["hubspot.deal@1"].model_copy(update={"where": "vendor.id == '1'"})}

    assert [one.object for one in operations(planned(picky, [line()], DEAL))] == ["deals"]
    assert [one.code for one in planned(never, [line()], DEAL).findings] == ["nothing_to_send"]
    assert [one.code for one in planned(unsaid, [line()], DEAL).findings][:1] == ["mapping_hold"]


KEYS = [
    ([line("10"), line()], "item_key_missing", "lines[1].line_number"),
    ([line("10"), line(" 10 ")], "item_key_twice", "lines[1].line_number"),
]


@pytest.mark.parametrize(("lines", "code", "field"), KEYS, ids=["missing", "twice"])
def test_lines_that_cannot_be_told_apart_hold_the_whole_plan(
    matrices: Mapping[str, Matrix], lines: list[dict[str, str]], code: str, field: str
) -> None:
    found = planned(matrices, lines, DEAL, {**LINES, "item_key": "line_number"})

    assert found.plan is None
    assert [(one.code, one.fields) for one in found.findings] == [(code, (field,))]


def test_more_lines_than_may_be_sent_hold_the_plan(
    matrices: Mapping[str, Matrix], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST", 2)

    assert planned(matrices, [line(), line()]).plan is not None
    assert [one.code for one in planned(matrices, [line()] * 3).findings] == ["too_many_items"]


def test_a_line_that_cannot_be_mapped_holds_the_deal_too(matrices: Mapping[str, Matrix]) -> None:
    found = planned(matrices, [line(), line(unit_price="1", price_base="3")])

    assert found.plan is None
    assert [one.code for one in found.findings] == ["mapping_hold"]


def test_a_document_of_which_nothing_would_be_sent_is_held(matrices: Mapping[str, Matrix]) -> None:
    alone = {name: value for name, value in LINES.items() if name != "after"}

    assert [one.code for one in planned(matrices, [], alone).findings] == ["nothing_to_send"]
    assert len(operations(planned(matrices, []))) == 1, "the deal alone is something"


def test_what_comes_after_all_lines_waits_for_every_one(matrices: Mapping[str, Matrix]) -> None:
    task = {"target": "crm", "object": "tasks", "mapping": "hubspot.order_task@1", "after": ["deal", "line"]}

    deal, first, second, last = operations(planned(matrices, [line(), line()], DEAL, LINES, task))

    assert last.after == (deal.key, first.key, second.key)


def test_a_line_waits_for_the_same_line_of_an_earlier_send(matrices: Mapping[str, Matrix]) -> None:
    copy = {**LINES, "target": "copy", "name": "copy", "after": ["deal", "line"]}

    deal, first, second, *copies = operations(planned(matrices, [line(), line()], DEAL, LINES, copy))

    assert [one.after for one in copies] == [(deal.key, first.key), (deal.key, second.key)]


def test_a_line_that_asks_what_was_never_sent_of_it_is_held(matrices: Mapping[str, Matrix]) -> None:
    narrow = matrices["hubspot.line_item@1"].model_copy(update={"where": "line.position == '1'"})
    asks = LINES | {"target": "copy", "name": "copy", "mapping": "asks.line@1", "after": ["deal"]}
    known = {**matrices, "hubspot.line_item@1": narrow, "asks.line@1": matrices["hubspot.line_item@1"]}
    first = {**LINES, "name": "deal", "after": []}

    found = planned(known, [line(), line()], first, asks)

    assert found.plan is None
    assert {(one.code, one.message.partition(" asks")[0]) for one in found.findings} >= {
        ("item_not_sent", "associations[0].id of copy lines/2")
    }


ITEMS = [
    ("orders/crm/deals/purchase_order/C 1/B-7", ""),
    ("orders/crm/line_items/purchase_order/C 1/B-7/lines/3", "lines/3"),
    ("orders/crm/line_items/purchase_order/C 1/B-7/lines/A %2F B/again/2", "lines/A %2F B"),
    ("orders/crm/deals/purchase_order/LINES/3", ""),
]


@pytest.mark.parametrize(("key", "item"), ITEMS, ids=["whole", "line", "written again", "a number that reads like one"])
def test_a_key_tells_which_item_it_is_about(key: str, item: str) -> None:
    assert items.item_of(key) == item


def test_the_same_record_gives_the_same_plan(matrices: Mapping[str, Matrix]) -> None:
    lines = [line(), line(description="Ink")]

    assert planned(matrices, lines) == planned(matrices, lines)
