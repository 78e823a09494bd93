"""A finding is data: something about a document that a rule or a person should know."""

from typing import Literal

from engine.model.value import Value

Severity = Literal["info", "warning", "error", "fatal"]
"""`info` is for the story, `warning` may pass, `error` asks a person, `fatal` means the document cannot be processed."""

SEVERITY_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2, "fatal": 3}
"""Of two rules that route alike, the more severe decides."""


class Finding(Value):
    """One observation with its evidence."""

    code: str
    """Stable snake_case code: `sum_mismatch`, `encrypted`, `contradiction` ..."""
    severity: Severity
    message: str
    """One sentence for the clerk that says what to do."""
    fields: tuple[str, ...] = ()
    """Field paths concerned."""
    evidence: tuple[tuple[str, str], ...] = ()
    """Named facts that show it, in reading order: (("lines", "100.00"), ("subtotal", "100.01"))."""
