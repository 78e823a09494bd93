"""The lines of an invoice as the match sees them: plain numbers and codes, what may be a charge, what counts at all."""

import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from engine.model.field import Field, by_name
from engine.model.record import Record
from engine.stages.matching.units import is_pack, pack_size
from engine.stages.rows import is_silent, text
from engine.stages.sums import number

_MOST_CHARGE_WORDS = 5
NO_CODES: Mapping[str, str] = {}
_EMPTY = frozenset({""})
_SHORTEST_NUMBER = 5


class Billed(NamedTuple):
    """One line of an invoice. Quantities and amounts are positive; a line that takes back says so."""

    position: int
    """Among the rows of the record, from 0."""
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    """Net price of one unit, after the line's discount."""
    amount: Decimal | None
    codes: frozenset[str]
    """The supplier's number, a GTIN or whatever is printed in the column of item numbers."""
    own_code: str
    gtin: str
    words: str
    order: str
    order_line: str
    tax_rate: Decimal | None
    pack: Decimal | None
    takes_back: bool
    is_charge: bool


def billed_lines(
    record: Record, *, charge_words: AbstractSet[str] = frozenset(), own_codes: Mapping[str, str] = NO_CODES
) -> tuple[Billed, ...]:
    """Return the lines that ask for something: not headings, and not what costs nothing and counts nothing.

    `charge_words` are folded names of charges (`freight`, `shipping costs`), as the vocabularies list them; `own_codes`
    our item numbers by what the vendor prints, for lines that do not name ours.
    """
    rows = ((index, by_name(row)) for index, row in enumerate(record.lines))
    found = (_line(index, row, charge_words, own_codes) for index, row in rows if not is_silent(row))
    return tuple(line for line in found if line.amount or line.quantity)


def printed_codes(record: Record) -> tuple[str, ...]:
    """Return the item numbers of a vendor's own and the GTINs that stand on the lines which do not name ours, each once."""
    rows = (by_name(row) for row in record.lines)
    return tuple(dict.fromkeys(code for row in rows if not text(row, "buyer_item_code") for code in _codes(row)))


def _codes(row: Mapping[str, Field]) -> tuple[str, ...]:
    return tuple(code for name in ("item_code", "standard_item_code") if (code := text(row, name)))


def _own_code(row: Mapping[str, Field], own_codes: Mapping[str, str]) -> str:
    named = text(row, "buyer_item_code")
    if named or not own_codes:
        return bare(named) if named else ""
    return bare(next((own_codes[code] for code in _codes(row) if code in own_codes), ""))


def _line(
    index: int, row: Mapping[str, Field], charge_words: AbstractSet[str], own_codes: Mapping[str, str]
) -> Billed:  # fmt: skip
    quantity, amount, price = (number(row, name) for name in ("quantity", "amount", "unit_price"))
    base = number(row, "price_base") or Decimal(1)
    takes_back = (amount if amount is not None else quantity or 0) < 0
    quantity = abs(quantity) if quantity else None
    amount = abs(amount) if amount is not None else None
    if quantity and amount is not None:
        price = amount / quantity
    elif price is not None:
        price = abs(price) / base
        amount = price * quantity if quantity else price
    description, unit = text(row, "description"), text(row, "unit")
    words = fold(description)
    codes = frozenset(bare(code) for code in _codes(row)) - _EMPTY
    return Billed(
        position=index, quantity=quantity, unit=unit, price=price, amount=amount, codes=codes,
        own_code=_own_code(row, own_codes), gtin=bare(text(row, "standard_item_code")).lstrip("0"),
        words=words, order=order_key(text(row, "po_number")), order_line=bare(text(row, "po_line")).lstrip("0"),
        tax_rate=number(row, "tax_rate"), pack=number(row, "pack_size") or (pack_size(description) if is_pack(unit) else None),
        takes_back=takes_back, is_charge=_is_charge(words, charge_words),
    )  # fmt: skip


def _is_charge(words: str, charge_words: AbstractSet[str]) -> bool:
    """Tell whether a short description begins with the name of a charge."""
    parts = [word for word in words.split() if not word.isdigit()]
    if not parts or len(parts) > _MOST_CHARGE_WORDS:
        return False
    return any(" ".join(parts[:count]) in charge_words for count in range(1, len(parts) + 1))


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return words and numbers of a text in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return " ".join(re.findall(r"\d+(?:[.,]\d+)?|[^\W\d_]+", "".join(c for c in plain if not unicodedata.combining(c))))


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """Return letters and digits of a code only, upper case."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()


def order_key(number: str) -> str:
    """Return an order number for comparison: without punctuation and leading zeros."""
    return bare(number).lstrip("0")


def line_key(line: str) -> str:
    """Return the number of an order line for comparison: without punctuation and leading zeros."""
    return bare(line).lstrip("0")


def same_order(key: str, number: str) -> bool:
    """Tell whether a printed number (its key) means an order; digits alone count when there are at least five."""
    other = order_key(number)
    if key == other:
        return True
    digits, others = re.sub(r"\D", "", key).lstrip("0"), re.sub(r"\D", "", other).lstrip("0")
    return len(digits) >= _SHORTEST_NUMBER and digits == others
