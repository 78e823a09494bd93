"""The sockets: what the engine asks of the outside. Plugs in `adapters/` fit here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, runtime_checkable

from engine.model.call_limits import CallLimits
from engine.model.document import Blob
from engine.model.errors import TargetError
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.model.page import Reading
from engine.model.record import Candidate
from engine.model.value import Value


class Limits(Value):
    """Bounds on hostile input. Every one is a setting with a safe default."""

    max_bytes: int = 100 * 1024 * 1024
    max_pages: int = 2000
    max_pixels: int = 120_000_000
    """Pixels of one image or rendered page; a 600 dpi A3 scan has 70 million."""
    max_xml_bytes: int = 20 * 1024 * 1024
    max_parts: int = 200
    """Attachments in one mail."""
    ocr_processes: int = 2
    ocr_timeout_seconds: int = 120
    """For one page."""
    pictures: str = ""
    """Folder into which a reader of pixels puts the upright picture of each page; `Page.picture` is then a name in it."""


class Reader(Protocol):
    """Turns bytes into pages of words, or into the data that they carry."""

    @property
    def version(self) -> str:
        """Engine and version as it appears in provenance, `tesseract@5.3.0`."""

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Read a local file.

        `pages` (1-based) restricts the work; None reads all. A page the reader can make nothing of comes back with
        `how="none"`. Raises ReadError for a file that cannot be read at all. Never keeps the file open.
        """


class Piece(Value):
    """One of several documents that one file carries as data, as a file of its own."""

    name: str
    """For people: what it is, without the name of the file."""
    content: bytes


@runtime_checkable
class TakesApart(Protocol):
    """A reader of files that may carry several documents as data."""

    def pieces(self, path: Path, media_type: str, *, limits: Limits) -> Sequence[Piece]:
        """Return each document of a file of several, the same bytes every time; nothing for a file of one.

        Raises ReadError for a file that cannot be read at all.
        """


@runtime_checkable
class DrawsPages(Protocol):
    """A reader that can show pages as people see them."""

    def draw(self, path: Path, *, number: int, turned: int, long_side: int, limits: Limits) -> bytes:
        """Return a page (1-based) of a local file as JPEG, its longer side so many pixels.

        `turned` is how many degrees clockwise the stored page stands upright (`Page.rotation`). Raises ReadError.
        """


class Target(Protocol):
    """Writes operations into one system of record."""

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an operation that already took effect there, or None when it surely did not.

        Raises Ambiguous when the target cannot tell: then a person decides.
        """

    def send(self, operation: Operation) -> Receipt:
        """Write it. Raises Transient, Unauthorised, Rejected or Ambiguous, nothing else."""

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return late answers that are waiting to be picked up. The same answer may be returned again."""

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Put an answer away after it was recorded (archive the file)."""


@runtime_checkable
class Batches(Protocol):
    """A target that takes many operations in one call. Only operations that never left before come in a batch."""

    @property
    def most_at_once(self) -> int:
        """How many operations one call takes at most."""

    def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
        """Write operations of one object in one call. Returns what came of each, same length, same order.

        An item of which nothing is known is Ambiguous. Raises like `send` when nothing is known of any: Transient and
        Unauthorised when surely none took effect, Ambiguous otherwise.
        """


class DirectoryPage(Value):
    """Some rows of master data, in our columns (engine/model/master_kinds.py)."""

    rows: tuple[Mapping[str, str], ...] = ()
    next: str = ""
    """What to ask for the next page with; empty on the last one."""
    is_all: bool = True
    """False when the system offers only what changed; then rows that do not come stay in use."""


class Directory(Protocol):
    """Looks master data up in a system of record, and lists it."""

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        """Return candidates of a kind (`vendor`, `purchase_order`) by canonical field values."""

    def kinds(self) -> Sequence[str]:
        """Return the kinds that it lists, as `postroom masterdata` calls them (`vendors`, `orders`, `order_lines`)."""

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:
        """Return a page of rows; `after` is `next` of the page before, empty for the first.

        `since` asks for what changed since then, if the system can tell. Raises Transient or Unauthorised.
        """


class Export(Value):
    """A file of master data that a system left to be picked up."""

    place: str
    """Where it lies now, in the words of the adapter."""
    name: str
    """As the system called it."""
    kept_as: str
    """A name of its own, the same at every look: another file under an old name has another."""
    modified: datetime
    kinds: Mapping[str, Mapping[str, Any]]
    """Kinds that it holds, each with the body of a column map (`columns`, `ignore`, `file` ...); empty: our columns."""
    is_whole: bool = False
    """It says that it holds all rows: others go out of use."""
    most_gone_percent: int = 50
    """A whole file that would take a larger share of the rows out of use is refused."""
    is_taken: bool = False
    """It was taken out of the system's reach by this look or an earlier one."""


