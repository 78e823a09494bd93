"""What it takes before a version may go live in an environment."""

from typing import Literal

from pydantic import Field

from engine.content.confidence import DecimalText
from engine.content.facts import Name
from engine.model.value import Value


class PromotionPolicy(Value):
    """The `promotion:` of an environment. What is not said is as strict as production should be."""

    sources: tuple[Name, ...] = Field(default=(), alias="from")
    """Environments one of which the version must be live in; empty: none has to have tried it."""
    documents: int = Field(default=1000, ge=1, le=1_000_000)
    """How many of the last documents are replayed."""
    least_documents: int = Field(default=0, ge=0)
    """Fewer in the history than these, and nobody can tell what the version would do: it is refused."""
    most_rerouted: DecimalText | None = None
    """Share (0..1) of documents that may go another way than now; None: any."""
    most_newly_posted: DecimalText | None = None
    """Share of documents that may be posted without a person who is asked now; None: any."""
    approvals: Literal["owners", "none"] = "owners"
    """`owners`: each team that owns something that changes a document has to agree."""
    four_eyes: bool = True
    """Nobody approves what they promote, and nothing goes live that nobody else agreed to."""
    released: bool = True
    """The version and all that it rests on is frozen."""
    tests: bool = True
    """Lint, examples and golden documents have to hold."""
    report_days: int = Field(default=7, ge=1, le=365)
    """How long a report is good for."""
