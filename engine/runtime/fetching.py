"""Documents that lie in a folder somewhere: each is taken, kept, registered, and then put away."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import structlog

from engine.model.errors import ContentError, ReadError
from engine.model.value import Value
from engine.ports import Export, Exports, HasInbox
from engine.runtime import intake
from engine.runtime.house import House, resolve

log = structlog.get_logger()


class Fetched(Value):
    """What became of one file."""

    name: str
    what: Literal["new", "known", "refused"]
    """known: the same bytes are a document already."""
    document_id: str = ""
    message: str = ""
    """Why it was refused."""


def inboxes(house: House) -> tuple[str, ...]:
    """Return the targets of this environment whose binding names a folder of documents."""
    targets = house.library.environment.targets
    return tuple(name for name, binding in targets.items() if "documents_folder" in binding.settings)


def inbox_of(house: House, target: str) -> Exports:
    """Return the inbox of a target. Raises ContentError for one that has none."""
    environment = house.library.environment
    binding = environment.targets.get(target)
    if binding is None:
        raise ContentError(f"no target {target!r}; there are: {', '.join(environment.targets)}", file=environment.name)
    plug = house.plugs[binding.adapter]
    if not isinstance(plug, HasInbox):
        raise ContentError(f"adapter {binding.adapter!r} picks up no documents", file=environment.name)
    return plug.inbox(resolve(binding.settings, out=house.out, target=target))


def fetch(house: House, target: str, inbox: Exports) -> Sequence[Fetched]:
    """Take in every finished file of an inbox. Workers process the documents.

    The bytes are kept and the document stands before the file is put away: whatever dies in between, the file is taken up
    again, and the same bytes are the same document. A file that cannot be taken in is put aside with a report. Raises
    Transient and Unauthorised as the adapter says; what was not picked up then stays where it is.
    """
    done: list[Fetched] = []
    for one in inbox.waiting():
        taken = inbox.take(one)
        found = None if taken is None else _bring(house, target, inbox, taken)
        done += [found] if found else []
    return tuple(done)


def _bring(house: House, target: str, inbox: Exports, taken: Export) -> Fetched | None:
    """Keep one file and put it away. None: somebody else did."""
    with tempfile.TemporaryDirectory(prefix="postroom-fetch-") as folder:
        path = Path(folder) / "document"
        try:
            inbox.fetch(taken, path)
            with path.open("rb") as stream:
                arrival = intake.accept(house, stream, name=taken.name, source=f"fetch:{target}")
        except FileNotFoundError:
            if path.exists():
                raise
            return None
        except ReadError as e:
            inbox.refuse(taken, f"{taken.name}: {e.message}\n")
            log.warning("file_refused", target=target, code=e.code)
            return Fetched(name=taken.name, what="refused", message=e.message)
    inbox.archive(taken)
    log.info("file_fetched", target=target, document=arrival.document.id, is_new=arrival.is_new)
    return Fetched(name=taken.name, what="new" if arrival.is_new else "known", document_id=arrival.document.id)
