"""What a mapping may ask of what matching found out: the customer who ordered, and the order line of a line."""

from collections.abc import Mapping

LINES = "lines"
ORDER_LINES = "order_lines"
"""A list that no record has and mappings may walk: the lines, each once for every order line that it was set against."""
MATCH = "match"
CUSTOMER_NAMES = frozenset({
    "id", "name", "tax_id", "registration_id", "iban", "email", "street", "postcode", "city", "country", "currency",
    "payment_terms", "gl_account", "cost_centre", "tax_code", "group",
})  # fmt: skip
"""What a mapping may ask of the matched customer (`customer.id`)."""
MATCH_NAMES = frozenset({
    "po_number", "po_line", "item_code", "quantity", "unit", "amount", "receipt", "receipt_line", "evidence",
    "charge_total", "orders", "changes", "changed_fields",
    "line_words", "list_price", "standing", "posted_as", "posted_amount", "missing", "differing", "paid", "in_hand",
})  # fmt: skip
"""What a mapping may ask of the order line (`match.po_line`); on the header `orders`, `po_number` and `charge_total`, and
what a request would change in the master data, as `changes` tell it and `changed_fields` name it. Of a statement of account
what is known of a position (`standing`, `posted_as`, `posted_amount`), and on the header the positions that are `missing`,
`differing`, `paid` or `in_hand`. `line_words` are the descriptions of all lines, as the fact of that name. Of a customer's
order `item_code` is our number of the item, by whichever number it was named, and `list_price` what the list asks for one
unit."""
MATCHED: Mapping[str, frozenset[str]] = {"customer": CUSTOMER_NAMES, MATCH: MATCH_NAMES}


def record_list(group: str | None) -> str | None:
    """Return the list of the record in which the fields of a walked list stand."""
    return LINES if group == ORDER_LINES else group
