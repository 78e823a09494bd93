"""Files of one or of several documents, composed at random: what an AP desk finds in its scanner's folder.

Pages are words in a grid, in the wordings of bench/stress. Where a document begins is known. Nothing here is taken from
the vocabularies that are measured, and the half with odd seeds is held out: weights are set on the even half alone.
"""

import random
import string
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from engine.model.page import Page, Reading, Word

_WORDINGS = yaml.safe_load((Path(__file__).parent / "stress" / "wordings.yaml").read_text(encoding="utf-8"))
_CHARACTER, _ROW, _HEIGHT, _LEFT, _TOP = 5.0, 13.0, 9.0, 40.0, 30.0
_COLUMNS, _ROWS, _SLIP = 100, 58, 34
_SURELY, _MOSTLY, _OFTEN, _SELDOM = 0.95, 0.7, 0.5, 0.15

PAGE_WORDS = {
    "en": ("Page", "of"), "de": ("Seite", "von"), "fr": ("Page", "sur"), "es": ("Página", "de"),
    "it": ("Pagina", "di"), "nl": ("Pagina", "van"), "pl": ("Strona", "z"), "pt": ("Página", "de"),
}  # fmt: skip
CARRIED = {
    "en": "Carried forward", "de": "Übertrag", "fr": "Report", "es": "Suma y sigue", "it": "Riporto",
    "nl": "Transport", "pl": "Do przeniesienia", "pt": "A transportar",
}  # fmt: skip
TERMS = {
    "en": "Terms and Conditions of Sale", "de": "Allgemeine Geschäftsbedingungen", "fr": "Conditions générales de vente",
    "es": "Condiciones generales de venta", "it": "Condizioni generali di vendita", "nl": "Algemene voorwaarden",
    "pl": "Ogólne warunki sprzedaży", "pt": "Condições gerais de venda",
}  # fmt: skip
SHEETS = {
    "en": "Time sheet", "de": "Stundennachweis", "fr": "Relevé d'heures", "es": "Parte de horas", "it": "Foglio ore",
    "nl": "Urenstaat", "pl": "Karta pracy", "pt": "Folha de horas",
}  # fmt: skip
_PROSE = [
    "The",
    "goods",
    "remain",
    "the",
    "property",
    "of",
    "the",
    "seller",
    "until",
    "paid",
    "in",
    "full",
    "and",
    "shall",
    "be",
    "insured",
    "by",
    "the",
    "buyer",
    "at",
    "own",
    "cost",
    "any",
    "claim",
    "has",
    "to",
    "be",
    "made",
    "in",
    "writing",
    "within",
    "the",
    "period",
    "that",
    "the",
    "law",
    "of",
    "the",
    "place",
    "of",
    "delivery",
    "gives",
    "for",
    "it",
    "no",
    "party",
    "is",
    "liable",
    "for",
    "delay",
    "caused",
    "by",
    "events",
    "beyond",
    "control",
    "such",
    "as",
    "strike",
    "flood",
    "war",
    "or",
    "failure",
    "of",
    "suppliers",
]


class Sheet(NamedTuple):
    """A page before it has a number: rows of text, and what paper it is on."""

    rows: tuple[str, ...]
    width: float = 595.0
    height: float = 842.0


class Paper(NamedTuple):
    """One document: its sheets in order."""

    kind: str
    sheets: tuple[Sheet, ...]


class File(NamedTuple):
    """A file with the pages at which its second and later documents begin."""

    family: str
    reading: Reading
    begins: frozenset[int]


class Vendor:
    """How one house writes its papers."""

    def __init__(self, chance: random.Random, language: str) -> None:
        self.chance = chance
        self.language = language
        self.words: Mapping[str, Any] = _WORDINGS[language]
        name = f"{chance.choice(self.words['names'])} {chance.choice(self.words['forms'])}"
        self.name = name
        town = chance.choice(self.words["towns"])
        street = chance.choice(self.words["streets"]).format(n=chance.randint(1, 90))
        domain = "".join(c for c in name.lower() if c in string.ascii_lowercase)[:12] + ".example"
        self.address = f"{street}, {town}"
        self.contact = f"info@{domain}" if chance.random() < _MOSTLY else f"Tel. 0{chance.randint(10**7, 10**8)}"
        self.tax_id = f"{self.words['country']}{chance.randint(10**8, 10**9 - 1)}"
        self.iban = f"{self.words['country']}{chance.randint(10, 98)}{chance.randint(10**17, 10**18 - 1)}"
        self.numbering = chance.choice(["none", "none", "of", "of", "of", "slash", "alone"])
        self.later_head = chance.choice(["full", "full", "name", "none"])
        self.repeats_number = chance.random() < _MOSTLY
        self.carries = chance.random() < _OFTEN
        self.repeats_headings = chance.random() < _MOSTLY
        self.has_foot = chance.random() < _MOSTLY
        self.is_beside = chance.random() < _OFTEN
        self.label = {kind: chance.choice(options) for kind, options in self.words["number"].items()}
        self.title = {kind: chance.choice(options) for kind, options in self.words["titles"].items()}
        self.next_number = chance.randint(1000, 900_000)

    def number(self) -> str:
        """Return the next number of its own series."""
        self.next_number += self.chance.randint(1, 40)
        return str(self.next_number)

    def amount(self, value: int) -> str:
        """Return cents as this language writes them."""
        thousands, decimal = self.words["marks"][0]
        return f"{value // 100:,}".replace(",", thousands) + f"{decimal}{value % 100:02d}"

    def date(self) -> str:
        """Return a day of 2026 in digits."""
        return f"{self.chance.randint(1, 28):02d}.{self.chance.randint(1, 12):02d}.2026"


