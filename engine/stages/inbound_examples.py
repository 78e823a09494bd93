"""The examples of an inbound matrix, run: they are its tests. Pure."""

from datetime import UTC, date, datetime, time
from typing import Any

from engine.content.inbound_matrix import InboundExample, InboundMatrix
from engine.content.ownership import Ownership, Team
from engine.model.event import Event, plain_data
from engine.model.page import Embedded, Reading
from engine.stages import inbound
from engine.stages.inbound import Teller
from engine.stages.matrix_examples import differences

_NOBODYS = Ownership(name="ownership", version=1, teams={"nobody": Team(title="Nobody")})
"""Who may write a field is the environment's to say, not the matrix's."""


def reading_of(matrix: InboundMatrix, example: InboundExample) -> Reading | None:
    """Return what becomes of an example; None when the matrix does not want it."""
    event = Event(
        id=f"{matrix.source.object}/{example.key}/1", source="example", subject=example.key, objectversion="1",
        type=f"postroom.{matrix.source.adapter}.{matrix.source.object}.changed", objectname=matrix.source.object,
        time=datetime.combine(date.fromisoformat(example.date), time(), UTC), data=plain_data(example.event),
    )  # fmt: skip
    if not inbound.concerns(matrix, event, example.xref):
        return None
    return inbound.read(matrix, event, example.xref, ownership=_NOBODYS, teller=Teller(system="example"))


def complaint(matrix: InboundMatrix, example: InboundExample) -> str:
    """Return why an example does not hold, or an empty text."""
    reading = reading_of(matrix, example)
    if reading is None or reading.embedded is None:
        return "" if example.record is None else "`where` does not let it through"
    if example.record is None:
        return "`where` lets it through"
    codes = [finding.code for finding in reading.findings]
    if codes != list(example.findings):
        said = "; ".join(finding.message for finding in reading.findings)
        return f"findings are {', '.join(codes) or 'none'}, not {', '.join(example.findings) or 'none'}. {said}".strip()
    return next(differences(plain(reading.embedded), dict(example.record), ""), "")


def paths_of(reading: Reading | None) -> list[str]:
    """Return the paths that a reading of an event fills: `total`, `lines[0].amount`."""
    embedded = reading.embedded if reading is not None else None
    if embedded is None:
        return []
    groups = (("lines", embedded.lines), ("taxes", embedded.taxes))
    inner = [f"{group}[{n}].{one.name}" for group, rows in groups for n, row in enumerate(rows) for one in row]
    return [*(field.name for field in embedded.fields), *inner]


def plain(embedded: Embedded) -> dict[str, Any]:
    """Return the bare values of a record that an event carries."""
    data: dict[str, Any] = {field.name: field.value for field in embedded.fields}
    for group, rows in (("lines", embedded.lines), ("taxes", embedded.taxes)):
        if rows:
            data[group] = [{field.name: field.value for field in row} for row in rows]
    return data
