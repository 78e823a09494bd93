"""What an expression can come to, worked out over all cases that matter instead of over one document.

A case says of every field that an expression looks at whether it is missing, which of the named values it has, or that it
has another one. Over a case an expression comes to a `Result`: surely missing, surely a value, or not known. What is not
known counts as possible, so nothing is called impossible that a document could bring about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from jinja2 import nodes

from engine.content.converters import Inconvertible
from engine.content.expression import ExpressionError, compile_expression
from engine.content.spelling import chain, parsed, spelled

MOST_CASES = 20_000
MAY_BE_EMPTY = frozenset({"split", "digits", "replace", "cut", "trim", "ascii", "join"})
"""Converters that may turn a value into nothing."""
_FILLS = frozenset({"default", "first_non_empty"})
Outcome = bool | None
"""True, False, or None: it rests on a missing value."""
ANY: frozenset[Outcome] = frozenset({True, False, None})


@dataclass(frozen=True)
class Result:
    """What a part of an expression comes to in one case."""

    missing: frozenset[bool]
    """Whether it is missing: one answer, or both when that is not known."""
    known: str | int | bool | None = None
    """The value, where there is only one it can be."""
    never: frozenset[str] = frozenset()
    """Values that it surely does not have."""

    @property
    def is_missing(self) -> bool:
        """Surely missing."""
        return self.missing == {True}

    @property
    def is_there(self) -> bool:
        """Surely there."""
        return self.missing == {False}


MISSING = Result(frozenset({True}))
SOMETHING = Result(frozenset({False}))
UNKNOWN = Result(frozenset({True, False}))
Case = Mapping[str, Result]
"""A result for every term (`record.total`, `record.total | sign`) that is looked at."""


@dataclass(frozen=True)
class Field:
    """What can stand in one place that expressions name."""

    is_always_there: bool
    allows: Callable[[str], bool]
    """Whether a value can stand there, as the schema says."""
    listed: tuple[str, ...] = ()
    """All values that can stand there, where they are few."""


class TooMany(Exception):
    """There are more cases than are worth looking at."""


def named(*trees: nodes.Node) -> dict[str, set[str]]:
    """Return every term of expressions with the texts that it is compared with."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        for node in (tree, *tree.find_all(nodes.Node)):  # find_all leaves the node itself out
            if isinstance(node, nodes.Getattr):
                found.setdefault(spelled(node), set())
            if isinstance(node, nodes.Compare):
                for texts, term in _compared(node):
                    found.setdefault(spelled(term), set()).update(texts)
    return found


def _compared(node: nodes.Compare) -> Iterator[tuple[list[str], nodes.Node]]:
    """Yield the terms of a comparison with the constants on the other side."""
    sides = [node.expr, *(one.expr for one in node.ops)]
    for term in sides:
        if isinstance(chain(term)[0], nodes.Getattr):
            yield [text for other in sides if other is not term for text in _texts(other)], term


def _texts(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.List | nodes.Tuple):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value


def cases(terms: Mapping[str, set[str]], fields: Callable[[str], Field]) -> Iterator[Case]:
    """Yield every case of terms that differ for their expressions. Raises TooMany, before the first."""
    bare = {term: values for term, values in terms.items() if "|" not in term}
    domains = {term: list(_domain(fields(term), values)) for term, values in bare.items()}
    for term, values in terms.items():
        if term not in domains:
            domains[term] = _chain_domain(term, values)
    size = 1
    for domain in domains.values():
        size *= len(domain)
    if size > MOST_CASES:
        raise TooMany
    for combination in product(*domains.values()):
        yield dict(zip(domains, combination, strict=True))


def _domain(field: Field, values: set[str]) -> Iterator[Result]:
    if not field.is_always_there:
        yield MISSING
    able = [value for value in (field.listed or sorted(values)) if field.allows(value)]
    for value in able:
        yield Result(frozenset({False}), value)
    if not field.listed:
        yield Result(frozenset({False}), None, frozenset(values))


def _chain_domain(term: str, values: set[str]) -> list[Result]:
    """Return what a chain of converters gives for a value that is not named."""
    links = chain(parsed(term))[1]
    able = [value for value in sorted(values) if all(_can_give(link, value) for link in links[-1:])]
    return [
        *(Result(frozenset({False}), value) for value in able),
        Result(frozenset({False}), None, frozenset(values)),
    ]  # fmt: skip


def _can_give(link: nodes.Filter, value: str) -> bool:
    """Return whether a converter can give a value at all."""
    fixed = [one.value if isinstance(one, nodes.Const) else None for one in link.args]
    gives = _GIVES.get(link.name)
    return gives is None or gives(value, fixed)


def _signs(value: str, fixed: Sequence[object]) -> bool:
    return None in fixed or value in [*fixed, *("+", "-")[len(fixed) :]]


_GIVES: Mapping[str, Callable[[str, Sequence[object]], bool]] = {
    "upper": lambda value, _: value == value.upper(),
    "lower": lambda value, _: value == value.lower(),
    "trim": lambda value, _: value == " ".join(value.split()),
    "digits": lambda value, _: bool(value) and all(c in "0123456789" for c in value),
    "absolute": lambda value, _: not value.startswith("-"),
    "cut": lambda value, fixed: not isinstance(fixed[0], int) or len(value) <= fixed[0],
    "sign": _signs,
}
"""What converters can give: a value and the converter's fixed arguments -> whether it may come out."""


def outcomes(node: nodes.Node, case: Case) -> frozenset[Outcome]:
    """Return what a condition can come to in a case."""
    match node:
        case nodes.Not():
            return frozenset(None if one is None else not one for one in outcomes(node.node, case))
        case nodes.And():
            return _joined(node, case, ends_on=False)
        case nodes.Or():
            return _joined(node, case, ends_on=True)
        case nodes.Test():
            tested = result(node.node, case)
            return frozenset(is_missing is (node.name == "missing") for is_missing in tested.missing)
        case nodes.Compare():
            return _comparison(node, case)
    return _truth(result(node, case))


