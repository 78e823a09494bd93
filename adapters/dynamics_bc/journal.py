"""Lines of journals, and the posting of the journal that they stand in.

A line is found by its document number, which is made of the operation's key: in its journal, or, once the journal was
posted by whomever, among the general ledger entries. Posting takes the whole journal: one in which a line stands that is
not ours is not posted.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.objects import BcObject
from adapters.dynamics_bc.receipts import receipt
from adapters.shared.answers import with_numbers
from adapters.shared.compare import differences, is_same
from adapters.shared.odata.literals import literal
from adapters.shared.tries import may_have_left
from engine.model.errors import Ambiguous, ContentError, Rejected
from engine.model.operation import Operation, Receipt

LEDGER = "generalLedgerEntries"
_MARK = "Postroom "
_LINES = ("journalLines", "vendorPayments")
"""Entity sets that show lines of a journal, each those of its own kind."""


class Journal:
    """Finds, writes and posts lines of one kind. Safe to share between threads."""

    def __init__(self, client: BusinessCentral, kind: BcObject) -> None:
        self._client = client
        self._kind = kind

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of a line that stands in its journal, or was posted; None when it surely is nowhere.

        A line that is to be posted and is not yet gives None: sending goes on with it. Raises Ambiguous for another line
        under its number, and when entries without its number look like it.
        """
        line = self._line(operation, self._journal(operation))
        if line is not None:
            return None if operation.options.get("post") else self._receipt(operation, line, "already_there")
        return self._posted(operation)

    def send(self, operation: Operation) -> Receipt:
        """Write the line, and post its journal when the mapping says so; what was begun is finished."""
        journal = self._journal(operation)
        line = self._line(operation, journal)
        posted = self._posted(operation) if line is None else None
        if posted is not None:
            return posted
        outcome = "already_there"
        if line is None:
            line, outcome = self._client.create(self._kind.path, self._body(operation, journal)), "created"
        if not operation.options.get("post"):
            return self._receipt(operation, line, outcome)
        return self._post(operation, journal, outcome)

    def _line(self, operation: Operation, journal: str) -> Mapping[str, Any] | None:
        found = self._of_journal(journal, self._kind.path, f"documentNumber eq {literal(_number(operation), 'v4')}")
        if len(found) > 1:
            raise Ambiguous(
                f"Business Central holds {len(found)} lines of document {_number(operation)}. A person must decide."
            )
        if not found:
            return None
        if told := differences(operation.payload, found[0], any_case=True, known_only=True):
            raise Ambiguous(
                f"Business Central holds another {self._kind.title} under {_number(operation)}: {'; '.join(told)}. "
                "A person must decide."
            )
        return found[0]

    def _posted(self, operation: Operation) -> Receipt | None:
        entries = self._client.rows(LEDGER, f"documentNumber eq {literal(_number(operation), 'v4')}")
        if not entries:
            self._refuse_renumbered(operation)
            return None
        if told := _unlike(operation, entries):
            raise Ambiguous(
                f"Business Central posted document {_number(operation)} otherwise: {told}. A person must decide."
            )
        return self._receipt(operation, {**entries[0], "status": "Posted"}, "already_there")

    def _refuse_renumbered(self, operation: Operation) -> None:
        """Raise Ambiguous for entries that look like this line under another number: its journal numbers anew when it posts."""
        payload = operation.payload
        if not may_have_left(operation) or not payload.get("description"):
            return
        only = (
            f"description eq {literal(str(payload['description']), 'v4')} and postingDate eq {payload['postingDate']}"
        )
        alike = [one for one in self._client.rows(LEDGER, only) if not _unlike(operation, [one])]
        if alike:
            raise Ambiguous(
                f"Business Central holds entries like this {self._kind.title}, as document "
                f"{alike[0].get('documentNumber')}. A person must decide whether they are it."
            )

    def _post(self, operation: Operation, journal: str, outcome: Any) -> Receipt:
        self._refuse_strangers(operation, journal)
        try:
            self._client.act("journals", journal, "post")
        except Rejected:
            posted = self._posted(operation)  # somebody posted it between our look and our call
            if posted is None or self._line(operation, journal) is not None:
                raise
            return posted
        posted = self._posted(operation)
        if posted is None:
            raise Ambiguous("Business Central posted a journal, and our document is not among the entries.")
        return posted.model_copy(update={"outcome": outcome})

    def _refuse_strangers(self, operation: Operation, journal: str) -> None:
        """Raise Rejected when a line stands in the journal that is not ours: it would be posted with it."""
        strangers = [
            str(line.get("documentNumber") or line.get("lineNumber"))
            for path in _LINES
            for line in self._of_journal(journal, path)
            if str(line.get("comment") or "").casefold() != f"{_MARK}{line.get('documentNumber')}".casefold()
        ]
        if strangers:
            raise Rejected(
                f"Journal {operation.options['journal']} holds lines that are not ours ({', '.join(strangers[:5])}): posting "
                "it would post them too. Post it there, or take them out and send this again.",
                fields={"journal": "holds other lines"},
            )

    def _body(self, operation: Operation, journal: str) -> dict[str, Any]:
        payload: dict[str, Any] = with_numbers(dict(operation.payload), self._kind.exact)
        number = _number(operation)
        return {
            **payload,
            "journalId": journal,
            "documentNumber": number,
            "comment": f"{_MARK}{number}",
        }

    def _of_journal(self, journal: str, path: str, only: str = "") -> Sequence[Mapping[str, Any]]:
        lines = f"journalId eq {journal}"
        return self._client.rows(path, f"{lines} and {only}" if only else lines)

    def _journal(self, operation: Operation) -> str:
        code = str(operation.options.get("journal") or "")
        found = self._client.rows(self._kind.journal, f"code eq {literal(code, 'v4')}") if code else []
        if len(found) != 1:
            raise ContentError(
                f"there is no journal batch {code!r}; name its code in the mapping's `options.journal`",
                file=operation.mapping,
            )
        return str(found[0]["id"])

    def _receipt(self, operation: Operation, found: Mapping[str, Any], outcome: Any) -> Receipt:
        return receipt(self._client, operation, self._kind, found, outcome, name=_number(operation))


def _number(operation: Operation) -> str:
    """Return the document number: 20 signs, as long as the field is."""
    return operation.short_key.upper()


def _unlike(operation: Operation, entries: Sequence[Mapping[str, Any]]) -> str:
    """Return in words why entries are not those of a line; empty when one of them has its day and its amount."""
    payload = operation.payload
    amount = abs(Decimal(str(payload["amount"])))
    sums = [one.get("debitAmount") or one.get("creditAmount") or Decimal(0) for one in entries]
    if not any(is_same(one, amount) for one in sums):
        return f"its amounts are {', '.join(map(str, sums))}, not {amount}"
    days = {str(one.get("postingDate")) for one in entries}
    return "" if str(payload.get("postingDate")) in days else f"its day is {', '.join(sorted(days))}"
