"""Play cases through the real judge: store what was read, decide, and compare with the truth."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from case import Case, Paper

from engine.model.decision import Decision
from engine.model.document import Blob, Document
from engine.model.field import Field, Provenance, Row
from engine.model.master_kinds import kind
from engine.model.record import Classification, Record
from engine.runtime import judging
from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.store import documents, masterdata
from engine.store.database import reading, transaction

ARRIVED = datetime(2026, 5, 20, 9, tzinfo=UTC)
SURE = 0.99


@dataclass
class Verdict:
    """What was decided about a case, and what is wrong with it (empty: nothing)."""

    case: Case
    decision: Decision
    wrong: str

    @property
    def is_hard(self) -> bool:
        """Whether something was posted that must never be."""
        return self.case.is_hard and self.decision.route == "post"


class Stage:
    """A hub on a database of its own that knows the master data of many cases."""

    def __init__(self, home: Path, cases: Sequence[Case], **settings: Any) -> None:
        self.house: House = open_house(Settings(home=home, env="dev", log_level="error", **settings), out=home / "out")
        self._count = 0
        rows = {
            "vendors": [row for case in cases for row in case.vendors],
            "orders": [row for case in cases for row in case.orders],
            "order_lines": [row for case in cases for row in case.order_lines],
            "goods_receipts": [row for case in cases for row in case.receipts],
            "item_units": [row for case in cases for row in case.item_units],
        }
        with transaction(self.house.engine) as tx:
            for name, some in rows.items():
                masterdata.write(tx, kind(name), _even(some))

    def play(self, case: Case) -> Verdict:
        """Judge the earlier papers of a case and then its paper."""
        for paper in case.earlier:
            before, _ = self.judged(paper)
            if before.route != "post":
                return Verdict(case, before, f"an earlier paper was not posted: {before.route} {before.reasons}")
        decision, matched = self.judged(case.paper)
        return Verdict(case, decision, _compare(case, decision, matched))

    def judged(self, paper: Paper) -> tuple[Decision, dict[str, Any]]:
        """Return the decision about one paper, and what it was matched with."""
        document = self._arrive(paper)
        judging.judge(self.house, document.id, 1)
        with reading(self.house.engine) as tx:
            decision = Decision.model_validate(documents.load(tx, document.id, 1, "decision"))
            return decision, documents.load(tx, document.id, 1, "match") or {}

    def _arrive(self, paper: Paper) -> Document:
        self._count += 1
        sha256 = hashlib.sha256(f"{self._count}".encode()).hexdigest()
        blob = Blob(sha256=sha256, size=1, media_type="application/pdf")
        document = Document(id=sha256, name=f"{self._count}.pdf", blob=blob, source="bench", received_at=ARRIVED)
        with transaction(self.house.engine) as tx:
            documents.add(tx, document)
            documents.move(tx, document.id, "processing", at=ARRIVED)
            documents.save(tx, document.id, 1, "record", record_of(paper, document.id).model_dump(mode="json"))
        return document


def record_of(paper: Paper, document_id: str) -> Record:
    """Return the canonical record of a paper, surely read."""
    kind_of = Classification(type=paper.type, type_confidence=SURE, language="en", language_confidence=SURE)
    return Record(
        document_id=document_id, revision=1, classification=kind_of, fields=_row(paper.header),
        lines=tuple(_row(line) for line in paper.lines), taxes=tuple(_row(tax) for tax in paper.taxes), confidence=SURE,
    )  # fmt: skip


def _row(values: dict[str, str]) -> Row:
    how = Provenance(how="read", page=1, by="bench@1")
    return tuple(Field(name=n, value=v, raw=v, confidence=SURE, provenance=how) for n, v in values.items())


def _even(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows with one set of columns."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name, "") for name in names} for row in rows]


def _compare(case: Case, decision: Decision, matched: dict[str, Any]) -> str:
    if decision.route not in case.routes:
        return f"{decision.route} {decision.reasons} instead of {sorted(case.routes)}"
    if decision.route == "review" and case.reasons and case.reasons.isdisjoint(decision.reasons):
        return f"for {decision.reasons} instead of {sorted(case.reasons)}"
    if case.pairs is not None:
        pairs = {
            (one["line"], one["order"], one["order_line"]) for one in (matched.get("lines") or {}).get("pairs", ())
        }
        if pairs != case.pairs:
            return f"lines {sorted(pairs - case.pairs)} instead of {sorted(case.pairs - pairs)}"
    return ""
