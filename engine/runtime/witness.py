"""What judging asked the store and what it was told: written down with the decision, and answered from that in a replay.

Everything else that a decision rests on is in the record and in the content files. So a document can be judged again,
under the same content or another, as it would have been judged on its day: without effects, whatever came since.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine

from engine.model.value import canonical_json
from engine.store.database import reading

T = TypeVar("T")

FORM = 1
"""Version of the form of a statement."""
_KEY_LENGTH = 40
"""Keys up to this length are written down as they are, longer ones as a digest."""
_MOST_BYTES = 48 * 1024
"""An answer that is longer as JSON is not kept: its digest is, and a replay looks whether the store still says the same."""


@dataclass(frozen=True)
class Question(Generic[T]):
    """One question to the store."""

    kind: str
    key: object
    """Everything that the answer depends on besides the store, as plain JSON data."""
    shape: TypeAdapter[T]
    ask: Callable[[Connection], T]
    ask_then: Callable[[Connection, datetime], T]
    """The same question about a moment in the past, as well as the store can tell."""

    @property
    def name(self) -> tuple[str, str]:
        """Kind and key as they are written down."""
        text = canonical_json(self.key)
        return self.kind, text if len(text) <= _KEY_LENGTH else sha256(text.encode()).hexdigest()[:24]


class Witness(Protocol):
    """Who answers what judging wants to know of the store."""

    def ask(self, question: Question[T]) -> T:
        """Return the answer to a question."""

    def look(self, see: Callable[[Connection], T], *, instead: T) -> T:
        """Return what only matters while a document is being judged for good; a replay gets `instead`."""

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let all that is asked in this block be about one state of the store."""


class Live:
    """Asks the store, and writes down what it was asked and what it said."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tx: Connection | None = None
        self._heard: dict[tuple[str, str], Any] = {}

    def ask(self, question: Question[T]) -> T:
        """Ask the store."""
        with self._reading() as tx:
            return self.heard(question, question.ask(tx))

    def heard(self, question: Question[T], answer: T) -> T:
        """Write an answer down that came with a write (the claim of a key, say), and return it."""
        self._heard[question.name] = _kept(spelled(question, answer))
        return answer

    def look(self, see: Callable[[Connection], T], *, instead: T) -> T:  # noqa: ARG002 - what a replay gets
        """Ask the store without writing it down."""
        with self._reading() as tx:
            return see(tx)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Ask all questions of the block in one snapshot."""
        with reading(self._engine) as tx:
            self._tx = tx
            try:
                yield
            finally:
                self._tx = None

    def statement(self, at: datetime) -> dict[str, Any]:
        """Return what was asked and answered, as JSON data, with the moment; `Recorded` reads it."""
        return {
            "form": FORM, "at": at.isoformat(), "asked": [[*name, answer] for name, answer in self._heard.items()]
        }  # fmt: skip

    @property
    def was_told(self) -> bool:
        """Whether any answer said something."""
        return any(self._heard.values())

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._tx is not None:
            yield self._tx
            return
        with reading(self._engine) as tx:
            yield tx


class Recorded:
    """Answers from a statement; what was never asked is asked of the store as of the document's day, and marked.

    With `statement` None (a document from before statements were kept) everything is asked anew.
    """

    def __init__(self, engine: Engine, statement: Mapping[str, Any] | None, *, at: datetime) -> None:
        self._engine, self._at = engine, at
        self._known = {(kind, key): answer for kind, key, answer in (statement or {}).get("asked", ())}
        self._anew: dict[str, None] = {}

    @property
    def asked_anew(self) -> tuple[str, ...]:
        """The kinds of questions that the statement does not answer, in the order of asking."""
        return tuple(self._anew)

    def ask(self, question: Question[T]) -> T:
        """Return the answer of the day."""
        known = self._known.get(question.name, _UNKNOWN)
        if known is not _UNKNOWN and not _is_digest(known):
            return question.shape.validate_python(known, strict=False)
        with reading(self._engine) as tx:
            answer = question.ask_then(tx, self._at)
        if known is _UNKNOWN or known != _kept(spelled(question, answer)):
            self._anew[question.kind] = None
        return answer

    def look(self, see: Callable[[Connection], T], *, instead: T) -> T:  # noqa: ARG002 - nothing is looked at
        """Return `instead`: nothing is written, so nothing has to be looked at."""
        return instead

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Do nothing: the past does not move."""
        yield


_UNKNOWN: Any = object()
_DIGEST = "sha256"


def spelled(question: Question[T], answer: T) -> Any:
    """Return an answer as JSON data, without what goes without saying."""
    return question.shape.dump_python(answer, mode="json", exclude_defaults=True)


def _kept(answer: Any) -> Any:
    text = canonical_json(answer).encode()
    return answer if len(text) <= _MOST_BYTES else {_DIGEST: sha256(text).hexdigest()}


def _is_digest(answer: Any) -> bool:
    return isinstance(answer, dict) and set(answer) == {_DIGEST}
