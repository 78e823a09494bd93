"""Notes of what was told: written before a message leaves, because nobody there can be asked afterwards.

A message has up to three files in the folder, named by the operation's short key: `.leaving` is claimed before the call, by
one process only; `.sent` holds what the other side answered; `.unsent` says that it surely has nothing. They are read
in the order sent, leaving, unsent: a process that dies between two of them leaves the more careful one. They hold no key and no
text of ours, which may name a person: erasing a document leaves nothing here.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.shared.tries import may_have_left
from engine.model.errors import Ambiguous
from engine.model.operation import Operation


class Journal:
    """The notes of one target."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made with the first note."""
        self._folder = folder

    def sent(self, operation: Operation) -> Mapping[str, Any] | None:
        """Return what was answered when the message left; None when it surely did not.

        Raises Ambiguous when it may have left, or when something else left under its key.
        """
        answer = self._answer(operation)
        if answer is not None:
            return answer
        is_surely_not = self._path(operation, "unsent").exists() or not may_have_left(operation)
        if self._path(operation, "leaving").exists() or not is_surely_not:
            raise _unknown(operation)
        return None

    def begin(self, operation: Operation) -> Mapping[str, Any] | None:
        """Note that the message leaves now and return None, or what was answered when it left before.

        Of two processes one goes on; the other gets Ambiguous. A first try that meets an old note goes on as well: a person said
        that nothing arrived, and the tries were forgotten.
        """
        path = self._path(operation, "leaving")
        if operation.state == "sending" and operation.attempts == 1:
            path.unlink(missing_ok=True)
        if (answer := self.sent(operation)) is not None:
            return answer
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            _write(path, {"digest": operation.payload_digest}, flags=os.O_EXCL)
        except FileExistsError:
            raise _unknown(operation) from None
        return None

    def note_sent(self, operation: Operation, answer: Mapping[str, Any]) -> None:
        """Note what was answered."""
        note = {"digest": operation.payload_digest, "answer": dict(answer)}
        self._put(operation, "sent", note)
        for other in ("leaving", "unsent"):
            self._path(operation, other).unlink(missing_ok=True)

    def note_unsent(self, operation: Operation) -> None:
        """Note that the other side surely has nothing."""
        self._put(operation, "unsent", {"digest": operation.payload_digest})
        self._path(operation, "leaving").unlink(missing_ok=True)

    def _answer(self, operation: Operation) -> Mapping[str, Any] | None:
        note = self._read(self._path(operation, "sent"))
        if note is None:
            return None
        if note.get("digest") != operation.payload_digest:
            raise Ambiguous(
                "Another text was sent under this key before. A person must decide whether both are wanted."
            )
        answer = note.get("answer")
        return answer if isinstance(answer, Mapping) else {}

    def _put(self, operation: Operation, state: str, note: Mapping[str, Any]) -> None:
        path = self._path(operation, state)
        draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
        _write(draft, note, flags=os.O_TRUNC)
        draft.replace(path)

    def _path(self, operation: Operation, state: str) -> Path:
        key = operation.short_key
        return self._folder / "messages" / key[:2] / f"{key}.{state}"

    @staticmethod
    def _read(path: Path) -> Mapping[str, Any] | None:
        try:
            note = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:  # cut short by a full disk: it was written, so the message had left
            return {}
        return note if isinstance(note, dict) else {}


def _unknown(operation: Operation) -> Ambiguous:
    return Ambiguous(
        "The message may have left and nobody there can be asked. Ask who should have it, or look for the reference "
        f"{operation.short_key}; then say whether it stands there. It is not sent again by itself."
    )


def _write(path: Path, note: Mapping[str, Any], *, flags: int) -> None:
    """Write a file and have it on the disk, its name too."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(note).encode())
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
