"""What the rules of EN 16931 mean for a clerk, and which of our fields they speak of.

Sentences are ours; a rule that has none here is told in the words of its own assertion.
"""

import re
from typing import NamedTuple

from adapters.einvoice.checks.own import rules


class Wording(NamedTuple):
    """A sentence for the clerk and the fields concerned."""

    sentence: str
    fields: tuple[str, ...] = ()


_CATEGORIES = {
    "S": "standard rate", "Z": "zero rate", "E": "exempt", "AE": "reverse charge", "IC": "intra-community supply",
    "G": "export", "O": "not subject to VAT", "AF": "IGIC", "AG": "IPSI", "IG": "IGIC", "IP": "IPSI",
}  # fmt: skip
_ID = re.compile(r"BR-(S|Z|E|AE|IC|G|O|AF|AG|IG|IP)-(\d\d)")
_TAX_IDS = ("vendor_tax_id", "buyer_tax_id")

_BY_NUMBER = {
    "01": Wording("lines or charges use {}, but the tax breakdown has no row for it", ("taxes",)),
    "02": Wording(
        "a line uses {}, but a tax number that this needs is missing or one is there that must not", _TAX_IDS
    ),
    "03": Wording("a discount uses {}, but a tax number that this needs is missing or must not be there", _TAX_IDS),
    "04": Wording("a charge uses {}, but a tax number that this needs is missing or must not be there", _TAX_IDS),
    "05": Wording("a line with {} has a tax rate that does not go with it", ("lines",)),
    "06": Wording("a discount with {} has a tax rate that does not go with it", ("discount_total",)),
    "07": Wording("a charge with {} has a tax rate that does not go with it", ("charge_total",)),
    "08": Wording("the taxable amount for {} is not the sum of its lines, discounts and charges", ("taxes", "lines")),
    "09": Wording("the tax amount for {} is not its taxable amount times the rate", ("taxes",)),
    "10": Wording("the reason that {} needs is missing, or one is given where none belongs", ("taxes",)),
    "11": Wording("{} needs a delivery date or period, or stands beside other tax rows", ("taxes", "delivery_date")),
    "12": Wording("{} needs the country of delivery, or no line may use another tax", ("taxes",)),
    "13": Wording("{} allows no discount with another tax", ("discount_total",)),
    "14": Wording("{} allows no charge with another tax", ("charge_total",)),
}
"""Rules that every VAT category has, by their number. `{}` is the name of the category."""

_MISSING = {
    "01": ("the specification identifier", ""), "02": ("the invoice number", "invoice_number"),
    "03": ("the issue date", "issue_date"), "04": ("the type code", ""), "05": ("the currency", "currency"),
    "06": ("the name of the seller", "vendor_name"), "07": ("the name of the buyer", "buyer_name"),
    "08": ("the postal address of the seller", "vendor_address"), "09": ("the country of the seller", "vendor_country"),
    "10": ("the postal address of the buyer", "buyer_address"), "11": ("the country of the buyer", "buyer_country"),
    "12": ("the sum of the lines", "subtotal"), "13": ("the total without tax", "subtotal"),
    "14": ("the total with tax", "total"), "15": ("the amount due", "amount_due"), "16": ("at least one line", "lines"),
    "17": ("the name of the payee", "payee_name"), "18": ("the name of the tax representative", ""),
    "19": ("the address of the tax representative", ""), "20": ("the country of the tax representative", ""),
    "21": ("the number of a line", "lines"), "22": ("the quantity of a line", "lines"),
    "23": ("the unit of a line", "lines"), "24": ("the net amount of a line", "lines"),
    "25": ("the name of an item", "lines"), "26": ("the price of an item", "lines"),
    "31": ("the amount of a discount", "discount_total"), "32": ("the tax category of a discount", "discount_total"),
    "33": ("the reason of a discount", "discount_total"), "36": ("the amount of a charge", "charge_total"),
    "37": ("the tax category of a charge", "charge_total"), "38": ("the reason of a charge", "charge_total"),
    "41": ("the amount of a discount on a line", "lines"), "42": ("the reason of a discount on a line", "lines"),
    "43": ("the amount of a charge on a line", "lines"), "44": ("the reason of a charge on a line", "lines"),
    "45": ("the taxable amount in the tax breakdown", "taxes"), "46": ("the tax amount in the tax breakdown", "taxes"),
    "47": ("the category in the tax breakdown", "taxes"), "48": ("the rate in the tax breakdown", "taxes"),
    "49": ("the means of payment", ""), "50": ("the account to pay to", "vendor_iban"),
    "52": ("the reference of a supporting document", ""), "53": ("the tax total in the accounting currency", "tax_total"),
    "54": ("name or value of an item attribute", "lines"), "55": ("the number of the preceding invoice", "preceding_invoice_number"),
    "56": ("the tax number of the tax representative", ""), "57": ("the country of the delivery address", ""),
    "61": ("the account to pay to", "vendor_iban"), "62": ("the scheme of the seller's electronic address", ""),
    "63": ("the scheme of the buyer's electronic address", ""), "64": ("the scheme of a standard item number", "lines"),
    "65": ("the scheme of an item classification", "lines"),
}  # fmt: skip

