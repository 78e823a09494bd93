"""What is to be done with a document, and the rules that said so."""

from typing import Literal

from engine.model.finding import Severity
from engine.model.value import Value

Route = Literal["post", "wait", "review", "duplicate", "reject"]
"""`wait`: nobody is asked; it is judged again when what it waits for is here, or its time is over."""

ROUTE_RANK: dict[Route, int] = {"post": 0, "wait": 1, "review": 2, "duplicate": 3, "reject": 4}
"""Routes only escalate: of two rules that fire, the higher rank wins. A wait beside a review is a review."""

FactValue = bool | int | str | None


class RuleOutcome(Value):
    """One rule of the set: whether it fired, and the fact values that decided it."""

    id: str
    name: str
    why: str
    fired: bool
    severity: Severity
    route: Route | None
    """None: the rule only notes or asserts."""
    queue: str | None
    fields: tuple[str, ...]
    message: str
    facts: tuple[tuple[str, FactValue], ...]


class Decision(Value):
    """Where the document goes, with every rule looked at and the versions that were in force."""

    route: Route
    queue: str | None
    reasons: tuple[str, ...]
    """Codes of the rules that set the route, first the deciding one."""
    message: str
    """One sentence for the clerk."""
    rules: tuple[RuleOutcome, ...]
    facts: tuple[tuple[str, FactValue], ...]
    confidence: float
    """Document confidence: the smallest confidence of the fields the flow needs."""
    flow: str
    """`name@version` of the flow."""
    ruleset: str
    waived: tuple[str, ...] = ()
    """Rules that fired and that a person let pass."""
    digests: tuple[tuple[str, str], ...] = ()
    """(`ap_invoice@1`, sha256) of every content file the decision rests on."""
