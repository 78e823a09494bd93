"""Calls the API as its description says, and otherwise, and holds what it answers against the description (schemathesis)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from tests.admin.visitors import OWN_TOKEN

_OURS = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
"""The token is ours to send: left out or spoiled by schemathesis it would be put right by us."""
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def described(client: TestClient) -> dict[str, Any]:
    """Return the description of the API."""
    found: dict[str, Any] = client.get("/openapi.json", headers={"Authorization": f"Bearer {OWN_TOKEN}"}).json()
    return found


def operations(client: TestClient, wanted: str = "", *, but: str | None = None) -> Iterator[Any]:
    """Yield the calls whose `METHOD /path` holds a word, and not another."""
    schema = schemathesis.openapi.from_dict(described(client), config=_OURS)
    schema.app = without_lifespan(client.app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if wanted in operation.label and (but is None or but not in operation.label):
            yield operation


def complaints(
    operation: Any, token: str, *, examples: int, modes: Sequence[GenerationMode] = MODES
) -> Iterator[str]:  # fmt: skip
    """Call with generated data of the right and of the wrong form. Yields what is not as described, each kind once."""
    seen: dict[str, str] = {}
    for mode in modes:
        # what has the right form may still mean nothing: an unknown flow, a value that is no date
        call = _call(seen, f"Bearer {token}", excluded=[positive_data_acceptance])
        drawn = given(case=operation.as_strategy(generation_mode=mode))(call)
        bounded = settings(
            max_examples=examples, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        try:
            bounded(drawn)()
        except Unsatisfiable:  # a call without parameters cannot be given wrong ones
            continue
    yield from seen.values()


def _call(seen: dict[str, str], authorization: str, *, excluded: list[Any]) -> Callable[..., None]:
    def call(case: Any) -> None:
        try:
            response = case.call(headers={"Authorization": authorization})
            case.validate_response(response, excluded_checks=excluded)
        except (Exception, FailureGroup) as e:  # noqa: BLE001 - whatever falls is what we look for
            for one in getattr(e, "exceptions", [e]):
                words = f"{type(one).__name__}: {str(one)[:300]}"
                seen.setdefault(words[:80], f"{case.as_curl_command()[:500]}\n{words}")

    return call


def without_lifespan(app: Any) -> Any:
    """Return an application that is open already: each of its clients would open it anew."""

    async def shown(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    return shown
