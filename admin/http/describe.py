"""The description of the API (OpenAPI 3.1): who may call, every error each call answers with, and an example for each body."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from admin.http.examples import EXAMPLES, made
from admin.http.hooks import PATH as HOOKS
from admin.http.problem_types import BY_STATUS, KINDS, MEDIA_TYPE, Kind, Place, Problem, body

_OPEN = frozenset({"/healthz", "/readyz"})
_SCHEMAS = "#/components/schemas/"
_REF = {"$ref": f"{_SCHEMAS}Problem"}
_WITH_VERSION = ("/api/v1/documents/{", "/api/v1/operations/{", "/api/v1/webhooks/{")
"""Begins of addresses of what has a version."""
_CHANGES = frozenset({"post", "put", "patch", "delete"})
_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "A name of your own for this request (a UUID). Sent again with it within 24 hours, it takes effect once "
    "and is answered as the first time.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}  # fmt: skip
_MATCH = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag of what you saw: answered 412 when it was changed meanwhile.",
}  # fmt: skip
_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag that you have: answered 304 without a body when it is still the same.",
}  # fmt: skip
_INSTEAD: Mapping[int, str] = {
    403: "You have not the right to read operations.", 404: "There is nothing at this address.",
    409: "Only what is held, waits or is parked is rejected.", 412: "This is revision 3 by now; you saw 2.",
    413: "The document is larger than the 104,857,600 bytes that are accepted.", 429: "More than 1,200 calls a minute.",
    422: "#/query/limit: Input should be less than or equal to 200",
}  # fmt: skip


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description, made once."""
    if app.openapi_schema is None:
        made_of = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        app.openapi_schema = completed(_named_apart(made_of))
    return app.openapi_schema


def completed(described: dict[str, Any]) -> dict[str, Any]:
    """Add to a description what holds for every call: errors, who may call, keys of requests, examples."""
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Place"] = Place.model_json_schema()
    schemas["Problem"] = Problem.model_json_schema(ref_template=_SCHEMAS + "{model}")
    schemas["Problem"].pop("$defs", None)
    schemas["Problem"]["example"] = example_of(KINDS["not-found"])
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            _complete(path, method, call)
    for path, calls in described["paths"].items():
        for call in calls.values():
            for place in _bodies(call):
                _show(place, schemas, path)
    return described


def _named_apart(described: dict[str, Any]) -> dict[str, Any]:
    """Return a description whose schemas each have a title of their own, as generators of clients need it.

    Classes of one name in two modules (`admin__http__reviews__Page`) get the module's name before their own.
    """
    names = described.get("components", {}).get("schemas", {})
    apart = {
        one: "".join(map(str.capitalize, one.split("__")[-2].split("_"))) + one.split("__")[-1]
        for one in names
        if "__" in one
    }
    text = json.dumps(described)
    for long, short in apart.items():
        text = text.replace(f'"{_SCHEMAS}{long}"', f'"{_SCHEMAS}{short}"')
    made: dict[str, Any] = json.loads(text)
    schemas = {apart.get(one, one): schema for one, schema in made.get("components", {}).get("schemas", {}).items()}
    made.setdefault("components", {})["schemas"] = {name: {**one, "title": name} for name, one in schemas.items()}
    return made


def example_of(kind: Kind, detail: str | None = None) -> dict[str, Any]:
    """Return a problem as it looks."""
    errors = [Place(pointer="#/query/limit", detail="Input should be less than or equal to 200")]
    words = detail or _INSTEAD.get(kind.status, kind.title + ".")
    return body(kind, words, errors if kind.name == "invalid" else None)


def _complete(path: str, method: str, call: dict[str, Any]) -> None:
    """Add the errors that every call of its form may answer with."""
    is_open, is_hook = path in _OPEN, path.startswith(HOOKS)
    if is_open or is_hook:
        call["security"] = []
    if method == "post" and not is_hook:
        call.setdefault("parameters", []).append(_KEY)
    if method in _CHANGES and path.startswith(_WITH_VERSION):
        call["parameters"].append(_MATCH)
    if method == "get" and path.startswith("/api/"):
        call.setdefault("parameters", []).append(_NONE_MATCH)
        call["responses"]["304"] = {"description": "You have it already."}
    statuses = {int(status) for status in call["responses"] if status.isdigit() and status >= "400"}
    statuses |= set() if is_open or is_hook else {401, 403}
    statuses |= {429} if path.startswith("/api/") and not is_hook else set()
    takes_json = "application/json" in call.get("requestBody", {}).get("content", {})
    statuses |= {400, 413} if "requestBody" in call else {400} if method == "post" else set()
    statuses |= {415} if takes_json and not is_hook else set()
    statuses |= {404, 422} if "{" in path else set()
    statuses |= {409} if method in _CHANGES and not is_hook else set()
    statuses |= {412} if method in _CHANGES and "{" in path and not is_hook else set()
    for status in sorted(statuses):
        known = call["responses"].get(str(status), {})
        kind = BY_STATUS[status]
        words = known.get("description")
        told = words if words and words != "Validation Error" else f"{kind.title}. {kind.help}"
        content = {MEDIA_TYPE: {"schema": _REF, "example": example_of(kind)}}
        call["responses"][str(status)] = {**known, "description": told, "content": content}


def _bodies(call: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the JSON that a call takes and gives."""
    given = [call.get("requestBody", {}), *(one for status, one in call["responses"].items() if status.startswith("2"))]
    return [one["content"]["application/json"] for one in given if "application/json" in one.get("content", {})]


def _show(place: dict[str, Any], schemas: Mapping[str, Any], path: str) -> None:
    """Put an example beside the schema of a body: one written by hand, or one made after the schema."""
    schema = place.get("schema", {})
    if "example" in place or not schema:
        return
    name = str(schema.get("$ref", "")).removeprefix(_SCHEMAS)
    place["example"] = EXAMPLES[name] if name in EXAMPLES else made(schema, schemas, name=path)
