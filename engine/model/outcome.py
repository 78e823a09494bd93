"""What came of a reading: whether people found it right, and how likely they were to look."""

from engine.model.value import Value


class Outcome(Value):
    """One document as the machine read it, and what people said of the fields that thresholds are about."""

    document_id: str
    ruleset: str
    """`name@version`."""
    vendor_group: str = ""
    currency: str = ""
    amount: str | None = None
    """Total as decimal text; None where it is no amount."""
    confidences: tuple[tuple[str, int], ...]
    """(checked field, confidence in thousandths)."""
    share_permille: int
    """With which probability somebody looks at it: 1000 held, the audit rate when drawn, 0 when let through unseen."""
    is_straight: bool
    """Whether it was posted without a person."""
    wrong: tuple[str, ...] | None = None
    """Checked fields that were read wrong; empty: all right; None: nobody said."""

    @property
    def counts(self) -> bool:
        """Whether it may be reasoned from: it was looked at, and with a known probability."""
        return self.wrong is not None and self.share_permille > 0


class Point(Value):
    """One set of thresholds on the curve of error against automation."""

    level: int
    """Doubt allowed, in hundredths of what the ruleset allows now: 100 is the ruleset as it is."""
    thresholds: tuple[tuple[str, int], ...]
    """(`default` or field, thousandths)."""
    automated: float
    """Share (0..1) of documents that pass."""
    reviewed: int
    """Reviewed documents that pass."""
    wrong: int
    """Of these, with a wrong field."""
    error: float | None
    """Share (0..1) of wrong documents among those that pass, weighted by how likely each was looked at."""
    bound: float
    """What the error is below, at the confidence asked for, were this the only point looked at."""
    is_proved: bool
    """Whether the error is below the target, allowing for all points that were tried."""


class Fit(Value):
    """What reviewed history says about thresholds."""

    scope: str
    """Which documents: `all`, or the name of a group of the ruleset."""
    target: float
    confidence: float
    documents: int
    reviewed: int
    points: tuple[Point, ...]
    """From the strictest to the loosest."""
    chosen: Point | None
    """The loosest point that is proved; None: history is too small, or errors are too many."""
    missing: int
    """Reviewed documents without an error still needed to prove the first point; 0 when one is proved."""


class Comeback(Value):
    """How far automation that stood down may step up again."""

    steps: int
    """The fewest steps down that are proved; as many as before: nothing is."""
    reviewed: int
    """Held documents that would pass again and were looked at since."""
    wrong: int
    """Of these, with a wrong field."""
    missing: int
    """Such documents without an error still needed; 0 when it may step up."""
