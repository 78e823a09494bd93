"""Flows: which documents they take, how these are judged, and what is sent where."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from engine.content import strict_yaml
from engine.content.collects import Collects
from engine.content.facts import Name
from engine.content.routing import Routing
from engine.content.when import When
from engine.model.document import DocumentType
from engine.model.value import Value

Ref = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*@[1-9][0-9]*$")]
"""`name@version`: content is never named without its version."""
ObjectName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
"""An object as its system spells it: `vendor_invoice`, `purchaseInvoices`, `A_SupplierInvoice`."""
_PLACE = re.compile(r"\{([a-z_]+)\}")


class Send(Value):
    """One write that the flow leads to."""

    target: Name
    """Name of a target of the environment."""
    object: ObjectName
    mapping: Ref
    name: Name | None = None
    """What other sends of the flow call it; its object when not said."""
    each: Literal["lines", "taxes"] | None = None
    """One write for each item of a list of the record, as the matrix says."""
    item_key: Name = "position"
    """What tells the items apart: a field of them (`line_number`), or their place in the list."""
    after: tuple[Name, ...] = ()
    """Sends of this flow that must be committed first; their receipts may be mapped (`receipts.NAME.external_id`)."""
    deadline_hours: int | None = Field(default=None, ge=1, le=8760)
    """Hours from the plan in which it should be committed; what never left by then is parked."""

    @property
    def called(self) -> str:
        """What other sends of the flow call it."""
        return self.name or self.object

    def is_paired(self, other: "Send") -> bool:
        """Tell whether each item of this send goes with the same item of another one."""
        return self.each is not None and (self.each, self.item_key) == (other.each, other.item_key)

    @model_validator(mode="after")
    def _key_of_items(self) -> "Send":
        if self.each is None and "item_key" in self.model_fields_set:
            raise ValueError("`item_key` goes with `each`")
        return self


class Reversal(Value):
    """How one write is taken back that took effect: by another write into the same target."""

    reverses: Name
    """What the flow calls the send."""
    object: ObjectName
    mapping: Ref
    """It maps the record that was posted; rows may ask the receipt of what is reversed (`receipts.NAME.external_id`)."""


class Need(Value):
    """Something that every environment must bind before this flow is live there."""

    company: str | None = None
    """Code of a company of ours."""
    xref: Name | None = None
    """Cross-reference overlay."""
    setting: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
    """`target.setting`, which must be written out: what an adapter takes when nothing is said does not do."""
    type: Literal["text", "integer", "credential", "host"] = "text"
    """What the setting has to be."""
    why: str = ""

    @model_validator(mode="after")
    def _one_thing(self) -> "Need":
        if sum(one is not None for one in (self.company, self.xref, self.setting)) != 1:
            raise ValueError("a need names one of `company`, `xref`, `setting`")
        if self.type != "text" and self.setting is None:
            raise ValueError("only a `setting` has a type")
        return self

    @property
    def name(self) -> str:
        """What is needed, in one word."""
        return self.setting or (f"company {self.company}" if self.company else f"xref {self.xref}")


class Flow(Value):
    """One version of a way through the house. It pins everything under it."""

    name: Name
    version: int = Field(ge=1)
    when: When
    record: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(@[1-9][0-9]*)?$")]
    """Canonical schema of the record: `invoice`, or `invoice@2` for its second version."""
    matches: tuple[Literal["vendor", "purchase_order", "customer", "account", "posted", "screening", "items"], ...] = ()
    """Who and what is looked for in the master data; `account`: a vendor or a customer, whichever the document is about.

    `posted`: what was posted of the vendor under the numbers that a statement of account lists. `screening`: whether names on
    the document stand on a list of sanctions (master data of the kind `screening`). `items`: which of our items a customer
    orders, by whose numbers, and whether price list and agreed terms allow what it asks for.
    """
    ruleset: Ref
    queues: Mapping[Name, str] = Field(min_length=1)
    """Review queues by name, each with the team that owns it."""
    routing: Routing = Routing()
    business_key: str
    """Names of record fields in braces, and `{vendor_id}` of the match; what makes two documents the same claim.

    With `matches: [account]` also `{account_id}`, and `{asked}`: the fields that a request wants changed.
    """
    joins: DocumentType | None = None
    """Type of the dossier into which a document goes that is let through; then nothing is sent of it by itself."""
    collects: Collects | None = None
    """The papers of which the record is put together, in the flow of a dossier."""
    feeds: Literal["orders", "goods_receipts"] | None = None
    """Master data that a document becomes which is let through: our own order, or what a delivery note brought."""
    sends: tuple[Send, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    """How what was sent is taken back, asked for by a person (`postroom replay --effects --reverse`)."""
    needs: tuple[Need, ...] = ()
    """What an environment must bind for it, beyond the targets it sends to and what their adapters require."""

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @property
    def mappings(self) -> tuple[str, ...]:
        """Every matrix that it names."""
        return tuple(dict.fromkeys([*(one.mapping for one in self.sends), *(one.mapping for one in self.reversals)]))

    def reversal_of(self, called: str) -> Reversal | None:
        """Return how a send is taken back, or None when the flow does not say."""
        return next((one for one in self.reversals if one.reverses == called), None)

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The names that the business key is made of, in order."""
        return tuple(_PLACE.findall(self.business_key))

    def key(self, values: Mapping[str, str]) -> str | None:
        """Return the business key filled in, or None when one of its parts is missing or empty."""
        if any(not values.get(name) for name in self.key_fields):
            return None
        return _PLACE.sub(lambda place: values[place.group(1)], self.business_key)

    @field_validator("business_key")
    @classmethod
    def _has_places(cls, pattern: str) -> str:
        if not _PLACE.search(pattern) or re.search(r"[{}]", _PLACE.sub("", pattern)):
            raise ValueError('name the fields that make the key in braces, such as "{vendor_id}/{invoice_number}"')
        return pattern

    @field_validator("matches")
    @classmethod
    def _one_party(cls, matches: tuple[str, ...]) -> tuple[str, ...]:
        if "posted" in matches and "vendor" not in matches:
            raise ValueError("`posted` goes with `vendor`: it is looked for what was posted of it")
        if "items" in matches and "customer" not in matches:
            raise ValueError("`items` goes with `customer`: its numbers and prices are asked for")
        if len({"vendor", "customer", "account"} & set(matches)) > 1:
            raise ValueError("a document is of a vendor or of a customer; name one of them, or `account` for either")
        return matches

    @model_validator(mode="after")
    def _ends_somewhere(self) -> "Flow":
        if self.joins is None and self.feeds is None and not self.sends:
            raise ValueError("`sends` is empty: a flow sends something, `joins` a dossier, or `feeds` the master data")
        if self.feeds is not None and "vendor" not in self.matches:
            raise ValueError("`feeds` goes with `matches: [vendor]`: orders and deliveries are a vendor's")
        if self.joins is not None and (self.sends or self.reversals or self.collects or self.feeds):
            raise ValueError("a flow that `joins` a dossier sends and collects nothing: the flow of the dossier does")
        return self

    @model_validator(mode="after")
    def _owned_queues(self) -> "Flow":
        if unknown := sorted(set(self.routing.owners) - set(self.queues)):
            raise ValueError(f"routing.owners names the queue {unknown[0]!r}, which the flow does not have")
        return self

    @model_validator(mode="after")
    def _reversals_of_sends(self) -> "Flow":
        sent, reversed_ = [one.called for one in self.sends], [one.reverses for one in self.reversals]
        for one in self.reversals:
            if one.reverses not in sent:
                raise ValueError(f"nothing is sent that is called {one.reverses!r}; there are: {', '.join(sent)}")
            if next(send for send in self.sends if send.called == one.reverses).each is not None:
                raise ValueError(f"{one.reverses} is written once an item; such writes are taken back by hand")
            if reversed_.count(one.reverses) > 1:
                raise ValueError(f"{one.reverses} is reversed twice")
            if one.object in {send.object for send in self.sends}:
                raise ValueError(f"{one.object} is sent already; a reversal writes an object of its own")
        return self

    def _refuse_crossed(self, send: Send) -> None:
        """Refuse items that would each wait for all items of another list."""
        for other in self.sends:
            if other.called in send.after and send.each and other.each and not send.is_paired(other):
                raise ValueError(
                    f"{send.called} and {other.called} are written once an item, so that one item waits for the same one: "
                    f"give both the same `each` and `item_key`"
                )

    @model_validator(mode="after")
    def _order_of_sends(self) -> "Flow":
        before: set[str] = set()
        for send in self.sends:
            if send.called in before:
                raise ValueError(f"two sends are called {send.called}; give one a `name` of its own")
            if unknown := [name for name in send.after if name not in before]:
                raise ValueError(f"{send.called} waits for {unknown[0]}, which no earlier send of this flow writes")
            self._refuse_crossed(send)
            before.add(send.called)
        written = [(send.target, send.object) for send in self.sends]
        if twice := next((one for one in written if written.count(one) > 1), None):
            raise ValueError(f"{twice[1]} is written to {twice[0]} twice; both would be the same operation")
        return self


def load_flow(file: Path) -> Flow:
    """Read a flow. Raises ContentError naming line, path and what is allowed."""
    return strict_yaml.parse(strict_yaml.load(file), Flow)
