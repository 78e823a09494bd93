"""Messages in channels: the incoming webhooks of Slack, and of workflows in Teams.

Neither says under which name it keeps a message, and neither takes a key of ours. The address itself is the credential.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from adapters.shared.answers import Answer, ErrorTable, Meaning, Told
from adapters.shared.http import Api, Dialect, Patience, Unsent
from engine.model.chat import block, card, entities, unmarked
from engine.model.errors import Ambiguous, Rejected, Transient, Unauthorised

_CLOSED = "The address of the webhook is not valid any more, or was never. Make a new one and bind it."
_SLACK: ErrorTable = {
    "invalid_token": Meaning(Unauthorised, _CLOSED),
    "no_service": Meaning(Unauthorised, _CLOSED),
    "no_service_id": Meaning(Unauthorised, _CLOSED),
    "no_team": Meaning(Unauthorised, _CLOSED),
    "no_active_hooks": Meaning(Unauthorised, _CLOSED),
    "team_disabled": Meaning(Unauthorised, "The workspace is disabled."),
    "action_prohibited": Meaning(Unauthorised, "An administrator of the workspace does not allow it."),
    "channel_not_found": Meaning(Unauthorised, "The channel is not there."),
    "channel_is_archived": Meaning(Unauthorised, "The channel is archived."),
    "posting_to_general_channel_denied": Meaning(Unauthorised, "Only some may write in that channel."),
    "invalid_payload": Meaning(Rejected),
    "no_text": Meaning(Rejected),
    "missing_text_or_fallback_or_attachments": Meaning(Rejected),
    "user_not_found": Meaning(Rejected),
    "rate_limited": Meaning(Unsent, "It asks us to slow down."),
    "too_many_attachments": Meaning(Rejected),
}
"""https://api.slack.com/messaging/webhooks#handling_errors"""
_TEAMS: ErrorTable = {
    "TriggerInputSchemaMismatch": Meaning(Rejected),
    "InvalidRequestContent": Meaning(Rejected),
    "WorkflowTriggerIsNotEnabled": Meaning(Unauthorised, "The workflow is switched off."),
    "WorkflowNotFound": Meaning(Unauthorised, _CLOSED),
    "AuthorizationFailed": Meaning(Unauthorised, _CLOSED),
    "DirectApiAuthorizationRequired": Meaning(Unauthorised, _CLOSED),
}
"""https://learn.microsoft.com/azure/logic-apps/logic-apps-http-endpoint and the error bodies that it answers with."""
_ACCEPTED = 202
_OF_WORKFLOWS = "x-ms-"
"""What the headers of its answers begin with; a proxy's do not."""
_EMPTY = frozenset({"no_text", "missing_text_or_fallback_or_attachments", "invalid_payload"})
"""What Slack calls a message without a text, at an address that it knows."""
_LONGEST_WORD = 100
_MOST_CARD_BYTES = 28 * 1024
"""https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages: 28 KB a message."""


class Hook:
    """One webhook. Safe to share between threads."""

    def __init__(self, url: str, *, name: str, errors: ErrorTable, tell: Any, patience: Patience) -> None:
        parts = urlsplit(url)
        self._path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.api = Api(
            f"{parts.scheme}://{parts.netloc}", name=name, dialect=Dialect(tell, errors), patience=patience,
            secrets=[one for one in (url, self._path, parts.path, parts.query) if one.strip("/")],
            headers={"accept": "*/*"},
        )  # fmt: skip
        # it writes each address at INFO; here the address is the credential
        logging.getLogger("httpx").setLevel(logging.WARNING)

    def post(self, body: Mapping[str, Any], *, expect: Sequence[int]) -> Answer:
        """Write a message. Raises as `Api.write`."""
        return self.api.write("POST", self._path, json=body, expect=expect)

    def look(self, *, method: str, json: Any, expect: Sequence[int]) -> Answer:
        """Make a call that writes nothing. Raises as `Api.read`."""
        return self.api.read(self._path, method=method, json=json, expect=expect)


