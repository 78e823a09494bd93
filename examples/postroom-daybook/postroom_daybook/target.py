"""The target: entries that take effect once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from postroom_daybook.client import DaybookSettings, connect

from adapters.shared.answers import Answer, with_numbers
from adapters.shared.http import Api
from engine.model.errors import Ambiguous, Rejected, Transient
from engine.model.operation import Acknowledgement, Operation, Receipt

_NUMBERS = ("amount",)
_COMPARED = ("number", "vendor", "amount")


class DaybookTarget:
    """Implements `Target` over the API. Safe to share between threads."""

    def __init__(self, settings: DaybookSettings) -> None:
        self._api: Api = connect(settings)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of the entry under our key, None when there surely is none.

        Raises Ambiguous when something else stands under it.
        """
        answer = self._api.read("/entries", params={"key": operation.short_key})
        rows = self._api.object(answer).get("entries")
        if not isinstance(rows, list):
            raise Transient("Daybook answered without a list of entries.", detail=self._api.shown(answer))
        if not rows:
            return None
        wanted = _body(operation)
        differing = [name for name in _COMPARED if not _is_same(rows[0].get(name), wanted.get(name))]
        if len(rows) > 1 or differing:
            what = f"with another {', '.join(differing)}" if differing else "more than once"
            raise Ambiguous(
                f"Under our key an entry stands in Daybook {what}. A person must decide.", detail=answer.text
            )
        return _receipt(operation, answer, rows[0], "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Make the entry. Daybook refuses a second one under our key: then the first is looked at."""
        if operation.object != "entry":
            raise Rejected(f"There is no object {operation.object} in Daybook.")
        answer = self._api.write("POST", "/entries", json=_body(operation), expect=(201, 409))
        if answer.status == 409:  # noqa: PLR2004 - the key is taken
            return self._taken(operation)
        return _receipt(operation, answer, self._api.object(answer, is_write=True), "created")

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing: Daybook answers at once."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing: there are no late answers."""

    def ping(self) -> str:
        """Ask who we are there. Raises Transient or Unauthorised."""
        return f"signed in as {self._api.object(self._api.read('/me')).get('user')}"

    def close(self) -> None:
        """Let go of the connections."""
        self._api.close()

    def _taken(self, operation: Operation) -> Receipt:
        found = self.find(operation)
        if found is None:
            raise Ambiguous("Daybook says that our key is taken, and shows no entry under it.")
        return found


def _body(operation: Operation) -> dict[str, Any]:
    return {**with_numbers(operation.payload, _NUMBERS), "key": operation.short_key}


def _is_same(there: Any, ours: Any) -> bool:
    if isinstance(ours, Decimal):
        return isinstance(there, int | Decimal) and Decimal(there) == ours
    return bool(there == ours)


def _receipt(
    operation: Operation, answer: Answer, entry: Mapping[str, Any], outcome: Literal["created", "already_there"]
) -> Receipt:
    id_ = entry.get("id")
    if not isinstance(id_, str) or not id_:
        raise Ambiguous(
            "Daybook answered without the id of the entry.", detail=f"{answer.status}, {len(answer.body)} bytes"
        )
    return Receipt(
        key=operation.key, external_id=id_, outcome=outcome, version=str(entry.get("version", "")),
        request={"method": answer.method, "path": "/entries", "key": operation.short_key},
        response={"status": answer.status, "id": id_, "request_id": answer.headers.get("x-request-id", "")},
    )  # fmt: skip
