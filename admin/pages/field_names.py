"""What people call the fields of records, and how values of each kind are written for them."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

_SPECIAL = {
    "po_number": "PO number", "vendor_iban": "Vendor IBAN", "vendor_bic": "Vendor BIC", "vendor_tax_id": "Vendor VAT ID",
    "buyer_tax_id": "Buyer VAT ID", "po_line": "PO line", "vendor_gln": "Vendor GLN",
}  # fmt: skip
_ABBREVIATED = re.compile(r"\b(ap|po|id|vat|iban|bic|erp|crm)\b", re.IGNORECASE)


def label(path: str) -> str:
    """Return the name of a field in English: the sentence that catalogues translate."""
    name = path.rpartition(".")[2]
    return _SPECIAL.get(name) or _ABBREVIATED.sub(lambda one: one[0].upper(), name.replace("_", " ").capitalize())


def shown_date(text: str | None, language: str) -> str:
    """Return an ISO date as people of that language write it; other text as it is."""
    try:
        return str(format_date(date.fromisoformat(text or ""), "medium", locale=language))
    except (ValueError, UnknownLocaleError):
        return text or ""


def shown_quantity(number: Decimal | None, language: str) -> str:
    """Return a quantity with the marks of a language, without idle zeros; None is nothing."""
    return "" if number is None else shown_amount(f"{number.normalize():f}", language)


def shown_amount(text: str | None, language: str) -> str:
    """Return decimal text with the marks of a language and as many decimals as it has; other text as it is."""
    try:
        amount = Decimal(text or "")
    except InvalidOperation:
        return text or ""
    places = max(0, -int(amount.as_tuple().exponent)) if amount.is_finite() else 0
    return str(format_decimal(amount, format="#,##0" + ("." + "0" * places if places else ""), locale=language))
