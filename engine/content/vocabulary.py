"""Label vocabularies: how documents of one language name things, as data that people without code can extend."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from engine.content.paper_type import PaperType, load_paper_types
from engine.content.receipt_words import ReceiptWords, load_receipt_words
from engine.content.record_schema import known_types
from engine.content.strict_yaml import load
from engine.content.term_words import TermWords, load_term_words
from engine.content.wording import read
from engine.model.document import DocumentType
from engine.model.errors import ContentError
from engine.model.record import Aside
from engine.model.value import Value

LabelName = Literal[
    "invoice_number", "po_number", "issue_date", "order_date", "due_date", "payment_terms", "tax_id", "buyer_tax_id",
    "registration_id", "iban", "email", "currency", "subtotal", "discount_total", "charge_total", "tax_total", "total",
    "amount_due", "vendor", "buyer", "other_party", "other_number", "other_date", "other_amount",
    "credit_note_number", "delivery_note_number", "delivery_date", "preceding_invoice_number", "customer_number",
]  # fmt: skip
"""What a label may announce. The `other_*` names are decoys: they keep a value from being taken for one of ours."""

ColumnName = Literal[
    "line_number", "item_code", "description", "quantity", "unit", "unit_price", "discount", "amount", "gross_amount",
    "tax_rate", "tax_amount", "po_number", "po_line", "date", "other",
]  # fmt: skip
"""What a column of a line table may hold. Of `amount` (net) and `gross_amount` the net one is the line amount."""


Noun = Literal["invoice", "credit_note", "order", "delivery_note", "customer", "due", "delivery"]
"""What labels are composed about: with a number word or a date word, before or after it."""


class Labels(Value):
    """Phrases before a value: `strong` ones mean exactly this, `weak` ones only when nothing better stands there."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


class Numbers(Value):
    """How numbers are usually written; evidence on the document itself goes first."""

    decimal: Literal[",", "."]
    space_groups: bool = False
    """True where thousands are commonly set apart by a space."""


class Dates(Value):
    """How numeric dates are usually ordered; evidence on the document itself goes first."""

    order: Literal["dmy", "mdy", "ymd"]
    locales: tuple[str, ...]
    """CLDR locales whose month names are understood."""
    month_first_when: tuple[str, ...] = ()
    """Words or currency codes on the page that tell of the month-first order."""


class Terms(Value):
    """Words of payment terms."""

    days: tuple[str, ...]
    net: tuple[str, ...] = ()
    discount: tuple[str, ...] = ()
    """Words that mark early-payment discount: their days are not the due date."""
    immediately: tuple[str, ...] = ()
    end_of_month: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()
    """Words of sentences about paying: a number of days beside them is a term."""


class Vocabulary(Value):
    """Everything a language brings to the reading of business documents. Matching ignores case, accents and spaces."""

    name: str
    version: int
    language: str = Field(pattern="^[a-z]{2}$")
    """ISO 639-1."""
    numbers: Numbers
    dates: Dates
    letters: str = ""
    """Letters beyond a to z that the language is written with, in lower case."""
    stop_words: tuple[str, ...]
    """Small frequent words by which the language is known."""
    types: Mapping[DocumentType, tuple[str, ...]]
    """Titles by document type."""
    titles: Mapping[DocumentType, tuple[str, ...]] = {}
    """Further titles by document type; other than those of `types` they never name a number or a date."""
    asides: Mapping[Aside, tuple[str, ...]] = {}
    """Titles of papers that are not to be paid; they are of type `unknown` where no type of their own knows the phrase."""
    cues: Mapping[DocumentType, tuple[str, ...]] = {}
    """Words that hint at a document type from anywhere on the page."""
    references: tuple[str, ...] = ()
    """Words before a title that make it the name of another document: your order, zu Rechnung."""
    negations: tuple[str, ...] = ()
    """Words before a title that say the document is no such thing: not an invoice."""
    number_words: tuple[str, ...]
    """Words that make a title a number label: Invoice + no."""
    date_words: tuple[str, ...]
    """Words that make a title a date label: Invoice + date."""
    nouns: Mapping[Noun, tuple[str, ...]] = {}
    """Forms of a noun, also inflected and abbreviated, that make labels with number and date words: Rg. + Nr."""
    links: tuple[str, ...] = ()
    """Small words between the parts of a composed label: numero + de + factura."""
    yours: tuple[str, ...] = ()
    """Words that make a number the reader's: your order."""
    ours: tuple[str, ...] = ()
    """Words that make a number the writer's: our order."""
    heads: tuple[str, ...] = ()
    """Titles that end compounds written as one word: Rechnung in Baurechnung."""
    replies: tuple[str, ...] = ()
    """Parts of titles by which a seller answers an order: confirmation, acknowledgement."""
    labels: Mapping[LabelName, Labels]
    columns: Mapping[ColumnName, tuple[str, ...]]
    including: tuple[str, ...] = ()
    """Words that, before a tax word, make an amount the gross one: incl. VAT."""
    excluding: tuple[str, ...] = ()
    """Words that, before a tax word, make an amount the net one: excl. VAT."""
    carried_forward: tuple[str, ...] = ()
    """Phrases of rows that only repeat a sum over a page break."""
    legal_forms: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    """Short names of registers that are part of the number printed after them: HRB, KvK."""
    tax_words: tuple[str, ...] = ()
    salutations: tuple[str, ...] = ()
    """Words above or before a person's name in an address: Mr, Frau. The line after the person may be the company."""
    name_words: tuple[str, ...] = ()
    """Keys before a party's name in forms: Name, Company."""
    address_words: tuple[str, ...] = ()
    """Parts of street names: street, Platz, rue."""
    terms: Terms
    units: Mapping[str, tuple[str, ...]] = {}
    """UN/ECE Recommendation 20 code -> how the unit is printed."""
    currency_words: Mapping[str, tuple[str, ...]] = {}
    """ISO 4217 code -> words that name it."""

    currency_hints: Mapping[str, tuple[str, ...]] = {}
    """ISO 4217 code -> words (countries, legal forms) that make it likely when no amount names a currency."""
    receipts: ReceiptWords | None = None
    """The wording of till receipts, one for all languages; from a file of its own."""
    payment_terms: TermWords | None = None
    """The wording of payment terms in all languages; from a file of its own."""
    papers: Mapping[DocumentType, PaperType] = {}
    """Types of paper that content brings, in all languages; each from a file of its own."""

    @property
    def ref(self) -> str:
        """The vocabulary as `name@version`."""
        return f"{self.name}@{self.version}"


