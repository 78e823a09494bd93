"""What each reading of a field would lead to, found by judging the document with that reading; nothing is written.

A reading is taken as if a person had said it: the document is understood anew from its pages, judged by what the store
said on its day, and mapped. Fields whose every reading leads to the same route, match and payload need no answer.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace as changed
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Connection

from engine.content.flow import Flow
from engine.model.correction import Correction
from engine.model.judged import Judged
from engine.model.page import Reading
from engine.model.value import digest
from engine.runtime import read_with, replay, understanding
from engine.runtime.history import History, pages_of
from engine.runtime.house import House
from engine.runtime.rates import rates_of
from engine.runtime.witness import Question, Recorded, Witness
from engine.stages import plan as plan_stage
from engine.stages.transform import traced

T = TypeVar("T")
MOST = 12
"""Readings of one document that are judged; a field beyond that is asked about."""
_MOST_PAGES = 30
"""A longer document is not understood anew for each reading."""
_KEPT = 200
_known: OrderedDict[tuple[str, ...], tuple["Outcome", ...]] = OrderedDict()
_lock = Lock()


class Write(NamedTuple):
    """What would be written to one target."""

    target: str
    object: str
    total: str
    """The document's amount with its currency, as the record has it; empty where it has none."""
    account: str
    """Whom it is posted to: the id of the vendor; empty when nobody is known."""


class Outcome(NamedTuple):
    """What one reading leads to."""

    value: str
    route: str
    queue: str
    rules: tuple[str, ...]
    """What still holds it."""
    writes: tuple[Write, ...]
    """What is written now, or once the rest is let pass; empty where nothing can be mapped."""
    mark: str
    """Equal for outcomes of the same route, match and payload."""


class _Saying:
    """A witness who was told one correction more."""

    def __init__(self, witness: Witness, said: Correction) -> None:
        self._witness, self._said = witness, said

    def ask(self, question: Question[T]) -> T:
        """Return the answer, with what is said now where corrections are asked for."""
        answer = self._witness.ask(question)
        if question.kind != "corrections":
            return answer
        return cast("T", (*cast("tuple[Correction, ...]", answer), self._said))

    def look(self, see: Callable[[Connection], T], *, instead: T) -> T:
        """Return what the other witness says."""
        return self._witness.look(see, instead=instead)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let the other witness look at one state."""
        with self._witness.at_once():
            yield


def of_fields(house: House, document_id: str, wanted: Sequence[str]) -> Mapping[str, tuple[Outcome, ...]]:
    """Return the outcomes of the readings of each wanted header field that has more than one, the present reading first.

    At most MOST readings are judged, and none of a long document; a field that is left out has to be asked about.
    """
    try:
        history = replay.one(house, document_id)
    except LookupError:
        return {}
    pages = pages_of(house.engine, history)
    if pages is None or history.decision is None:
        return {}
    reading = Reading.model_validate(pages)
    if len(reading.pages) > _MOST_PAGES:
        return {}
    found: dict[str, tuple[Outcome, ...]] = {}
    left = MOST
    for path in dict.fromkeys(wanted):
        values = readings(history, path)
        if len(values) > 1 and len(values) <= left:
            left -= len(values)
            found[path] = _remembered(house, history, reading, path, values)
    return found


def readings(history: History, path: str) -> tuple[str, ...]:
    """Return the readings of a header field, the present one first."""
    field = history.understood.get(path)
    return () if field is None else tuple(dict.fromkeys((field.value, *(one.value for one in field.alternatives))))


def is_open(outcomes: Sequence[Outcome]) -> bool:
    """Tell whether the readings of a field lead to different outcomes, so that somebody has to say which is right."""
    return len({one.mark for one in outcomes}) != 1


def _remembered(
    house: House, history: History, reading: Reading, path: str, values: Sequence[str]
) -> tuple[Outcome, ...]:
    live = digest(sorted(house.library.digests.items()))
    key = (
        str(house.settings.home),
        history.document.id,
        str(history.revision),
        path,
        live,
        history.judged_at.isoformat(),
    )
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    found = tuple(_outcome(house, history, reading, path, value) for value in values)
    with _lock:
        _known[key] = found
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found


def _outcome(house: House, history: History, reading: Reading, path: str, value: str) -> Outcome:
    said = Correction(path=path, value=value, by="somebody", at=history.judged_at)
    witness = _Saying(Recorded(house.engine, history.lessons, at=history.judged_at), said)
    understood = understanding.understand(house, history.document, reading, revision=history.revision, witness=witness)
    told = changed(
        history, record=understood.record.model_dump(mode="json"), made_with=read_with.read_with(house.library, reading)
    )
    judged = replay.judged(house, told, live=house.library.digests)
    writes, payloads = _written(house, told, judged)
    matched = [None if one is None or one.chosen is None else one.chosen.id for one in (judged.vendor, judged.order)]
    rules = tuple(one.id for one in judged.decision.rules if one.fired and one.route == "review")
    mark = digest([judged.route, judged.queue, sorted(rules), matched, payloads])
    return Outcome(value, judged.route, judged.queue or "", rules, writes, mark)


def _written(house: House, history: History, judged: Judged) -> tuple[tuple[Write, ...], list[Any]]:
    """Return what the flow's sends would write, and their payloads (or why there are none) for comparison."""
    flow: Flow | None = house.library.flows.get(judged.decision.flow)
    if flow is None or judged.vendor is None or judged.order is None:
        return (), [judged.decision.flow]
    rates = rates_of(Recorded(house.engine, history.statement, at=history.judged_at))
    record = judged.record
    total = " ".join(one for one in (record.value("total"), record.value("currency")) if one)
    key = plan_stage.business_key(record, flow=flow, vendor=judged.vendor)
    account = judged.vendor.chosen.id if judged.vendor.chosen else ""
    writes: list[Write] = []
    payloads: list[Any] = [key.key, list(key.missing)]
    for send in flow.sends:
        mapped, _ = traced(
            record, matrix=house.library.matrices[send.mapping], vendor=judged.vendor, order=judged.order,
            environment=house.library.environment, rates=rates,
        )  # fmt: skip
        payloads.append([send.target, send.object, mapped.payload, [one.code for one in mapped.findings]])
        if mapped.is_sendable:
            writes.append(Write(send.target, send.object, total, account))
    return tuple(writes), payloads
