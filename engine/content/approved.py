"""Bank data and numbers of identity go only to targets that an environment approves for them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.content.environment import Environment
from engine.content.expression import compile_expression, compile_template
from engine.content.flow import Flow
from engine.content.matrix import Matrix
from engine.content.matrix_row import MatrixRow
from engine.content.shelf import Shelf
from engine.model.errors import ContentError
from engine.model.rights import FieldGroup
from engine.model.sensitive import group_of

_OURS = "env"
"""Namespace of our own companies: what stands on our own letterhead is no secret."""

_PAYLOAD = "out"
"""Namespace of what the rows made; they are looked at themselves."""


def check_approved(flow: Flow, shelf: Shelf, environment: Environment, *, file: Path) -> None:
    """Refuse a live flow that would send sensitive fields to a target without approval. Raises ContentError."""
    sends = [(send.target, send.mapping) for send in flow.sends]
    targets = {send.called: send.target for send in flow.sends}
    sends += [(targets[one.reverses], one.mapping) for one in flow.reversals if one.reverses in targets]
    for target, mapping in sends:
        matrix = shelf.matrices[mapping]
        for group, field, to in sensitive(matrix):
            if group not in environment.targets[target].sensitive:
                raise ContentError(
                    f"{flow.ref} would send {field} ({group} data) there, as {to} of {matrix.ref}; write "
                    f"`sensitive: [{group}]` at the target if it may have them, or take the row out of the matrix",
                    file=str(file), path=f"targets.{target}.sensitive",
                )  # fmt: skip


def sensitive(matrix: Matrix) -> Iterator[tuple[FieldGroup, str, str]]:
    """Yield (group, field, where to) of all that a matrix sends of sensitive fields.

    A field that only picks a value of a cross-reference or decision table, or is only a condition, is not sent.
    """
    for row in _leaves(matrix.rows):
        for field in _sent(row):
            if (group := _group(field)) is not None:
                yield group, field, row.to
    if matrix.template is not None and matrix.markup is not None:
        for namespace, attribute in compile_template(matrix.template, matrix.markup).reading.references:
            field = f"{namespace}.{attribute}"
            if not namespace.startswith(_PAYLOAD) and (group := _group(field)) is not None:
                yield group, field, "text"


def _group(field: str) -> FieldGroup | None:
    return None if field.startswith(f"{_OURS}.") else group_of(field)


def _sent(row: MatrixRow) -> Iterator[str]:
    reading = compile_expression(row.via).reading if row.via is not None else None
    if reading is not None and (reading.tables or reading.decisions):
        return
    if row.source is not None:
        yield row.source
    for namespace, attribute in reading.references if reading is not None else ():
        yield f"{namespace}.{attribute}"


def _leaves(rows: Iterable[MatrixRow]) -> Iterator[MatrixRow]:
    for row in rows:
        if row.is_leaf:
            yield row
        yield from _leaves(row.below())
