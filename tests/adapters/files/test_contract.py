"""File drops keep the contract of every target; their faults are those of folders (test_crashes.py, test_sftp.py)."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.files.plug import PLUG
from engine.model.errors import TargetError
from engine.model.operation import Operation
from tests.adapters.contract import TargetContract
from tests.adapters.files.factories import operation


class Drop:
    """A folder that nobody empties."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self) -> None:
        self.folder.mkdir()

    def stop(self) -> None:
        """Leave it to the test's folder."""

    def settings(self) -> Mapping[str, Any]:
        return {"delivery": "local", "folder": str(self.folder)}

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.csv") if path.is_file())


class TestContract(TargetContract):
    plug = PLUG
    number = "R'6 8 +ä&=#"

    def new_sandbox(self) -> Any:
        return Drop(self._folder / "drop")

    def standing(self, sandbox: Any) -> Sequence[Path]:
        return list(sandbox.files())

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        line = {"text": text or "goods", "amount": price or "10.50"}
        payload = {"header": {"invoice_no": number or f"RE-{n}"}, "lines": [line]}
        layout = [
            {"name": "INVOICE_NO", "path": "header.invoice_no"},
            {"name": "TEXT", "path": "line.text"},
            {"name": "AMOUNT", "path": "line.amount"},
        ]
        return operation(
            payload, key=f"ap_invoice/erp/vendor_invoice/{n}", columns=layout, name="AP_{key}.csv", formulas="keep"
        )

    def shown(self, standing: Any) -> tuple[str, str, str]:
        row = next(csv.DictReader(io.StringIO(standing.read_text(encoding="utf-8"), newline=""), delimiter=";"))
        return row["TEXT"], row["AMOUNT"], row["INVOICE_NO"]

    def test_somebody_elses_object_under_our_natural_key_is_not_taken_for_ours(self, sandbox: Any, target: Any) -> None:
        """Here: another payload under our key, which an earlier delivery left in the journal."""
        target.send(self.operation(1))
        other = self.operation(1, price=str(Decimal("99.99")))

        with pytest.raises(TargetError, match="Other content"):
            self.connect(sandbox).find(other)
