"""Golden cases: processed documents frozen as tests of their flow, `golden/<flow>/<name>.json` in the content folder.

A case holds what the document was judged by (its record, and what the store answered), and what came of it. It is judged
again without the database it came from, so that it runs in any checkout of the content.
"""

import json
import re
import secrets
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from engine.content.library import Library
from engine.content.secrecy import secrets_in
from engine.model.document import Document
from engine.model.errors import ContentError
from engine.model.judged import Judged
from engine.model.page import Reading
from engine.model.record import Record
from engine.model.value import Value, canonical_json
from engine.runtime import replay, understanding
from engine.runtime.history import History, pages_of
from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.runtime.witness import FORM, Question, Recorded, spelled
from engine.stages.case_diff import Outcome, differences, outcome, record_differences
from engine.stages.masking import NotMasked, masked
from engine.stages.seen import seen_of

T = TypeVar("T")
FOLDER = "golden"
Begin = Literal["record", "pages"]
"""From what a case is judged: the record, or the words that readers saw."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")


class Case(Value):
    """One frozen document."""

    name: str
    flow: str
    """`name@version` that judged it when it was frozen."""
    is_masked: bool
    why: str = ""
    document: Document
    revision: int
    judged_at: datetime
    record: Mapping[str, Any]
    statement: Mapping[str, Any]
    """What the store was asked and what it said."""
    expected: Outcome
    lessons: Mapping[str, Any] | None = None
    """What reading asked of the store, where the case begins at the pages."""
    pages: Mapping[str, Any] | None = None
    """What readers saw, where the case begins there; `record` is then what has to come of it."""

    @property
    def history(self) -> History:
        """What a replay needs of it."""
        return History(
            document=self.document, revision=self.revision, record=self.record, decision=None, match=None, plan=None,
            statement=self.statement, lessons=None, made_with={}, judged_at=self.judged_at,
        )  # fmt: skip


class Ran(Value):
    """A case that was judged again."""

    case: str
    flow: str
    file: str
    differences: tuple[str, ...]
    """What came out otherwise, in words; empty: all as frozen."""
    asked_anew: tuple[str, ...] = ()
    """Questions that were not asked when it was frozen; nobody could answer them here."""


class Added(Value):
    """A document that was frozen."""

    file: str
    expected: Outcome
    since: tuple[str, ...] = ()
    """How today's content judges it otherwise than it was judged; today's outcome is frozen."""


class Refused(ContentError):
    """A document cannot become a case; the message says why and what to do."""


def add(
    house: House, root: Path, document_id: str, *, name: str, why: str = "", is_masked: bool = False,
    from_: Begin = "record",
) -> Added:  # fmt: skip
    """Freeze a processed document, from its record on or from its pages on.

    Raises Refused when it was never judged, its pages are not kept, it has a name that is taken, resists masking, or
    holds a secret.
    """
    history = replay.one(house, document_id)
    then = outcome(replay.done(history))
    pages = pages_of(house.engine, history) if from_ == "pages" else None
    if from_ == "pages" and pages is None:
        raise Refused("its pages are not kept; freeze it from its record on", file=name)
    lessons = _Heard(house, history.lessons, at=history.judged_at)
    if pages is not None:
        history = _read(house, replace(history, document=_bare(history.document)), pages, lessons)
    heard = _Heard(house, history.statement, at=history.judged_at)
    now = outcome(replay.judged(house, history, from_="extraction", witness=heard))
    if heard.asked_anew and history.statement is not None:
        then = now  # the questions have changed since; what the store says of that day is taken
    flow = now.flow.partition("@")[0]
    file = root / FOLDER / flow / f"{name}.json"
    _refuse(file, name, now)
    case = Case(
        name=name, flow=now.flow, is_masked=is_masked, why=why, document=_bare(history.document), revision=history.revision,
        judged_at=history.judged_at, record=history.record, statement=heard.statement(), expected=now, pages=pages,
        lessons=None if pages is None else lessons.statement(),
    )  # fmt: skip
    if is_masked:
        case = _masked(house, case, heard, lessons)
    text = _text(case)
    for line, what in secrets_in(text.encode()):
        raise Refused(f"{what} stands in the document (line {line} of the case); it may not go into a file", file=name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Added(file=str(file), expected=case.expected, since=differences(then, now))


def named(document: Document, *, is_masked: bool) -> str:
    """Return the name of a case of a document: its file name, or the first digits of its id where that may tell too much."""
    plain = re.sub(r"[^a-z0-9]+", "-", Path(document.name).stem.casefold()).strip("-")[:60]
    return document.id[:12] if is_masked or not plain else plain


def _refuse(file: Path, name: str, now: Outcome) -> None:
    if not _NAME.fullmatch(name):
        raise Refused(
            "a case is called by small letters, digits, `.`, `-` and `_`, such as credit-note-2", file=str(file)
        )
    if file.exists():
        raise Refused("there is a case of this name; give another with --name, or remove the file", file=str(file))
    if not now.flow:
        raise Refused("no flow takes this document, so there is nothing to hold a flow against", file=str(file))


def _text(case: Case) -> str:
    """Return the file of a case: a key a line, so that git shows what changed; pages on one line."""
    data = case.model_dump(mode="json", exclude={"pages"})
    data = {key: one for key, one in data.items() if key != "lessons" or one is not None}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    if case.pages is not None:
        pages = json.dumps(case.pages, separators=(",", ":"), ensure_ascii=False)
        text = f'{text[:-2]},\n "pages": {pages}\n}}'
    return text + "\n"


def _read(house: House, history: History, pages: Mapping[str, Any], witness: Recorded) -> History:
    """Return the history with the record that these pages come to under the library of the house."""
    reading = Reading.model_validate(pages)
    understood = understanding.understand(
        house, history.document, reading, revision=history.revision, witness=witness
    )  # fmt: skip
    return replace(history, record=understood.record.model_dump(mode="json"))


def _bare(document: Document) -> Document:
    """Return a document as a case keeps it: not its state, and no link to others."""
    return document.model_copy(update={"state": "received", "parent_id": None})


def _masked(house: House, case: Case, heard: "_Heard", lessons: "_Heard") -> Case:
    """Return a case with invented parties, judged again to see that the rules decide the same. Raises Refused."""
    salt = secrets.token_bytes(16)
    known = {"record": case.record, "answers": heard.answers, "lessons": lessons.answers, "pages": case.pages}
    try:
        told = masked(known, salt=salt, keep=_own(house))
    except NotMasked as e:
        raise Refused(f"it cannot be masked: {e}", file=case.name) from e
    suffix = Path(case.document.name).suffix
    document = case.document.model_copy(update={"name": f"{case.name}{suffix}"})
    blank = case.model_copy(update={"document": document, "record": told["record"], "statement": {}})
    relearnt = _Heard(house, None, at=case.judged_at, answers=told["lessons"])
    if told["pages"] is not None:
        record = _read(house, blank.history, told["pages"], relearnt).record
        blank = blank.model_copy(update={"record": record, "pages": told["pages"], "lessons": relearnt.statement()})
    again = _Heard(house, None, at=case.judged_at, answers=told["answers"])
    now = outcome(replay.judged(house, blank.history, from_="extraction", witness=again))
    wrong = [one for one in differences(case.expected.bare, now.bare) if one]
    if wrong or again.asked_anew:
        more = f"questions {', '.join(again.asked_anew)} were asked otherwise" if again.asked_anew else ""
        said = "; ".join([*wrong[:5], *([more] if more else [])])
        raise Refused(
            f"masked, the rules decide otherwise ({said}); freeze another document, or this one unmasked",
            file=case.name,
        )
    return blank.model_copy(update={"statement": again.statement(), "expected": now})


def _own(house: House) -> list[str]:
    """Return the names and tax ids of our own companies: they stand in the environment, and rules look for them."""
    entities = house.library.environment.company.entities
    return [text for one in entities for text in (one.name, *one.aliases, one.tax_id or "") if text]


class _Heard(Recorded):
    """Answers as a replay does, and keeps every answer with its question; or gives answers back in the order of their kind."""

    def __init__(
        self, house: House, statement: Mapping[str, Any] | None, *, at: datetime, answers: Sequence[Any] | None = None
    ) -> None:
        super().__init__(house.engine, statement, at=at)
        self._judged_at = at
        self._given = None if answers is None else {kind: [a for k, a in answers if k == kind] for kind, _ in answers}
        self._places: dict[str, int] = {}
        self._said: dict[tuple[str, str], Any] = {}
        self.answers: list[list[Any]] = []
        """[kind, answer] in the order of asking; the same question once."""

    def ask(self, question: Question[T]) -> T:
        """Return the answer, and remember it."""
        if question.name in self._said:
            return question.shape.validate_python(self._said[question.name], strict=False)
        answer = super().ask(question) if self._given is None else self._next(question, self._given)
        self._said[question.name] = spelled(question, answer)
        self.answers.append([question.kind, self._said[question.name]])
        return answer

    def _next(self, question: Question[T], given: Mapping[str, Sequence[Any]]) -> T:
        place = self._places.get(question.kind, 0)
        self._places[question.kind] = place + 1
        if place < len(given.get(question.kind, ())):
            return question.shape.validate_python(given[question.kind][place], strict=False)
        return super().ask(question)

    def statement(self) -> dict[str, Any]:
        """Return all that was asked and answered, in the form of a stored statement."""
        asked = [[*name, answer] for name, answer in self._said.items()]
        return {"form": FORM, "at": self._judged_at.isoformat(), "asked": asked}


def cases(root: Path, wanted: Sequence[str] = ()) -> list[tuple[Path, Case]]:
    """Return the cases of a content folder: of flows (`ap_invoice`), by name (`ap_invoice/credit-note`), or all.

    Raises ContentError for a broken file, and for a name that is not there.
    """
    folder = root / FOLDER
    files = sorted(folder.glob("*/*.json"))
    chosen: list[Path] = [] if wanted else files
    for one in wanted:
        fitting = [file for file in files if one in (file.parent.name, f"{file.parent.name}/{file.stem}", str(file))]
        if not fitting:
            there = ", ".join(dict.fromkeys(file.parent.name for file in files)) or "none"
            raise ContentError(f"no golden case {one!r}; there are flows: {there}", file=str(folder))
        chosen += fitting
    return [(file, _loaded(file)) for file in dict.fromkeys(chosen)]


def made_of(root: Path, document_ids: Collection[str]) -> tuple[str, ...]:
    """Return the cases (`golden/<flow>/<name>.json`) that hold one of these documents with its values as they were."""
    found = []
    for file in sorted((root / FOLDER).glob("*/*.json")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if any(one in text for one in document_ids) and not _loaded(file).is_masked:
            found.append(file.relative_to(root).as_posix())
    return tuple(found)


def _loaded(file: Path) -> Case:
    try:
        return Case.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as e:
        first = str(e).splitlines()[1] if isinstance(e, ValidationError) else str(e)
        raise ContentError(f"is no golden case: {first.strip()}", file=str(file)) from e


@contextmanager
def bench(settings: Settings, *, environment: str | None = None) -> Iterator[House]:
    """Open a house of its own for cases: this content, an empty database, nothing kept."""
    with tempfile.TemporaryDirectory(prefix="postroom-golden-") as home:
        own = {"home": Path(home), "database_url": None, "blobs_url": None}
        house = open_house(settings.model_copy(update=own), environment=environment)
        try:
            yield house
        finally:
            house.close()


def run(house: House, found: Sequence[tuple[Path, Case]], *, library: Library | None = None) -> Iterator[Ran]:
    """Judge cases again and say what came out otherwise; under another library where one is given."""
    bench_house = house if library is None else replay.under(house, library)
    for file, case in found:
        known = _asked_for(bench_house, case)
        lessons, otherwise = Recorded(bench_house.engine, case.lessons, at=case.judged_at), list[str]()
        if case.pages is not None:
            known = _read(bench_house, known, case.pages, lessons)
            otherwise = list(record_differences(Record.model_validate(case.record), known.understood))
        judged: Judged = replay.judged(bench_house, known, from_="extraction")
        yield Ran(
            case=f"{file.parent.name}/{case.name}", flow=case.flow, file=str(file),
            asked_anew=(*lessons.asked_anew, *judged.asked_anew),
            differences=(*otherwise, *differences(case.expected, outcome(judged))),
        )  # fmt: skip


def _asked_for(house: House, case: Case) -> History:
    """Return the history of a case; a flow that nobody asked for by name is chosen by type, as then."""
    history = case.history
    name = case.flow.partition("@")[0]
    live = {ref.partition("@")[0] for ref in house.library.environment.flows}
    chosen = house.library.flow_for(seen_of(house.library, history.document, history.understood))
    if history.document.flow is None and chosen is not None and chosen.name != name and name in live:
        return replace(history, document=history.document.model_copy(update={"flow": name}))
    return history


def same(one: Judged, other: Judged) -> bool:
    """Whether two judgements came to the same, byte for byte, in what a case holds."""
    return canonical_json(outcome(one).model_dump(mode="json")) == canonical_json(
        outcome(other).model_dump(mode="json")
    )
