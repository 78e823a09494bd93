"""What is written into Dataverse: each table once, as data."""

import uuid
from dataclasses import dataclass

_OURS = uuid.UUID("6f3f2b7e-51c8-5c0b-9d3a-0e6a4f1d7c55")


@dataclass(frozen=True)
class Table:
    """One table of the Sales apps (Microsoft Dataverse table reference)."""

    path: str
    """Entity set in the Web API."""
    name: str
    """Logical name."""
    title: str
    numbers: tuple[str, ...] = ()
    """Places of the payload that are JSON numbers."""
    lines: str = ""
    """Navigation property of rows that are written with it (deep insert)."""
    key: str = ""
    """Column of the primary key, where it is not the logical name and `id`."""

    @property
    def primary(self) -> str:
        """Column of the primary key."""
        return self.key or f"{self.name}id"


TABLES = {
    one.path: one
    for one in (
        Table("accounts", "account", "account", ("revenue", "creditlimit", "numberofemployees")),
        Table("contacts", "contact", "contact"),
        Table("leads", "lead", "lead", ("revenue", "estimatedamount")),
        Table("opportunities", "opportunity", "opportunity", ("estimatedvalue", "budgetamount", "closeprobability")),
        Table(
            "salesorders", "salesorder", "order",
            ("discountamount", "freightamount", *(f"order_details[].{n}" for n in ("quantity", "priceperunit", "tax", "manualdiscountamount"))),
            lines="order_details",
        ),
        Table("tasks", "task", "task", ("actualdurationminutes",), key="activityid"),
        Table("annotations", "annotation", "note"),
    )
}  # fmt: skip


def id_of(key: str) -> str:
    """Return the GUID of an operation's row: a name-based UUID (RFC 9562, version 5) of the operation's key.

    Dataverse takes the primary key of a new row from its maker and refuses a second row with it.
    """
    return str(uuid.uuid5(_OURS, key))
