"""The target: documents, parties, journal lines and attachments, each once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.objects import OBJECTS, BcObject
from adapters.shared.answers import with_numbers
from adapters.shared.odata.literals import literal
from adapters.shared.place import Place
from engine.model.errors import Ambiguous, ContentError, Rejected
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.ports import Surroundings

_DRAFT = "Draft"
_MARK = "Postroom "
_ATTACHMENT = "documentAttachments"


class BcTarget:
    """Implements `Target`, `MovesIn` and `Pings`. Safe to share between threads.

    Two workers that send the same operation at the same moment could both create it: Business Central has no key of ours
    to refuse the second by. The dispatcher never lets two send one operation at once.
    """

    def __init__(self, client: BusinessCentral, place: Place) -> None:
        self._client = client
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where documents lie."""
        self._place.move_in(surroundings)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an object that stands as the payload says (posted, if it is to be); else None.

        Raises Ambiguous for an object of the same key that says something else.
        """
        kind = _kind(operation)
        found = self._standing(operation, kind)
        if found is None or self._is_unfinished(operation, kind, found):
            return None
        return self._receipt(operation, kind, found, "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Create the object with its lines, and post it when the mapping says so; what was begun is finished."""
        kind = _kind(operation)
        found = self._standing(operation, kind)
        outcome: Literal["created", "already_there"] = "already_there"
        if found is None:
            found, outcome = self._client.create(kind.path, self._body(operation, kind)), "created"
        if not self._is_unfinished(operation, kind, found):
            return self._receipt(operation, kind, found, outcome)
        if kind.path == _ATTACHMENT:
            self._client.put_content(str(found["id"]), self._content(operation), str(found.get("@odata.etag") or ""))
        else:
            self._client.act(kind.path, str(found["id"]), "post")
        return self._receipt(operation, kind, self._finished(operation, kind, str(found["id"])), outcome)

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing: Business Central answers at once."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing: there are no late answers."""

    def ping(self) -> str:
        """Look whether the company is there for us and purchase invoices can be read."""
        company = self._client.company()
        self._client.rows("purchaseInvoices", top=1)
        return f"Business Central answers for company {company}"

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _standing(self, operation: Operation, kind: BcObject) -> dict[str, Any] | None:
        """Return the object of this operation, None when there surely is none."""
        payload = operation.payload
        values = {name: _key_value(operation, kind, name) for name in kind.key}
        where = " and ".join(f"{name} eq {_literal(name, value)}" for name, value in values.items())
        if kind.path == "journalLines":
            where = f"{where} and journalId eq {self._journal(operation)}"
        found = self._client.rows(kind.path, where, expand=kind.lines)
        if kind.marked:
            found = [one for one in found if _is_marked(one, kind, operation)]
        if not found:
            return None
        if len(found) > 1:
            names = ", ".join(str(one.get("number") or one["id"]) for one in found)
            raise Ambiguous(
                f"Business Central holds {len(found)} of them for {_shown(values)}: {names}. A person must decide."
            )
        told = _differences(kind, payload, found[0])
        if told:
            raise Ambiguous(
                f"Business Central holds another {kind.title} for {_shown(values)}: {'; '.join(told)}. A person must decide."
            )
        return found[0]

    def _is_unfinished(self, operation: Operation, kind: BcObject, found: Mapping[str, Any]) -> bool:
        if kind.path == _ATTACHMENT:
            return int(found.get("byteSize") or 0) != len(self._content(operation))
        return bool(operation.options.get("post")) and kind.posts and found.get("status") == _DRAFT

    def _finished(self, operation: Operation, kind: BcObject, key: str) -> dict[str, Any]:
        """Return an object as it stands after its last step. One that does not stand so is unknown."""
        found = self._client.one(kind.path, key, expand=kind.lines)
        if self._is_unfinished(operation, kind, found):
            raise Ambiguous(f"Business Central took the last step of a {kind.title}, and it did not come about.")
        return found

    def _body(self, operation: Operation, kind: BcObject) -> dict[str, Any]:
        payload: dict[str, Any] = with_numbers(dict(operation.payload), kind.exact)
        if kind.path == _ATTACHMENT:
            return {name: payload[name] for name in ("fileName", "parentType", "parentId")}
        if kind.path == "journalLines":
            return {**payload, "journalId": self._journal(operation), "documentNumber": operation.short_key.upper()}
        if kind.marked:
            remark = {"lineType": "Comment", "description": f"{_MARK}{operation.short_key}"}
            return {**payload, kind.lines: [remark, *payload.get(kind.lines, ())]}
        return payload

    def _journal(self, operation: Operation) -> str:
        name = str(operation.options.get("journal") or "")
        found = self._client.rows("journals", f"displayName eq {literal(name, 'v4')}") if name else []
        if len(found) != 1:
            raise ContentError(
                f"there is no journal batch {name!r}; name it in the mapping's `options.journal`",
                file=operation.mapping,
            )
        return str(found[0]["id"])

    def _content(self, operation: Operation) -> bytes:
        """Return the bytes that are attached."""
        return self._place.content(str(operation.payload["sha256"]))

    def _receipt(
        self,
        operation: Operation,
        kind: BcObject,
        found: Mapping[str, Any],
        outcome: Literal["created", "already_there"],
    ) -> Receipt:
        number = str(found.get("number") or "")
        link = ""
        if self._client.settings.web_client and kind.page and number:
            company = self._client.settings.company
            link = f"{self._client.settings.web_client}?company={company}&page={kind.page}&filter='No.' IS '{number}'".replace(
                " ", "%20"
            )
        return Receipt(
            key=operation.key, external_id=str(found["id"]), outcome=outcome, link=link,
            version=str(found.get("@odata.etag") or found.get("lastModifiedDateTime") or ""),
            request={"object": kind.path, "digest": operation.payload_digest},
            response={"id": str(found["id"]), "number": number, "status": str(found.get("status") or "")},
        )  # fmt: skip


