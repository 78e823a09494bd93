"""The shapes that concern the document itself: who, how much, when, and whether it was here before."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from case import Case, Paper, money, plain
from shapes import case, shape
from world import World, round_cent, settle


def small(world: World, count: int = 2) -> Paper:
    """Return an invoice without an order, far below the limit for that."""
    items = [replace(item, price=item.price / 10, quantity=Decimal(4)) for item in world.items(count)]
    return world.invoice([replace(item, price=round_cent(item.price)) for item in items])


@shape
def sent_twice(world: World) -> Case:
    paper = small(world)
    again = replace(paper, header=dict(paper.header))
    return case(world, again, "duplicate", earlier=[paper], is_hard=True)


@shape
def scanned_again_with_a_letter_for_a_digit(world: World) -> Case:
    paper = small(world)
    paper.header["invoice_number"] = f"RE-2026-0{world.tag[:3]}0{world.tag[3:]}"
    again = replace(paper, header=dict(paper.header))
    number = again.header["invoice_number"]
    at = [place for place, sign in enumerate(number) if sign == "0"]
    place = world.random.choice(at)
    again.header["invoice_number"] = number[:place] + "O" + number[place + 1 :]
    return case(world, again, "duplicate", "review", earlier=[paper], is_hard=True)


@shape
def sent_again_without_its_prefix(world: World) -> Case:
    paper = small(world)
    paper.header["invoice_number"] = f"RE-{world.tag}"
    again = replace(paper, header=dict(paper.header) | {"invoice_number": world.tag})
    return case(world, again, "duplicate", "review", earlier=[paper], is_hard=True)


@shape
def the_same_content_under_another_number(world: World) -> Case:
    paper = small(world, 4)
    paper.header["delivery_note_number"] = f"D{world.tag}"
    again = replace(paper, header=dict(paper.header) | {"invoice_number": f"X{world.random.randrange(10**6)}"})
    return case(world, again, "duplicate", "review", earlier=[paper], is_hard=True)


@shape
def number_used_for_another_amount(world: World) -> Case:
    paper = small(world)
    other = small(world, 3)
    other.header["invoice_number"] = paper.header["invoice_number"]
    return case(world, other, "review", earlier=[paper], is_hard=True)


@shape
def rent_of_the_next_month(world: World) -> Case:
    items = [replace(item, price=Decimal("350.00"), quantity=Decimal(1)) for item in world.items(1)]
    first = world.invoice(items, with_codes=False)
    then = world.issued + timedelta(days=31)
    following = world.invoice(items, with_codes=False)
    following.header |= {"issue_date": then.isoformat(), "due_date": (then + timedelta(days=30)).isoformat()}
    following.lines[0]["description"] += " next month"
    return case(world, following, "post", earlier=[first])


@shape
def one_of_three_instalments(world: World) -> Case:
    items = [replace(item, price=Decimal("410.00"), quantity=Decimal(1)) for item in world.items(1)]
    first, second = world.invoice(items, with_codes=False), world.invoice(items, with_codes=False)
    then = world.issued + timedelta(days=14)
    for part, paper in enumerate((first, second), start=1):
        paper.lines[0]["description"] = f"Instalment {part} of 3"
        paper.header["invoice_number"] = f"T{world.tag}-{part}"
    second.header |= {"issue_date": then.isoformat(), "due_date": (then + timedelta(days=30)).isoformat()}
    return case(world, second, "post", earlier=[first])


@shape
def credit_note_with_the_number_of_no_invoice(world: World) -> Case:
    paper = small(world)
    paper.type = "credit_note"
    paper.header.pop("due_date")
    return case(world, paper, "post")


@shape
def tax_rounded_by_line(world: World) -> Case:
    items = [replace(item, price=item.price / 10, quantity=Decimal(3)) for item in world.items(6)]
    paper = world.invoice([replace(item, price=round_cent(item.price)) for item in items])
    taxes = [round_cent(Decimal(line["amount"]) * world.rate / 100) for line in paper.lines]
    for line in paper.lines:
        line["tax_rate"] = plain(world.rate)
    net, tax = Decimal(paper.header["subtotal"]), sum(taxes, Decimal(0))
    paper.taxes = [{"rate": plain(world.rate), "base": money(net), "amount": money(tax)}]
    paper.header |= {"tax_total": money(tax), "total": money(net + tax), "amount_due": money(net + tax)}
    return case(world, paper, "post")


@shape
def two_rates(world: World) -> Case:
    paper = small(world, 4)
    rows = []
    for rate, lines in ((Decimal(19), paper.lines[:2]), (Decimal(7), paper.lines[2:])):
        base = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
        for line in lines:
            line["tax_rate"] = plain(rate)
        rows.append({"rate": plain(rate), "base": money(base), "amount": money(round_cent(base * rate / 100))})
    tax = sum((Decimal(row["amount"]) for row in rows), Decimal(0))
    total = Decimal(paper.header["subtotal"]) + tax
    paper.taxes = rows
    paper.header |= {"tax_total": money(tax), "total": money(total), "amount_due": money(total)}
    return case(world, paper, "post")


@shape
def prices_with_tax(world: World) -> Case:
    paper = small(world, 3)
    gross = Decimal(0)
    for line in paper.lines:
        gross += Decimal(line["amount"])
    net = (gross / (1 + world.rate / 100)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    paper.taxes = [{"rate": plain(world.rate), "base": money(net), "amount": money(gross - net)}]
    paper.header |= {
        "subtotal": money(net),
        "tax_total": money(gross - net),
        "total": money(gross),
        "amount_due": money(gross),
    }
    return case(world, paper, "post")


@shape
def discount_and_charge_on_the_document(world: World) -> Case:
    paper = small(world, 3)
    net = Decimal(paper.header["subtotal"])
    off, more = round_cent(net / 20), Decimal("4.90")
    base = net - off + more
    tax = round_cent(base * world.rate / 100)
    paper.taxes = [{"rate": plain(world.rate), "base": money(base), "amount": money(tax)}]
    paper.header |= {
        "discount_total": money(off), "charge_total": money(more), "subtotal": money(base), "tax_total": money(tax),
        "total": money(base + tax), "amount_due": money(base + tax),
    }  # fmt: skip
    return case(world, paper, "post")


@shape
def a_cent_wrong_in_a_line(world: World) -> Case:
    paper = small(world, 3)
    paper.lines[1]["amount"] = money(Decimal(paper.lines[1]["amount"]) + Decimal("0.01"))
    return case(world, paper, "review")


@shape
def a_cent_wrong_in_the_total(world: World) -> Case:
    paper = small(world, 3)
    for name in ("total", "amount_due"):
        paper.header[name] = money(Decimal(paper.header[name]) + Decimal("0.01"))
    return case(world, paper, "review")


@shape
def tax_of_a_wrong_rate(world: World) -> Case:
    paper = small(world, 3)
    wrong = round_cent(Decimal(paper.header["subtotal"]) * (world.rate + 4) / 100)
    total = Decimal(paper.header["subtotal"]) + wrong
    paper.taxes[0]["amount"] = money(wrong)
    paper.header |= {"tax_total": money(wrong), "total": money(total), "amount_due": money(total)}
    return case(world, paper, "review", is_hard=True)


@shape
def a_line_is_missing(world: World) -> Case:
    paper = small(world, 4)
    paper.lines.pop()
    return case(world, paper, "review")


@shape
def a_digit_turned_in_the_total(world: World) -> Case:
    paper = small(world, 2)
    total = Decimal(paper.header["total"]) + 90
    paper.header |= {"total": money(total), "amount_due": money(total)}
    return case(world, paper, "review", is_hard=True)


@shape
def another_bank_account(world: World) -> Case:
    paper = small(world)
    paper.header["vendor_iban"] = world.make_vendor("Z")["iban"]
    return case(world, paper, "review", reasons=["iban_changed"], is_hard=True)


@shape
def bank_account_with_a_wrong_checksum(world: World) -> Case:
    paper = small(world)
    last = paper.header["vendor_iban"][-1]
    paper.header["vendor_iban"] = paper.header["vendor_iban"][:-1] + str((int(last) + 1) % 10)
    return case(world, paper, "review")


@shape
def vendor_nobody_knows(world: World) -> Case:
    found = case(world, small(world), "review", reasons=["vendor_unknown"], is_hard=True)
    found.vendors = []
    return found


@shape
def two_vendors_of_one_name_without_numbers(world: World) -> Case:
    found = case(world, small(world), "review", is_hard=True)
    found.vendors.append(world.vendor | {"id": f"{world.vendor['id']}-2"})
    for vendor in found.vendors:
        vendor["tax_id"] = vendor["iban"] = ""
    for name in ("vendor_tax_id", "vendor_iban"):
        found.paper.header.pop(name)
    found.paper.header["vendor_address"] = "{street}, {postcode} {city}".format_map(world.vendor)
    return found


@shape
def name_alone_is_known(world: World) -> Case:
    found = case(world, small(world), "review", is_hard=True)
    for name in ("vendor_tax_id", "vendor_iban"):
        found.paper.header.pop(name)
    return found


@shape
def addressed_to_somebody_else(world: World) -> Case:
    paper = small(world)
    paper.header |= {"buyer_name": "Zimmermann und Soehne KG", "buyer_tax_id": "DE136695976"}
    return case(world, paper, "review", reasons=["buyer_is_other"], is_hard=True)


@shape
def issued_next_year(world: World) -> Case:
    paper = small(world)
    paper.header |= {"issue_date": date(2027, 8, 1).isoformat(), "due_date": date(2027, 9, 1).isoformat()}
    return case(world, paper, "review", reasons=["issued_in_future"])


@shape
def due_before_it_was_issued(world: World) -> Case:
    paper = small(world)
    paper.header["due_date"] = (world.issued - timedelta(days=10)).isoformat()
    return case(world, paper, "review", reasons=["due_before_issue"])


@shape
def number_was_not_read(world: World) -> Case:
    paper = small(world)
    paper.header.pop("invoice_number")
    return case(world, paper, "review", reasons=["mandatory_missing"], is_hard=True)


@shape
def prepaid_in_part(world: World) -> Case:
    paper = small(world, 3)
    paid = Decimal("10.00")
    paper.header |= {"prepaid_amount": money(paid), "amount_due": money(Decimal(paper.header["total"]) - paid)}
    return case(world, paper, "post")


@shape
def many_lines_in_whole_cents(world: World) -> Case:
    items = [replace(item, price=round_cent(item.price / 50), quantity=Decimal(2)) for item in world.items(20)]
    paper = world.invoice(items)
    settle(paper, world.rate)
    return case(world, paper, "post")