def _row(*cells: tuple[int, str]) -> str:
    """Return cells at columns of the grid, in one row."""
    line = ""
    for column, text in cells:
        line = line.ljust(max(column, len(line) + 1 if line else 0)) + text
    return line


def paper(vendor: Vendor, kind: str, *, items: int, number: str | None = None, order: str | None = None) -> Paper:
    """Return an invoice, a credit note, an order or a delivery note of so many items."""
    chance, words = vendor.chance, vendor.words
    number = number or vendor.number()
    body, total = _items(vendor, items, has_amounts=kind != "goods_receipt")
    foot = _sums(vendor, total) if kind != "goods_receipt" else [""]
    if chance.random() < _OFTEN:
        foot += ["", " ".join(chance.choices(_PROSE, k=10)), f"{words['iban'][0]} {vendor.iban}"]
    title, label = vendor.title[kind], vendor.label[kind]
    head = [_row((0, vendor.name), (62, vendor.contact)), vendor.address, ""]
    buyer = Vendor(random.Random(len(vendor.name)), vendor.language)
    reference = [(50, f"{chance.choice(words['po'])} {order}")] if order else []
    facts = [
        _row((50, title)) if chance.random() < _OFTEN else title, "",
        _row((0, buyer.name), (50, f"{label} {number}" if vendor.is_beside else label)),
        _row((0, buyer.address), (50, f"{words['date'][kind][0]} {vendor.date()}" if vendor.is_beside else number)),
        _row((0, f"{words['customer'][0]} {10_000 + len(vendor.name)}"), *reference), "",
    ]  # fmt: skip
    return Paper(kind, _sheets(vendor, (head, facts, body, foot), title=title, number=number, total=total))


def _items(vendor: Vendor, count: int, *, has_amounts: bool) -> tuple[list[str], int]:
    rows, total = [], 0
    for index in range(1, count + 1):
        pieces, price = vendor.chance.randint(1, 30), vendor.chance.randint(90, 40_000)
        total += pieces * price
        text = f"{vendor.chance.choice(vendor.words['items'])} {vendor.chance.choice(_PROSE)}"
        code = f"{vendor.chance.choice('ABKMX')}{vendor.chance.randint(1000, 99_999)}"
        cells = [(0, str(index)), (4, code), (14, text), (54, str(pieces))]
        if has_amounts:
            cells += [(64, vendor.amount(price).rjust(10)), (82, vendor.amount(pieces * price).rjust(12))]
        rows.append(_row(*cells))
    return rows, total


def _sums(vendor: Vendor, total: int) -> list[str]:
    words, tax = vendor.words, total * 20 // 100
    return [
        "", _row((54, words["subtotal"][0]), (82, vendor.amount(total).rjust(12))),
        _row((54, words["tax"][0]), (82, vendor.amount(tax).rjust(12))),
        _row((54, words["total"][0]), (82, vendor.amount(total + tax).rjust(12))),
    ]  # fmt: skip


