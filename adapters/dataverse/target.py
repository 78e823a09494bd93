"""The target: rows of the Sales tables, each once."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from adapters.dataverse.client import DUPLICATE, Dataverse
from adapters.dataverse.objects import TABLES, Table, id_of
from adapters.shared.answers import Answer, with_numbers
from adapters.shared.compare import is_same
from adapters.shared.odata.literals import literal
from adapters.shared.place import Place
from adapters.shared.tries import AnswersAtOnce
from engine.model.errors import Ambiguous, Rejected, TargetError
from engine.model.operation import Operation, Receipt
from engine.ports import Surroundings

_BIND = "@odata.bind"
_CREATED = 201
_MOST_AT_ONCE = 100
_MOST_ATTACHED = 20 * 1024 * 1024


class DataverseTarget(AnswersAtOnce):
    """Implements `Target`, `MovesIn`, `Pings` and `Batches`. Safe to share between threads."""

    most_at_once = _MOST_AT_ONCE

    def __init__(self, client: Dataverse, place: Place) -> None:
        self._client = client
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where documents lie."""
        self._place.move_in(surroundings)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of a row that stands as the payload says; else None.

        Raises Ambiguous when the row of our key says something else.
        """
        table = _table(operation)
        found = self._standing(operation, table)
        if found is None:
            return None
        wrong = _differences(table, self._body(operation, table, with_content=False), found)
        if wrong and "by" in operation.options:
            return None
        if wrong:
            raise self._other(table, wrong, found)
        return self._receipt(operation, table, found, "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Create the row, or bring the one of its alternate key to what the payload says."""
        table = _table(operation)
        body = self._body(operation, table, with_content=True)
        if by := str(operation.options.get("by") or ""):
            found, is_new = self._client.upsert(
                table.path, {by: _key(operation, table, by)}, {k: v for k, v in body.items() if k != by}
            )
            return self._receipt(operation, table, found, "created" if is_new else "updated")
        try:
            return self._receipt(operation, table, self._client.create(table.path, body), "created")
        except Rejected as e:
            return self._already(operation, e)

    def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
        """Create rows of one table in one call, each with an answer of its own, in the order given."""
        tables = [_table(operation) for operation in operations]
        if len(set(tables)) > 1 or any("by" in operation.options for operation in operations):
            return [self._alone(operation) for operation in operations]
        bodies = [
            self._body(operation, table, with_content=True) for operation, table in zip(operations, tables, strict=True)
        ]
        answers = self._client.create_many(tables[0].path, bodies)
        return [self._of_batch(operation, answer) for operation, answer in zip(operations, answers, strict=True)]

    def ping(self) -> str:
        """Look whether the application user is known there."""
        return f"Dataverse answers; we are user {self._client.who()}"

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _alone(self, operation: Operation) -> Receipt | TargetError:
        try:
            return self.send(operation)
        except TargetError as e:
            return e

    def _of_batch(self, operation: Operation, answer: Answer | None) -> Receipt | TargetError:
        if answer is None:
            return Ambiguous("Dataverse's answer to a batch does not speak of this row.")
        try:
            if answer.status == _CREATED:
                return self._receipt(operation, _table(operation), self._client.row(answer, is_write=True), "created")
            refusal = self._client.refusal(answer)
            return self._already(operation, refusal) if isinstance(refusal, Rejected) else refusal
        except TargetError as e:
            return e

    def _already(self, operation: Operation, refusal: Rejected) -> Receipt:
        """Return the receipt of a row that was refused because it stands there. Raises the refusal for any other reason."""
        if DUPLICATE not in refusal.detail:
            raise refusal
        found = self.find(operation)
        if found is None:
            raise refusal
        return found

    def _standing(self, operation: Operation, table: Table) -> dict[str, Any] | None:
        by = str(operation.options.get("by") or "")
        key: Mapping[str, str] | str = {by: _key(operation, table, by)} if by else id_of(operation.key)
        payload = operation.payload
        plain = [name for name in payload if not name.endswith(_BIND) and name != table.lines and name not in _OURS]
        lines = payload.get(table.lines) or () if table.lines else ()
        inner = sorted({name for line in lines for name in line if not name.endswith(_BIND)})
        expand = f"{table.lines}($select={','.join(inner)})" if lines else ""
        return self._client.get(table.path, key, select=[table.primary, *plain], expand=expand)

    def _body(self, operation: Operation, table: Table, *, with_content: bool) -> dict[str, Any]:
        numbers = (*table.numbers, *operation.options.get("numbers", ()))
        body: dict[str, Any] = with_numbers({k: v for k, v in operation.payload.items() if k not in _OURS}, numbers)
        if "by" not in operation.options:
            body[table.primary] = id_of(operation.key)
        for name, other in dict(operation.payload.get("bind") or {}).items():
            body[f"{name}{_BIND}"] = f"/{other['table']}({other['by']}={literal(str(other['value']), 'v4')})"
        if with_content and operation.payload.get("sha256"):
            body["documentbody"] = self._content(operation)
        return body

    def _content(self, operation: Operation) -> str:
        """Return the bytes of an attachment in base64, as a note wants them."""
        content = self._place.content(str(operation.payload["sha256"]))
        if len(content) > _MOST_ATTACHED:
            words = f"A note of {len(content)} bytes is too large; Dataverse takes {_MOST_ATTACHED}."
            raise Rejected(words, fields={"sha256": "too large"})
        return base64.b64encode(content).decode()

    @staticmethod
    def _other(table: Table, wrong: Sequence[str], found: Mapping[str, Any]) -> Ambiguous:
        return Ambiguous(
            f"Dataverse holds another {table.title} under this key: {'; '.join(wrong)}. A person must decide what is right.",
            detail=f"{table.path} {found.get(table.primary)}",
        )

    def _receipt(
        self, operation: Operation, table: Table, found: Mapping[str, Any],
        outcome: Literal["created", "updated", "already_there"],
    ) -> Receipt:  # fmt: skip
        key = str(found.get(table.primary) or "")
        if not key or ("by" not in operation.options and key.lower() != id_of(operation.key)):
            raise Ambiguous(
                "Dataverse answered with another row than the one that was sent.", detail=f"{table.path} {key}"
            )
        settings = self._client.settings
        app = f"appid={settings.app_id}&" if settings.app_id else ""
        return Receipt(
            key=operation.key, external_id=key, outcome=outcome, version=str(found.get("@odata.etag") or ""),
            link=f"{settings.url.rstrip('/')}/main.aspx?{app}pagetype=entityrecord&etn={table.name}&id={key}",
            request={"object": table.path, "digest": operation.payload_digest}, response={"id": key},
        )  # fmt: skip


