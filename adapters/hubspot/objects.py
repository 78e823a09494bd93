"""What is written into HubSpot: each object once, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HubSpotObject:
    """One type of CRM record (CRM objects API, `/crm/v3/objects/<path>`)."""

    path: str
    """Plural name in the API."""
    title: str
    """What people call it."""
    page: str
    """Type number in the address of its page: `0-3` for deals."""
    numbers: frozenset[str] = frozenset()
    """Properties that HubSpot keeps as numbers: `10` and `10.00` are the same there."""
    times: frozenset[str] = frozenset({"hs_timestamp"})
    """Properties that HubSpot keeps as points in time, whatever spelling they were sent in."""
    folded: frozenset[str] = frozenset()
    """Properties whose capitals HubSpot does not keep."""


OBJECTS = {
    one.path: one
    for one in (
        HubSpotObject("companies", "company", "0-2", frozenset({"annualrevenue", "numberofemployees"}), folded=frozenset({"domain"})),
        HubSpotObject("contacts", "contact", "0-1", folded=frozenset({"email"})),
        HubSpotObject("deals", "deal", "0-3", frozenset({"amount", "hs_forecast_amount"}), frozenset({"closedate"})),
        HubSpotObject(
            "line_items", "line item", "0-8",
            frozenset({"quantity", "price", "hs_discount_percentage", "discount", "hs_cost_of_goods_sold"}),
        ),
        HubSpotObject("tickets", "ticket", "0-5"),
        HubSpotObject("tasks", "task", "0-27"),
        HubSpotObject("notes", "note", "0-46"),
    )
}  # fmt: skip
FILES = "files"
"""A file of the file manager; its payload names the bytes by `sha256`."""
