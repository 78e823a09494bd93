"""Answers of a receiver that come as files.

A file about one operation carries its key in the name. A status message of SAP carries the numbers of IDocs instead and
may speak of many: it is unpacked into one small answer file for each, in the journal folder, and put away.
"""

import posixpath
import re
from collections.abc import Sequence
from typing import NamedTuple

from adapters.files.delivery import Delivery
from adapters.files.folder import Entry, Folder
from adapters.files.settings import FilesSettings
from adapters.files.status_idocs import read_statuses
from engine.model.errors import Rejected
from engine.model.operation import Acknowledgement

_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{20}(?![0-9a-f])", re.IGNORECASE)
_PART = re.compile(r"_p(\d{2,4})of(\d{2,4})")
_GENERATION = re.compile(r"_r(\d{1,4})(?=[_.]|$)")
_YES = frozenset({"ack", "ok", "yes", "accepted", "posted", "success", "s", "53", "41"})
_NO = frozenset(
    {"nak", "nack", "err", "error", "no", "rejected", "refused", "failed", "e", "a"}
    | {"51", "56", "60", "63", "65", "68", "40", "17"}
)
"""Words, SAP message types and SAP IDoc status codes (53 posted, 51 application error ...); others are not final."""
_CONTENT_LIMIT = 64 * 1024
_MESSAGE_LIMIT = 500
_STATUS_LIMIT = 64 * 1024 * 1024
_ARCHIVE_LIMIT = 256 * 1024 * 1024
TAKEN_AFTER_ALL = "The receiver says meanwhile that it took an earlier delivery of this; nothing more is sent."


class Answer(NamedTuple):
    """One file that speaks about one operation."""

    folder: str
    name: str
    short_key: str
    accepted: bool
    external_id: str | None
    message: str
    rank: int
    """Files that explain come before files that are only there."""

    @property
    def origin(self) -> str:
        """The path of the file."""
        return posixpath.join(self.folder, self.name)


