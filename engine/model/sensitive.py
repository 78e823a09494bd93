"""Which fields hold bank data or numbers of identity, by their names. Pure."""

import re

from engine.model.rights import FieldGroup

GROUPS: frozenset[FieldGroup] = frozenset({"bank", "identity"})
_BANK = re.compile(r"iban|bic$|swift|bank_?acc|bank_?n(o|um)|bankn$|bankl$|account_?(no|num)|sort_?code|routing_?n", re.IGNORECASE)  # fmt: skip
_IDENTITY = re.compile(r"tax_?(id|no|num|reg)|vat_?(id|no|num|reg)|registration_?(id|no|num)|stceg|stcd\d|id_number|_endpoint$|employee_?(email|name|id|no|num)", re.IGNORECASE)  # fmt: skip


def group_of(name: str) -> FieldGroup | None:
    """Return the group of a field, or of a path of a payload, by the last part of its name; None shows it to everybody."""
    last = name.rpartition(".")[2].partition("[")[0]
    if _BANK.search(last):
        return "bank"
    return "identity" if _IDENTITY.search(last) else None
