"""The description of the API is complete: examples that fit, every error a problem, and who may call."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from admin.http.app import make_app
from admin.http.problem_types import KINDS, MEDIA_TYPE
from tests.house import test_settings


def made() -> dict[str, Any]:
    with TemporaryDirectory() as home:
        return make_app(test_settings(Path(home)), token="t", with_worker=False).openapi()


DESCRIBED = made()
CALLS = [(path, method, call) for path, calls in DESCRIBED["paths"].items() for method, call in calls.items()]
SEARCHES = {"/api/v1/search"}
"""Who finds too much says more words."""
OPEN = ("/healthz", "/readyz", "/api/v1/hooks/")


def contents(call: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (where, media type, content) of all that a call takes and gives."""
    for where, one in [("body", call.get("requestBody", {})), *call["responses"].items()]:
        yield from ((where, kind, content) for kind, content in one.get("content", {}).items())


def test_it_is_openapi() -> None:
    validate(DESCRIBED)

    assert DESCRIBED["openapi"].startswith("3.1")


def test_every_schema_has_a_title_of_its_own() -> None:
    schemas = DESCRIBED["components"]["schemas"]

    assert {name: one["title"] for name, one in schemas.items()} == {name: name for name in schemas}
    assert not [name for name in schemas if "__" in name]


def test_every_json_has_an_example_that_fits_its_schema() -> None:
    wrong = []
    for path, method, call in CALLS:
        for where, kind, content in contents(call):
            if "json" in kind and content.get("schema"):
                schema = {**content["schema"], "components": DESCRIBED["components"]}
                found = Draft202012Validator(schema).iter_errors(content["example"])
                wrong += [(method, path, where, one.message) for one in found]

    assert wrong == []


def test_every_error_is_a_problem() -> None:
    wrong = []
    for path, method, call in CALLS:
        errors = {status: one for status, one in call["responses"].items() if status >= "400"}
        known = path.startswith(OPEN) or {"401", "403"} <= set(errors)
        problems = all(list(one["content"]) == [MEDIA_TYPE] for one in errors.values())
        if not (known and problems):
            wrong.append((method, path))

    assert wrong == []


def test_every_post_takes_a_key_and_every_get_a_tag() -> None:
    wanted = {"post": "Idempotency-Key", "get": "If-None-Match"}
    lacking = [
        (method, path)
        for path, method, call in CALLS
        if path.startswith("/api/") and not path.startswith(OPEN) and method in wanted
        and wanted[method] not in {one["name"] for one in call.get("parameters", ()) if one["in"] == "header"}
    ]  # fmt: skip

    assert lacking == []


def test_every_list_that_is_cut_off_goes_on_by_cursor() -> None:
    wrong = []
    for path, method, call in CALLS:
        asked = {one["name"] for one in call.get("parameters", ())}
        is_endless = "limit" in asked and "after" not in asked and path not in SEARCHES
        if asked & {"skip", "offset", "page"} or is_endless:
            wrong.append((method, path))

    assert wrong == []


def test_what_is_open_asks_for_nothing() -> None:
    unguarded = {
        path for path, calls in DESCRIBED["paths"].items() for call in calls.values() if call.get("security") == []
    }

    assert unguarded == {"/healthz", "/readyz", "/api/v1/hooks/{source}"}


def test_kinds_of_problems_say_what_to_do() -> None:
    assert all(one.help.endswith(".") and one.urn.startswith("urn:") for one in KINDS.values())
