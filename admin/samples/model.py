"""The nouns of the sample maker: parties, items, papers, and the truth that goes with a file."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from engine.model.decision import Route
from engine.model.document import DocumentType
from engine.model.value import Json, Value

Kind = Literal[
    "digital", "scan", "photo", "png", "tiff", "ubl", "cii", "hybrid", "mail", "bundle", "body", "text", "ocr", "broken"
]
"""How the document comes in. `mail` has attachments, of a `body` the mail itself is the document; a `bundle` is several
papers in one PDF, `ocr` what a recognition service answers; `broken` holds files that nobody can read."""

KINDS: tuple[Kind, ...] = get_args(Kind)


class Party(Value):
    """A company with everything that its letterhead and our vendor master know of it."""

    id: str
    name: str
    country: str
    language: str
    currency: str
    trade: str
    street: str
    postcode: str
    city: str
    tax_id: str
    registration_id: str = ""
    iban: str = ""
    bic: str = ""
    email: str
    phone: str
    web: str = ""
    days: int = 30
    """Days until an invoice is due."""
    gl_account: str = ""
    cost_centre: str = ""
    tax_code: str = ""

    @property
    def place(self) -> str:
        """The line of the address that holds postcode and city, in the order of the country."""
        if self.country in {"GB", "IE", "JP"}:
            return f"{self.city} {self.postcode}"
        if self.country == "US":
            return f"{self.city}, {self.postcode}"
        return f"{self.postcode} {self.city}"


class Item(Value):
    """One line of a paper. `discount` is in percent; `rate` is the tax rate in percent."""

    code: str
    description: str
    detail: str = ""
    """A second printed line that belongs to the description."""
    quantity: Decimal
    unit: str
    """UN/ECE Rec 20 code."""
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    rate: Decimal
    category: str = "S"
    """UNTDID 5305: S standard or reduced, E exempt, Z zero, AE reverse charge, O outside."""
    amount: Decimal
    po_line: str = ""


class Tax(Value):
    """One row of the tax breakdown."""

    rate: Decimal
    category: str
    base: Decimal
    amount: Decimal


class Sums(Value):
    """The arithmetic of a paper, exact in Decimal."""

    lines: Decimal
    discount: Decimal = Decimal(0)
    charge: Decimal = Decimal(0)
    net: Decimal
    taxes: tuple[Tax, ...] = ()
    tax: Decimal
    total: Decimal


class Paper(Value):
    """One business document before it is drawn, photographed or written as XML."""

    type: DocumentType
    seller: Party
    buyer: Party
    number: str
    issued: date
    due: date | None = None
    terms: str = ""
    """Payment terms as they are printed."""
    language: str
    currency: str
    po_number: str = ""
    references: str = ""
    """For a credit note: the invoice it takes back."""
    items: tuple[Item, ...] = ()
    sums: Sums
    discount_percent: Decimal = Decimal(0)
    note: str = ""
    code: str = ""
    """What the payment code on it says."""
    hidden: str = ""
    """An amount with its label that is drawn in the colour of the paper."""
    gross_prices: bool = False
    """True when line amounts hold the tax already (till receipts)."""


class Expect(Value):
    """Where the hub should send a document that it read without mistakes."""

    route: Route
    reason: str | None = None
    """Rule id or finding code that decides."""
    queue: str | None = None


class Sample(Value):
    """A written file with its truth."""

    file: str
    kind: Kind
    type: DocumentType
    language: str | None
    layout: str
    pages: int = 1
    fields: Mapping[str, str] = {}
    lines: tuple[Mapping[str, str], ...] = ()
    taxes: tuple[Mapping[str, str], ...] = ()
    expect: Expect
    duplicate_of: str | None = None
    """The file that holds the same business document."""
    about: str = ""
    """What is special, for people."""

    def row(self) -> Mapping[str, Json]:
        """Return the line of truth.jsonl."""
        data: Mapping[str, Json] = self.model_dump(mode="json", exclude_none=False)
        return {name: value for name, value in data.items() if value or name not in {"duplicate_of", "about"}}
