"""$batch as Business Central answers it: requests in JSON, one answer for each, whatever becomes of the others."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import simplejson

from adapters.shared.sandbox.server import Call, Reply

_MOST = 100


def requests(call: Call) -> list[Mapping[str, Any]]:
    """Return the requests of a batch. Raises ValueError for a body that is none, or too large."""
    data = call.data()
    found = data.get("requests") if isinstance(data, dict) else None
    if not isinstance(found, list) or len(found) > _MOST:
        raise ValueError(f"a batch has a list of at most {_MOST} requests")
    return found


def is_write(call: Call) -> bool:
    """Whether a batch changes something."""
    try:
        return any(one.get("method") != "GET" for one in requests(call))
    except ValueError:
        return True


def answered(call: Call, reply: Callable[[Call], Reply]) -> Reply:
    """Carry each request of a batch out."""
    return Reply(200, {"responses": [_one(call, request, reply) for request in requests(call)]})


def _one(call: Call, request: Mapping[str, Any], reply: Callable[[Call], Reply]) -> dict[str, Any]:
    address = urlsplit(str(request["url"]))
    headers = {str(name).lower(): str(value) for name, value in (request.get("headers") or {}).items()}
    body = b"" if request.get("body") is None else simplejson.dumps(request["body"], use_decimal=True).encode()
    inner = Call(
        str(request["method"]), f"{call.path.removesuffix('$batch')}{address.path}", dict(parse_qsl(address.query)),
        {**call.headers, **headers}, body,
    )  # fmt: skip
    said = reply(inner)
    content = said.content()
    given = {"body": json.loads(content)} if content else {}
    return {"id": request["id"], "status": said.status, "headers": {"content-type": "application/json"}, **given}
