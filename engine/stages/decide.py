"""Runs rules over facts. The only room that knows durable-rules; its traps stay in here.

What it is told: one message a decision, of booleans, integers and text, with a presence flag beside each fact that may
be missing (a stand-in value is sent then, so no attribute is ever absent). Our tree of conditions is its only author.
Rules that assert facts are run again with what they asserted until nothing changes. A set that is more than the
engine takes at once is shared out among several books.

One rule of ours always fires. It tells an answer of "nothing" from no answer, and it is a shield: deleting a session in
which no rule fired frees memory that was never set (`stateNode.context` in its state.c), which kills the process.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from durable.engine import Host, MessageNotHandledException, durable_rules_engine

from engine.content.condition import NEGATED, And, Compare, Condition, Not, Or, Presence, facts_of
from engine.content.facts import LARGEST, FactCatalogue
from engine.content.ruleset import Rule, Ruleset
from engine.model.decision import FactValue, RuleOutcome
from engine.stages.wording import fill

_EngineError: type[Exception] = durable_rules_engine.error
_GATE = threading.Lock()
"""durable-rules keeps its rulesets and sessions in tables of the process that know no threads."""
_SESSIONS = itertools.count(1)
_STAND_IN: Mapping[str, bool | int | str] = {"boolean": False, "integer": 0, "text": ""}
_TYPES: Mapping[str, type] = {"boolean": bool, "integer": int, "text": str}
_OPERATORS: Mapping[str, str] = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MOST_ATTRIBUTES = 240
"""It refuses a message of more than 255, three of which are our own."""
_MOST_BRANCHES = 60
"""It gives up a message (error 303) that opens 64 branches of its network at once."""
_MOST_KEPT = 256
"""Different outcomes of one rule that are kept ready."""
_CASE = "_case"
"""Name of the attribute and of the rule that are in every message and every book."""


class RulesFailed(RuntimeError):
    """The engine answered in a way it must not. A bug: the decision is not made."""


class _QuietHost(Host):  # type: ignore[misc]
    """A host without the timer threads that would run actions behind our back."""

    def _run(self) -> None:
        """Start nothing."""


class RuleBook:
    """A ruleset, compiled and warmed up. Safe to share between threads."""

    def __init__(self, ruleset: Ruleset, catalogue: FactCatalogue) -> None:
        """Compile `ruleset` against the catalogue it was loaded with."""
        self._ruleset = ruleset
        self._catalogue = catalogue
        self._tested = tuple(dict.fromkeys(name for rule in ruleset.rules for name in facts_of(rule.condition)))
        self._nullable = frozenset(name for name in self._tested if catalogue[name].may_be_missing)
        self._always = [
            name for name in self._tested if not catalogue[name].may_be_missing and not catalogue[name].asserted
        ]
        self._kinds = {name: (_TYPES[catalogue[name].type], catalogue[name].values) for name in catalogue.computed}
        self._tellings = {rule.id: _Telling(rule, catalogue) for rule in ruleset.rules}
        self._fired: set[str] = set()
        shares = self._shares()
        self._books = {f"rules{number}": share.tested for number, share in enumerate(shares)}
        with _GATE:
            self._host = _QuietHost()
            for book, share in zip(self._books, shares, strict=True):
                self._teach(book, share)
        for warm_up in ({}, dict.fromkeys(self._tested)):
            self.fired(warm_up)

    def decide(self, facts: Mapping[str, FactValue]) -> tuple[RuleOutcome, ...]:
        """Return one outcome for each rule, in the order of the set.

        `facts` are computed facts by name; one that is not there is missing. Raises ValueError for a name or value
        that the catalogue refuses (a float, NaN, text for an integer), or when a fact that is never missing is.
        """
        self._refuse(facts)
        known: dict[str, FactValue] = {name: facts.get(name) for name in self._catalogue.computed}
        asserted: frozenset[str] = frozenset()
        for _ in range(len(self._catalogue.asserted) + 2):
            everything = known | {name: name in asserted for name in self._catalogue.asserted}
            fired = self.fired(everything)
            now = frozenset(rule.then.asserts for rule in self._ruleset.rules if rule.id in fired and rule.then.asserts)
            if now == asserted:
                return tuple(telling.outcome(name in fired, everything) for name, telling in self._tellings.items())
            asserted = now
        raise RulesFailed(f"{self._ruleset.ref} does not come to rest: asserted facts depend on themselves")

    def fired(self, facts: Mapping[str, FactValue]) -> frozenset[str]:
        """Return the ids of the rules that fire on `facts`, asserted ones included, without chaining.

        Each book of the engine is shown its facts once, in a session of their own. Values are taken as checked.
        """
        with _GATE:
            self._fired.clear()
            for book, tested in self._books.items():
                self._ask(book, self._message(tested, facts))
            return frozenset(self._fired - {_CASE})

    def _ask(self, book: str, message: Mapping[str, Any]) -> None:
        """Show one message to one book of the engine; the rules that fire note themselves."""
        session = str(next(_SESSIONS))
        self._fired.discard(_CASE)
        try:
            answer = self._host.assert_fact(book, {"sid": session, "id": session, _CASE: True, **message})
        except (MessageNotHandledException, _EngineError) as e:
            raise RulesFailed(f"{self._ruleset.ref}: the facts were not taken") from e
        self._host.delete_state(book, session)
        if _CASE not in self._fired or (answer and "exception" in answer):
            raise RulesFailed(f"{self._ruleset.ref}: the engine did not come to an end: {answer}")

    def _message(self, tested: Iterable[str], facts: Mapping[str, FactValue]) -> dict[str, Any]:
        message: dict[str, Any] = {}
        for name in tested:
            value = facts.get(name)
            message[name] = _STAND_IN[self._catalogue[name].type] if value is None else value
            if name in self._nullable:
                message[_flag(name)] = value is not None
        return message

    def _shares(self) -> list["_Share"]:
        """Share the rules out among as few books as the limits of the engine allow, in the order of the set."""
        shares = [_Share()]
        for rule in self._ruleset.rules:
            compiler = _Compiler(self._nullable, missing_fires=rule.missing == "fires")
            constraint = compiler.constraint(rule.condition, positive=True)
            more = _Share((*facts_of(rule.condition),), {rule.id: constraint})
            if not more.fits(self._nullable):
                raise RulesFailed(
                    f"{self._ruleset.ref}: rule {rule.id} tests more than the engine takes; make two of it"
                )
            both = shares[-1].plus(more)
            shares[-1:] = [both] if both.fits(self._nullable) else [shares[-1], more]
        return shares

    def _refuse(self, facts: Mapping[str, FactValue]) -> None:
        for name, value in facts.items():
            if name not in self._kinds:
                raise ValueError(f"{name} is not a computed fact of the catalogue")
            if value is not None and not _surely_fits(value, *self._kinds[name]):
                wrong = self._catalogue[name].refuse(value)
                if wrong:
                    raise ValueError(f"fact {name}: {wrong} (found {value!r})")
        for name in self._always:
            if facts.get(name) is None:
                raise ValueError(f"fact {name}: it is never missing")

    def _teach(self, book: str, share: "_Share") -> None:
        """Hand rules to the engine as one book, with the one that always fires."""
        constraints = {_CASE: {_CASE: True}, **share.constraints}
        rules = {name: {"all": [{"m": one}], "run": self._note(name)} for name, one in constraints.items()}
        try:
            self._host.set_rulesets({book: rules})
        except _EngineError as e:
            raise RulesFailed(
                f"{self._ruleset.ref}: one of {', '.join(share.constraints)} has too many alternatives"
            ) from e

    def _note(self, rule_id: str) -> Callable[[object], None]:
        def note(_: object) -> None:
            self._fired.add(rule_id)

        return note


def _surely_fits(value: bool | int | str, kind: type, values: Sequence[str]) -> bool:  # noqa: FBT001 - a value
    """Tell quickly whether a value is of a type and one of the values; False: the catalogue has to look."""
    if type(value) is not kind or (values and value not in values):
        return False
    return kind is not int or -LARGEST <= int(value) <= LARGEST


def _flag(name: str) -> str:
    """Return the name of the presence flag; no fact can be called so, names begin with a letter."""
    return f"_has_{name}"


class _Compiler:
    """Turns conditions into constraints of the engine.

    Negation is pushed down to the comparisons, because a comparison with a missing fact stays undecided under `not`;
    `missing_fires` says whether undecided counts as holding. Only `nullable` facts have a presence flag.
    """

    def __init__(self, nullable: frozenset[str], *, missing_fires: bool) -> None:
        self._nullable = nullable
        self._missing_fires = missing_fires

    def constraint(self, condition: Condition, *, positive: bool) -> dict[str, Any]:
        """Return the constraint that holds when `condition` is true (or false: not `positive`)."""
        match condition:
            case Presence(fact, is_present):
                return {_flag(fact): is_present is positive}
            case Compare(fact, operator, value):
                test = _test(fact, operator if positive else NEGATED[operator], value)
                if fact not in self._nullable:
                    return test
                return {"$or" if self._missing_fires else "$and": [{_flag(fact): not self._missing_fires}, test]}
            case Not(part):
                return self.constraint(part, positive=not positive)
            case And(parts) | Or(parts):
                word = "$and" if isinstance(condition, And) is positive else "$or"
                return _joined(word, [self.constraint(part, positive=positive) for part in parts])


@dataclass(frozen=True)
class _Share:
    """Rules that one book of the engine can hold."""

    tested: tuple[str, ...] = ()
    constraints: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Constraints by rule id."""

    def plus(self, other: "_Share") -> "_Share":
        return _Share(tuple(dict.fromkeys(self.tested + other.tested)), {**self.constraints, **other.constraints})

    def fits(self, nullable: frozenset[str]) -> bool:
        """Whether the engine takes them."""
        attributes = sum(1 + (name in nullable) for name in self.tested)
        branches = sum(_branches(constraint) for constraint in self.constraints.values())
        return attributes <= _MOST_ATTRIBUTES and branches <= _MOST_BRANCHES


