"""A paper on its way to the sheet: knows the words, the notation and the look."""

from datetime import date
from decimal import Decimal

from admin.samples import notation
from admin.samples.model import Paper
from admin.samples.pages.layouts import Layout
from admin.samples.pages.sheet import Sheet
from admin.samples.words import say


class Draft:
    """One paper in one layout, with the place reached so far (`y`, points from the top)."""

    def __init__(self, sheet: Sheet, layout: Layout, paper: Paper) -> None:
        self.sheet = sheet
        self.layout = layout
        self.paper = paper
        self.y = layout.margin
        self.left = layout.margin
        self.right = sheet.width - layout.margin
        self.leading = sheet.points * 1.35
        self.country = paper.seller.country

    def say(self, key: str, *values: object) -> str:
        """Return a label in the language of the paper and the wording of the layout."""
        return say(self.paper.language, key, *values, wording=self.layout.wording)

    def day(self, value: date) -> str:
        """Return a date as this paper writes it."""
        return notation.day(value, country=self.country, language=self.paper.language, style=self.layout.dates)

    def amount(self, value: Decimal) -> str:
        """Return an amount for a table cell."""
        style = self.layout.money if self.layout.symbols else "bare"
        return notation.money(value, country=self.country, currency=self.paper.currency, style=style)

    def money(self, value: Decimal) -> str:
        """Return an amount with its currency."""
        return notation.money(value, country=self.country, currency=self.paper.currency, style=self.layout.money)

    def number(self, value: Decimal) -> str:
        """Return a quantity or a percentage."""
        return notation.quantity(value, country=self.country)

    @property
    def title(self) -> str:
        """The name of the paper as it stands on top."""
        return self.say(self.paper.type)

    def facts(self) -> list[tuple[str, str]]:
        """Return number, dates and references with their labels, in printing order."""
        paper = self.paper
        keys = {"credit_note": "credit_number", "purchase_order": "order_number", "goods_receipt": "note_number"}
        facts = [
            (self.say(keys.get(paper.type, "invoice_number")), paper.number),
            (self.say("issue_date" if paper.type == "invoice" else "plain_date"), self.day(paper.issued)),
        ]
        if self.layout.has_customer_number and paper.type in {"invoice", "credit_note"}:
            facts.append((self.say("customer"), customer_number(paper)))
        if paper.po_number:
            facts.append((self.say("po_number"), paper.po_number))
        if paper.references:
            facts.append((self.say("reference"), paper.references))
        if paper.due:
            facts.append((self.say("due_date"), self.day(paper.due)))
        if self.layout.has_buyer_vat and paper.type in {"invoice", "credit_note"}:
            facts.append((self.say("buyer_vat"), paper.buyer.tax_id))
        return facts

    def bank(self) -> list[str]:
        """Return the lines of the bank account; empty where there is none or nothing is to be paid."""
        seller = self.paper.seller
        if self.paper.type in {"purchase_order", "goods_receipt"}:
            return []
        return [f"IBAN {notation.account(seller.iban)}", f"BIC {seller.bic}"] if seller.iban else []

    def identity(self) -> list[str]:
        """Return tax and register numbers with their labels."""
        seller = self.paper.seller
        label = {"US": "Tax ID (EIN)", "JP": "Registration No."}.get(seller.country) or self.say("vat_id")
        number = seller.tax_id
        if seller.country == "CH":
            number = f"CHE-{number[3:6]}.{number[6:9]}.{number[9:12]} MWST"
        lines = [f"{label}: {number}"]
        if self.layout.has_register and seller.registration_id:
            register = seller.registration_id
            lines.append(register if register[0].isalpha() else f"{self.say('register')}: {register}")
        return lines


def customer_number(paper: Paper) -> str:
    """Return the number under which the vendor keeps the buyer; the same on all its papers."""
    return f"{sum(map(ord, paper.seller.name)) % 90000 + 10000}"