def _sheets(
    vendor: Vendor, blocks: tuple[list[str], list[str], list[str], list[str]], *, title: str, number: str, total: int
) -> tuple[Sheet, ...]:
    head, facts, body, foot = blocks
    headings = _row(*zip((14, 54, 64, 84), vendor.words["headings"], strict=True))
    first = _ROWS - len(head) - len(facts) - 8
    later = _ROWS - 16
    cuts = [body[:first], *(body[at : at + later] for at in range(first, len(body), later))]
    if len(cuts[-1]) > later - 6:
        cuts.append([])  # the sums do not fit any more and stand alone
    pages: list[list[str]] = []
    for index, part in enumerate(cuts):
        is_last = index == len(cuts) - 1
        rows = [*head, *facts, headings] if not index else _later_head(vendor, head, title, number, headings)
        if index and vendor.carries:
            rows.append(_row((14, CARRIED[vendor.language[:2]]), (82, vendor.amount(total // 2).rjust(12))))
        rows += part
        if not is_last and vendor.carries:
            rows.append(_row((14, CARRIED[vendor.language[:2]]), (82, vendor.amount(total // 2).rjust(12))))
        pages.append(rows + (foot if is_last else []))
    return tuple(_finish(vendor, rows, number + 1, len(pages)) for number, rows in enumerate(pages))


def _later_head(vendor: Vendor, head: list[str], title: str, number: str, headings: str) -> list[str]:
    rows = [] if vendor.later_head == "none" else head[:1] if vendor.later_head == "name" else list(head)
    if vendor.repeats_number:
        rows.append(f"{title} {number}")
    rows.append("")
    return [*rows, headings] if vendor.repeats_headings else rows


def _finish(vendor: Vendor, rows: list[str], page: int, pages: int) -> Sheet:
    foot = []
    if vendor.has_foot:
        foot.append(f"{vendor.name}  {vendor.words['vat'][0]} {vendor.tax_id}  {vendor.words['iban'][0]} {vendor.iban}")
    name, of = PAGE_WORDS[vendor.language[:2]]
    numbers = {"of": f"{name} {page} {of} {pages}", "slash": f"{page}/{pages}", "alone": f"{name} {page}", "none": ""}
    if numbers[vendor.numbering]:
        foot.append(_row((80, numbers[vendor.numbering])))
    gap = max(_ROWS + 2 - len(rows) - len(foot), 0)
    return Sheet((*rows, *[""] * gap, *foot))


def slip(vendor: Vendor) -> Paper:
    """Return a till receipt; some come from an office scanner on a sheet of A4."""
    chance, total, rows = vendor.chance, 0, [vendor.name.center(_SLIP), vendor.address[:_SLIP].center(_SLIP)]
    if chance.random() < _OFTEN:
        rows.append(f"{vendor.words['vat'][0]} {vendor.tax_id}"[:_SLIP])
    for _ in range(chance.randint(1, 9)):
        price = chance.randint(90, 4_000)
        total += price
        rows.append(chance.choice(vendor.words["items"])[:20].ljust(24) + vendor.amount(price).rjust(9))
    rows += ["", vendor.words["total"][0].upper()[:20].ljust(24) + vendor.amount(total).rjust(9)]
    rows += [f"{vendor.date()} {chance.randint(8, 21)}:{chance.randint(10, 59)}", f"#{chance.randint(100, 9999)}"]
    if chance.random() < _OFTEN:
        return Paper("receipt", (Sheet(tuple(rows), 230.0, 60.0 + _ROW * len(rows)),))
    return Paper("receipt", (Sheet(tuple(" " * 30 + row for row in rows)),))


def terms(vendor: Vendor) -> Sheet:
    """Return the small print of a house, which hangs on its invoice."""
    prose = [f"{n}. " + " ".join(vendor.chance.choices(_PROSE, k=14)) for n in range(1, 30)]
    head = [vendor.name, ""] if vendor.chance.random() < _OFTEN else []
    return Sheet((*head, TERMS[vendor.language[:2]], "", *prose))


def time_sheet(vendor: Vendor) -> Sheet:
    """Return the hours behind an invoice."""
    rows = [
        _row((0, vendor.date()), (20, vendor.chance.choice(vendor.words["items"])), (70, "8,00")) for _ in range(20)
    ]
    return Sheet((vendor.name, "", SHEETS[vendor.language[:2]], "", *rows))


BLANK = Sheet(())
"""An empty back."""


def _scanned(page: Page, chance: random.Random) -> Page:
    """Return a page as an engine reads paper: some letters wrong, all of it a little off."""
    dx, dy = chance.uniform(-8, 8), chance.uniform(-8, 8)
    words = tuple(
        Word(_misread(w.text, chance), w.x0 + dx, w.top + dy, w.x1 + dx, w.bottom + dy, round(chance.uniform(0.7, 0.97), 2))
        for w in page.words
        if chance.random() > 0.01
    )  # fmt: skip
    return page.model_copy(update={"words": words, "how": "ocr", "by": "drawn-ocr@1"})


def _misread(text: str, chance: random.Random) -> str:
    if chance.random() > 0.03:
        return text
    at = chance.randrange(len(text))
    return text[:at] + chance.choice("oil1I0.,e") + text[at + 1 :]


def made(family: str, sheets: Sequence[Sequence[Sheet]], chance: random.Random, *, is_scan: bool) -> File:
    """Return documents (each its sheets) as one file."""
    pages: list[Page] = []
    begins: set[int] = set()
    for document in sheets:
        if pages:
            begins.add(len(pages) + 1)
        for sheet in document:
            page = Page(
                number=len(pages) + 1, width=sheet.width, height=sheet.height, words=_words(sheet), how="text_layer",
                by="drawn@1",
            )  # fmt: skip
            pages.append(_scanned(page, chance) if is_scan else page)
    return File(family, Reading(pages=tuple(pages), page_count=len(pages)), frozenset(begins))


def _words(sheet: Sheet) -> tuple[Word, ...]:
    out = []
    for row, line in enumerate(sheet.rows):
        top, at = _TOP + _ROW * row, 0
        for text in line.split():
            at = line.index(text, at)
            x0 = min(_LEFT, sheet.width / 12) + _CHARACTER * at
            out.append(Word(text, x0, top, x0 + _CHARACTER * len(text), top + _HEIGHT))
            at += len(text)
    return tuple(out)


def _invoice(vendor: Vendor, *, most: int = 100, kind: str = "invoice") -> Paper:
    return paper(vendor, kind, items=vendor.chance.choice([1, 3, 6, 12, 30, 60, most]))


def _one_vendor(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    vendor = Vendor(chance, language)
    return [_invoice(vendor).sheets for _ in range(chance.randint(2, 5))]


def _several_vendors(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    return [_invoice(Vendor(chance, language)).sheets for _ in range(chance.randint(2, 5))]


def _receipts(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    return [slip(Vendor(chance, language)).sheets for _ in range(chance.randint(2, 6))]


def _same_till(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    vendor = Vendor(chance, language)
    return [slip(vendor).sheets for _ in range(chance.randint(2, 4))]


def _mixed(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    out: list[Sequence[Sheet]] = []
    for _ in range(chance.randint(2, 5)):
        vendor = Vendor(chance, language)
        kind = chance.choice(["invoice", "credit_note", "purchase_order", "slip"])
        out.append(slip(vendor).sheets if kind == "slip" else _invoice(vendor, kind=kind).sheets)
    return out


def _order_and_invoice(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    buyer, vendor = Vendor(chance, language), Vendor(chance, language)
    order = buyer.number()
    ordered = paper(buyer, "purchase_order", items=chance.choice([2, 8, 40]), number=order)
    return [ordered.sheets, paper(vendor, "invoice", items=chance.choice([2, 8, 40]), order=order).sheets]


def _duplex(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    documents = _one_vendor(chance, language) if chance.random() < _OFTEN else _several_vendors(chance, language)
    return [[*sheets, BLANK] if len(sheets) % 2 else sheets for sheets in documents]


def _with_annexes(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    out: list[Sequence[Sheet]] = []
    for _ in range(chance.randint(2, 4)):
        vendor = Vendor(chance, language)
        annex = terms(vendor) if chance.random() < _OFTEN else time_sheet(vendor)
        out.append([*_invoice(vendor).sheets, annex])
    return out


def _single(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    kind = chance.choice(["invoice", "invoice", "invoice", "credit_note", "purchase_order"])
    return [paper(Vendor(chance, language), kind, items=chance.choice([45, 60, 90, 140, 220])).sheets]


def _single_duplex(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    (sheets,) = _single(chance, language)
    return [[side for sheet in sheets for side in (sheet, BLANK)]]


def _single_with_annex(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    vendor = Vendor(chance, language)
    annex = terms(vendor) if chance.random() < _OFTEN else time_sheet(vendor)
    return [[*_invoice(vendor).sheets, annex]]


def _out_of_order(chance: random.Random, language: str) -> list[Sequence[Sheet]]:
    (sheets,) = _single(chance, language)
    return [chance.sample(sheets, len(sheets))]


Composer = Callable[[random.Random, str], list[Sequence[Sheet]]]
FAMILIES: Mapping[str, Composer] = {
    "single": _single, "single, blank backs": _single_duplex, "single with annex": _single_with_annex,
    "single, out of order": _out_of_order, "invoices of one vendor": _one_vendor,
    "invoices of several": _several_vendors, "till slips": _receipts, "slips of one till": _same_till,
    "mixed kinds": _mixed, "order and invoice": _order_and_invoice, "blank backs": _duplex,
    "with annexes": _with_annexes,
}  # fmt: skip


def files(family: str, count: int, *, is_held_out: bool) -> list[File]:
    """Return so many files of a family, always the same ones; half of them as paper through a scanner."""
    languages = [name for name in _WORDINGS if name[:2] in PAGE_WORDS and name != "us"]
    own = languages[1::2] if is_held_out else languages[::2]
    out = []
    for index in range(count):
        chance = random.Random(f"{family}:{2 * index + is_held_out}")
        sheets = FAMILIES[family](chance, own[index % len(own)])
        out.append(made(family, sheets, chance, is_scan=index % 4 >= 2))
    return out
