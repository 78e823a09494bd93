"""Decisions a second of one core: match of lines, tolerances, exact money, facts and rules, beside a plain baseline.

    python bench/p2p/decisions.py [--seconds 5]

Invoices of ten lines against one order of ten lines, all different, master data at hand (no database). The baseline is
what a script would do: compare totals with a tolerance and each line with the order line of its number. Seconds are of
the processor, the best of five rounds; beside them those of the clock, which other work on the machine makes longer.
"""

import argparse
import gc
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from play import record_of
from world import World

from engine.content.library import Library
from engine.model.purchasing import OrderLine, PurchaseOrder
from engine.model.record import Candidate, Match, Record
from engine.stages import judge
from engine.stages.decide import RuleBook
from engine.stages.facts.case import Case
from engine.stages.matching.match_lines import match_lines
from engine.stages.money.infer import infer
from engine.stages.route import route
from engine.stages.tolerances.orders import Parties, judge_match
from engine.stages.validate import validate

ROOT = Path(__file__).resolve().parents[2]
LINES = 10
ROUNDS = 5
COLLECT_AFTER = 10_000
"""New objects between two looks for cycles, as in a worker (`engine/runtime/house.py`)."""
Drawn = tuple[Record, PurchaseOrder, Match]


def draw(count: int) -> list[Drawn]:
    """Return invoices of ten lines with their orders and vendors."""
    made: list[Drawn] = []
    for index in range(count):
        world = World(1, "decisions", index)
        items = world.items(LINES)
        head, lines = world.order(items)
        order = PurchaseOrder(
            number=head["number"], vendor_id=head["vendor_id"], currency="EUR", total=Decimal(head["total"]),
            lines=tuple(
                OrderLine(
                    order=head["number"], line=line["line"], item_code=line["item_code"], description=line["description"],
                    quantity=Decimal(line["quantity"]), unit="C62", unit_price=Decimal(line["unit_price"]), receipt_required=False,
                )
                for line in lines
            ),
        )  # fmt: skip
        one = Candidate(
            kind="vendor", id=world.vendor["id"], name=world.vendor["name"], attributes=(("currency", "EUR"),)
        )
        vendor = Match(kind="vendor", outcome="one", chosen=one, candidates=(one,))
        made.append((record_of(world.invoice(items, po=head["number"]), f"d{index}"), order, vendor))
    return made


def decider(library: Library) -> Callable[[Drawn], str]:
    """Return a function that decides one invoice and returns its route."""
    flow = library.flows["ap_invoice@1"]
    ruleset = library.rulesets[flow.ruleset]
    book, tables, schema = RuleBook(ruleset, library.facts), library.tables_of(ruleset), library.schemas[flow.record]
    policy, entities = library.tolerances[ruleset.matching or ""], library.environment.company.entities

    def decide(drawn: Drawn) -> str:
        record, order, vendor = drawn
        matched = match_lines(
            record, [order], [], ruleset.match.orders, vendor_id=order.vendor_id, charge_words=frozenset()
        )
        money = infer(record)
        named = Candidate(
            kind="purchase_order", id=order.number, name=order.number, attributes=(("vendor_id", order.vendor_id),)
        )
        case = Case(
            record=record, ruleset=ruleset, vendor=vendor, entities=entities, received_on=date(2026, 5, 20), money=money,
            order=Match(kind="purchase_order", outcome="one", chosen=named, candidates=(named,)), orders=matched,
            found=validate(record, schema=schema, tolerance_minor=0, money=money),
            verdicts=judge_match(matched, policy, orders=[order], receipts=[], parties=Parties(vendor=order.vendor_id)),
        )  # fmt: skip
        facts = judge.facts(case, library.facts, tables)
        return route(book.decide(facts), flow=flow, facts=facts, confidence=1.0).route

    return decide


def plain(drawn: Drawn) -> str:
    """Decide as a script of ten lines would."""
    record, order, _ = drawn
    known = {line.item_code: line for line in order.lines}
    for row in record.lines:
        values = {field.name: field.value for field in row}
        line = known.get(values["item_code"])
        if line is None or Decimal(values["quantity"]) > (line.quantity or 0):
            return "review"
        if abs(Decimal(values["unit_price"]) - (line.unit_price or 0)) > Decimal("0.02"):
            return "review"
    net = sum(Decimal(field.value) for row in record.lines for field in row if field.name == "amount")
    return "post" if abs(net - (record.amount("subtotal") or 0)) <= Decimal("0.02") else "review"


def per_second(run: Callable[[Drawn], str], drawn: Sequence[Drawn], seconds: float) -> tuple[float, float]:
    """Return how many invoices a core decides in a second of the processor, and in one of the clock."""
    assert all(run(one) == "post" for one in drawn[:50])
    invoices = itertools.cycle(drawn)
    return max(_round(run, invoices, seconds / ROUNDS) for _ in range(ROUNDS))


def _round(run: Callable[[Drawn], str], invoices: Iterator[Drawn], seconds: float) -> tuple[float, float]:
    began, clock = time.process_time(), time.perf_counter()
    for count, one in enumerate(invoices, start=1):
        run(one)
        if (spent := time.process_time() - began) > seconds:
            return count / spent, count / (time.perf_counter() - clock)
    raise AssertionError


def main() -> int:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    seconds = parser.parse_args().seconds
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    drawn, decide = draw(2000), decider(Library.load(ROOT, "dev"))
    for name, run in (("decisions", decide), ("plain baseline", plain)):
        processor, clock = per_second(run, drawn, seconds)
        print(f"{name} a second and core: {processor:,.0f} by the processor, {clock:,.0f} by the clock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
