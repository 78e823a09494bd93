"""Examples of what the API takes and gives: those that are worth reading written by hand, the rest made after the schema."""

import re
from collections.abc import Mapping
from typing import Any

_ID = "9eafb8b621536d17f2321605188ba25587bf86a827939a76ff68c458c4f541a1"
_HREF = f"/api/v1/documents/{_ID}"
_KEY = "ap_invoice/erp/vendor_invoice/invoice/V1001/RE-2025-2755"
_AT = "2026-11-02T09:00:00Z"
_DEEPEST = 6
_SCHEMAS = "#/components/schemas/"

EXAMPLES: Mapping[str, Any] = {
    "Accepted": {"id": _ID, "is_new": True, "state": "received", "href": _HREF},
    "Line": {
        "id": _ID, "document": "01-papier-de.pdf", "parent": None, "type": "invoice", "vendor": "Nordlicht Papier GmbH",
        "number": "RE-2025-2755", "total": "928.46 EUR", "confidence": 0.939, "state": "posted", "route": "posted",
        "queue": "", "reasons": [], "message": "No rule objected; 33 were looked at.",
        "reference": "AP_KR_V1001_d71609b710ffd9ae8c6c.csv", "seconds": 0.5,
    },
    "Changes": {"values": [{"path": "total", "value": "928.46", "page": 1, "box": [410.0, 612.5, 468.2, 624.0]}]},
    "Begun": {"id": _ID, "revision": 2, "href": _HREF},
    "Answer": {"revision": 1, "why": "The order was raised by phone."},
    "PassOn": {"revision": 1, "queue": "purchasing", "why": "No receipt yet."},
    "Comment": {"text": "Did you order this?", "to": "bela"},
    "Stands": {"id": _ID, "state": "processing", "revision": 2, "href": _HREF},
    "Said": {"why": "Entered by hand."},
    "Again": {"failed": True, "target": "erp", "why": "The ERP is back."},
    "Edited": {"why": "The account was closed.", "values": {"lines[0].account": "4711"}},
    "Settled": {"why": "Seen in the ERP.", "outcome": "committed", "external_id": "5105600101"},
    "Done": {"key": _KEY, "state": "planned", "refused": ""},
    "Taken": {"new": 1},
    "Reset": {"begin": "now", "why": "The system was replaced."},
}  # fmt: skip
"""By the name of the schema."""

_WORDS: Mapping[str, Any] = {
    "id": _ID, "document": _ID, "document_id": _ID, "href": _HREF, "key": _KEY, "by": "anna", "why": "Seen in the ERP.",
    "state": "posted", "revision": 1, "currency": "EUR", "name": "erp", "next": None, "after": None,
}  # fmt: skip
_SPELLINGS = ("ap_invoice@1", _ID, "ap_invoice", "EUR", "DE", "2026-11-02", "09:00", "0", "1")
"""For texts of which the schema says a pattern: the first that fits."""
_FORMATS: Mapping[str, str] = {
    "date-time": _AT,
    "date": "2026-11-02",
    "uri": "https://erp.example.com/",
    "uuid": "0" * 32,
}


def made(schema: Mapping[str, Any], schemas: Mapping[str, Any], *, name: str = "", deep: int = 0) -> Any:
    """Return data that a schema (JSON Schema 2020-12, as FastAPI writes it) allows; `name` is what the value is called."""
    if "$ref" in schema:
        called = str(schema["$ref"]).removeprefix(_SCHEMAS)
        return EXAMPLES[called] if called in EXAMPLES else made(schemas[called], schemas, name=name, deep=deep + 1)
    for key in ("example", "const", "default"):
        if key in schema and schema[key] is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return made(several[0], schemas, name=name, deep=deep)
    return _plain(schema, schemas, name, deep)


def _plain(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, deep: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return _thing(schema, schemas, deep)
    if kind == "array":
        several = schema.get("prefixItems") or [schema.get("items", {})] * max(int(schema.get("minItems", 1)), 1)
        return [made(one, schemas, name=name, deep=deep + 1) for one in several] if deep < _DEEPEST else []
    if kind == "string":
        return _text(schema, name)
    if kind in {"integer", "number"}:
        known = _WORDS.get(name)
        return known if isinstance(known, int) else schema.get("minimum", 1)
    return kind == "boolean" or None


def _thing(schema: Mapping[str, Any], schemas: Mapping[str, Any], deep: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    wanted = properties if deep < _DEEPEST else schema.get("required", ())
    return {one: made(properties[one], schemas, name=one, deep=deep + 1) for one in wanted}


def _text(schema: Mapping[str, Any], name: str) -> str:
    if "pattern" in schema:
        return next((one for one in _SPELLINGS if re.search(schema["pattern"], one)), "")
    known = _FORMATS.get(schema.get("format", "")) or _WORDS.get(name) or name.replace("_", " ") or "text"
    return str(known)[: schema.get("maxLength", 1000)].ljust(schema.get("minLength", 0), ".")
