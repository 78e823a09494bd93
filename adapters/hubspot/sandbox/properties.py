"""Properties of a portal's objects, as HubSpot ships them and an admin adds to them.

Names and types are those of HubSpot's published CRM v3 property lists; a stand-in needs the common ones only, and lets an
admin declare more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_LONGEST = 65_536
KEY = "postroom_key"
_STRING, _NUMBER, _TIME, _BOOL = "string", "number", "datetime", "bool"


def _strings(names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), _STRING)


TYPES: Mapping[str, Mapping[str, str]] = {
    "companies": {
        **_strings("name domain address address2 city zip state country phone website industry description vat_number"),
        **_strings("hs_parent_company_id type lifecyclestage hubspot_owner_id registration_number payment_terms customer_number vendor_number"),
        "annualrevenue": _NUMBER, "numberofemployees": _NUMBER,
    },
    "contacts": {
        **_strings("email firstname lastname phone mobilephone jobtitle company address city zip country website"),
        **_strings("lifecyclestage hubspot_owner_id associatedcompanyid hs_lead_status hs_legal_basis"),
    },
    "deals": {
        **_strings("dealname pipeline dealstage description dealtype hubspot_owner_id deal_currency_code po_number deal_number"),
        "amount": _NUMBER, "hs_forecast_amount": _NUMBER, "closedate": _TIME,
    },
    "line_items": {
        **_strings("name description hs_sku hs_product_id hs_line_item_currency_code recurringbillingfrequency"),
        "quantity": _NUMBER, "price": _NUMBER, "discount": _NUMBER, "hs_discount_percentage": _NUMBER,
        "hs_cost_of_goods_sold": _NUMBER, "hs_position_on_quote": _NUMBER,
    },
    "tickets": _strings("subject content hs_pipeline hs_pipeline_stage hs_ticket_priority hs_ticket_category hubspot_owner_id source_type"),
    "tasks": {
        **_strings("hs_task_subject hs_task_body hs_task_status hs_task_priority hs_task_type hubspot_owner_id"),
        "hs_timestamp": _TIME,
    },
    "notes": {**_strings("hs_note_body hs_attachment_ids hubspot_owner_id"), "hs_timestamp": _TIME},
}  # fmt: skip
REQUIRED: Mapping[str, tuple[str, ...]] = {"tasks": ("hs_timestamp",), "notes": ("hs_timestamp",)}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "hs_legal_basis": ("Performance of a contract", "Freely given consent from contact", "Not applicable"),
    "hs_lead_status": (
        "NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING",
    ),
    "hs_task_status": ("NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"),
    "hs_task_priority": ("NONE", "LOW", "MEDIUM", "HIGH"),
    "hs_task_type": ("TODO", "EMAIL", "CALL"),
    "hs_ticket_priority": ("LOW", "MEDIUM", "HIGH", "URGENT"),
}  # fmt: skip
UNIQUE: Mapping[str, tuple[str, ...]] = {
    "contacts": ("email",), "companies": ("customer_number", "vendor_number", "registration_number"), "deals": ("deal_number",),
}  # fmt: skip
"""`customer_number`, `vendor_number`, `registration_number` and `deal_number` are properties that mappings ask an admin to make."""


def unique_of(kind: str) -> tuple[str, ...]:
    """Return the properties of a kind that hold each value once."""
    return (KEY, *UNIQUE.get(kind, ()))


def kept(kind: str, name: str, value: Any) -> str | None:
    """Return a value as HubSpot keeps it. Raises ValueError with `(error, message)` for one it refuses."""
    if name == KEY:
        return str(value)
    if name not in TYPES[kind]:
        raise ValueError("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
    if value is None or value == "":
        return None
    text = str(value)
    if not isinstance(value, str | int | Decimal):
        raise ValueError("INVALID_STRING", f"{name} is not a valid value")  # noqa: TRY004 - one error for all refusals
    if name in CHOICES and text not in CHOICES[name]:
        raise ValueError("INVALID_OPTION", f"{text} was not one of the allowed options: {list(CHOICES[name])}")
    if len(text) > _LONGEST:
        raise ValueError("VALUE_TOO_LONG", f"{name} is longer than {_LONGEST} characters")
    if TYPES[kind][name] == _NUMBER:
        return _number(text)
    if TYPES[kind][name] == _TIME:
        return _time(text)
    return text.lower() if name in {"email", "domain"} else text


def _number(text: str) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation as e:
        raise ValueError("INVALID_DOUBLE", f"{text} was not a valid number.") from e
    plain = f"{value.normalize():f}"
    return plain if value else "0"


def _time(text: str) -> str:
    try:
        moment = (
            datetime.fromtimestamp(int(text) / 1000, UTC)
            if text.lstrip("-").isdigit()
            else datetime.fromisoformat(text)
        )
    except (ValueError, OverflowError) as e:
        raise ValueError("INVALID_DATE", f"{text} was not a valid date.") from e
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
