"""Every piece of written knowledge: where it stands, where it is live, and whether it may still be edited."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from engine.content import closure
from engine.content.environment import load_environments
from engine.content.live import read_live
from engine.content.released import read_lock
from engine.content.shelf import Shelf, everything
from engine.model.errors import ContentError, PostroomError
from engine.model.value import Value
from engine.runtime.release import LOCK

State = Literal["draft", "released", "live"]
_NAME = re.compile(r"(?P<name>[a-z][a-z0-9_.]*)\.v(?P<version>[1-9][0-9]*)\.(yaml|csv)")
_INWARD = {"vocabulary": "vocabulary", "paper": "paper", "payment_terms": "terms", "receipts": "receipts"}
"""Kinds of the files that lie together in mappings/inbound, by how their names begin; others read events."""


class _Shelf(NamedTuple):
    kind: str
    folder: str
    ending: str


_SHELVES = (
    _Shelf("flow", "rules/flows", "yaml"), _Shelf("ruleset", "rules/sets", "yaml"), _Shelf("table", "rules/tables", "csv"),
    _Shelf("tolerance", "rules/tolerances", "yaml"), _Shelf("matrix", "mappings/outbound", "yaml"),
    _Shelf("xref", "mappings/xref", "csv"), _Shelf("inbound", "mappings/inbound", "yaml"),
    _Shelf("layout", "mappings/inbound/layouts", "yaml"),
)  # fmt: skip
KINDS = (
    *(one.kind for one in _SHELVES[:7]),
    "vocabulary",
    "paper",
    "terms",
    "receipts",
    "layout",
    "environment",
    "facts",
)
"""In the order in which people look for them."""


class NotThere(PostroomError):
    """There is no such piece."""


class Piece(Value):
    """One version of one piece of content."""

    ref: str
    """`ruleset/ap_invoice@2`; `environment/prod` and `facts/facts` have no version."""
    file: str
    """Below the content folder."""
    state: State
    live_in: tuple[str, ...] = ()
    """Environments in which it decides."""

    @property
    def kind(self) -> str:
        """What it is: `ruleset`, `matrix`."""
        return self.ref.partition("/")[0]

    @property
    def called(self) -> str:
        """Name and version, `ap_invoice@2`."""
        return self.ref.partition("/")[2]

    @property
    def name(self) -> str:
        """The name without its version."""
        return self.called.partition("@")[0]

    @property
    def version(self) -> int:
        """The version; 0 where there is only one."""
        return int(self.called.partition("@")[2] or 0)

    @property
    def is_editable(self) -> bool:
        """Whether its text may be changed: it has versions, and this one was neither released nor put to work."""
        return self.version > 0 and self.state == "draft"


class Text(NamedTuple):
    """A piece as it stands in its file."""

    piece: Piece
    path: Path
    text: str
    digest: str
    """SHA-256 of the text: by it two people at one draft notice each other."""


def overview(root: Path) -> tuple[Piece, ...]:
    """Return every piece, by kind and name, the newest version first. Never raises for a broken piece."""
    lock, live = read_lock(root / LOCK), _live(root)
    found = [
        Piece(ref=ref, file=file, state=_state(ref, lock, live), live_in=live.get(ref, ()))
        for ref, file in _files(root)
    ]
    return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), one.name, -one.version)))


def open_piece(root: Path, ref: str) -> Text:
    """Return a piece with its text. Raises NotThere."""
    piece = next((one for one in overview(root) if one.ref == ref), None)
    if piece is None:
        raise NotThere(f"There is no {ref}.")
    path = root / piece.file
    text = path.read_bytes().decode("utf-8")
    return Text(piece, path, text, digest_of(text))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def shelf_of(root: Path) -> Shelf:
    """Return everything in the content folder, loaded anew only when a file of it changed. Raises ContentError."""
    return _shelf(root, _look(root))


@lru_cache(maxsize=2)
def _shelf(root: Path, look: str) -> Shelf:  # noqa: ARG001 - what the folder looked like makes the difference
    return everything(root)


def _look(root: Path) -> str:
    """Return how all files of a content folder look, in one word; cheaper than to read them."""
    seen = hashlib.sha256()
    for folder in ("rules", "mappings", "environments"):
        for file in sorted((root / folder).rglob("*")):
            status = file.stat()
            seen.update(f"{file}\0{status.st_mtime_ns}\0{status.st_size}\0".encode())
    return seen.hexdigest()


def _files(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (reference, file) of everything that lies where a piece lies."""
    for shelf in _SHELVES:
        for file in (root / shelf.folder).glob(f"*.{shelf.ending}"):
            if found := _NAME.fullmatch(file.name):
                kind, name = shelf.kind, found["name"]
                if kind == "inbound":
                    kind = _INWARD.get(name.partition(".")[0], "inbound")
                    name = name.partition(".")[2] if kind in {"vocabulary", "paper"} else name
                yield f"{kind}/{name}@{found['version']}", file.relative_to(root).as_posix()
    for file in (root / "environments").glob("*.yaml"):
        yield f"environment/{file.stem}", file.relative_to(root).as_posix()
    yield "facts/facts", "rules/facts.yaml"


def _state(ref: str, lock: Mapping[str, str], live: Mapping[str, tuple[str, ...]]) -> State:
    if live.get(ref):
        return "live"
    return "released" if ref in lock else "draft"


def _live(root: Path) -> dict[str, tuple[str, ...]]:
    """Return in which environments each piece decides; nothing of an environment whose content does not load."""
    found: dict[str, tuple[str, ...]] = {}
    try:
        environments = load_environments(root / "environments")
    except ContentError:
        return found
    for name, environment in environments.items():
        for ref in {f"environment/{name}", *_deciding(root, name, environment.flows)}:
            found[ref] = (*found.get(ref, ()), name)
    return found


def _deciding(root: Path, environment: str, flows: tuple[str, ...]) -> set[str]:
    """Return what decides in an environment: what its live set pins, or what the flows named in its file rest on."""
    try:
        live = read_live(root, environment)
        if live is not None:
            return {f"flow/{ref}" for ref in live.refs} | set(live.pins)
        shelf = shelf_of(root)
        return {ref for flow in flows if flow in shelf.flows for ref, _ in closure.closure(shelf, flow)}
    except ContentError:
        return {f"flow/{ref}" for ref in flows}
