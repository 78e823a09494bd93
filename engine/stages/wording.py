"""Puts facts into sentences for the clerk."""

import re
from collections.abc import Mapping
from decimal import Decimal

from engine.content.facts import FactCatalogue
from engine.model.decision import FactValue
from engine.model.money import exponent

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def fill(text: str, facts: Mapping[str, FactValue], catalogue: FactCatalogue) -> str:
    """Return `text` with each `{fact}` replaced by its value; a missing one leaves nothing behind.

    Minor units are written as amounts of the document's currency (`12.50 EUR`), thousandths as per cent.
    """
    currency = facts.get("currency")
    code = currency if isinstance(currency, str) else None
    return _PLACE.sub(lambda place: _say(place.group(1), facts, catalogue, code), text)


def _say(name: str, facts: Mapping[str, FactValue], catalogue: FactCatalogue, currency: str | None) -> str:
    value = facts.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    unit = catalogue[name].unit if name in catalogue else None
    if unit == "minor":
        amount = format(Decimal(value).scaleb(-exponent(currency)), "f")
        return f"{amount} {currency}" if currency else amount
    return f"{Decimal(value) / 10:f} %" if unit == "per mille" else str(value)
