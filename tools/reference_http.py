"""The reference page of the HTTP API: calls with the right that each needs, what they answer, and their parameters."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from admin.http.app import make_app
from admin.http.problem_types import KINDS
from admin.http.who import needed, routes
from engine.runtime.settings import Settings
from tools.markdown import cell, code, codes, table

_COMMON = frozenset({"400", "401", "403", "413", "415", "422", "429"})
"""Statuses of which the page speaks once."""


def http() -> str:
    """Return the page."""
    with tempfile.TemporaryDirectory() as home:
        app = make_app(Settings(home=Path(home)), token="none", with_worker=False)
    described = app.openapi()
    rights = {
        (method, one.path): [verb for needs in needed(one.dependant) for verb in needs.verbs]
        for one in routes(app.routes) for method in one.methods or ()
    }  # fmt: skip
    rows, text = [], []
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            right = ", ".join(one.replace("_", " ") for one in rights[method.upper(), path])
            rows.append(
                (
                    code(f"{method.upper()} {path}"),
                    right,
                    cell(call["summary"]),
                    codes(sorted(set(call["responses"]) - _COMMON)),
                )
            )
            text.append(f"## {method.upper()} {path}\n\n{cell(call.get('description', ''))}{_parameters(call)}")
    head = ("All calls that need a right take a token as `Authorization: Bearer TOKEN`. Errors are RFC 9457 problems. "
            "The same as OpenAPI with examples: `/openapi.json`, to try out: `/docs`. Beside what stands here a call "
            "answers `401` and `403`, `429` to who calls too often, and `400`, `413`, `415` or `422` to a body that it does not take.")  # fmt: skip
    return "\n\n".join([head, table(("call", "right", "what", "answers"), rows), _problems(), *text])


def _problems() -> str:
    rows = [(code(one.urn), code(one.status), one.title, cell(one.help)) for one in KINDS.values()]
    return "## Problems\n\nWhat `type` says, and what to do.\n\n" + table(
        ("type", "status", "title", "what to do"), rows
    )


def _parameters(call: Mapping[str, Any]) -> str:
    rows = []
    for parameter in call.get("parameters", ()):
        schema = parameter["schema"]
        bounds = [f"{word} {schema[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema]
        meaning = " ".join([cell(parameter.get("description", "")), *bounds]).strip()
        rows.append((code(parameter["name"]), parameter["in"], code(schema.get("default", "")), meaning))
    return "\n\n" + table(("parameter", "in", "default", "meaning"), rows) if rows else ""
