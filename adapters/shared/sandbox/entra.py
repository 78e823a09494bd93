"""The sign-in of Microsoft's stand-ins: tokens for the one app that is registered, for a while."""

import secrets
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from adapters.shared.sandbox.server import Call, Reply, Sandbox

_LOGIN = "/login/"


class EntraSandbox(Sandbox):
    """A stand-in that is signed in to at an Entra ID of its own, which is part of it."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.tenant, self.client_id, self.client_secret = str(uuid.uuid4()), str(uuid.uuid4()), secrets.token_hex(16)
        self._tokens: set[str] = set()

    @property
    def credentials(self) -> Mapping[str, Any]:
        """The part of a binding that signs in here."""
        return {
            "login_url": f"{self.url}/login", "tenant": self.tenant, "client_id": self.client_id,
            "client_secret": self.client_secret,
        }  # fmt: skip

    @property
    def scope(self) -> str:
        """The scope that tokens are given out for; empty: any `.default`."""
        return f"{self.url}/.default"

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something: signing in does not."""
        return super().is_write(call) and not call.path.startswith(_LOGIN)

    def expire_tokens(self) -> None:
        """Take all access tokens back."""
        self._tokens.clear()

    def is_signed_in(self, call: Call) -> bool:
        """Whether a call carries a token that still counts."""
        return call.headers.get("authorization", "").removeprefix("Bearer ") in self._tokens

    def token(self, call: Call) -> Reply | None:
        """Return a token, or why there is none; None for a call that is about something else."""
        if call.path != f"{_LOGIN}{self.tenant}/oauth2/v2.0/token":
            return None
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return _refused("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
        scope = form.get("scope", "")
        if not scope.endswith("/.default") or (self.scope and scope != self.scope):
            return _refused("invalid_scope", "AADSTS70011: The provided value for scope is not valid.", 400)
        token = secrets.token_hex(24)
        self._tokens.add(token)
        return Reply(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})


def _refused(error: str, description: str, status: int) -> Reply:
    return Reply(status, {"error": error, "error_description": description})
