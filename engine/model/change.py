"""What is different between two judgements of one document, what made it so, and the money that moves."""

from typing import Literal

from engine.model.value import Value

Where = Literal["route", "queue", "reasons", "message", "record", "operation", "payload", "finding"]
"""`operation`: a write that is planned only before or only after; `finding`: what keeps a document from being mapped."""

Moving = Literal["route", "vendor", "amount", "currency", "account", "cost_centre", "tax_code", "terms", "bank_account"]

CauseKind = Literal[
    "rule", "threshold", "tolerance", "match", "table", "row", "xref", "schema", "reading", "layout", "inbound", "parties", "flow",
    "environment", "facts", "other",
]  # fmt: skip


class Difference(Value):
    """One value that is another one afterwards."""

    where: Where
    path: str = ""
    """In the record (`lines[0].amount`), or object and path of a payload (`vendor_invoice.header.tax_code`)."""
    before: str | None
    """None: it is not there."""
    after: str | None


class Moved(Value):
    """Money that is booked otherwise."""

    what: Moving
    before: str
    """Account, code, vendor or route; empty where there is none."""
    after: str
    currency: str
    """ISO 4217; empty where it was not read."""
    amount: str
    """Decimal text: what is booked otherwise; for `amount` the signed difference."""
    object: str = ""
    """Target object in which it moves; empty for the route."""


class Cause(Value):
    """An edit of content without which a document would not change."""

    kind: CauseKind
    ref: str
    """`ruleset/ap_invoice@2#vendor_unsure`: kind and version of the file, and the part of it."""
    said: str
    """What was edited, in words."""


class Effect(Value):
    """What one edit does to a document when it is made alone; of edits that only do something together, all they do."""

    cause: Cause
    differences: tuple[Difference, ...]
    moved: tuple[Moved, ...] = ()


class Change(Value):
    """One document that a candidate judges otherwise."""

    document_id: str
    differences: tuple[Difference, ...]
    moved: tuple[Moved, ...] = ()
    effects: tuple[Effect, ...] = ()
    """Each of them alone makes a difference; with `is_joint` only together."""
    is_joint: bool = False
    asked_anew: tuple[str, ...] = ()
    """Questions that had not been asked when it was judged first."""

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The edits that change it."""
        return tuple(one.cause for one in self.effects)

    def effect_of(self, cause: Cause) -> Effect:
        """Return what one of its causes does. Raises StopIteration for another one."""
        return next(one for one in self.effects if one.cause == cause)

    @property
    def is_rerouted(self) -> bool:
        """Whether it goes another way."""
        return any(one.where == "route" for one in self.differences)