@runtime_checkable
class Exports(Protocol):
    """A directory of a system that leaves files of master data instead of answering questions.

    A file is taken, then fetched and imported, then archived or refused. A process that dies in between leaves it where
    `waiting` finds it again. Every call raises Transient or Unauthorised.
    """

    def kinds(self) -> Sequence[str]:
        """Return the kinds that files are expected of."""

    def waiting(self) -> Sequence[Export]:
        """Return the files that are finished, the oldest first: those taken earlier, and those that stopped growing."""

    def take(self, export: Export) -> Export | None:
        """Take a file out of the system's reach, so that nothing is written over it. None: somebody else did."""

    def fetch(self, export: Export, to: Path) -> None:
        """Copy a file to this machine.

        Raises FileNotFoundError when somebody else put it away, ReadError when it cannot be read (a seal that is not good).
        """

    def archive(self, export: Export) -> None:
        """Put a file away that was imported. One that is gone was put away by somebody else."""

    def refuse(self, export: Export, report: str) -> None:
        """Put a file aside with a report beside it that says why."""

    def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class Pings(Protocol):
    """A target that can be asked whether it is there and would take something."""

    def ping(self) -> str:
        """Return in a few words what was found. Leaves nothing behind. Raises Transient, Unauthorised or Rejected."""

    def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class HasDirectory(Protocol):
    """A plug that lists master data too; its manifest names the kind `directory`."""

    def directory(self, settings: Mapping[str, Any]) -> Directory | Exports:
        """Connect with a checked binding. Raises ContentError for a binding that names no master data."""


@runtime_checkable
class HasInbox(Protocol):
    """A plug of a place where documents lie to be picked up."""

    def inbox(self, settings: Mapping[str, Any]) -> Exports:
        """Connect with a checked binding; what lies there is documents. Raises ContentError for a binding without a place."""


class Change(Value):
    """Something that changed in a system, or that it told us: an event, read already."""

    object: str
    """The system's name of the object (`PurchaseOrder`, `deal`)."""
    id: str
    version: str = ""
    """ETag, time of change or the like: equal versions are the same event."""
    at: datetime | None = None
    data: Mapping[str, Any] = {}


class Changes(Value):
    """What changed since a cursor."""

    rows: tuple[Change, ...] = ()
    cursor: str
    """What to ask with next time. Windows overlap: the same change may come again."""
    is_all: bool = True
    """False when more is waiting behind the cursor."""


class Source(Protocol):
    """Tells what changed in a system of record."""

    def poll(self, cursor: str) -> Changes:
        """Return changes since a cursor, empty for the first time. Raises Transient or Unauthorised."""

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime) -> Changes:
        """Return the events of a webhook; `url` is the one that the system called. Raises Unauthorised when its signature is wrong."""


@runtime_checkable
class Fetches(Protocol):
    """A source that shows one object as it stands now, with what belongs to it."""

    def fetch(self, object: str, id: str) -> Change | None:  # noqa: A002 - as in Change
        """Return an object by the names that the source tells it by; None when it surely is not there. Raises Transient or Unauthorised."""


@runtime_checkable
class Greets(Protocol):
    """A source whose system calls once to see that we are there, before it tells of anything."""

    def greeting(self, query: Mapping[str, str]) -> str | None:
        """Return the text to answer such a call with; None when it is none."""


