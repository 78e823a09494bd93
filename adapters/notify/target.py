"""The target: mails and messages in channels, each told once."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

from adapters.notify import mail
from adapters.notify.chat import Channel, Slack, Teams
from adapters.notify.journal import Journal
from adapters.notify.settings import NotifySettings
from adapters.shared.http import Patience
from adapters.shared.place import Place
from adapters.shared.tries import AnswersAtOnce
from engine.model.errors import Rejected, Transient, Unauthorised
from engine.model.operation import Operation, Receipt
from engine.ports import Surroundings

MAIL = "mail"


class NotifyTarget(AnswersAtOnce):
    """Implements `Target`, `MovesIn` and `Pings`. Safe to share between threads."""

    def __init__(self, settings: NotifySettings, place: Place) -> None:
        self._settings = settings
        self._place = place
        patience = Patience(read=settings.timeout_seconds, whole=3 * settings.timeout_seconds)
        self._post = mail.Post(settings) if settings.host else None
        self._channels: dict[str, Channel] = {}
        if settings.slack_webhook:
            self._channels["slack"] = Slack(settings.slack_webhook, patience=patience)
        if settings.teams_webhook:
            self._channels["teams"] = Teams(settings.teams_webhook, patience=patience)

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where notes and documents lie."""
        self._place.move_in(surroundings)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of a message that was taken; None when it surely never left. Raises Ambiguous."""
        answer = self._journal().sent(operation)
        return None if answer is None else self._receipt(operation, "already_there", answer)

    def send(self, operation: Operation) -> Receipt:
        """Tell it once. Raises Ambiguous whenever the other side may have it."""
        leave, journal = self._prepared(operation), self._journal()
        standing = journal.begin(operation)
        if standing is not None:
            return self._receipt(operation, "already_there", standing)
        try:
            said = leave()
        except (Transient, Unauthorised, Rejected):
            journal.note_unsent(operation)
            raise
        answer = {"said": said}
        journal.note_sent(operation, answer)
        return self._receipt(operation, "created", answer)

    def ping(self) -> str:
        """Look whether each way that is bound would take something. Writes nothing."""
        found = [self._post.ping()] if self._post else []
        return "; ".join([*found, *(one.ping() for one in self._channels.values())])

    def close(self) -> None:
        """Let go of the connections."""
        for one in self._channels.values():
            one.hook.api.close()

    def _prepared(self, operation: Operation) -> Callable[[], str]:
        """Return the call that hands it over. Raises Rejected for what nobody would take."""
        if operation.object == MAIL and self._post is not None:
            written = mail.written(
                operation.payload, key=operation.short_key, settings=self._settings, content=self._content
            )
            return partial(self._post.deliver, written)
        channel = self._channels.get(operation.object)
        if channel is None:
            bound = [*([MAIL] if self._post else []), *self._channels]
            raise Rejected(
                f"This target writes {' and '.join(bound)}, and no {operation.object}: bind what is missing."
            )
        return partial(channel.post, channel.body(operation.payload, key=operation.short_key))

    def _content(self, sha256: str) -> bytes:
        try:
            return self._place.content(sha256)
        except FileNotFoundError:
            told = {"attachments": "is not kept any more"}
            raise Rejected("The document that the mail should carry is not kept any more.", fields=told) from None

    def _journal(self) -> Journal:
        return Journal(self._place.folder())

    def _receipt(
        self, operation: Operation, outcome: Literal["created", "already_there"], answer: Mapping[str, Any]
    ) -> Receipt:
        is_mail = operation.object == MAIL
        name = mail.message_id(operation.short_key, self._settings) if is_mail else operation.short_key
        request = {"object": operation.object, "digest": operation.payload_digest, "reference": operation.short_key}
        return Receipt(key=operation.key, external_id=name, outcome=outcome, request=request, response=dict(answer))
