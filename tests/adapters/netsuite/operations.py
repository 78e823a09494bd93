"""Operations as matrices make them, and targets with little patience."""

from collections.abc import Mapping
from typing import Any

from adapters.netsuite.client import NetSuiteApi
from adapters.netsuite.jobs import Jobs
from adapters.netsuite.sandbox.server import NetSuiteSandbox
from adapters.netsuite.settings import parse_settings
from adapters.netsuite.target import NetSuiteTarget
from adapters.shared.http import Patience
from engine.model.operation import Operation

QUICK = Patience(connect=1, read=0.5, whole=2, tries=2, sleep=lambda _: None)


def operation(
    kind: str, payload: Mapping[str, Any], *, n: int = 1, options: Mapping[str, Any] | None = None
) -> Operation:
    """Return an operation of a payload, with a key of its own for each n."""
    return Operation(
        key=f"flow/netsuite/{kind}/{n}", document_id="d1", revision=1, target="netsuite", object=kind, payload=payload,
        options=options or {}, mapping="m@1", payload_digest=f"sha-{n}",
    )  # fmt: skip


def bill(n: int = 1, **changed: Any) -> dict[str, Any]:
    """Return the payload of a vendor bill with one expense line."""
    return {
        "entity": {"id": "201"}, "tranId": f"RE-{n}", "tranDate": "2026-03-04", "currency": {"refName": "EUR"},
        "subsidiary": {"id": "1"}, "memo": "goods",
        "expense": {"items": [{"account": {"refName": "6815"}, "amount": "1000.50", "memo": "Paper"}]}, **changed,
    }  # fmt: skip


OPENED: list[NetSuiteApi] = []
"""What a fixture closes after each test."""


def opened(sandbox: NetSuiteSandbox, **changed: Any) -> NetSuiteApi:
    """Return the web services of a sandbox."""
    api = NetSuiteApi(parse_settings({**sandbox.settings(), **changed}), patience=QUICK)
    OPENED.append(api)
    return api


def connected(sandbox: NetSuiteSandbox, **changed: Any) -> NetSuiteTarget:
    """Return a target for a sandbox, without any pause."""
    api = opened(sandbox, **changed)
    return NetSuiteTarget(api, jobs=Jobs(api, sleep=lambda _: None))
