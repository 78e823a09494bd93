"""Read documents the way the product does, with its own readers, cache and stages, but without storing anything."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.model.document import Blob, Document
from engine.model.page import Reading
from engine.model.record import Record
from engine.runtime import reading, understanding
from engine.runtime.clock import SystemClock
from engine.runtime.house import House, open_house
from engine.runtime.media_type import sniff
from engine.runtime.settings import Settings
from engine.stages.extract.evidence import Evidence

HOME = Path(tempfile.gettempdir()) / "postroom-bench"


class Product:
    """A hub opened for measuring: `read` gives pages, `understand` the record and the seconds that it took."""

    def __init__(self, home: Path = HOME) -> None:
        self.house: House = open_house(Settings(home=home, log_level="error"))

    def document(self, file: Path) -> Document:
        """Return the document of a file as intake would make it."""
        import hashlib

        content = file.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        blob = Blob(sha256=sha256, size=len(content), media_type=sniff(file))
        return Document(id=sha256, name=file.name, blob=blob, source="bench", received_at=SystemClock().now())

    def read(self, file: Path) -> tuple[Reading, float]:
        """Return what readers see on the pages, without data that the file carries, and the seconds."""
        began = time.perf_counter()
        seen = reading.read_path(self.house, self.document(file), file)
        return seen.model_copy(update={"embedded": None}), time.perf_counter() - began

    def record(self, file: Path, seen: Reading) -> Record:
        """Return the record of a reading, with fitted confidences."""
        return understanding.understand(self.house, self.document(file), seen, revision=1).record

    def raw(self, file: Path, seen: Reading) -> tuple[Record, Mapping[str, Evidence]]:
        """Return the record with the confidences that the reader itself gives, and the evidence behind them."""
        kept: dict[str, Any] = {}

        def keep(record: Record, _reading: Reading, _model: object, evidence: Mapping[str, Evidence]) -> Record:
            kept.update(record=record, evidence=evidence)
            return record

        original, understanding.calibrate = understanding.calibrate, keep
        try:
            understanding.understand(self.house, self.document(file), seen, revision=1)
        finally:
            understanding.calibrate = original
        return kept["record"], kept["evidence"]