_OURS = frozenset({"sha256", "bind"})
"""Parts of a payload that say which bytes to attach and what to refer to; Dataverse has no such columns."""


def _table(operation: Operation) -> Table:
    table = TABLES.get(operation.object)
    if table is None:
        raise Rejected(f"Dataverse has no table {operation.object!r} here; there are: {', '.join(TABLES)}")
    return table


def _key(operation: Operation, table: Table, by: str) -> str:
    value = str(operation.payload.get(by) or "")
    if not value:
        raise Rejected(f"The {table.title} has no {by}, by which it would be found.", fields={by: "is missing"})
    return value


def _differences(table: Table, wanted: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Return in words where a row, or one of its lines, differs from what we would send. References are not compared."""
    wrong = [
        f"{name} is {there.get(name)!s}, not {value}"
        for name, value in wanted.items()
        if not name.endswith(_BIND) and name not in {table.lines, table.primary} and not is_same(there.get(name), value)
    ]
    if not table.lines or table.lines not in wanted:
        return wrong
    mine, theirs = (
        [_plain(line) for line in wanted[table.lines]],
        [_plain(line) for line in there.get(table.lines) or ()],
    )
    # lines come back in any order: each of ours has to be among them
    left = list(theirs)
    for number, line in enumerate(mine, start=1):
        twin = next((one for one in left if all(is_same(one.get(name), value) for name, value in line.items())), None)
        if twin is None:
            wrong.append(f"line {number} does not stand there")
        else:
            left.remove(twin)
    return wrong if len(mine) == len(theirs) else [*wrong, f"it has {len(theirs)} lines, not {len(mine)}"]


def _plain(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if not name.endswith(_BIND) and not name.startswith("@")}
