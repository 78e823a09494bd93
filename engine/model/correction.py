"""What a person said a value is."""

from datetime import datetime

from engine.model.field import Box
from engine.model.value import Value


class Correction(Value):
    """One value as a person sees it on the document."""

    path: str
    """Header field (`total`) or cell of a row that was read (`lines[0].amount`, `taxes[1].rate`)."""
    value: str | None
    """Canonical text (ISO date, decimal point); None says that the document does not show it."""
    page: int | None = None
    box: Box | None = None
    """Where the person pointed at, in points of the upright page."""
    by: str = ""
    at: datetime | None = None
