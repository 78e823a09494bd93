"""Brings in the invoices that the ERP had posted before, so that the first day already knows what was paid."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine.content.column_map import ColumnMap
from engine.content.duplicate_policy import DuplicatePolicy
from engine.model import master_cells
from engine.model.duplicate import Signature
from engine.model.errors import ContentError
from engine.model.master_cells import Refused
from engine.model.masterdata import FileForm
from engine.model.posted_invoices import POSTED_INVOICES
from engine.model.value import Value
from engine.runtime.duplicates import keys_of
from engine.runtime.house import House
from engine.stages.duplicates.posted import posted_id, posted_signature
from engine.stages.duplicates.weigh import resemble
from engine.store import documents, ledger, posted, row_files, signatures
from engine.store.database import transaction
from engine.store.writing import chunks

MOST_TOLD = 20
"""Complaints and unknown vendors that are told one by one; all are counted."""
_BATCH = 2000
"""Rows of one transaction: others who write wait for it."""

Cells = Mapping[str, str]


class Imported(Value):
    """What an import of history did, or would do."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    reversed: int = 0
    """Taken back in the ERP: not remembered, or not any more."""
    ours: int = 0
    """Posted from here: the document itself says what they claim."""
    refused: int = 0
    complaints: tuple[str, ...] = ()
    """The first of them, with file and line."""
    unknown_vendors: tuple[str, ...] = ()
    """The first ids that master data does not know; their rows are remembered under the id alone."""


class _Undone(Exception):
    """Leaves a transaction that was only tried."""


def import_history(
    house: House, path: Path, columns: ColumnMap | None, *, actor: str, dry_run: bool = False
) -> Imported:
    """Remember the rows of a file of `POSTED_INVOICES`, batch by batch; what is remembered already stays.

    A row that cannot be used is told and left out. With `dry_run` everything is done and taken back. Raises
    ContentError for a file whose columns or form are wrong, naming what is allowed; what stands before the place in
    question has been remembered then.
    """
    if columns is not None and columns.kind != POSTED_INVOICES.name:
        raise ContentError(f"this is a map of {columns.kind}; needed: kind: {POSTED_INVOICES.name}", file=columns.ref)
    work = _Work(house, path)
    with row_files.opened(path, columns.file if columns else FileForm()) as (header, rows):
        _check_header(path, header, columns)
        for batch in chunks(work.checked(rows, columns), _BATCH):
            try:
                with transaction(house.engine) as tx:
                    work.take(tx, batch)
                    if dry_run:
                        raise _Undone  # noqa: TRY301 - an exception is what rolls a transaction back
            except _Undone:
                pass
    done = work.told()
    if not dry_run:
        _note(house, path, done, actor=actor)
    return done


class _Work:
    """One import: what it has counted so far."""

    def __init__(self, house: House, path: Path) -> None:
        self._house, self._path = house, path
        self._count: Counter[str] = Counter()
        self._complaints: list[str] = []
        self._unknown: dict[str, None] = {}
        self._entities = {one.code: one for one in house.library.environment.company.entities}
        live = (house.library.flows[ref] for ref in house.library.environment.flows)
        flow = next((one for one in live if "invoice" in one.when.types and not one.when.on_request), None)
        self._policy = DuplicatePolicy() if flow is None else house.library.rulesets[flow.ruleset].duplicates

    def checked(self, rows: row_files.Rows, columns: ColumnMap | None) -> Iterator[Cells]:
        """Yield the rows that can be used, in our columns."""
        for line, raw in rows:
            self._count["rows"] += 1
            try:
                cells: Mapping[str, Any] = columns.apply(raw) if columns is not None else raw
                yield master_cells.row(POSTED_INVOICES, cells)
            except (Refused, TypeError) as e:
                self._count["refused"] += 1
                if len(self._complaints) < MOST_TOLD:
                    self._complaints.append(ContentError(str(e), file=str(self._path), line=line).message)

    def take(self, tx: Connection, batch: Sequence[Cells]) -> None:
        """Remember the rows of a batch and forget those that were reversed."""
        known = posted.vendors(tx, (cells["vendor_id"] for cells in batch))
        claims: dict[str, Signature] = {}
        gone: set[str] = set()
        for cells in batch:
            name = posted_id(cells)
            if cells["reversed"] == "true":
                claims.pop(name, None)
                gone.add(name)
                self._count["reversed"] += 1
                continue
            vendor = known.get(cells["vendor_id"], {})
            if not vendor and len(self._unknown) < MOST_TOLD:
                self._unknown[cells["vendor_id"]] = None
            gone.discard(name)
            claims[name] = posted_signature(cells, vendor=vendor, entity=self._entities.get(cells["entity"]))
        posted.forget(tx, sorted(gone))
        ours = self._posted_here(tx, claims.values())
        for name, document_id in ours.items():
            if (paid := claims[name].paid_on) is not None:
                signatures.note_paid(tx, document_id, paid)
        wanted = [(one, keys_of(one)) for name, one in claims.items() if name not in ours]
        self._count["ours"] += len(ours)
        self._count.update(posted.remember(tx, wanted).model_dump())

    def told(self) -> Imported:
        """Return what was counted."""
        return Imported(**self._count, complaints=tuple(self._complaints), unknown_vendors=tuple(self._unknown))

    def _posted_here(self, tx: Connection, claims: Iterable[Signature]) -> dict[str, str]:
        """Return the rows that came about because a document of our own was posted: their ids, with that of the document."""
        if not posted.has_documents(tx):
            return {}
        by_id = {one.document_id: one for one in claims}
        found = {name: self._ours(tx, by_id[name]) for name in sorted(posted.unknown(tx, by_id))}
        return {name: document_id for name, document_id in found.items() if document_id is not None}

    def _ours(self, tx: Connection, mine: Signature) -> str | None:
        window, nearest = self._policy.window_days, self._policy.nearest
        found = signatures.earlier(tx, mine, keys_of(mine), window_days=window, nearest=nearest)
        for one in found.signatures:
            document = documents.get(tx, one.document_id)
            if document is None or document.state not in {"posting", "posted"}:
                continue
            if resemble(mine, one, self._policy).probability * 1000 >= self._policy.certain_permille:
                return one.document_id
        return None


def _check_header(path: Path, header: Sequence[str], columns: ColumnMap | None) -> None:
    """Refuse a file without a column that is needed, or with one that nobody knows."""
    if columns is not None:
        if path.suffix.casefold() not in row_files.JSON:
            try:
                columns.check_header(header)
            except Refused as e:
                raise ContentError(str(e), file=str(path), line=columns.file.header_row) from e
        return
    names = POSTED_INVOICES.names
    unknown = next((name for name in header if name and name not in names), None)
    if unknown is not None:
        message = f"unknown column {unknown!r}; allowed: {', '.join(names)}. A column map (--map) says which is which"
        raise ContentError(message, file=str(path), line=1)


def _note(house: House, path: Path, done: Imported, *, actor: str) -> None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    data = {"source": path.name, "sha256": digest, **done.model_dump(mode="json", exclude={"complaints"})}
    with transaction(house.engine) as tx:
        ledger.append(tx, at=house.clock.now(), document_id=None, kind="history_imported", actor=actor, data=data)
