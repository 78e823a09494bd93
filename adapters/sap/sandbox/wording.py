"""How SAP words its answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.sap.sandbox.checks import Complaint
from adapters.sap.sandbox.entities import EntitySet, entity_sets
from adapters.shared.sandbox.server import Reply


def refusal(
    status: int, code: str, message: str, details: Sequence[Complaint] = (), *, headers: Mapping[str, str] | None = None
) -> Reply:
    """Return an error as the Gateway wraps it."""
    rows = [
        {"code": one.code, "message": one.message, "propertyref": one.at, "severity": "error", "target": one.at}
        for one in details
    ]
    last = {
        "code": "/IWBEP/CX_MGW_BUSI_EXCEPTION",
        "message": message,
        "propertyref": "",
        "severity": "error",
        "target": "",
    }
    inner = {"transactionid": "5F0A", "timestamp": "20261122180000.0000000", "errordetails": [*rows, last]}
    data = {"error": {"code": code, "message": {"lang": "en", "value": message}, "innererror": inner}}
    return Reply(status, data, headers=headers or {})


def shown(kind: EntitySet, entity: Mapping[str, Any], *, root: str, expand: Sequence[str]) -> dict[str, Any]:
    """Return an entity as it is answered: with its address, and below it what was asked for."""
    keys = (
        ",".join(f"{name}='{entity.get(name)}'" for name in kind.key)
        if len(kind.key) > 1
        else f"'{entity[kind.key[0]]}'"
    )
    uri = f"{root}/{kind.service}/{kind.name}({keys})"
    about = {"id": uri, "uri": uri, "type": f"{kind.service}.{kind.name}Type"}
    if kind.name == "A_SalesOrder":
        about["etag"] = f"W/\"datetimeoffset'{entity['LastChangeDateTime']}'\""
    data: dict[str, Any] = {"__metadata": about, **{name: entity.get(name) for name in kind.properties}}
    for name, other in kind.below.items():
        asked = [path.partition("/")[2] for path in expand if path.partition("/")[0] == name]
        inner = entity_sets()[kind.service, other]
        if not asked:
            data[name] = {"__deferred": {"uri": f"{uri}/{name}"}}
            continue
        rows = [shown(inner, row, root=root, expand=[path for path in asked if path]) for row in entity.get(name, ())]
        is_one = name in {"to_Supplier", "to_Customer"}
        data[name] = (rows[0] if rows else None) if is_one else {"results": rows}
    return data


def unknown_set(name: str) -> Reply:
    """Return that there is no such entity set."""
    return refusal(404, "/IWBEP/CM_MGW_RT/020", f"Resource not found for the segment '{name}'")
