"""Who owns what waits for a person, how urgent it is, and until when it should be done."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from engine.content.confidence import DecimalText
from engine.content.facts import Name
from engine.model.value import Value

Team = Literal["finance", "procurement", "sales_operations", "customer_success", "integration_admins"]


class Owner(Value):
    """Whose a queue is."""

    team: Team
    due_hours: int = Field(default=24, ge=1, le=1000)
    """Hours until an item should be done; Saturdays and Sundays (UTC) do not count."""


class Routing(Value):
    """How review items of a flow are owned and ranked."""

    owners: Mapping[Name, Owner] = {}
    """By queue. A queue that is not listed belongs to finance."""
    large: Mapping[str, DecimalText] = {}
    """Totals by currency (ISO 4217) from which an item is one step more urgent."""
    soon_days: int = Field(default=3, ge=0, le=60)
    """An item whose payment or discount is due within so many days is one step more urgent."""

    def owner(self, queue: str) -> Owner:
        """Return whose a queue is."""
        return self.owners.get(queue, Owner(team="finance"))