def _branches(constraint: Mapping[str, Any]) -> int:
    """Return how many branches of the network a constraint can hold open at once: one, and one more an alternative."""
    ((word, parts),) = constraint.items()
    if word not in {"$and", "$or"}:
        return 1
    counts = [_branches(part) for part in parts]
    return sum(counts) if word == "$or" else 1 + sum(count - 1 for count in counts)


def _joined(word: str, constraints: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Join constraints by `$and` or `$or`; what all have in common stands once, in front.

    So a list of values asks once whether the fact is there. The engine refuses rules that are too wide (error 113).
    """
    parts: list[dict[str, Any]] = []
    for one in constraints:
        inner = one.get(word)
        parts += [part for part in (inner if isinstance(inner, list) else [one]) if part not in parts]
    if len(parts) == 1:
        return parts[0]
    other = "$or" if word == "$and" else "$and"
    common = [part for part in parts[0].get(other, ()) if all(part in one.get(other, ()) for one in parts)]
    rests = [[part for part in one[other] if part not in common] for one in parts if common]
    if not common:
        return {word: parts}
    return _joined(other, [*common, _joined(word, [_joined(other, rest) for rest in rests])] if all(rests) else common)


def _test(fact: str, operator: str, value: bool | int | str) -> dict[str, Any]:  # noqa: FBT001 - a literal, no switch
    return {fact: value} if operator == "==" else {_OPERATORS[operator]: {fact: value}}


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, FactValue]], object]:
    """Return a function that picks the values of some facts; they are all there, though they may be None."""
    return itemgetter(*names) if names else lambda _: None


class _Telling:
    """What a rule has to say. Most documents give most rules the same facts, so what was said is kept for the next."""

    def __init__(self, rule: Rule, catalogue: FactCatalogue) -> None:
        self._rule = rule
        self._catalogue = catalogue
        self._told = tuple(dict.fromkeys((*facts_of(rule.condition), *rule.places)))
        decisive = (*self._told, "currency") if rule.places else self._told  # amounts are written with it
        self._decisive = _picker([name for name in decisive if name in catalogue])
        self._said: dict[tuple[object, ...], RuleOutcome] = {}

    def outcome(self, fired: bool, facts: Mapping[str, FactValue]) -> RuleOutcome:  # noqa: FBT001 - an answer, no switch
        """Return the outcome of the rule on facts."""
        key = (fired, self._decisive(facts))
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= _MOST_KEPT:
                self._said.clear()
            said = self._said[key] = self._say(fired, facts)
        return said

    def _say(self, fired: bool, facts: Mapping[str, FactValue]) -> RuleOutcome:  # noqa: FBT001 - as above
        rule = self._rule
        fields: list[str] = []
        for named in rule.fields:
            fields += [name for name in fill(named, facts, self._catalogue).split(", ") if name]
        return RuleOutcome(
            id=rule.id, name=rule.name, why=rule.why, fired=fired, severity=rule.severity, route=rule.then.route,
            queue=rule.then.queue, fields=tuple(dict.fromkeys(fields)),
            message=fill(rule.message, facts, self._catalogue),
            facts=tuple((name, facts.get(name)) for name in self._told),
        )  # fmt: skip
