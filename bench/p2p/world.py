"""Vendors, orders, receipts and the invoices for them, drawn at random and exact to the cent."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from case import Paper, money, plain
from stdnum import iban
from stdnum.de import vat as german_vat

OURS = {"buyer_name": "Lindenhof Handels GmbH", "buyer_tax_id": "DE250815845"}
"""Our company in the development environment."""
CENT = Decimal("0.01")
GOODS = (
    "Hex bolt M8 zinc", "Copper pipe 15 mm", "Safety gloves nitrile", "LED panel 60x60", "Cable tie black", "Paint roller 25 cm",
    "Ball valve brass", "Thermal paper", "Drill bit set", "Door hinge steel", "Hydraulic oil", "Pallet wrap clear",
    "Angle grinder disc", "Garden hose 25 m", "Solder wire", "Printer drum", "Rubber seal ring", "Plywood board 12 mm",
    "Wall plug nylon", "Silicone sealant white", "Extension lead 5 m", "Battery pack 18 V", "Office chair", "Label tape yellow",
)  # fmt: skip
FIRMS = (
    "Nordal",
    "Kessler",
    "Brunner",
    "Vantaggio",
    "Delmas",
    "Oakridge",
    "Tarnowski",
    "Petersen",
    "Quirin",
    "Ambrosius",
    "Lamberts",
    "Rosenfeld",
)
TRADES = ("Metallbau", "Logistik", "Elektro", "Papier", "Werkzeuge", "Farben", "Technik", "Verpackung")


@dataclass
class Item:
    """A thing that is bought: in pieces, at a net price."""

    code: str
    description: str
    price: Decimal
    quantity: Decimal
    unit: str = "C62"


class World:
    """Everything of one case, with numbers that no other case has."""

    def __init__(self, seed: int, shape: str, index: int) -> None:
        self.random = Random(f"{seed}/{shape}/{index}")
        self.tag = f"{abs(hash_of(f'{shape}{index}')) % 10**7:07d}"
        self.issued = date(2026, 3, 2) + timedelta(days=self.random.randrange(40))
        self.rate = self.random.choice((Decimal(19), Decimal(7)))
        self.vendor = self.make_vendor("")
        self.numbers = 0

    def make_vendor(self, suffix: str) -> dict[str, str]:
        """Return a vendor with a valid VAT id and bank account."""
        digits = f"{1 + (int(self.tag) * 7 + len(suffix)) % 9}{self.tag}"
        number = digits + german_vat.calc_check_digit(digits) if hasattr(german_vat, "calc_check_digit") else digits
        account = f"DE00{self.random.randrange(10**8):08d}{self.random.randrange(10**10):010d}"
        name = f"{self.random.choice(FIRMS)} {self.random.choice(TRADES)} {self.tag}{suffix} GmbH"
        return {
            "id": f"V{self.tag}{suffix}", "name": name, "tax_id": f"DE{valid(number)}",
            "iban": "DE" + iban.calc_check_digits(account) + account[4:], "street": f"Hauptstr. {self.random.randrange(1, 99)}",
            "postcode": f"{self.random.randrange(10000, 99999)}", "city": "Hannover", "country": "DE", "currency": "EUR",
        }  # fmt: skip

    def items(self, count: int) -> list[Item]:
        """Return different items with whole quantities and prices to the cent."""
        chosen = self.random.sample(GOODS, count)
        return [
            Item(
                code=f"A{self.random.randrange(10000, 99999)}{index}", description=text,
                price=Decimal(self.random.randrange(200, 9000)) / 100, quantity=Decimal(self.random.randrange(4, 60)),
            )
            for index, text in enumerate(chosen)
        ]  # fmt: skip

    def order(
        self, items: list[Item], *, number: str = "", receipt: bool = False, inspected: bool = False, **more: str
    ) -> tuple[dict[str, str], list[dict[str, str]]]:
        """Return an order and its lines."""
        self.numbers += 1
        number = number or f"PO{self.tag}{self.numbers}"
        total = sum((item.price * item.quantity for item in items), Decimal(0))
        head = {
            "number": number,
            "vendor_id": self.vendor["id"],
            "currency": "EUR",
            "total": money(total),
            "status": "open",
        } | more
        lines = [
            {
                "number": number, "line": str(10 * (index + 1)), "item_code": item.code, "description": item.description,
                "quantity": plain(item.quantity), "unit": item.unit, "unit_price": plain(item.price),
                "receipt_required": "true" if receipt or inspected else "false",
                "inspection_required": "true" if inspected else "false",
            }
            for index, item in enumerate(items)
        ]  # fmt: skip
        return head, lines

    def received(
        self, lines: list[dict[str, str]], shares: list[Decimal] | None = None, *, accepted: list[Decimal] | None = None
    ) -> list[dict[str, str]]:
        """Return a goods receipt for the lines: all of it, or so much of each."""
        self.numbers += 1
        amounts = shares or [Decimal(line["quantity"]) for line in lines]
        rows = [
            {
                "receipt": f"GR{self.tag}{self.numbers}", "line": str(index + 1), "number": line["number"],
                "order_line": line["line"], "quantity": plain(amount), "unit": line["unit"],
                "received_on": (self.issued - timedelta(days=3)).isoformat(),
            }
            for index, (line, amount) in enumerate(zip(lines, amounts, strict=True)) if amount
        ]  # fmt: skip
        if accepted is not None:
            for row, amount in zip(rows, accepted, strict=True):
                row["accepted"] = plain(amount)
        return rows

    def invoice(
        self,
        items: list[Item],
        *,
        po: str = "",
        with_codes: bool = True,
        number: str = "",
        extra: list[dict[str, str]] | None = None,
    ) -> Paper:
        """Return an invoice for items: exact lines, one tax rate rounded on the document."""
        self.numbers += 1
        lines = [
            ({"item_code": item.code} if with_codes else {})
            | {
                "line_number": str(index + 1), "description": item.description, "quantity": plain(item.quantity),
                "unit": item.unit, "unit_price": plain(item.price), "amount": money(round_cent(item.price * item.quantity)),
            }
            for index, item in enumerate(items)
        ]  # fmt: skip
        paper = Paper(header={}, lines=[*lines, *(extra or [])])
        paper.header = {
            "invoice_number": number or f"R{self.tag}-{self.numbers}", "issue_date": self.issued.isoformat(),
            "due_date": (self.issued + timedelta(days=30)).isoformat(), "currency": "EUR", "vendor_name": self.vendor["name"],
            "vendor_tax_id": self.vendor["tax_id"], "vendor_iban": self.vendor["iban"], **OURS,
        } | ({"po_number": po} if po else {})  # fmt: skip
        settle(paper, self.rate)
        return paper


def settle(paper: Paper, rate: Decimal) -> None:
    """Write subtotal, tax and total that follow from the lines."""
    net = sum((Decimal(line["amount"]) for line in paper.lines), Decimal(0))
    tax = round_cent(net * rate / 100)
    paper.taxes = [{"rate": plain(rate), "base": money(net), "amount": money(tax)}]
    paper.header |= {
        "subtotal": money(net),
        "tax_total": money(tax),
        "total": money(net + tax),
        "amount_due": money(net + tax),
    }


def round_cent(amount: Decimal) -> Decimal:
    """Return an amount rounded half up to cents."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def valid(digits: str) -> str:
    """Return a German VAT number of nine digits with a right check digit."""
    from stdnum.iso7064 import mod_11_10

    return digits[:8] + mod_11_10.calc_check_digit(digits[:8])


def hash_of(text: str) -> int:
    """Return the same number for the same text in every run."""
    import zlib

    return zlib.crc32(text.encode())
