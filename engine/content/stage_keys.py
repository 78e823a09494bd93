"""Keys of stages: one digest over all content that a stage reads, so that what two libraries say alike is judged once.

Taken over the values in memory, not over files: a library that was put together by hand has keys of its own. Left out is
what explains and tests (examples), and the names of versions, by which nothing is decided. What stands in another order or
another spelling has another key; that costs a judgement and nothing else.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any, NamedTuple

from pydantic import BaseModel

from engine.content import closure
from engine.content.flow import Flow
from engine.content.library import Library
from engine.content.ruleset import Ruleset
from engine.model.value import digest

_UNREAD = frozenset({"version", "examples"})
_OF_FLOW = frozenset({*_UNREAD, "ruleset", "sends", "needs", "queues", "routing"})
"""What judging does not read of a flow: names of versions, what is done afterwards, and who looks at it."""
_OF_RULES = frozenset({*_UNREAD, "rules", "tables", "matching"})
_OF_MATRIX = frozenset({*_UNREAD, "files", "why"})
_OF_PLAN = frozenset({*_UNREAD, "ruleset", "sends", "needs", "queues", "routing", "matches", "when"})


class StageKeys(NamedTuple):
    """SHA-256 (hex) of what each stage reads for the documents of one flow."""

    facts: str
    """Matching and comparing, up to the facts and the confidence of the document."""
    rules: str
    """The rules, given the facts."""
    plan: str
    """Mapping, given the decision."""


def stage_keys(library: Library, flow: Flow) -> StageKeys:
    """Return the keys of the stages for a flow of a library.

    Raises TypeError for content that is no plain data: of it nobody can say that it is the same.
    """
    ruleset = library.rulesets[flow.ruleset]
    return StageKeys(
        facts=digest(_spelled(_facts(library, flow, ruleset))),
        rules=digest(_spelled([(_bare(one, _UNREAD), one.condition) for one in ruleset.rules])),
        plan=digest(_spelled(_plan(library, flow))),
    )


def _facts(library: Library, flow: Flow, ruleset: Ruleset) -> dict[str, Any]:
    """Return what matching, comparing and the facts rest on."""
    here = library.environment
    policy = library.tolerances[ruleset.matching] if ruleset.matching else None
    return {
        "flow": _bare(flow, _OF_FLOW), "ruleset": _bare(ruleset, _OF_RULES),
        "policy": _bare(policy, {"examples"}) if policy else None,
        "tables": [(one.name, one.policy, one.inputs, one.outputs, one.rows) for one in library.tables_of(ruleset)],
        "facts": library.facts, "schema": library.schemas[flow.record], "parties": library.parties,
        "environment": (here.name, here.kind, here.company),
        # charges are told apart from goods by the words of all languages
        "words": [
            (language, closure.words_of(one), [library.digests.get(ref) for ref in closure.words_of(one)], one.labels)
            for language, one in library.vocabularies.items()
        ],
    }  # fmt: skip


def _plan(library: Library, flow: Flow) -> dict[str, Any]:
    """Return what mapping rests on."""
    here = library.environment
    sends = [(_bare(one, {"mapping"}), _bare(library.matrices[one.mapping], _OF_MATRIX)) for one in flow.sends]
    return {
        "flow": _bare(flow, _OF_PLAN), "sends": sends, "environment": (here.name, here.kind, here.company, here.xref)
    }  # fmt: skip


def _bare(value: BaseModel, without: Collection[str]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in type(value).model_fields if name not in without}


def _spelled(value: Any) -> Any:
    """Return a value as JSON data in which different values are different; where a file lies is left out."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple | list):
        return [_spelled(inner) for inner in value]
    return [type(value).__name__, _inner(value)]


def _inner(value: Any) -> Any:
    """Return what is in a value that is neither text nor number nor list."""
    if isinstance(value, PurePath):
        return None
    if isinstance(value, float | Decimal | date):
        return str(value)
    if isinstance(value, BaseModel):
        return _inner(_bare(value, ()))
    if isinstance(value, Mapping):
        return [[_spelled(key), _spelled(inner)] for key, inner in value.items()]
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if is_dataclass(value):
        return _inner({one.name: getattr(value, one.name) for one in fields(value)})
    raise TypeError(f"{type(value).__name__} is no plain data")
