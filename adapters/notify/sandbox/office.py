"""A stand-in for those who carry messages: a mail server, and the webhooks of Slack and of a workflow in Teams.

Written from RFC 5321 and the vendors' pages. It keeps what comes as often as it comes: none of the three knows duplicates.
"""

from collections.abc import Mapping
from typing import Any

from adapters.notify.sandbox.post import PostOffice
from adapters.shared.sandbox.server import Call, Reply, Sandbox

_USER, _PASSWORD = "postroom", "penny-black-1840"
_SLACK, _TEAMS = "/services/T0POST/B0ROOM/stamped-and-sealed", "/workflows/76f1/triggers/manual/paths/invoke"
_SIGNED = "franked-by-hand"
_MOST_TEXT = 40_000
_WORD = {"content-type": "text/plain;charset=utf-8"}


class NotifySandbox(Sandbox):
    """All three. `objects` holds `mail`, `slack` and `teams` as they came in."""

    title = "messages"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.post = PostOffice(self, host=host, user=_USER, password=_PASSWORD)

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits it, with made-up credentials."""
        return {
            "host": "127.0.0.1", "port": self.post.port, "security": "none", "username": _USER, "password": _PASSWORD,
            "sender": "postroom@hub.example", "sender_name": "Postroom", "recipients": ["birch.example"],
            "slack_webhook": f"{self.url}{_SLACK}", "teams_webhook": f"{self.url}{_TEAMS}?sig={_SIGNED}",
        }  # fmt: skip

    def start(self) -> None:
        """Serve in threads until `stop`."""
        self.post.start()
        super().start()

    def serve(self) -> None:
        """Serve in this thread until interrupted."""
        self.post.start()
        super().serve()

    def stop(self) -> None:
        """Stop serving and close the ports."""
        self.post.stop()
        super().stop()

    def stop_listening(self) -> None:
        """Close the ports of a sandbox that was not started."""
        self.post.close()
        super().stop_listening()

    def reply(self, call: Call) -> Reply:
        """Answer one call to a webhook."""
        if call.path.startswith("/services/"):
            return self._slack(call)
        if call.path.startswith("/workflows/"):
            return self._teams(call)
        return Reply(404, body=b"not found", headers=_WORD)

    def expire_tokens(self) -> None:
        """Leave everything as it is: an address does not end."""

    def refused_login(self) -> Reply:
        """Return what Slack says when a webhook was taken back."""
        return Reply(403, body=b"invalid_token", headers=_WORD)

    def _slack(self, call: Call) -> Reply:
        if call.path != _SLACK:
            return Reply(404, body=b"no_service", headers=_WORD)
        try:
            data = call.data()
            text = data.get("text") if isinstance(data, dict) else None
        except ValueError:
            return Reply(400, body=b"invalid_payload", headers=_WORD)
        if not text:
            return Reply(400, body=b"no_text", headers=_WORD)
        if not isinstance(text, str) or len(text) > _MOST_TEXT:
            return Reply(400, body=b"invalid_payload", headers=_WORD)
        self.objects.setdefault("slack", []).append(data)
        return Reply(200, body=b"ok", headers=_WORD)

    def _teams(self, call: Call) -> Reply:
        if (call.path, call.query.get("sig")) != (_TEAMS, _SIGNED):
            return _error(401, "DirectApiAuthorizationRequired", "The request must be authenticated.")
        if call.method != "POST":
            return _error(405, "MethodNotAllowed", "The request method is not supported.")
        try:
            cards = [one["content"] for one in call.data()["attachments"]]
        except (ValueError, KeyError, TypeError):
            return _error(400, "TriggerInputSchemaMismatch", "The input body does not match its schema.")
        if not cards or any(one.get("type") != "AdaptiveCard" or not one.get("body") for one in cards):
            return _error(400, "TriggerInputSchemaMismatch", "There is no adaptive card.")
        self.objects.setdefault("teams", []).append(call.data())
        return Reply(202, headers={"x-ms-workflow-run-id": f"run-{len(self.objects['teams'])}"})


def _error(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"error": {"code": code, "message": message}})
