"""A stand-in for Daybook, written from its documentation: as strict as it, and hostile on demand."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from adapters.shared.sandbox.server import Call, Reply, Sandbox

_LENGTHS = {"key": 40, "number": 40, "vendor": 40, "currency": 3, "text": 4000}
_CLIENT = ("sandbox", "sandbox-secret")


class DaybookSandbox(Sandbox):
    """Entries in memory, unique by `key`."""

    title = "Daybook"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.objects["entry"] = []
        self._tokens: set[str] = set()

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits."""
        return {"base_url": self.url, "client_id": _CLIENT[0], "client_secret": _CLIENT[1]}

    def is_write(self, call: Call) -> bool:
        """Tell writes from the sign-in."""
        return call.method == "POST" and call.path != "/token"

    def expire_tokens(self) -> None:
        """Take every token back."""
        self._tokens.clear()

    def throttled(self, seconds: int) -> Reply:
        """Answer as Daybook does when it is asked too often."""
        return Reply(429, _error("BUSY", "too many requests"), headers={"retry-after": str(seconds)})

    def refused_login(self) -> Reply:
        """Answer as Daybook does without a good token."""
        return Reply(401, _error("TOKEN", "the token is unknown or has ended"))

    def reply(self, call: Call) -> Reply:
        """Answer one call."""
        if call.path == "/token":
            return self._signed_in(call)
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return self.refused_login()
        if call.path == "/me":
            return Reply(200, {"user": _CLIENT[0]})
        if call.path != "/entries":
            return Reply(404, _error("UNKNOWN", "there is no such address"))
        return self._made(call) if call.method == "POST" else self._listed(call)

    def _signed_in(self, call: Call) -> Reply:
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != _CLIENT:
            return Reply(401, {"error": "invalid_client"})
        token = uuid.uuid4().hex
        self._tokens.add(token)
        return Reply(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def _listed(self, call: Call) -> Reply:
        return Reply(200, {"entries": [e for e in self.objects["entry"] if e["key"] == call.query.get("key")]})

    def _made(self, call: Call) -> Reply:
        try:
            body = call.data()
        except ValueError:
            return Reply(400, _error("INVALID", "this is no JSON"))
        wrong = _complaints(body)
        if wrong:
            return Reply(400, _error("INVALID", "the entry is wrong", wrong))
        if any(entry["key"] == body["key"] for entry in self.objects["entry"]):
            return Reply(409, _error("TAKEN", "the key is taken"))
        entry = {"id": f"E{len(self.objects['entry']) + 1:06}", "version": "1", **body}
        self.objects["entry"].append(entry)
        return Reply(201, {"id": entry["id"], "version": entry["version"]}, headers={"x-request-id": uuid.uuid4().hex})


def _complaints(body: Any) -> dict[str, str]:
    if not isinstance(body, dict):
        return {"": "an object is expected"}
    wrong = {name: "is unknown" for name in body if name not in {*_LENGTHS, "amount"}}
    for name, longest in _LENGTHS.items():
        value = body.get(name)
        if not isinstance(value, str) or not value:
            wrong[name] = "is missing"
        elif len(value) > longest:
            wrong[name] = f"is longer than {longest}"
    amount = body.get("amount")
    if not isinstance(amount, Decimal | int) or isinstance(amount, bool):
        wrong["amount"] = "is no number"
    return wrong


def _error(code: str, message: str, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **({"fields": fields} if fields else {})}}
