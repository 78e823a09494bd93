"""A token server with an interface behind it, written from the RFCs alone."""

import base64
import threading
import time
from typing import Any
from urllib.parse import parse_qs

from adapters.shared.http import Api, Patience
from adapters.shared.sandbox.server import Call, Reply, Sandbox

PATIENCE = Patience(connect=5, read=5, whole=10, tries=2, sleep=lambda _: None)


class Identity(Sandbox):
    """`POST /token` gives tokens out, everything else wants the last one."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.given = 0
        self.good: set[str] = set()
        self.refresh = "r0"
        self.life: Any = 3600
        self.slow = 0.0
        self.opened: list[Api] = []
        self.answer: Reply | None = None
        """What the token server says instead."""

    def is_write(self, call: Call) -> bool:
        return call.method == "POST" and call.path != "/token"

    def expire_tokens(self) -> None:
        self.good.clear()

    def answered(self, call: Call) -> Any:
        if call.path == "/token":  # outside of the lock: others have to be able to come in meanwhile
            time.sleep(self.slow)
        return super().answered(call)

    def reply(self, call: Call) -> Reply:
        if call.path == "/token":
            return self.token(call)
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.good:
            return self.refused_login()
        return Reply(200, {"ok": True})

    def token(self, call: Call) -> Reply:
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        basic = call.headers.get("authorization", "").removeprefix("Basic ")
        if basic:
            form["basic"] = base64.b64decode(basic).decode()
        self.forms.append(form)
        if self.answer is not None:
            return self.answer
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] != self.refresh:
                return Reply(400, {"error": "invalid_grant", "error_description": "the token was used before"})
            self.refresh = f"r{int(self.refresh[1:]) + 1}"
        self.given += 1
        self.good.add(f"token-{self.given}")
        body = {"access_token": f"token-{self.given}", "token_type": "Bearer", "expires_in": self.life}
        return Reply(200, {**body, "refresh_token": self.refresh} if form["grant_type"] == "refresh_token" else body)

    def api(self, auth: Any) -> Api:
        self.opened.append(Api(self.url, name="ERP", auth=auth, patience=PATIENCE))
        return self.opened[-1]

    def stop(self) -> None:
        for api in self.opened:
            api.close()
        super().stop()


def at_once(work: Any, count: int = 8) -> list[Any]:
    """Run something in several threads that start together; errors are results."""
    gate, results = threading.Barrier(count), []

    def one() -> None:
        gate.wait(10)
        try:
            results.append(work())
        except Exception as e:  # noqa: BLE001 - it is what is looked at
            results.append(e)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results
