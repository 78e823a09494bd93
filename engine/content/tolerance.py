"""Tolerance policies: which differences between invoice, order and receipt are let pass, as an ERP's own rules say it.

Three values are never mixed up: `not_set` (nobody wrote a limit), `"0"` (nothing is allowed) and `unlimited`. What it means
that a check has no limit at all is written in each check (`not_set:`), because the systems disagree about it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from engine.content import strict_yaml
from engine.content.facts import Name
from engine.content.leakage import LeakagePolicy
from engine.model.purchasing import Difference, DifferenceKind, OrderKind
from engine.model.tolerance import MatchLevel, Surroundings
from engine.model.value import Value

_NUMBER = re.compile(r"(0|[1-9]\d{0,14})(\.\d{1,6})?")
_WORDS = ("not_set", "unlimited")


def _limit(value: Any) -> Any:
    if value in _WORDS or isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise ValueError('write a quoted number such as "2.5", `unlimited` or `not_set`')
    return Decimal(value)


Limit = Annotated[Decimal | Literal["not_set", "unlimited"], BeforeValidator(_limit)]
"""A number, which may be zero, or `unlimited`, or `not_set`: three different things."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Axis = Literal["item", "item_group", "vendor", "vendor_group", "entity"]
AXES: tuple[Axis, ...] = get_args(Axis)
Measure = Literal["value", "units", "level", "value_days"]
"""What is held against the limits: the money a difference is worth, the difference in its own unit, the billed amount
itself, or the amount times the days that it comes early."""
Direction = Literal["over", "under", "both"]
OnFailure = Literal["allow", "approve", "block"]


class Bound(Value):
    """How far one may go to one side. Every limit that is set holds: the first one exceeded fails."""

    percent: Limit = "not_set"
    """Of what was expected."""
    amount: Mapping[Currency, Limit] = {}
    """By currency. An amount in a currency that is not listed cannot be compared, which is a failure, not a pass."""
    units: Limit = "not_set"
    """In the unit of the difference; only where the check measures units."""

    @property
    def is_set(self) -> bool:
        """Whether any limit stands here, `unlimited` included."""
        return any(limit != "not_set" for limit in (self.percent, self.units, *self.amount.values()))


class Scope(Value):
    """What limits are for. What is not named may be anything."""

    item: str = ""
    item_group: str = ""
    vendor: str = ""
    vendor_group: str = ""
    entity: str = ""

    @property
    def axes(self) -> frozenset[Axis]:
        """The axes that are named."""
        return frozenset(axis for axis in AXES if getattr(self, axis))

    def holds(self, around: Surroundings) -> bool:
        """Return whether the surroundings are what is named."""
        return all(getattr(self, axis) == getattr(around, axis) for axis in self.axes)


class Limits(Value):
    """Limits for a scope: one bound to both sides, or one to each."""

    scope: Scope = Field(default=Scope(), alias="for")
    both: Bound | None = None
    upper: Bound = Bound()
    lower: Bound = Bound()

    @model_validator(mode="after")
    def _one_way(self) -> "Limits":
        if self.both is not None and (self.upper.is_set or self.lower.is_set):
            raise ValueError("write either `both`, or `upper` and `lower`")
        return self

    def side(self, *, is_over: bool) -> Bound:
        """Return the bound for being over what was expected, or under it."""
        return self.both if self.both is not None else self.upper if is_over else self.lower


