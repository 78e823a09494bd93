"""How alike two documents must be before one of them is held back."""

from pydantic import Field, model_validator

from engine.model.value import Value


class DuplicatePolicy(Value):
    """When a document counts as a copy of an earlier one, and how far back copies are looked for."""

    certain_permille: int = Field(default=980, ge=500, le=1000)
    """Probability from which a plain copy (number, date, total, vendor and buyer agree) needs no person."""
    suspect_permille: int = Field(default=300, ge=1, le=1000)
    """Probability from which a person is asked."""
    window_days: int = Field(default=92, ge=0, le=3660)
    """How far apart the dates of two documents with other numbers may lie; the same number is found at any age."""
    nearest: int = Field(default=64, ge=1, le=1000)
    """Documents compared that share an amount, number or order: the nearest in time, this many before and after."""
    correction_percent: int = Field(default=20, ge=0, le=100)
    """By how much a total may differ from that of the invoice it refers to and still take its place; a final invoice
    that refers to its down payment differs by more."""

    @model_validator(mode="after")
    def _in_order(self) -> "DuplicatePolicy":
        if self.suspect_permille > self.certain_permille:
            raise ValueError("suspect_permille lies above certain_permille")
        return self
