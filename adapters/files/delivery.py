"""Hands files over so that each is picked up once, whenever this process dies and whatever the receiver does.

The receiver may take a file away the moment it has its final name, so a file that is not there proves nothing. What
proves delivery is the temporary file, which only we touch:

1. Every file of the operation (parts first, then checksums, then done markers) is written and forced to the disk
   under a temporary name in the journal folder.
2. The journal `<short_key>.json` is claimed: it names each temporary file and its final name. Of several processes
   exactly one wins; the others drop their own temporary files and follow the journal that stands there.
3. Each temporary file is renamed to its final name, in order. The rename is atomic and uses the temporary file up.
4. The journal is marked done.

No journal: nothing was renamed, the receiver has nothing; temporary files of a dead process are never published.
Journal not done: a temporary file that is there was not delivered; one that is gone was, since it existed when the
journal was claimed and only its rename removes it. So whoever comes next renames what is left and nothing twice,
even if two do it at once: the second rename of a file finds no file.
Journal done: delivered. The content itself is never written twice because only step 3 publishes and each of its
renames can happen once.

Limits, outside of anybody's power here: a journal folder that is deleted forgets (the hub's own receipts remember),
and a server whose rename is not atomic may show a file twice if it crashes inside that call.
"""

import contextlib
import hashlib
import posixpath
import re
import secrets
from collections.abc import Sequence
from typing import Literal

from pydantic import ValidationError

from adapters.files.folder import Folder, Place
from adapters.files.status_idocs import Status
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised
from engine.model.value import Value

_NUMBER = re.compile(r"[0-9]{16}")
_SHORT_KEY = re.compile(r"[0-9a-f]{20}")
_JOURNAL_LIMIT = 4 * 1024 * 1024


class Item(Value):
    """One file on its way: temporary name in the journal folder, final name in the drop folder."""

    temporary: str
    name: str
    sha256: str
    size: int
    role: Literal["part", "checksum", "done"]


class Journal(Value):
    """What is known of the delivery of one operation."""

    key: str
    short_key: str
    payload_digest: str
    generation: int = 1
    items: tuple[Item, ...]
    state: Literal["ready", "done"] = "ready"

    @property
    def parts(self) -> tuple[Item, ...]:
        """The files that hold the payload."""
        return tuple(item for item in self.items if item.role == "part")


class Outgoing(Value):
    """One file to deliver."""

    name: str
    data: bytes
    role: Literal["part", "checksum", "done"]


def with_markers(
    parts: Sequence[tuple[str, bytes]], *, checksum: bool, done_marker: str | None
) -> tuple[Outgoing, ...]:
    """Return the files in the order of delivery: all parts, then all checksums, then all done markers."""
    files = [Outgoing(name=name, data=data, role="part") for name, data in parts]
    if checksum:
        files += [
            Outgoing(name=f"{name}.sha256", data=f"{sha256_of(data)}  {name}\n".encode(), role="checksum")
            for name, data in parts
        ]
    if done_marker:
        files += [Outgoing(name=f"{name}{done_marker}", data=b"", role="done") for name, _ in parts]
    return tuple(files)