class Answers:
    """Finds, understands and puts away the answer files of one target."""

    def __init__(self, folder: Folder, settings: FilesSettings, delivery: Delivery) -> None:
        self._folder = folder
        self._settings = settings
        self._delivery = delivery
        self._seen: dict[str, Entry] = {}
        self._foreign: dict[str, Entry] = {}
        """Files that are no answers to us, so that each is read once."""

    def waiting(self) -> Sequence[Acknowledgement]:
        """Return one answer for each operation whose answer files have not changed between two looks.

        An operation in several parts is accepted when each part is; it is refused as soon as one part is.
        """
        by_key: dict[str, list[Answer]] = {}
        for answer in self._stable():
            by_key.setdefault(answer.short_key, []).append(answer)
        found = (self._verdict(answers) for _, answers in sorted(by_key.items()))
        return tuple(one for one in found if one is not None)

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Move the files of an answer into the archive. A refusal lets a corrected delivery through, a later yes does not."""
        origin = posixpath.basename(acknowledgement.origin)
        if acknowledgement.accepted:
            self._take_back_refusal(acknowledgement.short_key, origin)
        else:
            self._note_refusal(acknowledgement.short_key, origin)
        generation = _generation(origin)
        self._folder.mkdir(self._settings.archive)
        for folder, entry in self._entries():
            if _key(entry.name) == acknowledgement.short_key and _generation(entry.name) == generation:
                self._archive(folder, entry.name)

    def _note_refusal(self, short_key: str, origin: str) -> None:
        """Put the journal aside once for each answer, however often it is settled."""
        journal = self._delivery.load(short_key)
        if journal is not None and journal.generation == _generation(origin):
            self._delivery.refuse(journal)

    def _take_back_refusal(self, short_key: str, origin: str) -> None:
        """Let a delivery that was refused and then taken stand, unless another one left since."""
        refused = self._delivery.refusals(short_key)
        if refused and refused[-1].generation == _generation(origin) and self._delivery.load(short_key) is None:
            self._delivery.restore(refused[-1])

    def took(self, short_key: str) -> bool:
        """Say whether an answer lies there, heard or not, by which the receiver took an earlier delivery after all."""
        for folder, entry in self._entries():
            path = posixpath.join(folder, entry.name)
            if _key(entry.name) == short_key:
                answer = self._read(folder, entry.name)
                if answer is not None and answer.accepted:
                    return True
            elif _key(entry.name) is None and self._foreign.get(path) != entry and self._tells(path, short_key):
                return True
        return False

    def _tells(self, path: str, short_key: str) -> bool:
        """Say whether a status message says yes to a delivery of ours."""
        try:
            statuses = read_statuses(self._folder.read(path, limit=_STATUS_LIMIT))
        except FileNotFoundError:
            return False
        about = (self._delivery.delivered_as(status) for status in statuses if status.is_positive)
        return any(one is not None and one[0] == short_key for one in about)

    def _entries(self) -> list[tuple[str, Entry]]:
        unpacked = self._delivery.answers if self._settings.awaits_acknowledgement else None
        folders = dict.fromkeys(f for f in (self._settings.ack_folder, self._settings.error_folder, unpacked) if f)
        return [(folder, entry) for folder in folders for entry in self._folder.list(folder)]

    def _stable(self) -> list[Answer]:
        seen, self._seen = self._seen, {}
        stable: list[Answer] = []
        others: list[tuple[str, Entry]] = []
        for folder, entry in self._entries():
            path = posixpath.join(folder, entry.name)
            self._seen[path] = entry
            if seen.get(path) != entry:
                continue
            if (answer := self._read(folder, entry.name)) is not None:
                stable.append(answer)
            elif self._foreign.get(path) != entry:
                others.append((folder, entry))
        for folder, entry in sorted(others, key=lambda other: (other[1].modified, other[1].name)):
            if not self._unpack(folder, entry.name):
                self._foreign[posixpath.join(folder, entry.name)] = entry
        return stable

    def _unpack(self, folder: str, name: str) -> bool:
        """Write an answer file for each IDoc of ours that a status message speaks of; False when it speaks of none.

        The answers stand before the message goes away; doing it twice writes the same files. A later status of an IDoc
        takes the place of an earlier one.
        """
        try:
            statuses = read_statuses(self._folder.read(posixpath.join(folder, name), limit=_STATUS_LIMIT))
        except FileNotFoundError:
            return False
        ours = [(status, key) for status in statuses if (key := self._delivery.delivered_as(status)) is not None]
        if not ours:
            return False
        self._folder.mkdir(self._delivery.answers)
        for status, (short_key, generation) in ours:
            if status.is_final and status.code not in self._settings.idoc_not_final:
                suffix = f"_r{generation}" if generation > 1 else ""
                cells = (short_key, status.code, status.message, status.document)
                line = ";".join(cell.replace(";", ",") for cell in cells)
                self._folder.write(posixpath.join(self._delivery.answers, f"{short_key}{suffix}.status"), line.encode())
        self._folder.mkdir(self._settings.archive)
        self._archive(folder, name)
        return True

    def _read(self, folder: str, name: str) -> Answer | None:
        """Return what a file says, or None when it is not an answer to an operation of ours."""
        short_key = _key(name)
        if short_key is None or not self._delivery.knows(short_key):
            return None
        by_name = self._by_name(name)
        is_refusal = by_name is False or (folder == self._settings.error_folder and by_name is None)
        is_content = by_name is None and is_refusal
        try:
            data = b"" if is_content else self._folder.read(posixpath.join(folder, name), limit=_CONTENT_LIMIT)
        except FileNotFoundError:
            return None
        accepted, external_id, message = _content(data, short_key)
        if is_content:
            message = f"The receiver put {name} into its error folder."
        verdict = False if is_refusal else accepted if by_name is None or accepted is False else by_name
        if verdict is None:
            return None
        return Answer(folder, name, short_key, verdict, external_id, message, 1 if is_content else 0)

    def _by_name(self, name: str) -> bool | None:
        lower = name.lower()
        if lower.endswith(tuple(ending.lower() for ending in self._settings.ack_refused)):
            return False
        return True if lower.endswith(tuple(ending.lower() for ending in self._settings.ack_accepted)) else None

    def _verdict(self, answers: list[Answer]) -> Acknowledgement | None:
        newest = max(_generation(answer.name) for answer in answers)
        answers = [answer for answer in answers if _generation(answer.name) == newest]
        refused = sorted((a for a in answers if not a.accepted), key=lambda a: (a.rank, a.name))
        if not refused and not _is_complete(answers):
            return None
        chosen = refused[0] if refused else min(answers, key=lambda a: a.name)
        is_superseded, digest = self._about(chosen.short_key, newest, accepted=chosen.accepted)
        return Acknowledgement(
            short_key=chosen.short_key, accepted=chosen.accepted, external_id=chosen.external_id, message=chosen.message,
            origin=chosen.origin, is_superseded=is_superseded, payload_digest=digest,
        )  # fmt: skip

    def _about(self, short_key: str, generation: int, *, accepted: bool) -> tuple[bool, str]:
        """Return whether a delivery is no more the one that counts, and the digest of what was delivered."""
        refused = {one.generation: one for one in self._delivery.refusals(short_key)}
        standing = self._delivery.load(short_key)
        was_followed = standing is not None and standing.generation > generation
        is_superseded = was_followed if accepted else generation in refused
        of = standing if standing is not None and standing.generation == generation else refused.get(generation)
        return is_superseded, of.payload_digest if of is not None else ""

    def _archive(self, folder: str, name: str) -> None:
        target = posixpath.join(self._settings.archive, name)
        taken = 1
        while self._folder.exists(target):
            taken += 1
            target = posixpath.join(self._settings.archive, f"{name}.{taken}")
        origin = posixpath.join(folder, name)
        try:
            self._folder.rename(origin, target)
        except FileNotFoundError:
            return
        except Rejected:
            # the archive is on another file system
            self._folder.write(target, self._folder.read(origin, limit=_ARCHIVE_LIMIT))
            self._folder.remove(origin)


def _key(name: str) -> str | None:
    found = _KEY.search(name)
    return found.group(0).lower() if found else None


def _generation(name: str) -> int:
    found = _GENERATION.search(name)
    return int(found.group(1)) if found else 1


def _is_complete(answers: list[Answer]) -> bool:
    """Say whether the parts that were answered are all parts; an answer without a part speaks for the whole."""
    parts = [_PART.search(answer.name) for answer in answers]
    if any(part is None for part in parts):
        return True
    numbers = {(int(part.group(1)), int(part.group(2))) for part in parts if part}
    return len({number for number, _ in numbers}) == max(of for _, of in numbers)


def _content(data: bytes, short_key: str) -> tuple[bool | None, str | None, str]:
    """Return (verdict, external id, message) of the first line: free text, or `key;status;text;id`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    line = "".join(sign if sign.isprintable() else " " for sign in line)[:_MESSAGE_LIMIT]
    cells = [cell.strip().strip('"') for cell in line.split(";")]
    if len(cells) < 2 or cells[0].lower() != short_key:  # noqa: PLR2004  # key and status at least
        return None, None, line
    status = cells[1].lower()
    verdict = True if status in _YES else False if status in _NO else None
    message = cells[2] if len(cells) > 2 else ""  # noqa: PLR2004
    external_id = cells[3] if len(cells) > 3 and cells[3] else None  # noqa: PLR2004
    return verdict, external_id, message or cells[1]
