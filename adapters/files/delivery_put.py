"""Hands files over to places that have no move: object stores, and servers that know no more than PUT.

There a file comes into being under its final name by one call, and the answer of that call can be lost. The protocol is
that of delivery.py with another third step. For each file, in order:

1. `<temporary>.sent` is claimed beside the temporary file of a part: from now on the file may be there.
2. The file is written under its final name, unless something stands there (`If-None-Match: *`), and looked at.
3. The temporary file is removed: it was handed over.

Temporary file gone: handed over. Temporary file without `.sent`: surely not. With it: it was tried; the file that stands
under the name with our digest says that it arrived, and is never mistaken, because what is sent are the bytes of the
temporary file, also when they were encrypted by chance numbers. Nothing under the name says one of two things. Where the
receiver leaves files (`files_stay`) it never arrived, and is sent again. Where it takes them away, nobody here can
know: that is `Ambiguous`, and a person asks the receiver. Checksums and done markers may be written twice: the content
lies there once.
"""

import posixpath
import secrets

from adapters.files.delivery import Delivery, Item, Journal, sha256_of
from adapters.files.folder import Folder, Shelf
from engine.model.errors import Ambiguous, Rejected, Transient, Unauthorised


class PutDelivery(Delivery):
    """The protocol above, for one drop folder."""

    def __init__(self, folder: Folder, shelf: Shelf, *, drop: str, journal: str, stays: bool) -> None:
        """`folder` holds the journal; `stays`: the receiver leaves files where they are."""
        super().__init__(folder, drop=drop, journal=journal, place=shelf)
        self._shelf = shelf
        self._is_one = id(shelf) == id(folder)
        self._stays = stays

    def remaining(self, journal: Journal) -> tuple[Item, ...]:
        """Return the files that were surely not delivered yet. Raises Ambiguous when one may have been."""
        return tuple(item for item in super().remaining(journal) if not self._has_arrived(item))

    def _has_arrived(self, item: Item) -> bool:
        temporary, sent = self._at(item.temporary), self._sent(item)
        if item.role != "part" or not self._folder.exists(sent):
            return False
        if self._stands(item):
            self._drop_files([temporary])
            return True
        if not self._folder.exists(temporary):
            return True
        if self._stays:
            return False
        raise Ambiguous(
            f"{item.name} was sent and does not lie there: the receiver took it, or it never arrived. Ask the receiver. "
            f"If it surely has nothing, remove {sent}, and it can be sent again."
        )

    def _stands(self, item: Item) -> bool:
        """Say whether a file that was tried lies there. Raises Ambiguous when another one has its name."""
        try:
            return self._refuse_collision(item.name, item.sha256, item.size)
        except Rejected as e:
            raise Ambiguous(f"{item.name} was sent, and what lies there is something else.", detail=e.message) from e

    def _publish(self, item: Item) -> None:
        """Bring one file under its final name, unless it left our hands before."""
        temporary = self._at(item.temporary)
        if not self._folder.exists(temporary) or self._has_arrived(item):
            return
        if not self._refuse_collision(item.name, item.sha256, item.size):
            data = self._content(item)
            if item.role == "part":
                self._note_attempt(item)
            self._create(item, data)
        self._drop_files([temporary])

    def _create(self, item: Item, data: bytes) -> None:
        try:
            self._shelf.create(posixpath.join(self._drop, item.name), data)
        except FileExistsError:
            # it came from elsewhere meanwhile: ours is good, another one is refused
            self._refuse_collision(item.name, item.sha256, item.size)
        except FileNotFoundError:
            self._drop_files([self._sent(item)])
            raise Transient(f"The drop folder {self._drop} is not there.") from None
        except (Transient, Unauthorised, Rejected):
            self._drop_files([self._sent(item)])
            raise
        except Ambiguous:
            if not self._stands(item):
                raise

    def _note_attempt(self, item: Item) -> None:
        """Write down that the call is made, before it is. Of two processes one goes on, where that matters."""
        draft = self._at(f"{item.temporary}.{secrets.token_hex(4)}.draft")
        try:
            if self._is_one:
                self._shelf.create(self._sent(item), b"")
            else:
                self._folder.write(draft, b"")
                self._folder.claim(draft, self._sent(item))
        except FileExistsError:
            self._drop_files([draft])
            if not self._stays:
                raise Ambiguous(f"Another process hands {item.name} over at the moment.") from None
        except FileNotFoundError as e:
            raise Transient("The journal folder was changed by somebody else during the delivery.") from e

    def _content(self, item: Item) -> bytes:
        try:
            data = self._folder.read(self._at(item.temporary), limit=item.size + 1)
        except FileNotFoundError as e:
            raise Transient(f"Another process hands {item.name} over at the moment.") from e
        if sha256_of(data) != item.sha256:
            raise Ambiguous(f"The copy of {item.name} in the journal folder is damaged. A person must look.")
        return data

    def _sent(self, item: Item) -> str:
        return self._at(f"{item.temporary}.sent")
