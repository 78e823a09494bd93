"""What lint has to say about written knowledge: a fault, where it stands, and a case that shows it."""

from typing import Literal

from engine.model.decision import FactValue
from engine.model.value import Value

LintSeverity = Literal["info", "warning", "error"]
"""`error`: the file would be refused, or cannot do what it says. `warning`: it does, but hardly as meant. `info`: known, not wrong."""


class LintFinding(Value):
    """One fault of a file of rules or tables."""

    code: str
    """Stable snake_case code: `unknown_fact`, `impossible`, `shadowed`, `gap` ..."""
    severity: LintSeverity
    file: str
    line: int | None = None
    """1-based; None when the fault has no place of its own."""
    subject: str = ""
    """Id of the rule, the row or the fact that it is about."""
    message: str
    """One sentence: what is wrong, and what to do."""
    case: tuple[tuple[str, FactValue], ...] = ()
    """Fact values that show it; None: the fact is missing. Empty where values show nothing."""

    def __str__(self) -> str:
        """Return `file:line: code [subject]: message (case: fact=value, ...)`."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        about = f" [{self.subject}]" if self.subject else ""
        case = f" (case: {said(self.case)})" if self.case else ""
        return f"{where}: {self.severity} {self.code}{about}: {self.message}{case}"


def said(case: tuple[tuple[str, FactValue], ...]) -> str:
    """Return a case in the words of a rule: `total_minor = 5, currency missing`."""
    return ", ".join(f"{name} missing" if value is None else f"{name} = {_plain(value)}" for name, value in case)


def _plain(value: FactValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, str) else str(value)
