"""The target of a binding that only picks documents up: nothing is delivered there."""

import threading
from collections.abc import Sequence

from adapters.files.folder import Folder
from engine.model.errors import Rejected, Transient
from engine.model.operation import Acknowledgement, Operation, Receipt


class PickupOnly:
    """Implements `Target` for a folder of documents. Safe to share between threads."""

    def __init__(self, folder: Folder, place: str) -> None:
        self._folder = folder
        self._place = place
        self._lock = threading.Lock()

    def find(self, operation: Operation) -> Receipt | None:
        """Return None: nothing was ever delivered here."""
        del operation
        return None

    def send(self, operation: Operation) -> Receipt:
        """Raise Rejected."""
        message = f"{operation.target} only picks documents up; name `folder` in its binding to deliver there."
        raise Rejected(message, fields={"folder": "is missing"})

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing: no answers come from here."""

    def ping(self) -> str:
        """Look whether the folder of documents is there."""
        with self._lock:
            if not self._folder.is_folder(self._place):
                raise Transient(f"The folder {self._place} is not there. Is the share mounted, and is its name right?")
            return f"documents are picked up in {self._place}"

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._folder.close()