def load_vocabularies(root: Path, *, only: Collection[str] | None = None) -> Mapping[str, Vocabulary]:
    """Load `mappings/inbound/vocabulary.*.yaml` under the content root, by language; the highest version wins.

    `only` are the pieces (`vocabulary/de@1`, `receipts/receipts@1`, `terms/payment_terms@1`) that may be looked at;
    None: all. Raises ContentError for a broken file or when there is none.
    """
    folder = root / "mappings" / "inbound"
    found: dict[str, Vocabulary] = {}
    for file in _files(folder, only):
        vocabulary = read(file, Vocabulary)
        expected = f"vocabulary.{vocabulary.name}.v{vocabulary.version}.yaml"
        if file.name != expected:
            raise load(file).error(f"name and version belong to a file called {expected}", "name")
        _refuse_unknown(vocabulary, file, known_types(root))
        known = found.get(vocabulary.language)
        if known is not None and known.name != vocabulary.name:
            raise load(file).error(f"{known.ref} is already the vocabulary of {vocabulary.language}", "language")
        if known is None or known.version < vocabulary.version:
            found[vocabulary.language] = vocabulary
    if not found:
        raise ContentError("no vocabulary.*.yaml found; at least one language is needed", file=str(folder))
    shared = {
        "receipts": load_receipt_words(root, only=_of_kind("receipts", only)),
        "payment_terms": load_term_words(root, only=_of_kind("terms", only)),
        "papers": load_paper_types(root, only=_of_kind("paper", only)),
    }
    return {language: one.model_copy(update=shared) for language, one in found.items()}


def _refuse_unknown(vocabulary: Vocabulary, file: Path, known: Collection[str]) -> None:
    """Refuse words of types of documents that nobody knows. Raises ContentError."""
    for table in ("types", "titles", "cues"):
        if wrong := [name for name in getattr(vocabulary, table) if name not in known]:
            raise load(file).error(f"unknown type {wrong[0]!r}; there are: {', '.join(sorted(known))}", table, wrong[0])


def _files(folder: Path, only: Collection[str] | None) -> list[Path]:
    """Return the files of vocabularies: all, or those of the versions in `only` that are there."""
    if only is None:
        return sorted(folder.glob("vocabulary.*.yaml"))
    names = sorted(_of_kind("vocabulary", only) or ())
    wanted = (folder / f"vocabulary.{name.replace('@', '.v')}.yaml" for name in names)
    return [file for file in wanted if file.is_file()]


def _of_kind(kind: str, only: Collection[str] | None) -> frozenset[str] | None:
    """Return the `name@version` of one kind among references; None stays None."""
    if only is None:
        return None
    return frozenset(ref.removeprefix(f"{kind}/") for ref in only if ref.startswith(f"{kind}/"))
