"""Documents, parties and attachments: found by what names them in the world outside, made, and finished step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.dimensions import Lack, bare, bring, lacking, wants
from adapters.dynamics_bc.gone import refuse_gone
from adapters.dynamics_bc.objects import BcObject
from adapters.dynamics_bc.receipts import Outcome, receipt
from adapters.shared.answers import with_numbers
from adapters.shared.compare import differences, is_same, line_differences
from adapters.shared.odata.literals import literal
from adapters.shared.place import Place
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt

_DRAFT = "Draft"
_MARK = "Postroom "
_ATTACHMENT = "documentAttachments"
_PLAIN = frozenset({"orderDate", "parentId"})
"""Key fields that are no texts: they stand in a filter without quotes."""


class Documents:
    """Finds and writes objects of one kind. Safe to share between threads."""

    def __init__(self, client: BusinessCentral, kind: BcObject, place: Place) -> None:
        self._client = client
        self.kind = kind
        self._place = place

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an object that stands as the payload says, with all its steps done; else None.

        Raises Ambiguous for an object of the same key that says something else.
        """
        if is_update(operation):
            there = self._updated(operation)
            if there is None or self._to_change(operation, there):
                return None
            return receipt(self._client, operation, self.kind, there, "already_there")
        found = self._standing(operation)
        if found is None or self._is_unfinished(operation, found):
            return None
        return receipt(self._client, operation, self.kind, found, "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Create the object with its lines, and do what is to be done with it; what was begun is finished.

        With the option `write: update` the party that stands there is brought to what the payload says of it.
        """
        if is_update(operation):
            return self._update(operation)
        found = self._standing(operation)
        if found is not None:
            return self.finished(operation, found, "already_there")
        return self.finished(operation, self._client.create(self.kind.path, self.body(operation)), "created")

    def _updated(self, operation: Operation) -> Mapping[str, Any] | None:
        """Return the party that is to be changed, or None. Raises Rejected where its kind is never changed."""
        if not self.kind.may_update:
            raise Rejected(f"A {self.kind.title} is never written over: `write: update` is for vendors and customers.")
        return next(iter(self._client.rows(self.kind.path, self.question(operation))), None)

    def _to_change(self, operation: Operation, there: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that are not yet as the payload says; one that is not told is not."""
        said = {name: value for name, value in operation.payload.items() if name not in self.kind.key}
        return {name: value for name, value in said.items() if not is_same(there.get(name, ""), value)}

    def _update(self, operation: Operation) -> Receipt:
        found = self._updated(operation)
        if found is None:
            shown = ", ".join(f"{name} {value}" for name, value in self._key(operation).items())
            raise Rejected(f"Business Central has no {self.kind.title} with {shown}, so nothing can be changed.")
        fields = self._to_change(operation, found)
        if not fields:
            return receipt(self._client, operation, self.kind, found, "already_there")
        there = self._client.change(self.kind.path, str(found["id"]), fields, str(found.get("@odata.etag") or ""))
        if told := self._differences(operation.payload, there):
            raise Ambiguous(f"Business Central took a change, and it did not come about: {'; '.join(told)}.")
        return receipt(self._client, operation, self.kind, there, "updated")

    def question(self, operation: Operation) -> str:
        """Return the filter by which it is found. Raises Rejected when it has no name."""
        return " and ".join(
            f"{name} eq {value if name in _PLAIN else literal(value, 'v4')}"
            for name, value in self._key(operation).items()
        )

    def recognised(self, operation: Operation, found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """Return the object when what was found is what we would send; None when nothing was found. Raises Ambiguous."""
        if self.kind.marked:
            found = [one for one in found if _is_marked(one, self.kind.lines, operation)]
        if not found:
            return None
        shown = ", ".join(f"{name} {value}" for name, value in self._key(operation).items())
        if len(found) > 1:
            names = ", ".join(str(one.get("number") or one["id"]) for one in found)
            raise Ambiguous(f"Business Central holds {len(found)} of them for {shown}: {names}. A person must decide.")
        if told := self._differences(operation.payload, found[0]):
            raise Ambiguous(
                f"Business Central holds another {self.kind.title} for {shown}: {'; '.join(told)}. A person must decide."
            )
        return found[0]

    def body(self, operation: Operation) -> dict[str, Any]:
        """Return what is created: the payload with its numbers, without what is written afterwards."""
        kind = self.kind
        payload: dict[str, Any] = with_numbers(bare(kind, operation.payload), kind.exact)
        if kind.path == _ATTACHMENT:
            return {name: payload[name] for name in ("fileName", "parentType", "parentId")}
        if kind.marked:
            remark = {"lineType": "Comment", "description": f"{_MARK}{operation.short_key}"}
            return {**payload, kind.lines: [remark, *payload.get(kind.lines, ())]}
        return payload

    def finished(self, operation: Operation, found: Mapping[str, Any], outcome: Outcome) -> Receipt:
        """Do the steps that an object still lacks: its dimensions, its content, its posting. Returns its receipt."""
        if outcome == "created" and wants(self.kind, operation.payload):  # what was made comes back without its lines
            found = self._client.one(self.kind.path, str(found["id"]), expand=self.kind.expand)
        if not self._is_unfinished(operation, found):
            return receipt(self._client, operation, self.kind, found, outcome)
        key = str(found["id"])
        if self.kind.path == _ATTACHMENT:
            self._client.put_content(key, self._content(operation), str(found.get("@odata.etag") or ""))
        else:
            found = self._dimensioned(operation, key)
            if self._is_to_be_posted(operation, found):
                self._client.act(self.kind.path, key, "post")
        found = self._client.one(self.kind.path, key, expand=self.kind.expand)
        if self._is_unfinished(operation, found):
            raise Ambiguous(f"Business Central took the last step of a {self.kind.title}, and it did not come about.")
        return receipt(self._client, operation, self.kind, found, outcome)

    def _standing(self, operation: Operation) -> Mapping[str, Any] | None:
        rows = self._client.rows(self.kind.path, self.question(operation), expand=self.kind.expand)
        found = self.recognised(operation, rows)
        if found is None:
            refuse_gone(self._client, operation, self.kind, lambda one, lines: _is_marked(one, lines, operation))
        return found

    def _dimensioned(self, operation: Operation, key: str) -> Mapping[str, Any]:
        """Bring the dimensions about, the document's own before those of its lines: they may change the lines' too."""
        found: Mapping[str, Any] = self._client.one(self.kind.path, key, expand=self.kind.expand)
        for path in (self.kind.path, self.kind.lines):
            lacks = [one for one in self._lacking(operation.payload, found) if one.path == path]
            bring(self._client, lacks)
            found = self._client.one(self.kind.path, key, expand=self.kind.expand) if lacks else found
        if lacks := self._lacking(operation.payload, found):
            raise Ambiguous(f"Business Central took dimensions, and they did not come about: {lacks[0].told}")
        return found

    def _is_unfinished(self, operation: Operation, found: Mapping[str, Any]) -> bool:
        if self.kind.path == _ATTACHMENT:
            return int(found.get("byteSize") or 0) != len(self._content(operation))
        return self._is_to_be_posted(operation, found) or bool(self._lacking(operation.payload, found))

    def _is_to_be_posted(self, operation: Operation, found: Mapping[str, Any]) -> bool:
        return bool(operation.options.get("post")) and self.kind.posts and found.get("status") == _DRAFT

    def _lacking(self, payload: Mapping[str, Any], found: Mapping[str, Any]) -> list[Lack]:
        return lacking(self.kind, payload, found, self._lines(found)) if self.kind.dimensioned else []

    def _differences(self, payload: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
        """Return in words where an object differs from what we would send; dimensions only when nobody can add them."""
        kind, plain = self.kind, bare(self.kind, payload)
        head = {name: value for name, value in plain.items() if name not in {kind.lines, "sha256"}}
        told = differences(head, there, any_case=True, known_only=True)
        if kind.lines and kind.lines in plain:
            told += line_differences(plain[kind.lines], self._lines(there), any_case=True, known_only=True)
        is_fixed = kind.posts and there.get("status", _DRAFT) != _DRAFT
        return [*told, *(one.told for one in self._lacking(payload, there))] if is_fixed and not told else told

    def _lines(self, there: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the lines that stand there, without our remark."""
        lines = there.get(self.kind.lines) or ()
        return [line for line in lines if not str(line.get("description", "")).startswith(_MARK)]

    def _key(self, operation: Operation) -> dict[str, str]:
        values = {name: str(operation.payload.get(name) or "") for name in self.kind.key}
        for name, value in values.items():
            if not value:
                raise Rejected(
                    f"Without {name} nobody can tell whether this {self.kind.title} stands there already.",
                    fields={name: "is missing"},
                )
        return values

    def _content(self, operation: Operation) -> bytes:
        """Return the bytes that are attached."""
        return self._place.content(str(operation.payload["sha256"]))


def is_update(operation: Operation) -> bool:
    """Tell whether an operation changes what stands there, and makes nothing."""
    return operation.options.get("write") == "update"


def _is_marked(found: Mapping[str, Any], lines: str, operation: Operation) -> bool:
    mark = f"{_MARK}{operation.short_key}"
    return any(str(line.get("description", "")).strip() == mark for line in found.get(lines) or ())
