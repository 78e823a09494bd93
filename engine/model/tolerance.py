"""What a tolerance has to know about a difference besides the difference itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from engine.model.purchasing import OrderKind
from engine.model.value import Value

MatchLevel = Literal["none", "two_way", "three_way", "four_way"]

LEVEL_RANK: Mapping[MatchLevel, int] = {"none": 0, "two_way": 1, "three_way": 2, "four_way": 3}
"""How strict a level is: an order may raise it, never lower it."""


class Surroundings(Value):
    """Where a difference was found. What is not known stays empty or None; a tolerance that needs it then refuses."""

    entity: str = ""
    """Code of our company: SAP's company code, the legal entity of Dynamics, the subsidiary of NetSuite."""
    vendor: str = ""
    vendor_group: str = ""
    item: str = ""
    item_group: str = ""
    has_order: bool = True
    order_kind: OrderKind = "standard"
    order_level: MatchLevel | None = None
    """How strictly the order wants to be matched; only a stricter level than the policy's counts."""
    received: Decimal | None = None
    """What was received for the order line so far; None: not known, which is no receipt."""
    is_estimated_price: bool = False
    """The price of the order line is marked as an estimate."""
    price: Decimal | None = None
    """Net order price of one `price_unit`: what a difference in quantity is worth."""
    price_unit: str = ""
    amount: Decimal | None = None
    """Net amount of the invoice line: what a date variance is multiplied by."""
    is_last: bool = True
    """This invoice completes the order line; before that a cumulative check does not ask whether too little was billed."""
    accounting_currency: str = ""
    rate: Decimal | None = None
    """How much accounting currency one unit of the difference's currency is worth."""