@runtime_checkable
class HasSource(Protocol):
    """A plug that tells of changes too; its manifest names the kind `source`."""

    def source(self, settings: Mapping[str, Any]) -> Source:
        """Connect with a checked binding. Raises ContentError for a binding that cannot tell of changes."""


@dataclass(frozen=True)
class Surroundings:
    """What a target may use of the house it stands in."""

    blobs: "Blobs"
    """The bytes of documents, for targets that attach them (`sha256` in the payload)."""
    folder: Path
    """A private folder of this target, for what must survive a restart (rotated refresh tokens). Made on first use."""


@runtime_checkable
class MovesIn(Protocol):
    """A target that uses its surroundings."""

    def move_in(self, surroundings: Surroundings) -> None:
        """Take them over, once, before the first call."""


class StandIn(Protocol):
    """A system that only pretends: it holds objects in memory and misbehaves on demand."""

    @property
    def url(self) -> str:
        """Where it listens."""

    @property
    def objects(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What was written there, by the system's name of the object, in order."""

    @property
    def faults(self) -> Any:
        """Its book of faults: `add`, `clear`, `listed` (adapters/shared/sandbox/faults.py)."""

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits it, with made-up credentials."""

    def start(self) -> None:
        """Serve in a thread until `stop`."""

    def serve(self) -> None:
        """Serve in this thread until interrupted."""

    def stop(self) -> None:
        """Stop serving and close the port."""


@runtime_checkable
class HasSandbox(Protocol):
    """A plug with a stand-in for its system, to try flows against and to test the plug."""

    def sandbox(self, *, host: str, port: int) -> StandIn:
        """Return a stand-in that will listen there (port 0: a free one). It is not started."""


class Blobs(Protocol):
    """Content-addressed bytes."""

    def put(self, stream: BinaryIO, *, limit: int) -> tuple[str, int]:
        """Store a stream and return its SHA-256 (hex) and size. Raises ReadError `too_large` past `limit` bytes."""

    def open(self, sha256: str) -> BinaryIO:
        """Open stored bytes for reading. Raises FileNotFoundError when they are not there."""

    def local(self, blob: Blob) -> Path:
        """Return a path on this machine that holds the bytes (a cached copy for remote stores). Never write to it."""

    def remove(self, sha256: str) -> None:
        """Remove bytes for good, copies too; when they are gone already nothing happens."""


class Clock(Protocol):
    """The time, as an argument."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""


class Manifest(Value):
    """What a plug says of itself (`manifest.yaml`)."""

    name: str
    title: str
    kind: tuple[str, ...]
    """Of `reader`, `target`, `source`, `directory`."""
    media_types: tuple[str, ...] = ()
    """For readers: what it reads (`application/pdf`, `image/*`)."""
    reads: Literal["", "data", "text", "pixels"] = ""
    """For readers: data that the file carries, its text layer, or its pixels. They are asked in this order."""
    objects: tuple[str, ...] = ()
    """For targets: objects it writes; `*` when the mapping names them."""
    repeat: str = ""
    """How it is safe to repeat a write: `find` by natural key, idempotency key, journal."""
    settings_schema: Mapping[str, Any] = {}
    """JSON Schema of the binding in the environment file."""
    options_schema: Mapping[str, Any] = {}
    """JSON Schema of `options:` in a matrix for this target."""
    secrets: tuple[str, ...] = ()
    """Names of settings that hold a credential reference."""
    limits: CallLimits = CallLimits()
    """For targets: what the vendor allows by default; a binding's `limits` go before it."""


@runtime_checkable
class Plug(Protocol):
    """One folder of `adapters/`, found by entry point `postroom.adapters`."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""

    def reader(self) -> Reader:
        """Return its reader. Raises LookupError when it has none."""

    def target(self, settings: Mapping[str, Any]) -> Target:
        """Connect a target with a checked binding. Raises LookupError when it has none."""

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return checks of this machine: (what, is_well, how to mend it)."""
