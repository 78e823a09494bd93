"""Waiting for receipts and orders: nobody is asked while only time can help.

A document that waits is looked at when something came for its orders, and on a schedule; each look that finds something
new, and the last one, begins a new revision that is read, matched and judged like any other. Everything stands in the
database: a worker that dies leaves the wait as it was.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from engine.content.collects import Collects
from engine.content.order_policy import OrderPolicy
from engine.model.decision import Decision
from engine.model.document import SETTLED, Document, State
from engine.runtime import again, dossier_joining, metrics, steps
from engine.runtime.house import House
from engine.runtime.ordering import Surrounded, billing
from engine.store import documents, ledger, waits
from engine.store.database import reading, transaction
from engine.store.waits import Wait

log = structlog.get_logger()

_STILL_HERE: frozenset[State] = frozenset({"waiting", "in_review"})
_AWAITED = frozenset({"order_unknown", "order_failed", "order_lines_unknown", "lines_not_ordered", "receipt_missing"})
"""Reasons for a review that the coming of an order, of its lines or of a receipt may take away."""


def begin(house: House, document: Document, revision: int, decision: Decision, found: Surrounded) -> None:
    """Let a document wait, with the moment of the next look. Raises Overtaken."""
    now = house.clock.now()
    patience = _patience(house, decision.flow, decision.ruleset)
    pause = timedelta(hours=patience.every_hours)
    tries = found.wait.tries if found.wait is not None else 0
    with transaction(house.engine) as tx:
        held = steps.hold(tx, document.id, revision)
        if held.state == "posting":  # judged once more, after an earlier judgement to post it
            documents.move(tx, document.id, "processing", at=now)
        documents.move(tx, document.id, "waiting", at=now)
        waits.begin(
            tx, document_id=document.id, revision=revision, numbers=found.numbers, mark=found.mark, at=now,
            next_at=now + pause,
        )  # fmt: skip
        ledger.append(
            tx, at=now, document_id=document.id, kind="waiting_begun", actor="system",
            data={"revision": revision, "orders": list(found.numbers), "reasons": list(decision.reasons),
                  "message": decision.message, "looks": tries, "next_at": (now + pause).isoformat()},
        )  # fmt: skip
    metrics.DOCUMENTS.labels("waiting").inc()


def settling(house: House, document: Document, decision: Decision, found: Surrounded) -> Callable[[Connection], None]:
    """Return what is written with a decision: what the document bills of its orders, and what may still wake it.

    A document that goes to a person for an order or receipt that is not there is judged again when that comes after all.
    It raises ordering.Moved when another document billed the same orders meanwhile.
    """
    bill = billing(found, document, is_posted=decision.route == "post")
    awaits = bool(_AWAITED & set(decision.reasons)) or house.library.flows[decision.flow].collects is not None
    is_watched = decision.route == "review" and bool(found.numbers) and awaits

    def write(tx: Connection) -> None:
        bill(tx)
        if is_watched:
            waits.begin(
                tx, document_id=document.id, revision=document.revision, numbers=found.numbers, mark=found.mark,
                at=house.clock.now(), next_at=None,
            )  # fmt: skip
        elif decision.route != "wait":
            waits.end(tx, document.id)

    return write


def look(house: House) -> list[Document]:
    """Look at every wait for which something came or whose time has come. Returns the documents to be judged.

    They are in processing, in a new revision, or reminders; whoever dies before putting them in the queue leaves them to the
    sweep.
    """
    with reading(house.engine) as tx:
        woken = waits.woken(tx)
        due = waits.due(tx, house.clock.now())
    came = {one.document_id for one in woken}
    looked = {one.document_id: one for one in (*woken, *due)}
    found = [_look(house, one, has_come=one.document_id in came) for one in looked.values()]
    return [document for document in found if document is not None]


def _look(house: House, wait: Wait, *, has_come: bool) -> Document | None:
    """Begin a new revision when something came or it was looked often enough; else note the look and the next."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = documents.lock(tx, wait.document_id)
        known = waits.of_document(tx, wait.document_id)
        if known != wait:
            return None
        if document.state not in _STILL_HERE or document.revision != wait.revision:
            if document.state in SETTLED:
                waits.end(tx, wait.document_id)
            return None
        patience = _patience_of(house, tx, wait)
        tries = wait.tries if has_come else wait.tries + 1
        if not has_come and tries < patience.tries:
            waits.looked(tx, wait.document_id, tries=tries, next_at=now + timedelta(hours=patience.every_hours))
            if patience.collects is None:
                return None
            return dossier_joining.remind(tx, house, document, patience.collects, tries)
        waits.looked(tx, wait.document_id, tries=tries, next_at=None)
        why = "came" if has_come else "time_is_over"
        ledger.append(
            tx, at=now, document_id=wait.document_id, kind="waiting_ended", actor="system",
            data={"revision": wait.revision, "why": why, "looks": tries, "since": wait.since.isoformat()},
        )  # fmt: skip
        again.begin(tx, wait.document_id, flow=None, at=now)
        log.info("waiting_ended", document=wait.document_id, why=why)
        return documents.get(tx, wait.document_id)


class _Patience(NamedTuple):
    """How often is looked before a person is asked; for a dossier, of what its owner is reminded."""

    every_hours: int
    tries: int
    collects: Collects | None = None


def _patience_of(house: House, tx: Connection, wait: Wait) -> _Patience:
    """Return that of the content a document was judged with, or today's where that is gone."""
    data = documents.load(tx, wait.document_id, wait.revision, "decision")
    return _patience(house, data["flow"], data["ruleset"]) if data else _patience(house, "", "")


def _patience(house: House, flow: str, ruleset: str) -> _Patience:
    collecting = house.library.flows.get(flow)
    if collecting is not None and collecting.collects is not None:
        remind = collecting.collects.remind
        return _Patience(remind.every_hours, remind.times + 1, collecting.collects)
    rules = house.library.rulesets.get(ruleset)
    receipts = (rules.match.orders if rules is not None else OrderPolicy()).receipts
    return _Patience(receipts.every_hours, receipts.tries)
