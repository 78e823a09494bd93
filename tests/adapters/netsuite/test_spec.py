"""What is sent is held against the OpenAPI description that an account of NetSuite gives of itself.

The description may not be passed on; without it these tests are skipped.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.netsuite.records import RECORDS
from adapters.netsuite.sandbox import contract
from adapters.netsuite.sandbox.server import NetSuiteSandbox
from engine.content.matrix import Matrix, MatrixExample, load_matrices
from tests.adapters.netsuite.operations import connected, operation

ROOT = Path(__file__).parents[3]
SPEC = ROOT.parent / "shared" / "specs" / "netsuite" / "netsuite-oas.standard.json"
REFS = [
    file.name.replace(".v1.", "@1.").removesuffix(".yaml")
    for file in (ROOT / "mappings" / "outbound").glob("netsuite.*.yaml")
]
MATRICES = [matrix for _, matrix in sorted(load_matrices(ROOT, only=REFS).items())]
CASES = [
    (matrix, one) for matrix in MATRICES for one in matrix.examples if one.payload and matrix.target.object != "file"
]
FEATURES = {"taxCode", "taxRate1", "tax1Amt", "grossAmt", "vatRegNumber", "department", "class", "location"}
"""Properties that an account has by the features it uses; the described one does without some of them."""
DESCRIBED = {"vendor_bill", "vendor", "customer", "invoice"}
"""Our objects whose records the description holds; it is silent on the others."""
KINDS = ("vendorBill", "vendor", "customer", "invoice")
needs_spec = pytest.mark.skipif(not SPEC.is_file(), reason="the vendor's description of its API is not at hand")


def _strict(node: Any) -> None:
    """Let no unknown property pass, and take references that look alike for what they are."""
    if isinstance(node, dict):
        if "oneOf" in node:
            node["anyOf"] = node.pop("oneOf")
        if node.get("type") == "object" and isinstance(node.get("properties"), dict):
            node["additionalProperties"] = False
        node.pop("security", None)
        if isinstance(node.get("required"), bool) and "in" not in node:
            del node["required"]
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _strict(inner)


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(SPEC.read_text())
    _strict(described)
    described["servers"] = [{"url": "http://127.0.0.1/services/rest/record/v1"}]
    return described


@pytest.fixture(scope="module")
def api(spec: dict[str, Any]) -> Any:
    core = pytest.importorskip("openapi_core")
    reads = {"application/vnd.oracle.resource+json": lambda data, **_: json.loads(data)}
    return core.OpenAPI.from_dict(
        spec, config=core.Config(spec_validator_cls=None, extra_media_type_deserializers=reads)
    )


def _wrong(api: Any, method: str, path: str, body: Any, kind: str) -> list[str]:
    request = __import__("openapi_core.testing", fromlist=["MockRequest"]).MockRequest(
        "http://127.0.0.1", method.lower(), path, data=json.dumps(body).encode(), content_type=kind
    )
    return [str(getattr(error.__cause__, "schema_errors", error)) for error in api.iter_request_errors(request)]


def _sent(matrix: Matrix, example: MatrixExample) -> tuple[str, str, Any, str]:
    with NetSuiteSandbox() as sandbox:
        sandbox.masters["currency"].append({"id": "9", "name": "Krone", "symbol": "NOK"})
        for at, number in enumerate(("4674", "1576")):
            account = {"id": str(801 + at), "acctnumber": number, "accttype": "Expense", "isinactive": "F"}
            sandbox.masters["account"].append({**account, "accountsearchdisplayname": number})
        employees = [
            {**sandbox.masters["vendor"][1], "id": number, "entityid": f"E-{number}"} for number in ("3001", "3003")
        ]
        sandbox.masters["vendor"] += employees
        sandbox.standing["vendorBill"] = [{"id": "10001", "entity": {"id": "201"}, "tranId": "earlier"}]
        billed = {"entity": {"id": "301"}, "tranDate": "2026-02-01"}
        sandbox.standing["invoice"] = [{"id": f"1100{n}", "tranId": f"AR-{n}", **billed} for n in (1, 2)]
        connected(sandbox).send(operation(matrix.target.object, example.payload or {}, options=matrix.options))
        call = next(one for one in sandbox.calls if sandbox.is_write(one))
        return call.method, call.path, json.loads(call.body), call.headers["content-type"]


def _without_features(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_features(inner) for name, inner in value.items() if name not in FEATURES}
    return [_without_features(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("matrix", "example"), CASES, ids=[f"{m.name}: {e.name}" for m, e in CASES])
def test_what_a_mapping_makes_is_taken_by_the_stand_in(matrix: Matrix, example: MatrixExample) -> None:
    method, path, body, _ = _sent(matrix, example)

    kind = RECORDS[matrix.target.object].kind
    if matrix.options.get("write") == "update":
        assert (method, path.rsplit("/", 2)[1]) == ("PATCH", kind)
        assert "externalId" not in body
    else:
        assert (method, path.rpartition("/")[2]) == ("POST", kind)
        assert body["externalId"]


@needs_spec
@pytest.mark.parametrize(
    ("matrix", "example"), [c for c in CASES if c[0].target.object in DESCRIBED],
    ids=[f"{m.name}: {e.name}" for m, e in CASES if m.target.object in DESCRIBED],
)  # fmt: skip
def test_what_a_mapping_makes_is_a_request_of_the_vendors_contract(
    api: Any, matrix: Matrix, example: MatrixExample
) -> None:
    method, path, body, kind = _sent(matrix, example)

    assert _wrong(api, method, path, _without_features(body), kind) == []


@needs_spec
def test_an_invoice_to_a_customer_is_a_request_of_the_vendors_contract(api: Any) -> None:
    goods = {
        "items": [
            {
                "item": {"refName": "A-100"},
                "quantity": "5",
                "rate": "20.1234",
                "amount": "100.62",
                "price": {"id": "-1"},
            }
        ]
    }
    payload = {"entity": {"refName": "C-100"}, "currency": {"refName": "EUR"}, "tranDate": "2026-03-04", "item": goods}
    with NetSuiteSandbox() as sandbox:
        connected(sandbox).send(operation("invoice", payload))
        call = next(one for one in sandbox.calls if sandbox.is_write(one))

    assert _wrong(api, call.method, call.path, json.loads(call.body), call.headers["content-type"]) == []


@needs_spec
@pytest.mark.parametrize(
    "change",
    [{"tranId": 5}, {"nosuch": "x"}, {"expense": {"items": [{"amount": "1.00"}]}}],
    ids=["type", "name", "number as text"],
)
def test_the_contract_refuses_what_is_wrong(api: Any, change: Mapping[str, Any]) -> None:
    body = {"entity": {"id": "1"}, **change}

    assert _wrong(
        api, "POST", "/services/rest/record/v1/vendorBill", body, "application/vnd.oracle.resource+json; type=singular"
    )


def _paths(schema: Mapping[str, Any], root: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Yield the property paths of one of our schemas, without what is within references."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{at}{name}"
        below = inner.get("items", inner) if inner.get("type") == "array" else inner
        if "properties" in below and set(below["properties"]) != {"id"}:
            yield from _paths(below, root, f"{at}{name}.")


def _has(spec: Mapping[str, Any], kind: str, path: str) -> bool:
    schemas = spec["components"]["schemas"]
    node: Any = schemas[kind]
    for name in path.split("."):
        while "$ref" in node or node.get("type") == "array":
            node = schemas[node["$ref"].rpartition("/")[2]] if "$ref" in node else node["items"]
        if name not in node.get("properties", {}):
            return False
        node = node["properties"][name]
    return True


@needs_spec
@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_every_property_of_our_schema_is_the_vendors(spec: dict[str, Any], name: str) -> None:
    schema = json.loads((ROOT / "mappings" / "outbound" / f"netsuite.{name}.schema.json").read_text())
    # names the source of a transformation; the adapter takes it out of the body
    paths = [path for path in _paths(schema, schema) if path != "createdFrom" and not FEATURES & set(path.split("."))]

    assert [path for path in paths if not _has(spec, RECORDS[name].kind, path)] == []


def test_the_page_names_the_source_of_every_property_that_no_description_holds() -> None:
    schema = json.loads((ROOT / "mappings" / "outbound" / "netsuite.customer_payment.schema.json").read_text())
    page = (ROOT / "docs" / "adapters" / "netsuite.md").read_text()
    rows = page.partition("## What a customer payment rests on")[2].partition("## ")[0].splitlines()
    sourced = {name for row in rows if row.startswith("| `") for name in re.findall(r"`([^`]+)`", row.split("|")[1])}

    assert sourced == set(_paths(schema, schema)) - {"apply"}


@needs_spec
def test_the_description_still_holds_no_customer_payment(spec: dict[str, Any]) -> None:
    """When it does one day, the record goes among those that are checked."""
    assert "customerPayment" not in spec["components"]["schemas"]


@needs_spec
@pytest.mark.parametrize("kind", KINDS)
def test_every_property_of_the_stand_in_is_the_vendors(spec: dict[str, Any], kind: str) -> None:
    fields = {name: what.removeprefix("!") for name, what in contract.RECORDS[kind].items() if name not in FEATURES}
    paths = [name for name, what in fields.items() if what != "told"]
    for name, what in fields.items():
        if what.startswith("lines:") and _has(spec, kind, name):
            paths += [
                f"{name}.items.{inner}"
                for inner in contract.LINES[what.removeprefix("lines:")]
                if inner not in FEATURES
            ]

    assert [path for path in paths if not _has(spec, kind, path)] == []
