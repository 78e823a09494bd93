"""What a target finds around it while it is tested."""

import hashlib
import io
import tempfile
from pathlib import Path
from typing import BinaryIO

from adapters.shared.http import Patience
from engine.model.document import Blob
from engine.model.errors import ReadError

ATTACHED = b"%PDF-1.4\n% a document of the contract suite\n%%EOF\n"
"""A document that lies in the blobs of every tested target."""
ATTACHED_SHA256 = hashlib.sha256(ATTACHED).hexdigest()

QUICK = Patience(connect=5, read=5, whole=10, tries=2, wait=10, sleep=lambda _: None)
"""The patience of a test: two tries, no pause. A busy machine is given time."""
HASTY = Patience(connect=5, read=0.4, whole=1.2, tries=2, wait=10, sleep=lambda _: None)
"""For answers that never come: nobody waits long for them."""


class MemoryBlobs:
    """Bytes in memory, by their SHA-256."""

    def __init__(self) -> None:
        self._held = {ATTACHED_SHA256: ATTACHED}

    def put(self, stream: BinaryIO, *, limit: int) -> tuple[str, int]:
        """Store a stream. Raises ReadError `too_large`."""
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise ReadError("This file is too large.", code="too_large")
        sha256 = hashlib.sha256(data).hexdigest()
        self._held[sha256] = data
        return sha256, len(data)

    def open(self, sha256: str) -> BinaryIO:
        """Open stored bytes. Raises FileNotFoundError."""
        if sha256 not in self._held:
            raise FileNotFoundError(sha256)
        return io.BytesIO(self._held[sha256])

    def local(self, blob: Blob) -> Path:
        """Return a copy on this machine. Raises FileNotFoundError."""
        path = Path(tempfile.mkdtemp()) / blob.sha256
        path.write_bytes(self.open(blob.sha256).read())
        return path

    def remove(self, sha256: str) -> None:
        """Remove bytes for good."""
        self._held.pop(sha256, None)