class Delivery:
    """The protocol above, for one drop folder."""

    def __init__(self, folder: Folder, *, drop: str, journal: str, place: Place | None = None) -> None:
        """`place` holds the drop folder, when it is another one than `folder`, which holds the journal."""
        self._folder = folder
        self._place: Place = place or folder
        self._drop = drop
        self._journal = journal

    @property
    def answers(self) -> str:
        """The folder of answers that were unpacked from messages about many operations."""
        return posixpath.join(self._journal, "answers")

    def number(self, number: str, short_key: str, generation: int) -> None:
        """Note which delivery an IDoc number stands for, before anything of it leaves. Noting it twice is once."""
        path = self._number_path(number)
        self._folder.mkdir(posixpath.dirname(path))
        self._folder.write(path, f"{short_key} {generation}".encode())

    def delivered_as(self, status: Status) -> tuple[str, int] | None:
        """Return short key and generation of the delivery that a status speaks of; None when it is not ours."""
        if _NUMBER.fullmatch(status.number):
            with contextlib.suppress(FileNotFoundError):
                noted = (
                    self._folder.read(self._number_path(status.number), limit=100).decode("ascii", "replace").split()
                )
                if len(noted) == 2 and noted[1].isdigit() and self.knows(noted[0]):  # noqa: PLR2004  # as written above
                    return noted[0], int(noted[1])
        if _SHORT_KEY.fullmatch(status.archive_key) and (journal := self.load(status.archive_key)) is not None:
            return status.archive_key, journal.generation
        return None

    def load(self, short_key: str) -> Journal | None:
        """Return the journal of an operation, or None. Raises Ambiguous when it cannot be understood."""
        path = self.journal_path(short_key)
        try:
            return _parse(self._folder.read(path, limit=_JOURNAL_LIMIT), path)
        except FileNotFoundError:
            return None

    def generation(self, short_key: str) -> int:
        """Return 1 for a first delivery, 2 after one that was refused, and so on."""
        return len(self.refusals(short_key)) + 1

    def knows(self, short_key: str) -> bool:
        """Say whether an operation of that short key was ever delivered here."""
        return self._folder.exists(self.journal_path(short_key)) or self._folder.exists(
            self._at(f"{short_key}.refused-1.json")
        )

    def prepare(self, *, key: str, short_key: str, digest: str, generation: int, files: Sequence[Outgoing]) -> Journal:
        """Write the temporary files and claim the journal; return the journal that stands, ours or an earlier one.

        Raises Rejected when a different file has one of the names already.
        """
        for file in files:
            self._refuse_collision(file.name, sha256_of(file.data), len(file.data))
        self._folder.mkdir(posixpath.dirname(self.journal_path(short_key)))
        attempt = secrets.token_hex(4)
        items = tuple(self._write(short_key, attempt, at, file) for at, file in enumerate(files))
        journal = Journal(key=key, short_key=short_key, payload_digest=digest, generation=generation, items=items)
        draft = self._at(f"{short_key}.{attempt}.draft")
        try:
            self._folder.write(draft, journal.model_dump_json(indent=1).encode())
            self._folder.claim(draft, self.journal_path(short_key))
        except FileExistsError:
            self._drop_files([draft, *(self._at(item.temporary) for item in items)])
            standing = self.load(short_key)
            if standing is None:
                raise Transient("Another process delivers this operation at the moment.") from None
            return standing
        except FileNotFoundError as e:
            raise Transient("The journal folder was changed by somebody else during the delivery.") from e
        return journal

    def remaining(self, journal: Journal) -> tuple[Item, ...]:
        """Return the files that were surely not delivered yet."""
        if journal.state == "done":
            return ()
        return tuple(item for item in journal.items if self._folder.exists(self._at(item.temporary)))

    def finish(self, journal: Journal) -> Journal:
        """Rename what is left, in order, and mark the journal done.

        Raises Ambiguous when a call was lost after the first rename was tried: look with `find`. Raises Rejected when a
        different file has a name and nothing was delivered.
        """
        if journal.state == "done":
            return journal
        tried = len(self.remaining(journal)) < len(journal.items)
        for item in journal.items:
            try:
                self._publish(item)
            except (Transient, Unauthorised, Rejected) as e:
                if tried:
                    raise Ambiguous(f"The delivery stopped half-way: {e.message}", detail=e.detail) from e
                raise
            tried = True
        done = journal.model_copy(update={"state": "done"})
        # closing the journal only saves the next look some work: that every temporary file is gone says the same
        with contextlib.suppress(TargetError, FileNotFoundError):
            self._replace(done)
            self._sweep(done)
        return done

    def discard(self, journal: Journal) -> None:
        """Forget a delivery of which nothing was published. Raises Ambiguous when some of it was after all."""
        void = self._at(f"{journal.short_key}.{secrets.token_hex(4)}.void")
        try:
            self._folder.rename(self.journal_path(journal.short_key), void)
        except FileNotFoundError as e:
            raise Transient("Another process delivers this operation at the moment.") from e
        for item in journal.items:
            try:
                self._folder.remove(self._at(item.temporary))
            except FileNotFoundError as e:
                raise Ambiguous(f"{item.name} was delivered by another process while its content changed.") from e

    def refuse(self, journal: Journal) -> None:
        """Put the journal of a refused delivery aside, so that a corrected one may be sent."""
        aside = self._at(f"{journal.short_key}.refused-{journal.generation}.json")
        # gone: another process has put it aside
        with contextlib.suppress(FileNotFoundError):
            self._folder.rename(self.journal_path(journal.short_key), aside)

    def restore(self, journal: Journal) -> None:
        """Put the journal of a refused delivery back: the receiver took it after all, and nothing left since."""
        aside = self._at(f"{journal.short_key}.refused-{journal.generation}.json")
        # gone: another process put it back; there: another delivery has begun
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            self._folder.claim(aside, self.journal_path(journal.short_key))

    def refusals(self, short_key: str) -> tuple[Journal, ...]:
        """Return the journals that were put aside for an operation, oldest first."""
        found: list[Journal] = []
        while True:
            path = self._at(f"{short_key}.refused-{len(found) + 1}.json")
            try:
                found.append(_parse(self._folder.read(path, limit=_JOURNAL_LIMIT), path))
            except FileNotFoundError:
                return tuple(found)

    def _write(self, short_key: str, attempt: str, at: int, file: Outgoing) -> Item:
        item = Item(
            temporary=f"{short_key}.{attempt}.{at}.part", name=file.name, sha256=sha256_of(file.data), size=len(file.data),
            role=file.role,
        )  # fmt: skip
        try:
            self._folder.write(self._at(item.temporary), file.data)
        except FileNotFoundError as e:
            raise Transient(f"The journal folder {self._journal} is not there.") from e
        return item

    def _publish(self, item: Item) -> None:
        """Give one file its final name, unless it left our hands before."""
        temporary, final = self._at(item.temporary), posixpath.join(self._drop, item.name)
        if not self._folder.exists(temporary):
            return
        if self._refuse_collision(item.name, item.sha256, item.size):
            self._drop_files([temporary])
            return
        try:
            self._folder.rename(temporary, final)
        except FileNotFoundError:
            if self._folder.exists(temporary):
                raise Transient(f"The drop folder {self._drop} is not there.") from None

    def _refuse_collision(self, name: str, sha256: str, size: int) -> bool:
        """Say whether the very same file stands there already. Raises Rejected when another one has its name.

        A refusal is for good, and one look may be answered by an error page: it rests on two looks that saw the same.
        """
        path = posixpath.join(self._drop, name)
        seen = self._digest_at(path, size)
        if seen is None or seen == sha256:
            return seen is not None
        again = self._digest_at(path, size)
        if again != seen:
            raise Transient(f"What stands as {name} in the drop folder looked different twice in a row.")
        raise Rejected(
            f"A different file named {name} stands in the drop folder already. It was left as it is.",
            fields={"name": name},
        )

    def _digest_at(self, path: str, size: int) -> str | None:
        """Return the digest of a file of the drop folder (of its first `size` + 1 bytes), or None without one."""
        if not self._place.exists(path):
            return None
        try:
            return sha256_of(self._place.read(path, limit=size + 1))
        except FileNotFoundError:
            return None

    def _replace(self, journal: Journal) -> None:
        draft = self._at(f"{journal.short_key}.{secrets.token_hex(4)}.new")
        self._folder.write(draft, journal.model_dump_json(indent=1).encode())
        self._folder.rename(draft, self.journal_path(journal.short_key))

    def _sweep(self, journal: Journal) -> None:
        """Remove what dead attempts left behind. Safe now: the journal stands, so no attempt can claim it any more."""
        prefix = f"{journal.short_key}."
        entries = self._folder.list(posixpath.dirname(self.journal_path(journal.short_key)))
        names = (entry.name for entry in entries if entry.name.startswith(prefix))
        self._drop_files(
            [self._at(name) for name in names if name.endswith((".part", ".draft", ".new", ".void", ".sent"))]
        )

    def _drop_files(self, paths: Sequence[str]) -> None:
        for path in paths:
            try:
                self._folder.remove(path)
            except FileNotFoundError:
                continue

    def _at(self, name: str) -> str:
        """Return the path of a journal file. Folders by the first two digits keep listings short."""
        return posixpath.join(self._journal, name[:2], name)

    def _number_path(self, number: str) -> str:
        return posixpath.join(self._journal, "numbers", number[-2:], number)

    def journal_path(self, short_key: str) -> str:
        """Return where the journal of an operation stands."""
        return self._at(f"{short_key}.json")


def _parse(data: bytes, path: str) -> Journal:
    try:
        return Journal.model_validate_json(data)
    except ValidationError as e:
        raise Ambiguous(
            f"The delivery journal {path} is damaged. Look whether the receiver has the file; remove the journal if not.",
            detail=str(e),
        ) from e


def sha256_of(data: bytes) -> str:
    """Return the digest of a file, in hex."""
    return hashlib.sha256(data).hexdigest()
