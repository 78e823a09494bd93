"""The target: file drops that take effect once, and the answers that come back as files."""

import threading
import uuid
from collections.abc import Sequence

from adapters.files.acknowledge import TAKEN_AFTER_ALL, Answers
from adapters.files.delivery import Delivery, Journal, with_markers
from adapters.files.delivery_put import PutDelivery
from adapters.files.folder import Folder, Shelf
from adapters.files.formats.idoc import document_number
from adapters.files.formats.options import IdocFlatOptions, IdocXmlOptions, parse_options
from adapters.files.formats.render import render
from adapters.files.naming import file_name, part_name
from adapters.files.pgp import Pgp
from adapters.files.settings import FilesSettings
from engine.model.errors import Ambiguous, Transient
from engine.model.operation import Acknowledgement, Operation, Receipt


class FilesTarget:
    """Implements `Target` over a folder. One call at a time; safe to share between threads."""

    def __init__(self, folder: Folder, settings: FilesSettings, *, shelf: Shelf | None = None) -> None:
        """`folder` holds the journal and the answers; `shelf` the delivered files, where there is no move."""
        self._folder = folder
        self._settings = settings
        self._shelf = shelf
        self._delivery = _delivery(folder, settings, shelf)
        self._answers = Answers(folder, settings, self._delivery)
        self._pgp = Pgp(settings)
        self._lock = threading.Lock()
        self._is_ready = False

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt when every file of the operation was handed over, None when some surely was not.

        Missing checksums and markers of a delivery that was cut off are written now. Raises Ambiguous when a different
        payload was delivered under the same key.
        """
        with self._lock:
            self._prepare_folders()
            journal = self._delivery.load(operation.short_key)
            if journal is None:
                return None
            left = self._delivery.remaining(journal)
            if journal.payload_digest != operation.payload_digest:
                self._refuse_changed(journal, len(left))
                return None
            if any(item.role == "part" for item in left):
                return None
            return self._receipt(operation, self._delivery.finish(journal), "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Hand the files over, or finish handing them over. Sending twice delivers once."""
        with self._lock:
            self._prepare_folders()
            journal = self._delivery.load(operation.short_key)
            if journal is not None and journal.payload_digest != operation.payload_digest:
                self._refuse_changed(journal, len(self._delivery.remaining(journal)))
                self._delivery.discard(journal)
                journal = None
            if journal is None:
                journal = self._start(operation)
            was_done = not any(item.role == "part" for item in self._delivery.remaining(journal))
            done = self._delivery.finish(journal)
            return self._receipt(operation, done, "already_there" if was_done else "created")

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return answers that lie in the acknowledgement and error folders and have stopped growing."""
        with self._lock:
            return self._answers.waiting()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Archive the files of an answer. After a refusal a corrected operation may be delivered again."""
        with self._lock:
            self._answers.settle(acknowledgement)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._folder.close()
            self._pgp.close()
            if self._shelf is not None:
                self._shelf.close()

    def ping(self) -> str:
        """Look whether files can be handed over: folders are there, and a hidden file is written and removed again."""
        with self._lock:
            drop, journal = self._settings.folder, self._settings.journal
            for place in (self._settings.ack_folder, self._settings.error_folder):
                if place is not None and not self._folder.is_folder(place):
                    raise Transient(f"The folder {place} is not there: answers could not be picked up.")
            if self._shelf is not None:
                return self._shelf.probe(drop)
            if not self._folder.is_folder(drop):
                if not self._settings.create:
                    raise Transient(f"The folder {drop} is not there. Is the share mounted?")
                return f"{drop} is not there yet; the first delivery makes it"
            here = journal if self._folder.is_folder(journal) else drop
            probe = f"{here.rstrip('/')}/.postroom-ping-{uuid.uuid4().hex}"
            self._folder.write(probe, b"")
            self._folder.remove(probe)
            return f"{here} can be written to"

    def _refuse_changed(self, journal: Journal, left: int) -> None:
        """Raise Ambiguous when some of an earlier, different payload left."""
        if left < len(journal.items):
            names = ", ".join(item.name for item in journal.parts)
            raise Ambiguous(
                f"Other content was delivered under this key before ({names}). A person must decide what the receiver keeps.",
                detail=f"payload digest then {journal.payload_digest}",
            )

    def _start(self, operation: Operation) -> Journal:
        options = parse_options(operation.options, control=self._settings.idoc_control)
        generation = self._delivery.generation(operation.short_key)
        if generation > 1 and self._answers.took(operation.short_key):
            raise Ambiguous(TAKEN_AFTER_ALL)
        contents = render(operation, options, generation=generation)
        if isinstance(options, IdocFlatOptions | IdocXmlOptions):
            number = document_number(operation.short_key, generation)
            self._delivery.number(number, operation.short_key, generation)
        name = file_name(options.name, operation, generation=generation)
        names = [part_name(name, at, len(contents)) for at in range(1, len(contents) + 1)]
        if self._pgp.seals:
            contents, names = tuple(map(self._pgp.seal, contents)), list(map(self._pgp.name, names))
        return self._delivery.prepare(
            key=operation.key,
            short_key=operation.short_key,
            digest=operation.payload_digest,
            generation=generation,
            files=with_markers(
                list(zip(names, contents, strict=True)), checksum=options.checksum, done_marker=options.done_marker
            ),
        )

    def _receipt(self, operation: Operation, journal: Journal, outcome: str) -> Receipt:
        return Receipt.model_validate(
            {
                "key": operation.key,
                "external_id": journal.parts[0].name,
                "outcome": outcome,
                "awaits_acknowledgement": self._settings.awaits_acknowledgement,
                "request": {
                    "delivery": self._settings.delivery,
                    "folder": self._settings.folder,
                    "files": [
                        {"name": item.name, "role": item.role, "sha256": item.sha256, "bytes": item.size}
                        for item in journal.items
                    ],
                },
                "response": {"journal": journal.state, "generation": journal.generation},
            }
        )

    def _prepare_folders(self) -> None:
        """Make the folders, or notice that they are gone.

        Without `create` the journal folder must stand there already: the mount point of a share that is not mounted is
        an empty folder, and what is dropped into it is lost.
        """
        folders = [self._settings.journal]
        if self._settings.delivery != "put":
            folders.insert(0, self._settings.folder)
        if not self._settings.create:
            for folder in folders:
                if not self._folder.is_folder(folder):
                    raise Transient(
                        f"The folder {folder} is not there. Is the share mounted? If it is new, make the folder once by hand."
                    )
        elif not self._is_ready:
            for folder in folders:
                self._folder.mkdir(folder)
            self._is_ready = True


def _delivery(folder: Folder, settings: FilesSettings, shelf: Shelf | None) -> Delivery:
    if shelf is None:
        return Delivery(folder, drop=settings.folder, journal=settings.journal)
    return PutDelivery(folder, shelf, drop=settings.folder, journal=settings.journal, stays=settings.files_stay)