class Channel(Protocol):
    """A place where people read messages."""

    hook: Hook

    def body(self, payload: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """Return what is posted. Raises Rejected when it is too much."""

    def post(self, body: Mapping[str, Any]) -> str:
        """Post it and return the words of the answer. Raises TargetError."""

    def ping(self) -> str:
        """Return what was found, without writing anything."""


class Slack:
    """An incoming webhook of Slack."""

    def __init__(self, url: str, *, patience: Patience) -> None:
        self.hook = Hook(url, name="Slack", errors=_SLACK, tell=_slack_says, patience=patience)

    def body(self, payload: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """Return a plain text with one line for each fact and the key at its end."""
        facts = [f"{one['name']}: {one['value']}" for one in payload.get("facts") or ()]
        lines = [payload["title"], payload.get("text"), *facts, payload.get("url"), reference(key)]
        text = "\n".join(entities(str(one)) for one in lines if one)
        return {"text": text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}

    def post(self, body: Mapping[str, Any]) -> str:
        """Post it: Slack says `ok` when it took a message, and nothing else then."""
        answer = self.hook.post(body, expect=(200,))
        if answer.body.strip() != b"ok":
            raise Ambiguous("Something answered that is not Slack.", detail=self.hook.api.shown(answer, 200))
        return "ok"

    def ping(self) -> str:
        """Post nothing at all, which a good address refuses as such."""
        answer = self.hook.look(method="POST", json={}, expect=(400,))
        if _slack_says(answer).code not in _EMPTY:
            raise Transient("Something other than Slack answers there.", detail=self.hook.api.shown(answer, 200))
        return "Slack knows the webhook"


class Teams:
    """A workflow in Teams that begins when a webhook request is received."""

    def __init__(self, url: str, *, patience: Patience) -> None:
        self.hook = Hook(url, name="Teams", errors=_TEAMS, tell=_teams_says, patience=patience)

    def body(self, payload: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """Return an adaptive card. Raises Rejected when it would be larger than Teams takes."""
        blocks = [block(str(payload["title"]), weight="Bolder", size="Medium")]
        blocks += [block(str(payload["text"]))] if payload.get("text") else []
        facts = [
            {"title": unmarked(str(one["name"])), "value": unmarked(str(one["value"]))}
            for one in payload.get("facts") or ()
        ]
        blocks += [{"type": "FactSet", "facts": facts}] if facts else []
        blocks.append(block(reference(key), size="Small", isSubtle=True))
        url = payload.get("url")
        made = card(blocks, [{"type": "Action.OpenUrl", "title": "Open", "url": str(url)}] if url else ())
        if len(str(made).encode()) > _MOST_CARD_BYTES:
            raise Rejected("Teams takes messages up to 28 KB.", fields={"text": "is too long for Teams"})
        return made

    def post(self, body: Mapping[str, Any]) -> str:
        """Post it: the workflow answers 202 and says nothing. One that was given an answer of its own names its run in headers."""
        answer = self.hook.post(body, expect=(200, 202))
        is_accepted = answer.status == _ACCEPTED and not answer.body.strip()
        if not is_accepted and not any(name.startswith(_OF_WORKFLOWS) for name in answer.headers):
            raise Ambiguous("Something answered that is not Teams.", detail=self.hook.api.shown(answer, 200))
        return f"{answer.status} {answer.headers.get('x-ms-workflow-run-id', '')}".strip()

    def ping(self) -> str:
        """Ask for what only takes messages: something answers, and no workflow runs."""
        answer = self.hook.look(method="GET", json=None, expect=(200, 202, 400, 405))
        return f"something answers with {answer.status}; only a message shows whether the address is good"


def reference(key: str) -> str:
    """Return the line by which people find a message again."""
    return f"Ref. {key}"


def _slack_says(answer: Answer) -> Told:
    """Read Slack's plain word of an error (`invalid_payload`); a page is none."""
    word = answer.text.strip()
    is_word = answer.media_type != "text/html" and len(word) <= _LONGEST_WORD and word.replace("_", "").isalnum()
    return Told(code=word, message=word) if is_word else Told()


def _teams_says(answer: Answer) -> Told:
    """Read `{"error": {"code": ..., "message": ...}}`."""
    error = answer.mapping()["error"]
    return Told(code=str(error["code"]), message=str(error.get("message") or ""))
