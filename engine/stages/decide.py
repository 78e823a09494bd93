"""Runs rules over facts. The only room that knows durable-rules; its traps stay in here.

What it is told: one message a decision, of booleans, integers and text, with a presence flag beside each fact that may
be missing (a stand-in value is sent then, so no attribute is ever absent). Our tree of conditions is its only author.
Rules that assert facts are run again with what they asserted until nothing changes.

One rule of ours always fires. It tells an answer of "nothing" from no answer, and it is a shield: deleting a session in
which no rule fired frees memory that was never set (`stateNode.context` in its state.c), which kills the process.
"""

import itertools
import threading
from collections.abc import Callable, Mapping
from typing import Any

from durable.engine import Host, MessageNotHandledException

from engine.content.condition import NEGATED, And, Compare, Condition, Not, Or, Presence, facts_of
from engine.content.facts import FactCatalogue
from engine.content.ruleset import Rule, Ruleset
from engine.model.decision import FactValue, RuleOutcome
from engine.stages.wording import fill

_GATE = threading.Lock()
"""durable-rules keeps its rulesets and sessions in tables of the process that know no threads."""
_SESSIONS = itertools.count(1)
_STAND_IN: Mapping[str, bool | int | str] = {"boolean": False, "integer": 0, "text": ""}
_OPERATORS: Mapping[str, str] = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MOST_ATTRIBUTES = 400
"""It refuses a message of 500."""
_MOST_KEPT = 256
"""Different outcomes of one rule that are kept ready."""
_BOOK = "rules"
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
        if len(self._tested) * 2 > _MOST_ATTRIBUTES:
            raise RulesFailed(f"{ruleset.ref} tests {len(self._tested)} facts, more than {_MOST_ATTRIBUTES // 2}")
        self._tellings = {rule.id: _Telling(rule, catalogue) for rule in ruleset.rules}
        self._fired: set[str] = set()
        with _GATE:
            self._host = _QuietHost()
            always = {_CASE: {"all": [{"m": {_CASE: True}}], "run": self._note(_CASE)}}
            self._host.set_rulesets({_BOOK: always | {rule.id: self._compile(rule) for rule in ruleset.rules}})
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

        All facts are shown to the engine once, in a session of their own. Values are taken as checked.
        """
        message: dict[str, Any] = {}
        for name in self._tested:
            value = facts.get(name)
            message[name] = _STAND_IN[self._catalogue[name].type] if value is None else value
            message[_flag(name)] = value is not None
        with _GATE:
            session = str(next(_SESSIONS))
            self._fired.clear()
            try:
                answer = self._host.assert_fact(_BOOK, {"sid": session, "id": session, _CASE: True, **message})
            except MessageNotHandledException as e:
                raise RulesFailed(f"{self._ruleset.ref}: the facts were not taken") from e
            self._host.delete_state(_BOOK, session)
            fired = frozenset(self._fired)
        if _CASE not in fired or (answer and "exception" in answer):
            raise RulesFailed(f"{self._ruleset.ref}: the engine did not come to an end: {answer}")
        return fired - {_CASE}

    def _refuse(self, facts: Mapping[str, FactValue]) -> None:
        for name, value in facts.items():
            if name not in self._catalogue or self._catalogue[name].asserted:
                raise ValueError(f"{name} is not a computed fact of the catalogue")
            if value is not None and (wrong := self._catalogue[name].refuse(value)):
                raise ValueError(f"fact {name}: {wrong} (found {value!r})")
        for name in self._tested:
            fact = self._catalogue[name]
            if facts.get(name) is None and not fact.may_be_missing and not fact.asserted:
                raise ValueError(f"fact {name}: it is never missing")

    def _compile(self, rule: Rule) -> dict[str, Any]:
        constraint = _constraint(rule.condition, positive=True, missing_fires=rule.missing == "fires")
        return {"all": [{"m": constraint}], "run": self._note(rule.id)}

    def _note(self, rule_id: str) -> Callable[[object], None]:
        def note(_: object) -> None:
            self._fired.add(rule_id)

        return note


def _flag(name: str) -> str:
    """Return the name of the presence flag; no fact can be called so, names begin with a letter."""
    return f"_has_{name}"


def _constraint(condition: Condition, *, positive: bool, missing_fires: bool) -> dict[str, Any]:
    """Return the constraint that holds when `condition` is true (or false: not `positive`).

    Negation is pushed down to the comparisons, because a comparison with a missing fact stays undecided under `not`;
    `missing_fires` says whether undecided counts as holding.
    """
    match condition:
        case Presence(fact, is_present):
            return {_flag(fact): is_present is positive}
        case Compare(fact, operator, value):
            test = _test(fact, operator if positive else NEGATED[operator], value)
            if missing_fires:
                return {"$or": [{_flag(fact): False}, test]}
            return {"$and": [{_flag(fact): True}, test]}
        case Not(part):
            return _constraint(part, positive=not positive, missing_fires=missing_fires)
        case And(parts) | Or(parts):
            word = "$and" if isinstance(condition, And) is positive else "$or"
            return {word: [_constraint(part, positive=positive, missing_fires=missing_fires) for part in parts]}


def _test(fact: str, operator: str, value: bool | int | str) -> dict[str, Any]:  # noqa: FBT001 - a literal, no switch
    return {fact: value} if operator == "==" else {_OPERATORS[operator]: {fact: value}}


class _Telling:
    """What a rule has to say. Most documents give most rules the same facts, so what was said is kept for the next."""

    def __init__(self, rule: Rule, catalogue: FactCatalogue) -> None:
        self._rule = rule
        self._catalogue = catalogue
        self._told = tuple(dict.fromkeys((*facts_of(rule.condition), *rule.places)))
        self._decisive = (*self._told, "currency") if rule.places else self._told  # amounts are written with it
        self._said: dict[tuple[object, ...], RuleOutcome] = {}

    def outcome(self, fired: bool, facts: Mapping[str, FactValue]) -> RuleOutcome:  # noqa: FBT001 - an answer, no switch
        """Return the outcome of the rule on facts."""
        key = (fired, *[facts.get(name) for name in self._decisive])
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= _MOST_KEPT:
                self._said.clear()
            said = self._said[key] = self._say(fired, facts)
        return said

    def _say(self, fired: bool, facts: Mapping[str, FactValue]) -> RuleOutcome:  # noqa: FBT001 - as above
        rule = self._rule
        fields: list[str] = []
        for field in rule.fields:
            fields += [name for name in fill(field, facts, self._catalogue).split(", ") if name]
        return RuleOutcome(
            id=rule.id, name=rule.name, why=rule.why, fired=fired, severity=rule.severity, route=rule.then.route,
            queue=rule.then.queue, fields=tuple(dict.fromkeys(fields)),
            message=fill(rule.message, facts, self._catalogue),
            facts=tuple((name, facts.get(name)) for name in self._told),
        )  # fmt: skip
