"""A person lets pass what a rule holds, for one document as it stands."""

from datetime import datetime
from typing import Literal

from engine.model.decision import FactValue
from engine.model.value import Value

WaivedBy = Literal["reviewer", "approver", "nobody"]
"""Who may let pass what a rule holds. An approver is somebody who changed nothing in the document."""


class Waiver(Value):
    """What a person saw and let pass. It holds while the rule says the same of the same record."""

    rule: str
    """Id of the rule."""
    facts: tuple[tuple[str, FactValue], ...]
    """The facts that the rule and its message named."""
    basis: str
    """SHA-256 (hex) of the values of the record (`engine.stages.waive.basis`)."""
    by: str
    why: str = ""
    at: datetime