def _joined(node: Any, case: Case, *, ends_on: bool) -> frozenset[Outcome]:
    left = outcomes(node.left, case)
    right = outcomes(node.right, case)
    found: set[Outcome] = {one for one in left if one is None or one is ends_on}
    return frozenset(found | right) if (not ends_on) in left else frozenset(found)


def _truth(one: Result) -> frozenset[Outcome]:
    absent: set[Outcome] = {None} if True in one.missing else set()
    there: set[Outcome] = {True, False} if one.known is None else {bool(one.known)}
    return frozenset(absent | there) if False in one.missing else frozenset(absent)


def _comparison(node: nodes.Compare, case: Case) -> frozenset[Outcome]:
    left = result(node.expr, case)
    if len(node.ops) != 1:
        return ANY
    operator, other = node.ops[0].op, node.ops[0].expr
    items = list(other.items) if isinstance(other, nodes.List | nodes.Tuple) else [other]
    rights = [result(one, case) for one in items]
    if left.is_missing or (rights and rights[0].is_missing):
        return frozenset({None})
    is_there = left.is_there and all(one.is_there for one in rights)
    absent: frozenset[Outcome] = frozenset() if is_there else frozenset({None})
    if isinstance(other, nodes.List | nodes.Tuple) or operator in {"eq", "ne"}:
        equal = {one for right in rights for one in _equal(left, right)}
        if True in equal and any(_equal(left, right) == {True} for right in rights):
            equal = {True}
        negated = operator in {"ne", "notin"}
        said: frozenset[Outcome] = frozenset(one is not negated for one in equal or {False})
        return said | absent
    return frozenset({True, False}) | absent


def _equal(left: Result, right: Result) -> set[bool]:
    if left.known is not None and right.known is not None:
        return {left.known == right.known}
    if left.known in right.never or right.known in left.never:
        return {False}
    return {True, False}


def result(node: nodes.Node, case: Case) -> Result:
    """Return what a value can come to in a case."""
    if isinstance(node, nodes.Compare | nodes.Test | nodes.Not):
        return _said(outcomes(node, case))
    if isinstance(node, nodes.Const):
        return UNKNOWN if node.value is None else Result(frozenset({False}), node.value)
    work = _RESULTS.get(type(node))
    return UNKNOWN if work is None else work(node, case)


def _said(found: frozenset[Outcome]) -> Result:
    values = [one for one in found if one is not None]
    return Result(frozenset(one is None for one in found), values[0] if len(values) == 1 else None)


def _all_of(parts: Sequence[Result]) -> Result:
    if any(part.is_missing for part in parts):
        return MISSING
    return SOMETHING if all(part.is_there for part in parts) else UNKNOWN


def _chosen(node: nodes.CondExpr, case: Case) -> Result:
    found = outcomes(node.test, case)
    ways = [_branch(node.expr1, case)] if True in found else []
    if False in found:
        ways.append(MISSING if node.expr2 is None else _branch(node.expr2, case))
    if None in found:
        ways.append(MISSING)
    missing = frozenset(one for way in ways for one in way.missing)
    known = {way.known for way in ways}
    never = frozenset.intersection(*(way.never for way in ways)) if ways else frozenset[str]()
    return Result(missing, known.pop() if len(known) == 1 else None, never)


def _branch(node: nodes.Node, case: Case) -> Result:
    """Return what one side of a choice comes to; an empty text counts as missing where it is the whole value."""
    is_empty = isinstance(node, nodes.Const) and isinstance(node.value, str) and not node.value.strip()
    return UNKNOWN if is_empty else result(node, case)


def _filtered(node: nodes.Filter, case: Case) -> Result:
    given = [result(one, case) for one in (node.node, *node.args) if one is not None]
    if node.name in _FILLS:
        return _filled(given)
    if node.name == "join":
        return UNKNOWN
    if any(one.is_missing for one in given):
        return MISSING
    if all(one.known is not None for one in given):
        return _converted(node.name, [one.known for one in given])
    if not _all_of(given).is_there or node.name in MAY_BE_EMPTY - {"cut", "trim"}:
        return UNKNOWN
    return case.get(spelled(node), SOMETHING)


def _filled(given: Sequence[Result]) -> Result:
    """Return the first that is there: what `default` and `first_non_empty` give."""
    for place, one in enumerate(given):
        if one.is_there:
            return one if all(before.is_missing for before in given[:place]) else SOMETHING
    return MISSING if all(one.is_missing for one in given) else UNKNOWN


def _converted(name: str, given: Sequence[str | int | bool | None]) -> Result:
    """Return what a converter really gives for known values."""
    written = [str(one) if isinstance(one, int) else spelled(nodes.Const(one)) for one in given]
    if name == "xref":
        return SOMETHING
    try:
        value = compile_expression(f"{written[0]} | {name}({', '.join(written[1:])})").evaluate({}, xref={})
    except (Inconvertible, ExpressionError):
        return UNKNOWN
    return MISSING if value is None or value == "" else Result(frozenset({False}), value)


_RESULTS: Mapping[type[nodes.Node], Callable[[Any, Case], Result]] = {
    nodes.Name: lambda *_: MISSING,
    nodes.Getattr: lambda node, case: case.get(spelled(node), UNKNOWN),
    nodes.Filter: _filtered,
    nodes.CondExpr: _chosen,
    nodes.Concat: lambda node, case: _all_of([result(one, case) for one in node.nodes]),
}
