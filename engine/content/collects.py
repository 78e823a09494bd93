"""What a flow collects before it judges: the papers of one applicant, how they find each other, and how long is waited.

joins: onboarding                 # in the flow of each paper: what was judged and is let through goes into a dossier
collects:                         # in the flow of the dossier, whose record is put together from the papers
papers:
application: {type: account_application}
tax_form: {type: tax_form, when: "record.buyer_country is present"}
keys: {tax: [buyer_tax_id], register: [buyer_registration_id], name: [buyer_name]}
hints: {mail: [buyer_email]}
agree: [buyer_name, buyer_tax_id]
remind: {every_hours: 72, times: 2, with: dossier_reminder}
"""

from collections.abc import Mapping

from pydantic import Field, field_validator, model_validator

from engine.content.expression import ExpressionError, compile_expression
from engine.content.facts import Name
from engine.model.document import DocumentType
from engine.model.value import Value


class Wanted(Value):
    """One paper that a dossier needs."""

    type: DocumentType
    when: str | None = None
    """An expression over what the papers say so far (`record.buyer_country == 'US'`); always needed without one."""

    @field_validator("when")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                reading = compile_expression(text).reading
            except ExpressionError as e:
                raise ValueError(e.message) from e
            if other := next((space for space, _ in reading.references if space != "record"), None):
                raise ValueError(f"only `record.x` is known here, not {other}.x")
        return text


class Remind(Value):
    """How often who applies is reminded of what is missing, before a person looks."""

    every_hours: int = Field(default=72, ge=1, le=8760)
    times: int = Field(default=2, ge=0, le=20)
    says: DocumentType | None = Field(default=None, alias="with")
    """Type of the document that each reminder becomes; None waits in silence."""


class Collects(Value):
    """See above."""

    papers: Mapping[Name, Wanted] = Field(min_length=1)
    """By what people call them. Of a value that several papers say the first paper's counts."""
    keys: Mapping[Name, tuple[Name, ...]] = Field(min_length=1)
    """Values that only one applicant has: papers that share one are of one dossier."""
    hints: Mapping[Name, tuple[Name, ...]] = {}
    """Values that several may share, such as a sender. They decide where no key does and none contradicts."""
    agree: tuple[Name, ...] = ()
    """Fields in which the papers have to say the same."""
    remind: Remind = Remind()

    @model_validator(mode="after")
    def _apart(self) -> "Collects":
        if both := sorted(set(self.keys) & set(self.hints)):
            raise ValueError(f"{both[0]} is a key and a hint; it is one of them")
        return self

    @property
    def types(self) -> tuple[DocumentType, ...]:
        """The types of the papers."""
        return tuple(dict.fromkeys(one.type for one in self.papers.values()))
