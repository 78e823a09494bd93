"""The match of invoice lines to order lines: how fast, and how right beside two plain baselines in the same run.

    python bench/matching.py [--cases 200] [--seed 1] [--hostile]

Truth is drawn first: orders, then an invoice that bills shares of their lines, some split over several order lines,
some without item number, some with other words. `greedy` takes the cheapest pair first; `hungarian` is scipy's
linear_sum_assignment over the same costs, which gives each line to one place whole (needs the bench requirements).
Times are of the processor, on one core. `--hostile` matches what nobody sends in good faith: hundreds and thousands of
equal and nearly equal lines.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.content.order_policy import OrderPolicy
from engine.model.field import Field, Provenance
from engine.model.purchasing import OrderLine, PurchaseOrder
from engine.model.record import Classification, Record
from engine.stages.matching.billed import Billed, billed_lines
from engine.stages.matching.match_lines import match_lines
from engine.stages.matching.open_lines import Lot, lots, open_line
from engine.stages.matching.weigh import weigh_all

POLICY = OrderPolicy()
WORDS = [
    "steel",
    "brass",
    "copper",
    "nylon",
    "screw",
    "bolt",
    "washer",
    "valve",
    "pipe",
    "hose",
    "clamp",
    "cable",
    "lamp",
    "motor",
    "relay",
    "switch",
    "panel",
    "hinge",
]
Pairs = set[tuple[int, str, str]]
_READ = Provenance(how="read")
_SORT = Classification(type="invoice", type_confidence=1.0, language="en", language_confidence=1.0)


def field(name: str, value: str) -> Field:
    return Field(name=name, value=value, raw=value, confidence=1.0, provenance=_READ)


def draw(
    rng: random.Random, orders: int, width: int, count: int, *, coded: float
) -> tuple[Record, list[PurchaseOrder], Pairs]:
    """Return an invoice of `count` lines against `orders` orders of `width` lines, and the true pairs."""
    made, stock = [], []
    for number in range(1, orders + 1):
        lines = []
        while len(lines) < width:
            words = f"{' '.join(rng.sample(WORDS, 3))} {rng.randint(1, 60)}x{rng.randint(1, 60)} mm"
            price, code = Decimal(rng.randint(50, 9999)) / 100, f"A{rng.randint(10_000, 99_999)}"
            for _ in range(rng.choice([1, 1, 1, 2])):
                lines.append(
                    OrderLine(
                        order=f"PO-{number}", line=str(10 * len(lines) + 10), description=words, supplier_item_code=code,
                        quantity=Decimal(rng.randint(1, 40)), unit="H87", unit_price=price, receipt_required=False,
                    )
                )  # fmt: skip
        made.append(PurchaseOrder(number=f"PO-{number}", vendor_id="V1", currency="EUR", lines=tuple(lines[:width])))
        stock += made[-1].lines
    items: dict[tuple[str, str], list[OrderLine]] = {}
    for line in stock:
        items.setdefault((line.order, line.supplier_item_code), []).append(line)
    truth: Pairs = set()
    rows = []
    for at, key in enumerate(rng.sample(sorted(items), min(count, len(items)))):
        lines = items[key]
        quantity = sum((line.quantity or Decimal(0) for line in lines), Decimal(0))
        truth |= {(at, line.order, line.line) for line in lines}
        words = lines[0].description.split()
        rng.shuffle(words)
        row = {
            "description": " ".join(words) if rng.random() < 0.3 else lines[0].description,
            "quantity": str(quantity),
            "unit": "H87",
            "unit_price": str(lines[0].unit_price),
            "amount": str(quantity * (lines[0].unit_price or 0)),
        }
        if rng.random() < coded:
            row["item_code"] = key[1]
        rows.append(tuple(field(name, value) for name, value in row.items()))
    header = (field("currency", "EUR"), field("po_number", "PO-1"))
    return Record(document_id="d", revision=1, classification=_SORT, fields=header, lines=tuple(rows)), made, truth


def ours(record: Record, orders: Sequence[PurchaseOrder]) -> Pairs:
    found = match_lines(record, orders, (), POLICY, vendor_id="V1")
    return {(pair.line, pair.order, pair.order_line) for pair in found.pairs}


def _costs(
    record: Record, orders: Sequence[PurchaseOrder]
) -> tuple[Sequence[Billed], Sequence[Lot], list[tuple[int, int, int]]]:
    lines = billed_lines(record)
    places = lots((open_line(order, line, (), back=False) for order in orders for line in order.lines), apart=True)
    pairs = weigh_all(lines, places, policy=POLICY).pairs
    return (
        lines,
        places,
        [(weight.cost, at, place) for at, found in enumerate(pairs) for place, weight in found.items()],
    )


def _named(chosen: Sequence[tuple[int, int]], places: Sequence[Lot]) -> Pairs:
    return {(at, places[place].first.order.number, places[place].first.line.line) for at, place in chosen}


def greedy(record: Record, orders: Sequence[PurchaseOrder]) -> Pairs:
    lines, places, costs = _costs(record, orders)
    wanted = {at: line.quantity or Decimal(1) for at, line in enumerate(lines)}
    left = {place: lot.left or Decimal(0) for place, lot in enumerate(places)}
    chosen = []
    for _, at, place in sorted(costs):
        part = min(wanted[at], left[place])
        if part > 0:
            wanted[at] -= part
            left[place] -= part
            chosen.append((at, place))
    return _named(chosen, places)


def hungarian(record: Record, orders: Sequence[PurchaseOrder]) -> Pairs:
    lines, places, costs = _costs(record, orders)
    matrix = np.full((len(lines), len(places)), 10_000)
    for cost, at, place in costs:
        matrix[at, place] = cost
    chosen = [(int(at), int(place)) for at, place in zip(*linear_sum_assignment(matrix), strict=True)]
    return _named([(at, place) for at, place in chosen if matrix[at, place] < 10_000], places)


def timed(
    run: Callable[[Record, Sequence[PurchaseOrder]], Pairs], cases: Sequence[tuple[Record, list[PurchaseOrder], Pairs]]
) -> str:
    began = time.process_time()
    found = [run(record, orders) for record, orders, _ in cases]
    spent = (time.process_time() - began) / len(cases) * 1000
    whole = sum(mine == truth for mine, (_, _, truth) in zip(found, cases, strict=True))
    return f"{whole / len(cases):8.1%} {spent:9.2f} ms"


def alike(lines: int, places: int, *, step: int) -> tuple[Record, list[PurchaseOrder]]:
    """Return an invoice and an order of one item, each line `step` cents dearer than the one before."""
    rows = []
    for at in range(lines):
        price = f"{Decimal(500 + step * at) / 100}"
        row = {"description": "steel bolt", "item_code": "A1", "quantity": "1", "unit_price": price, "amount": price}
        rows.append(tuple(field(name, value) for name, value in row.items()))
    ordered = tuple(
        OrderLine(
            order="PO-1", line=str(10 * at + 10), description=f"steel bolt, part {at % 50}", supplier_item_code="A1",
            quantity=Decimal(1), unit="H87", unit_price=Decimal(500 + step * at) / 100, receipt_required=False,
        )
        for at in range(places)
    )  # fmt: skip
    header = (field("currency", "EUR"), field("po_number", "PO-1"))
    record = Record(document_id="d", revision=1, classification=_SORT, fields=header, lines=tuple(rows))
    return record, [PurchaseOrder(number="PO-1", vendor_id="V1", currency="EUR", lines=ordered)]


def hostile() -> None:
    """Print how long very many equal and nearly equal lines take, and what comes of them."""
    for lines, places, step in ((200, 200, 0), (200, 200, 1), (2000, 5000, 0), (2000, 5000, 1)):
        record, orders = alike(lines, places, step=step)
        began = time.process_time()
        found = match_lines(record, orders, (), POLICY, vendor_id="V1")
        kind = "nearly equal" if step else "equal"
        what = f"{lines:,} {kind} lines, {places:,} order lines"
        print(f"{what:48}{time.process_time() - began:8.2f} s  {found.outcome}, {len(found.pairs):,} pairs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hostile", action="store_true")
    asked = parser.parse_args()
    if asked.hostile:
        hostile()
        return
    rng = random.Random(asked.seed)
    shapes = [
        ("10 lines, 3 orders of 10, item numbers", 3, 10, 10, 1.0),
        ("10 lines, 3 orders of 10, half coded", 3, 10, 10, 0.5),
        ("10 lines, 3 orders of 10, words only", 3, 10, 10, 0.0),
        ("200 lines, 4 orders of 50+, half coded", 4, 70, 200, 0.5),
    ]
    print(f"{'':44}{'all right':>9} {'a match':>11}")
    for name, orders, width, count, coded in shapes:
        cases = [draw(rng, orders, width, count, coded=coded) for _ in range(max(3, asked.cases * 10 // count // 10))]
        for run in (ours, greedy, hungarian):
            print(f"{name:38} {run.__name__:10}{timed(run, cases)}")


if __name__ == "__main__":
    main()