class Check(Value):
    """One tolerance under the name its system gives it."""

    name: str = Field(min_length=1)
    meaning: str = Field(min_length=1)
    of: tuple[DifferenceKind, ...] = Field(min_length=1)
    subjects: tuple[str, ...] = ()
    """Charge codes or totals that are looked at; empty: all of them."""
    order: Literal["any", "with", "without"] = "any"
    order_kinds: tuple[OrderKind, ...] = ()
    """Empty: orders of any kind."""
    receipt: Literal["any", "none", "some"] = "any"
    """Only before anything was received, or only after."""
    estimated_price: bool | None = None
    """Only prices that are, or are not, estimates; None: both."""
    level: MatchLevel = "none"
    """The check is made when matching is at least this strict."""
    measure: Measure = "value"
    cumulative: bool = False
    """Add what earlier and pending invoices billed, so that splitting changes nothing."""
    amount_currency: Literal["transaction", "accounting"] = "transaction"
    """Which currency amounts are compared in; percentages are always taken in the transaction's."""
    direction: Direction = "both"
    not_set: Literal["unlimited", "zero"]
    """What it means when no limit is set for the side a difference lies on."""
    on_failure: OnFailure = "approve"
    """`allow`: it is only noted; `approve`: `release` may let it pass; `block`: it is never posted as it is."""
    release: str = ""
    settles: bool = False
    """What stays within is posted to small differences, so that the document balances (SAP's BD)."""
    limits: tuple[Limits, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "Check":
        if (self.on_failure == "approve") != bool(self.release):
            raise ValueError("`on_failure: approve` names who may `release`, and nothing else does")
        sides = [bound for one in self.limits for bound in (one.both, one.upper, one.lower) if bound is not None]
        if self.measure == "units" and any(bound.amount for bound in sides):
            raise ValueError("a check that measures units has no limits in money")
        if self.measure != "units" and any(bound.units != "not_set" for bound in sides):
            raise ValueError("only a check with `measure: units` has limits in units")
        if self.measure in ("level", "value_days") and any(bound.percent != "not_set" for bound in sides):
            raise ValueError(f"`measure: {self.measure}` has nothing to take a percentage of")
        return self


class Level(Value):
    """How strictly orders are matched in a scope."""

    scope: Scope = Field(default=Scope(), alias="for")
    level: MatchLevel


class ToleranceExample(Value):
    """A difference and what the policy says to it: the test of the policy."""

    name: str = Field(min_length=1)
    source: str = Field(min_length=1)
    """Where the vector comes from; `house` for one of ours."""
    difference: Difference
    surroundings: Surroundings = Surroundings()
    fails: str = ""
    """Name of the check that fails."""
    passes: str = ""
    """Name of the check that decides and passes."""

    @model_validator(mode="after")
    def _one_way(self) -> "ToleranceExample":
        if bool(self.fails) == bool(self.passes):
            raise ValueError("an example says either `fails: CHECK` or `passes: CHECK`")
        return self


class TolerancePolicy(Value):
    """One version of the tolerances that hold for a ruleset."""

    name: Name
    version: int = Field(ge=1)
    system: str = Field(min_length=1)
    """Whose semantics these are, in words."""
    unchecked: Literal["passes", "fails"]
    """What it means when no check looks at a difference."""
    precedence: tuple[tuple[Axis, ...], ...] = Field(min_length=1)
    """Which scope counts first when limits are given for several; `[]` is everything."""
    levels: tuple[Level, ...] = ()
    """How strict matching is; without any it is as strict as there is."""
    checks: tuple[Check, ...] = Field(min_length=1)
    leakage: LeakagePolicy = LeakagePolicy()
    """How what is let pass is watched."""
    examples: tuple[ToleranceExample, ...] = Field(min_length=2)

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"


def load_tolerances(file: Path) -> TolerancePolicy:
    """Read a tolerance policy. Raises ContentError naming line, path and remedy."""
    source = strict_yaml.load(file)
    policy = strict_yaml.parse(source, TolerancePolicy)
    for path, complaint in _complaints(policy):
        raise source.error(complaint, *path)
    return policy


def _complaints(policy: TolerancePolicy) -> list[tuple[tuple[str | int, ...], str]]:
    """Return (path, what is wrong) for everything that only shows across the file."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    names = [check.name for check in policy.checks]
    found += [(("checks", at, "name"), f"{name!r} stands twice") for at, name in enumerate(names) if name in names[:at]]
    for at, check in enumerate(policy.checks):
        scopes = [one.scope for one in check.limits]
        found += [(("checks", at, "limits", *path), text) for path, text in _scopes(scopes, policy)]
    found += [(("levels", *path), text) for path, text in _scopes([one.scope for one in policy.levels], policy)]
    for at, example in enumerate(policy.examples):
        wanted = example.fails or example.passes
        if wanted not in (*names, "unchecked", "incomparable"):
            found.append((("examples", at), f"there is no check {wanted!r}; there are: {', '.join(names)}"))
    return found


def _scopes(scopes: list[Scope], policy: TolerancePolicy) -> list[tuple[tuple[str | int, ...], str]]:
    allowed = {frozenset(axes) for axes in policy.precedence}
    shown = ", ".join("+".join(axes) or "everything" for axes in policy.precedence)
    wrong = [
        ((at, "for"), f"{'+'.join(sorted(scope.axes)) or 'everything'} is not in `precedence`; there are: {shown}")
        for at, scope in enumerate(scopes)
        if scope.axes not in allowed
    ]
    twice = [((at, "for"), "limits for this scope stand twice") for at, s in enumerate(scopes) if s in scopes[:at]]
    return [*wrong, *twice]
