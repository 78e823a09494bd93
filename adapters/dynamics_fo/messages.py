"""Recurring integrations: packages put into the queue of a recurring data job, each told by a message id.

The queue takes no key of ours that it could be asked for, and imports when it is its turn. So the id that it gives is kept in
the private folder of the target before anything else, and an answer that was lost leaves a message that nobody can name:
its invoice is looked for by its key, and as long as it does not stand there a person has to look into the queue.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from adapters.dynamics_fo.client import Finance
from adapters.dynamics_fo.packages import Packages, archive
from adapters.dynamics_fo.pending import HEADERS
from adapters.dynamics_fo.posted import posted
from adapters.dynamics_fo.receipts import Outcome, written
from adapters.shared.answers import Answer, NotData
from adapters.shared.place import Place
from adapters.shared.tries import may_have_left
from engine.model.errors import Ambiguous, ContentError, Rejected, TargetError, Transient
from engine.model.operation import Acknowledgement, Operation, Receipt

MESSAGES = "messages"
_GOOD = "Processed"
_BAD = frozenset({"PreProcessingError", "ProcessedWithErrors", "PostProcessingFailed"})
_COLUMNS = {"InvoiceAccount": "INVOICEACCOUNT", "InvoiceNumber": "INVOICENUMBER", "Currency": "CURRENCY"}


class Messages:
    """Puts packages into queues. Safe to share between threads."""

    def __init__(self, client: Finance, packages: Packages, place: Place) -> None:
        self._client = client
        self._packages = packages
        self._place = place

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of a message whose id is known, or of the invoice that it led to; None when it surely never left.

        Raises Rejected for one that failed, and Ambiguous for one that may wait in the queue without a name.
        """
        note = self._note(operation.short_key)
        if message := str(note.get("message") or ""):
            return self._receipt(operation, message, self._state(message), "already_there")
        if not may_have_left(operation) or note.get("unsent"):
            return None
        if self._effect(operation):
            return written(
                self._client,
                operation,
                operation.short_key,
                {},
                "already_there",
                page="VendInvoiceInfoListPage",
                told={},
            )
        raise Ambiguous(
            "A package may wait in the queue of its recurring data job without our knowing its message id. Look under "
            f"Manage messages for the external identifier {operation.short_key}; a person must decide."
        )

    def send(self, operation: Operation) -> Receipt:
        """Put the package into its queue, and keep the id of the message."""
        if found := self.find(operation):
            return found
        activity = self._client.settings.recurring.get(str(operation.payload["definition_group"]))
        if activity is None:
            raise ContentError(
                f"no recurring data job is bound for {operation.payload['definition_group']!r}; name it under `recurring`",
                file="environment",
            )
        try:
            message = self._enqueue(operation, activity)
        except (Transient, Rejected):
            self._keep(operation.short_key, {"unsent": True})
            raise
        self._keep(operation.short_key, {"message": message})
        return self._receipt(operation, message, "Enqueued", "created")

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return what came of messages that were imported meanwhile, well or badly."""
        try:
            folder = self._folder()
        except ContentError:  # it never moved in: nothing was sent
            return ()
        answers = (self._answer(path) for path in sorted(folder.glob("*.json")))
        return [one for one in answers if one is not None]

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Forget a message whose answer was recorded."""
        self._path(acknowledgement.short_key).unlink(missing_ok=True)

    def _enqueue(self, operation: Operation, activity: str) -> str:
        entity = str(operation.payload["entities"][0]["name"])
        asked = urlencode({"entity": entity, "company": self._client.company}, quote_via=quote)
        answer = self._client.api.write(
            "POST", f"{self._client.settings.origin}/api/connector/enqueue/{quote(activity)}?{asked}",
            content=archive(operation.payload, operation.short_key), expect=(200,),
            headers={"content-type": "application/zip", "x-ms-dyn-externalidentifier": operation.short_key},
        )  # fmt: skip
        return self._message_of(answer)

    def _message_of(self, answer: Answer) -> str:
        try:
            return str(UUID(str(answer.data()).strip("{}")))
        except (NotData, ValueError) as e:
            raise Ambiguous(
                "Finance took a package and named no message.", detail=self._client.api.shown(answer, 200)
            ) from e

    def _state(self, message: str) -> str:
        return self._packages.asked("GetMessageStatus", {"messageId": message})

    def _answer(self, path: Path) -> Acknowledgement | None:
        note: Mapping[str, Any] = json.loads(path.read_text())
        message = str(note.get("message") or "")
        state = self._state(message) if message else ""
        if state != _GOOD and state not in _BAD:
            return None
        why = "" if state == _GOOD else f"Finance: the message ended as {state}. {self._errors(message)}".strip()
        return Acknowledgement(short_key=path.stem, accepted=state == _GOOD, message=why, origin=message)

    def _errors(self, message: str) -> str:
        try:
            return self._packages.asked("GetExecutionErrors", {"executionId": message})[:500]
        except TargetError:  # what went wrong is only told where the execution has the message's id
            return ""

    def _receipt(self, operation: Operation, message: str, state: str, outcome: Outcome) -> Receipt:
        if state in _BAD:
            raise Rejected(
                f"Dynamics 365 Finance: the message ended as {state}. {self._errors(message)}".strip(),
                fields={"entities": state},
            )
        plain = written(
            self._client, operation, operation.short_key, {}, outcome, page="VendInvoiceInfoListPage",
            told={"message": message, "status": state},
        )  # fmt: skip
        return plain.model_copy(update={"awaits_acknowledgement": state != _GOOD})

    def _effect(self, operation: Operation) -> bool:
        """Whether the invoice of a package stands there: pending by its key, or posted."""
        if self._client.one(HEADERS, {"HeaderReference": operation.short_key.upper()}) is not None:
            return True
        rows = [row for entity in operation.payload["entities"] for row in entity["rows"]]
        head: Mapping[str, Any] = next((row for row in rows if row.get("INVOICENUMBER")), {})
        if not head:
            return False
        payload = {name: str(head.get(column) or "") for name, column in _COLUMNS.items()}
        payload["InvoiceDescription"] = str(head.get("INVOICEDESCRIPTION") or "")
        lines = [{"NetAmount": row["NETAMOUNT"]} for row in rows if row.get("NETAMOUNT")]
        return posted(self._client, operation.model_copy(update={"payload": {**payload, "lines": lines}})) is not None

    def _note(self, key: str) -> Mapping[str, Any]:
        path = self._path(key)
        note: Mapping[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return note

    def _keep(self, key: str, note: Mapping[str, Any]) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(note))
        fresh.replace(path)

    def _path(self, key: str) -> Path:
        return self._folder() / f"{key}.json"

    def _folder(self) -> Path:
        return self._place.folder() / "messages"