def _kind(operation: Operation) -> BcObject:
    kind = OBJECTS.get(operation.object)
    if kind is None:
        raise Rejected(f"Business Central has no object {operation.object!r}; there are: {', '.join(OBJECTS)}")
    return kind


def _key_value(operation: Operation, kind: BcObject, name: str) -> str:
    value = operation.short_key.upper() if kind.path == "journalLines" else str(operation.payload.get(name) or "")
    if not value:
        raise Rejected(
            f"Without {name} nobody can tell whether this {kind.title} stands there already.",
            fields={name: "is missing"},
        )
    return value


def _literal(name: str, value: str) -> str:
    return value if name in {"orderDate", "parentId"} else literal(value, "v4")


def _is_marked(found: Mapping[str, Any], kind: BcObject, operation: Operation) -> bool:
    mark = f"{_MARK}{operation.short_key}"
    return any(str(line.get("description", "")).strip() == mark for line in found.get(kind.lines) or ())


def _shown(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _differences(kind: BcObject, payload: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Return in words where an object differs from what we would send: its header, and its lines one by one."""
    told = [
        f"{name} is {there.get(name)!s}, not {value}"
        for name, value in payload.items()
        if name not in {kind.lines, "sha256"} and name in there and not _is_same(there[name], value)
    ]
    if not kind.lines or kind.lines not in payload:
        return told
    lines = [line for line in there.get(kind.lines) or () if not str(line.get("description", "")).startswith(_MARK)]
    wanted = list(payload[kind.lines])
    if len(lines) != len(wanted):
        return [*told, f"it has {len(lines)} lines, not {len(wanted)}"]
    for number, (line, mine) in enumerate(zip(lines, wanted, strict=True), start=1):
        told += [
            f"line {number}: {name} is {line.get(name)!s}, not {value}"
            for name, value in mine.items()
            if name in line and not _is_same(line[name], value)
        ]
    return told


def _is_same(there: object, mine: object) -> bool:
    """Whether two values are the same to Business Central: numbers by value, codes without regard to capitals."""
    if isinstance(there, bool) or isinstance(mine, bool):
        return there is mine
    if isinstance(there, int | Decimal):
        try:
            return Decimal(there) == Decimal(str(mine))
        except InvalidOperation:
            return False
    return str(there).strip().casefold() == str(mine).strip().casefold()
