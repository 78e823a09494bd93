"""What facts are computed from, and the register of the functions that compute them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from engine.content.environment import Entity
from engine.content.ruleset import Ruleset
from engine.model.convention import Inference
from engine.model.decision import FactValue
from engine.model.duplicate import DuplicateCheck
from engine.model.field import Field
from engine.model.finding import Finding
from engine.model.money import minor
from engine.model.purchasing import OrderMatch, Verdict
from engine.model.reconciled import Position
from engine.model.record import Match, Record
from engine.stages.books import NO_BOOKS, Books
from engine.stages.money.infer import infer
from engine.stages.parties.entities import match_entity
from engine.stages.sums import amount
from engine.stages.thresholds.drift import stepped


@dataclass(frozen=True)
class Case:
    """Everything a fact may look at."""

    record: Record
    ruleset: Ruleset
    vendor: Match
    """Whose document it is: the vendor, or where the flow asks for it the customer who ordered."""
    order: Match
    found: tuple[Finding, ...] = ()
    """What validation found; the record's own findings stand in the record."""
    entities: tuple[Entity, ...] = ()
    received_on: date | None = None
    """The day the document arrived."""
    claim_is_free: bool = True
    same_fingerprint: bool = False
    earlier: DuplicateCheck | None = None
    """Earlier documents that may claim the same; None where nobody looked."""
    money: Inference | None = None
    """What explains the amounts; worked out without the supplier's habit where it is not given."""
    orders: OrderMatch | None = None
    """How the lines fit orders and receipts; None where nobody looked."""
    wait_is_over: bool | None = None
    """Whether it was waited long enough for what has not come; None where nobody looked."""
    verdicts: tuple[Verdict, ...] | None = None
    """What tolerances say about the differences from orders and receipts; None where nothing was compared."""
    leaks: tuple[Finding, ...] | None = None
    """What is known of money that leaves inside the tolerances; None where nobody looked."""
    books: Books = NO_BOOKS
    """The currency of our books and the rate to it."""
    steps: int = 0
    """How many steps the automation of the ruleset stands down since audits found too many errors."""

    @cached_property
    def explained(self) -> Inference:
        """What explains the amounts."""
        return self.money or infer(self.record)

    @property
    def positions(self) -> tuple[Position, ...] | None:
        """What we know of the positions of a statement of account; None where nobody looked."""
        return self.order.positions

    @property
    def customer(self) -> Match | None:
        """Which customer of ours the buyer is; None where the flow does not ask."""
        return self.vendor if self.vendor.kind == "customer" else None

    @cached_property
    def buyer(self) -> Match:
        """Which of our companies it is addressed to."""
        return match_entity(self.record, entities=self.entities)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found, in reading and in validation."""
        return (*self.record.findings, *self.found)

    @cached_property
    def unsure(self) -> tuple[str, ...]:
        """Needed fields that are there, but below their threshold."""
        currency, total = self.at_stake
        levels = self.ruleset.confidence.levels_for(vendor_group=self.vendor_group, currency=currency, amount=total)
        return tuple(
            field.name for field in needed(self.record, self.ruleset)
            if permille(field.confidence) < stepped(levels.permille(field.name), self.steps)
        )  # fmt: skip

    @property
    def vendor_group(self) -> str:
        """The group of the vendor in the master data, or nothing."""
        return self.master(self.vendor, "vendor_group") or ""

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Fields that are not there, though the rules or the record's schema ask for them."""
        asked = [name for name in self.ruleset.mandatory if not self.record.value(name)]
        return tuple(dict.fromkeys([*asked, *(name for one in self.coded("missing_field") for name in one.fields)]))

    @property
    def at_stake(self) -> tuple[str, Decimal | None]:
        """Currency and total as the groups of thresholds see them."""
        listed = [currency for group in self.ruleset.confidence.groups for currency in group.above]
        return self.held_against(listed, "total")

    def held_against(self, listed: Collection[str], name: str) -> tuple[str, Decimal | None]:
        """Return currency and value of an amount as limits see them that are written in the listed currencies."""
        stated = amount(self.record, name)
        return self.books._replace(billed=self.record.value("currency") or "").held_against(listed, stated)

    def minor(self, name: str) -> int | None:
        """Return a header amount in minor units, or None."""
        stated = amount(self.record, name)
        return None if stated is None else minor(stated, self.record.value("currency"))

    def coded(self, *codes: str) -> tuple[Finding, ...]:
        """Return the findings of some codes."""
        return tuple(finding for finding in self.findings if finding.code in codes)

    def master(self, match: Match, attribute: str) -> str | None:
        """Return an attribute of the one that was matched, or None."""
        return match.chosen.attribute(attribute) or None if match.outcome == "one" and match.chosen else None


FactFunction = Callable[[Case], FactValue]
FUNCTIONS: dict[str, FactFunction] = {}
"""Every computed fact by name. The catalogue holds the same names; a test says so."""


def fact(function: FactFunction) -> FactFunction:
    """Register a function under its own name, which is the name of the fact."""
    FUNCTIONS[function.__name__] = function
    return function


def permille(confidence: float) -> int:
    """Return a probability (0..1) in whole thousandths, rounded down."""
    return int(Decimal(str(confidence)) * 1000)


def needed(record: Record, ruleset: Ruleset) -> list[Field]:
    """Return the fields that the rules rest on and that are there: mandatory ones and those with a threshold."""
    grouped = (name for group in ruleset.confidence.groups for name in group.fields)
    names = dict.fromkeys((*ruleset.mandatory, *ruleset.confidence.fields, *grouped))
    return [field for name in names if (field := record.get(name)) is not None]
