"""Messages as Slack and Teams take them: texts of others address nobody, lead nowhere and format nothing.

Slack: https://api.slack.com/messaging/webhooks and https://api.slack.com/reference/surfaces/formatting. Teams: an adaptive card to a
workflow's webhook (https://learn.microsoft.com/power-automate/teams/send-a-message-in-teams).
"""

import re
from collections.abc import Sequence
from typing import Any

_MARKS = re.compile(r"([\\`*_\[\]()#>~|])")
"""What a card would take for formatting."""
_CARD = "application/vnd.microsoft.card.adaptive"
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def entities(text: str) -> str:
    """Return a text without Slack's three control characters: nothing in it addresses anybody or leads anywhere."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def block(text: str, **looks: str | bool) -> dict[str, object]:
    """Return a paragraph of a card that shows a text sign for sign. `looks` are properties of a `TextBlock`."""
    return {"type": "TextBlock", "text": unmarked(text), "wrap": True, **looks}


def unmarked(text: str) -> str:
    """Return a text whose signs a card shows instead of taking them for formatting."""
    return _MARKS.sub(r"\\\1", text)


def card(body: Sequence[dict[str, object]], actions: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    """Return the message with one adaptive card of these blocks."""
    content = {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": list(body),
        "actions": list(actions),
    }
    return {"type": "message", "attachments": [{"contentType": _CARD, "contentUrl": None, "content": content}]}