_BY_ID = {
    "BR-27": Wording("the net price of an item is negative", ("lines",)),
    "BR-28": Wording("the gross price of an item is negative", ("lines",)),
    "BR-29": Wording("the invoicing period ends before it starts", ("period_start", "period_end")),
    "BR-30": Wording("the period of a line ends before it starts", ("lines",)),
    "BR-51": Wording("more of a card number is shown than its last digits"),
    "BR-CO-03": Wording("tax point date and tax point code exclude each other"),
    "BR-CO-04": Wording("a line has no tax category", ("lines",)),
    "BR-CO-09": Wording("a tax number does not start with its country", _TAX_IDS),
    "BR-CO-10": Wording("the lines do not add up to the sum of the lines", ("lines", "subtotal")),
    "BR-CO-11": Wording("the discounts do not add up to the total of discounts", ("discount_total",)),
    "BR-CO-12": Wording("the charges do not add up to the total of charges", ("charge_total",)),
    "BR-CO-13": Wording("the total without tax is not lines less discounts plus charges", ("subtotal", "discount_total", "charge_total")),
    "BR-CO-14": Wording("the tax breakdown does not add up to the total tax", ("tax_total", "taxes")),
    "BR-CO-15": Wording("the total with tax is not the total without tax plus tax", ("total", "subtotal", "tax_total")),
    "BR-CO-16": Wording("the amount due is not total less what was paid, plus rounding", ("amount_due", "total", "prepaid_amount")),
    "BR-CO-17": Wording("a tax amount is not its taxable amount times the rate", ("taxes",)),
    "BR-CO-18": Wording("the tax breakdown is missing", ("taxes",)),
    "BR-CO-19": Wording("the invoicing period has neither start nor end", ("period_start", "period_end")),
    "BR-CO-20": Wording("the period of a line has neither start nor end", ("lines",)),
    "BR-CO-21": Wording("a discount has no reason", ("discount_total",)),
    "BR-CO-22": Wording("a charge has no reason", ("charge_total",)),
    "BR-CO-23": Wording("a discount on a line has no reason", ("lines",)),
    "BR-CO-24": Wording("a charge on a line has no reason", ("lines",)),
    "BR-CO-25": Wording("something is to be paid, but neither due date nor terms say when", ("due_date", "payment_terms")),
    "BR-CO-26": Wording("nothing identifies the seller: no identifier, registration or tax number", ("vendor_tax_id", "vendor_registration_id")),
    "BR-CO-27": Wording("account and card or mandate stand side by side", ("vendor_iban",)),
}  # fmt: skip

_CODES = {
    "01": ("type code", ""), "03": ("currency of an amount", "currency"), "04": ("currency", "currency"),
    "05": ("accounting currency", ""), "06": ("tax point code", ""), "07": ("scheme of an object identifier", ""),
    "08": ("subject of a note", ""), "10": ("scheme of a party identifier", ""),
    "11": ("scheme of a registration", "vendor_registration_id"), "13": ("scheme of an item classification", "lines"),
    "14": ("country", "vendor_country"), "15": ("country of origin", "lines"), "16": ("means of payment", ""),
    "17": ("tax category", "taxes"), "18": ("tax category of a line", "lines"),
    "19": ("reason of a discount", "discount_total"), "20": ("reason of a charge", "charge_total"),
    "21": ("scheme of a standard item number", "lines"), "22": ("tax exemption reason", "taxes"),
    "23": ("unit", "lines"), "24": ("media type of an attachment", ""),
    "25": ("scheme of an electronic address", ""), "26": ("scheme of the place of delivery", ""),
}  # fmt: skip


def wording(rule: str) -> Wording | None:
    """Return what a broken rule means, or None when only its own text says it."""
    known = _BY_ID.get(rule)
    if known is not None:
        return known
    if (category := _ID.fullmatch(rule)) is not None and category[2] in _BY_NUMBER:
        shape = _BY_NUMBER[category[2]]
        return shape._replace(sentence=shape.sentence.format(f"the VAT category {_CATEGORIES[category[1]]!r}"))
    kind, _, number = rule.rpartition("-")
    if kind == "BR" and number in _MISSING:
        what, name = _MISSING[number]
        return Wording(f"{what} is missing or empty", (name,) if name else ())
    if kind == "BR-CL" and number in _CODES:
        what, name = _CODES[number]
        return Wording(f"a {what} is not in the code list that it must come from", (name,) if name else ())
    if kind == "BR-DEC":
        return Wording("an amount has more than two decimals")
    ours = rules().get(rule)
    return None if ours is None else Wording(ours.says, ours.fields)
