"""Which documents a flow takes: their type and how sure it is, the way they came by, and what they say.

when:
  types: [purchase_order]
  channels: [mail, folder]             # the ways by which it may have come; any without it
  sources: [orders_inbox]              # folders or event sources of the environment; any without it
  type_confidence: "0.80"              # the type must be at least so sure (0..1)
  if: "document.buyer == 'other'"      # over record.x and document.x; a value that is missing takes nothing
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from engine.content.confidence import DecimalText
from engine.content.converters import Inconvertible
from engine.content.expression import ExpressionError, compile_expression
from engine.content.facts import Name
from engine.model.document import DocumentType
from engine.model.event import Origin
from engine.model.value import Value

Channel = Literal["cli", "api", "mail", "folder", "source"]
"""Ways into the house: command line, API, attachment or body of a mail, folder of a target, event of a system."""
CONTEXT = frozenset({"type", "name", "channel", "source", "language", "buyer", "company"})
"""What a condition may ask of `document`. `buyer`: `ours`, `other` or `unknown`; `company`: code of our company that it is."""
_CHANNELS: Mapping[str, Channel] = {"cli": "cli", "api": "api", "mail": "mail", "fetch": "folder", "source": "source"}


def channel_of(source: str) -> Channel | None:
    """Return the way by which a document came, by what it says of where it came from (`fetch:orders_inbox`)."""
    return _CHANNELS.get(source.partition(":")[0])


class Seen(Value):
    """What a flow is told of a document when it says whether it takes it."""

    type: DocumentType
    type_confidence: float = 1.0
    origin: Origin = "document"
    source: str = ""
    record: Mapping[str, str] = {}
    """Header fields that are there."""
    document: Mapping[str, str] = {}
    """By the names of `CONTEXT`; those that are not known are left out."""


class When(Value):
    """See above."""

    types: tuple[DocumentType, ...] = Field(min_length=1)
    on_request: bool = False
    """True: only when the sender asks for it by name."""
    origin: Origin = "document"
    """`event`: what a system of record told, and no paper; by default the reverse."""
    channels: tuple[Channel, ...] = ()
    sources: tuple[Name, ...] = ()
    type_confidence: DecimalText | None = None
    condition: str | None = Field(default=None, alias="if")

    @field_validator("type_confidence")
    @classmethod
    def _a_probability(cls, least: Decimal | None) -> Decimal | None:
        if least is not None and not 0 <= least <= 1:
            raise ValueError("type_confidence is a probability from 0 to 1")
        return least

    @field_validator("condition")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        if text is None:
            return None
        try:
            reading = compile_expression(text).reading
        except ExpressionError as e:
            raise ValueError(e.message) from e
        for space, name in reading.references:
            if space not in {"record", "document"}:
                raise ValueError(f"only `record.x` and `document.x` are known here, not {space}.{name}")
            if space == "document" and name not in CONTEXT:
                raise ValueError(f"unknown document.{name}; there are: {', '.join(sorted(CONTEXT))}")
        if reading.tables or reading.decisions:
            raise ValueError("a flow is chosen without tables; ask them in rules or matrices")
        return text

    @model_validator(mode="after")
    def _one_way(self) -> "When":
        if self.origin == "event" and self.channels:
            raise ValueError("`channels` are for papers; an event comes from its `sources`")
        return self

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for more than type and origin."""
        return bool(self.channels or self.sources or self.condition) or self.type_confidence is not None

    def takes(self, seen: Seen) -> bool:
        """Tell whether a document is taken by itself, without being asked for by name."""
        if self.on_request or seen.type not in self.types or seen.origin != self.origin:
            return False
        if self.sources and seen.source.rpartition(":")[2] not in self.sources:
            return False
        if self.channels and channel_of(seen.source) not in self.channels:
            return False
        if self.type_confidence is not None and Decimal(str(seen.type_confidence)) < self.type_confidence:
            return False
        return self.condition is None or self._holds(self.condition, seen)

    def _holds(self, condition: str, seen: Seen) -> bool:
        try:
            said = compile_expression(condition).evaluate({"record": seen.record, "document": seen.document}, xref={})
        except Inconvertible:
            return False
        return said is True
