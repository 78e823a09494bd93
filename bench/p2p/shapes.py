"""The shapes of purchase-to-pay that have to be decided rightly: orders, receipts, prices, units, charges."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from case import Case, Paper, Route, money, plain
from world import Item, World, round_cent, settle

Shape = Callable[[World], Case]
SHAPES: dict[str, Shape] = {}
HUNDREDTH = Decimal("0.01")


def shape(function: Shape) -> Shape:
    """Register a shape under its name."""
    SHAPES[function.__name__] = function
    return function


def case(
    world: World,
    paper: Paper,
    *routes: Route,
    orders: Sequence[tuple[dict[str, str], list[dict[str, str]]]] = (),
    receipts: Sequence[list[dict[str, str]]] = (),
    reasons: Sequence[str] = (),
    pairs: Sequence[tuple[int, str, str]] | None = None,
    earlier: Sequence[Paper] = (),
    is_hard: bool = False,
) -> Case:
    """Return a case of this world; its shape is filled in by the register."""
    return Case(
        shape="", paper=paper, vendors=[world.vendor], routes=frozenset(routes), reasons=frozenset(reasons),
        orders=[head for head, _ in orders], order_lines=[line for _, lines in orders for line in lines],
        receipts=[row for rows in receipts for row in rows], earlier=list(earlier),
        pairs=None if pairs is None else frozenset(pairs), is_hard=is_hard,
    )  # fmt: skip


def straight(lines: list[dict[str, str]]) -> list[tuple[int, str, str]]:
    """Return pairs of an invoice whose lines are those of the order."""
    return [(index, line["number"], line["line"]) for index, line in enumerate(lines)]


@shape
def two_way(world: World) -> Case:
    items = world.items(world.random.randrange(1, 9))
    order = world.order(items)
    return case(world, world.invoice(items, po=order[0]["number"]), "post", orders=[order], pairs=straight(order[1]))


@shape
def lines_in_another_order(world: World) -> Case:
    items = world.items(5)
    order = world.order(items)
    places = list(range(5))
    world.random.shuffle(places)
    paper = world.invoice([items[place] for place in places], po=order[0]["number"])
    pairs = [(index, order[0]["number"], order[1][place]["line"]) for index, place in enumerate(places)]
    return case(world, paper, "post", orders=[order], pairs=pairs)


@shape
def three_way(world: World) -> Case:
    items = world.items(world.random.randrange(1, 9))
    order = world.order(items, receipt=True)
    paper = world.invoice(items, po=order[0]["number"])
    return case(world, paper, "post", orders=[order], receipts=[world.received(order[1])], pairs=straight(order[1]))


@shape
def four_way(world: World) -> Case:
    items = world.items(3)
    order = world.order(items, inspected=True)
    receipt = world.received(order[1], accepted=[item.quantity for item in items])
    return case(world, world.invoice(items, po=order[0]["number"]), "post", orders=[order], receipts=[receipt])


@shape
def received_but_not_accepted(world: World) -> Case:
    items = world.items(3)
    order = world.order(items, inspected=True)
    receipt = world.received(order[1], accepted=[item.quantity - 2 for item in items])
    paper = world.invoice(items, po=order[0]["number"])
    return case(world, paper, "review", "wait", orders=[order], receipts=[receipt], is_hard=True)


@shape
def two_receipts(world: World) -> Case:
    items = world.items(3)
    order = world.order(items, receipt=True)
    first = [Decimal(int(item.quantity) // 2) for item in items]
    second = [item.quantity - half for item, half in zip(items, first, strict=True)]
    receipts = [world.received(order[1], first), world.received(order[1], second)]
    return case(world, world.invoice(items, po=order[0]["number"]), "post", orders=[order], receipts=receipts)


@shape
def part_delivered_part_billed(world: World) -> Case:
    items = world.items(3)
    order = world.order(items, receipt=True)
    half = [Decimal(int(item.quantity) // 2) for item in items]
    paper = world.invoice([replace(i, quantity=h) for i, h in zip(items, half, strict=True)], po=order[0]["number"])
    return case(
        world, paper, "post", orders=[order], receipts=[world.received(order[1], half)], pairs=straight(order[1])
    )


@shape
def rest_of_an_order(world: World) -> Case:
    items = world.items(2)
    order = world.order(items)
    half = [Decimal(int(item.quantity) // 2) for item in items]
    number = order[0]["number"]
    first = world.invoice([replace(i, quantity=h) for i, h in zip(items, half, strict=True)], po=number)
    rest = world.invoice([replace(i, quantity=i.quantity - h) for i, h in zip(items, half, strict=True)], po=number)
    later = world.issued + timedelta(days=14)
    rest.header |= {"issue_date": later.isoformat(), "due_date": (later + timedelta(days=30)).isoformat()}
    return case(world, rest, "post", orders=[order], earlier=[first])


@shape
def billed_again_after_all_was_billed(world: World) -> Case:
    items = world.items(2)
    order = world.order(items)
    number = order[0]["number"]
    again = world.invoice(items, po=number)
    again.header["issue_date"] = (world.issued + timedelta(days=20)).isoformat()
    again.header["due_date"] = (world.issued + timedelta(days=50)).isoformat()
    return case(
        world, again, "review", "duplicate", orders=[order], earlier=[world.invoice(items, po=number)], is_hard=True
    )


@shape
def more_billed_than_ordered(world: World) -> Case:
    items = world.items(3)
    order = world.order(items)
    more = [replace(items[0], quantity=items[0].quantity * 2), *items[1:]]
    return case(world, world.invoice(more, po=order[0]["number"]), "review", orders=[order], is_hard=True)


@shape
def parts_that_together_exceed_the_order(world: World) -> Case:
    items = world.items(1)
    order = world.order(items)
    most = replace(items[0], quantity=items[0].quantity - 1)
    number = order[0]["number"]
    first, second = world.invoice([most], po=number), world.invoice([replace(most, quantity=Decimal(3))], po=number)
    return case(world, second, "review", orders=[order], earlier=[first], is_hard=True)


@shape
def not_received_yet(world: World) -> Case:
    items = world.items(3)
    order = world.order(items, receipt=True)
    return case(world, world.invoice(items, po=order[0]["number"]), "wait", orders=[order], is_hard=True)


@shape
def half_received_all_billed(world: World) -> Case:
    items = world.items(3)
    order = world.order(items, receipt=True)
    half = [Decimal(int(item.quantity) // 2) for item in items]
    paper = world.invoice(items, po=order[0]["number"])
    return case(world, paper, "wait", orders=[order], receipts=[world.received(order[1], half)], is_hard=True)


@shape
def price_a_fifth_too_high(world: World) -> Case:
    items = world.items(4)
    order = world.order(items)
    dear = [replace(items[0], price=round_cent(items[0].price * Decimal("1.2"))), *items[1:]]
    return case(world, world.invoice(dear, po=order[0]["number"]), "review", orders=[order], is_hard=True)


@shape
def price_a_hundredth_of_a_percent_high(world: World) -> Case:
    items = [replace(item, price=Decimal(400) + item.price, quantity=Decimal(2)) for item in world.items(3)]
    order = world.order(items)
    dear = [replace(items[0], price=items[0].price + HUNDREDTH), *items[1:]]
    return case(world, world.invoice(dear, po=order[0]["number"]), "post", orders=[order])


@shape
def price_swapped_between_lines(world: World) -> Case:
    items = world.items(2)
    items = [replace(items[0], price=Decimal("10.00")), replace(items[1], price=Decimal("55.00"))]
    order = world.order(items)
    swapped = [replace(items[0], price=Decimal("55.00")), replace(items[1], price=Decimal("10.00"))]
    return case(world, world.invoice(swapped, po=order[0]["number"]), "review", orders=[order], is_hard=True)


@shape
def ordered_in_cases_billed_in_pieces(world: World) -> Case:
    items = world.items(1)
    pieces = replace(items[0], price=Decimal("1.25"), quantity=Decimal(12) * int(items[0].quantity))
    boxed = replace(items[0], price=Decimal("15.00"), unit="XCS")
    order = world.order([boxed])
    found = case(
        world, world.invoice([pieces], po=order[0]["number"]), "post", orders=[order], pairs=straight(order[1])
    )
    found.paper.lines[0]["unit"] = "C62"
    found.item_units = [{"item_code": boxed.code, "unit": "XCS", "factor": "12"}]
    return found


@shape
def dozens_billed_in_pieces(world: World) -> Case:
    items = world.items(1)
    order = world.order([replace(items[0], price=Decimal("24.00"), unit="DZN")])
    pieces = replace(items[0], price=Decimal("2.00"), quantity=items[0].quantity * 12)
    return case(world, world.invoice([pieces], po=order[0]["number"]), "post", orders=[order])


@shape
def kilograms_billed_for_pieces(world: World) -> Case:
    items = world.items(2)
    order = world.order(items)
    paper = world.invoice([replace(items[0], unit="KGM"), items[1]], po=order[0]["number"])
    return case(world, paper, "review", orders=[order])


@shape
def tonnes_for_kilograms(world: World) -> Case:
    item = replace(world.items(1)[0], unit="KGM", quantity=Decimal(2500), price=Decimal("0.80"))
    order = world.order([item])
    tonnes = replace(item, unit="TNE", quantity=Decimal("2.5"), price=Decimal("800.00"))
    return case(world, world.invoice([tonnes], po=order[0]["number"]), "post", orders=[order])


@shape
def price_per_hundred(world: World) -> Case:
    item = replace(world.items(1)[0], quantity=Decimal(1000), price=Decimal("0.125"))
    order = world.order([item])
    order[1][0] |= {"unit_price": "12.50", "price_base": "100"}
    return case(world, world.invoice([item], po=order[0]["number"]), "post", orders=[order])


@shape
def price_per_hundred_billed_as_each(world: World) -> Case:
    item = replace(world.items(1)[0], quantity=Decimal(1000), price=Decimal("12.50"))
    order = world.order([replace(item, price=Decimal("0.125"))])
    order[1][0] |= {"unit_price": "12.50", "price_base": "100"}
    return case(world, world.invoice([item], po=order[0]["number"]), "review", orders=[order], is_hard=True)


@shape
def freight_within_the_limit(world: World) -> Case:
    items = world.items(3)
    order = world.order(items)
    freight = {"line_number": "4", "description": "Freight", "amount": "12.00"}
    return case(world, world.invoice(items, po=order[0]["number"], extra=[freight]), "post", orders=[order])


@shape
def freight_far_too_high(world: World) -> Case:
    items = world.items(3)
    order = world.order(items)
    freight = {"line_number": "4", "description": "Freight", "amount": "1900.00"}
    return case(
        world, world.invoice(items, po=order[0]["number"], extra=[freight]), "review", orders=[order], is_hard=True
    )


@shape
def a_line_nobody_ordered(world: World) -> Case:
    items = world.items(4)
    order = world.order(items[:3])
    return case(world, world.invoice(items, po=order[0]["number"]), "review", orders=[order], is_hard=True)


@shape
def no_item_numbers(world: World) -> Case:
    items = world.items(5)
    order = world.order(items)
    paper = world.invoice(items, po=order[0]["number"], with_codes=False)
    return case(world, paper, "post", orders=[order], pairs=straight(order[1]))


@shape
def suppliers_item_numbers(world: World) -> Case:
    items = world.items(4)
    order = world.order(items)
    paper = world.invoice(items, po=order[0]["number"])
    for line, row in zip(paper.lines, order[1], strict=True):
        row["supplier_item_code"] = line["item_code"] = f"SUP-{line['item_code']}"
    return case(world, paper, "post", orders=[order], pairs=straight(order[1]))


@shape
def several_orders(world: World) -> Case:
    items = world.items(6)
    orders = [world.order(items[:3]), world.order(items[3:])]
    paper = world.invoice(items)
    for index, line in enumerate(paper.lines):
        line["po_number"] = orders[index // 3][0]["number"]
    pairs = [(i, orders[i // 3][0]["number"], orders[i // 3][1][i % 3]["line"]) for i in range(6)]
    return case(world, paper, "post", orders=orders, pairs=pairs)


@shape
def one_line_for_two_order_lines(world: World) -> Case:
    item = world.items(1)[0]
    order = world.order([item, replace(item, quantity=Decimal(5))])
    order[1][1]["item_code"] = order[1][0]["item_code"]
    paper = world.invoice([replace(item, quantity=item.quantity + 5)], po=order[0]["number"])
    number = order[0]["number"]
    return case(world, paper, "post", orders=[order], pairs=[(0, number, "10"), (0, number, "20")])


@shape
def two_lines_for_one_order_line(world: World) -> Case:
    item = world.items(1)[0]
    order = world.order([item])
    part = Decimal(int(item.quantity) // 2)
    paper = world.invoice(
        [replace(item, quantity=part), replace(item, quantity=item.quantity - part)], po=order[0]["number"]
    )
    number = order[0]["number"]
    return case(world, paper, "post", orders=[order], pairs=[(0, number, "10"), (1, number, "10")])


@shape
def no_number_but_one_order_fits(world: World) -> Case:
    items = world.items(3)
    orders = [world.order(items, receipt=True), world.order(world.items(3), receipt=True)]
    orders[1][1][0]["description"] = "Maintenance of lifts"
    receipts = [world.received(orders[0][1])]
    return case(world, world.invoice(items), "post", orders=orders[:1], receipts=receipts, pairs=straight(orders[0][1]))


@shape
def no_number_and_two_orders_fit(world: World) -> Case:
    items = [replace(item, quantity=Decimal(200)) for item in world.items(3)]
    orders = [world.order(items), world.order(items)]
    return case(world, world.invoice(items), "review", orders=orders)


@shape
def large_and_no_order_at_all(world: World) -> Case:
    items = [replace(item, price=Decimal("900.00"), quantity=Decimal(20)) for item in world.items(2)]
    return case(world, world.invoice(items), "review", reasons=["large_without_order"], is_hard=True)


@shape
def small_and_no_order_at_all(world: World) -> Case:
    items = [replace(item, price=Decimal("9.00"), quantity=Decimal(3)) for item in world.items(2)]
    return case(world, world.invoice(items), "post")


@shape
def blanket_order_with_room(world: World) -> Case:
    head, lines = _blanket(world, limit="20000")
    return case(world, _services(world, head["number"], "1800.00"), "post", orders=[(head, lines)])


@shape
def blanket_order_exhausted(world: World) -> Case:
    head, lines = _blanket(world, limit="3000")
    earlier = _services(world, head["number"], "2000.00")
    return case(
        world,
        _services(world, head["number"], "1500.00"),
        "review",
        orders=[(head, lines)],
        earlier=[earlier],
        is_hard=True,
    )


@shape
def blanket_order_over(world: World) -> Case:
    head, lines = _blanket(world, limit="20000")
    head["valid_to"] = "2025-12-31"
    return case(world, _services(world, head["number"], "1800.00"), "review", orders=[(head, lines)], is_hard=True)


def _blanket(world: World, *, limit: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    item = Item(code="", description="Cleaning of offices", price=Decimal(limit), quantity=Decimal(1))
    head, lines = world.order([item], kind="blanket", limit=limit, valid_from="2025-01-01", valid_to="2026-12-31")
    for name in ("quantity", "unit_price", "item_code", "unit"):
        lines[0].pop(name)
    lines[0]["amount"] = limit
    return head, lines


def _services(world: World, number: str, amount: str) -> Paper:
    item = Item(
        code="",
        description=f"Cleaning of offices, period {world.numbers + 1}",
        price=Decimal(amount),
        quantity=Decimal(1),
    )
    return world.invoice([item], po=number, with_codes=False)


@shape
def order_of_another_vendor(world: World) -> Case:
    items = world.items(2)
    order = world.order(items)
    found = case(world, world.invoice(items, po=order[0]["number"]), "review", orders=[order], is_hard=True)
    other = world.make_vendor("B")
    order[0]["vendor_id"] = other["id"]
    found.vendors.append(other)
    return found


@shape
def order_is_closed(world: World) -> Case:
    items = world.items(2)
    order = world.order(items)
    order[0]["status"] = world.random.choice(("closed", "cancelled", "blocked"))
    paper = world.invoice(items, po=order[0]["number"])
    return case(world, paper, "review", orders=[order], reasons=["order_not_open"], is_hard=True)


@shape
def order_is_unknown(world: World) -> Case:
    items = world.items(2)
    return case(world, world.invoice(items, po=f"PO{world.tag}77"), "review", reasons=["order_unknown"], is_hard=True)


@shape
def order_in_another_currency(world: World) -> Case:
    items = world.items(2)
    order = world.order(items, currency="USD")
    return case(world, world.invoice(items, po=order[0]["number"]), "review", orders=[order], is_hard=True)


@shape
def credit_for_what_was_billed(world: World) -> Case:
    items = world.items(2)
    order = world.order(items)
    bill = world.invoice(items, po=order[0]["number"])
    back = world.invoice([replace(items[0], quantity=Decimal(2))], po=order[0]["number"])
    back.type = "credit_note"
    back.header["preceding_invoice_number"] = bill.header["invoice_number"]
    back.header.pop("due_date")
    return case(world, back, "post", orders=[order], earlier=[bill])


@shape
def price_is_lower(world: World) -> Case:
    items = world.items(3)
    order = world.order(items)
    cheap = [replace(items[0], price=round_cent(items[0].price * Decimal("0.999"))), *items[1:]]
    return case(world, world.invoice(cheap, po=order[0]["number"]), "post", orders=[order])


@shape
def a_discount_on_a_line(world: World) -> Case:
    items = [replace(item, quantity=Decimal(10)) for item in world.items(2)]
    order = world.order(items)
    paper = world.invoice(items, po=order[0]["number"])
    whole = Decimal(paper.lines[0]["amount"])
    off = round_cent(whole / 10)
    paper.lines[0] |= {"discount": money(off), "amount": money(whole - off)}
    settle(paper, world.rate)
    order[1][0]["unit_price"] = plain((whole - off) / 10)
    return case(world, paper, "post", orders=[order])
