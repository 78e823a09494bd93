"""What an expression or a template may be made of: every node of its syntax tree is held against this list before it is compiled."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from jinja2 import TemplateSyntaxError, nodes

from engine.content.converters import CONVERTERS, IN_CONTEXT

NAMES = frozenset({
    "value", "record", "line", "outer", "vendor", "customer", "order", "match", "env", "document",
})  # fmt: skip
"""What an expression may name. All but `value` are records whose attributes are texts."""
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
EXPRESSION: tuple[type[nodes.Node], ...] = (
    nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Neg, nodes.Filter, nodes.Test,
    nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Concat, nodes.List, nodes.Tuple,
)  # fmt: skip
TEMPLATE: tuple[type[nodes.Node], ...] = (
    *EXPRESSION, nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For,
)  # fmt: skip
_OPERATORS = {"eq": "==", "ne": "!=", "in": "in", "notin": "not in"}


@dataclass(frozen=True)
class Reading:
    """What an expression looks at, found without running it."""

    references: tuple[tuple[str, str], ...]
    """(namespace, attribute) pairs such as ("record", "total") or ("out.lines", "amount"), in order of appearance."""
    tables: tuple[str, ...]
    """Cross-reference tables."""
    names: tuple[str, ...] = ()
    """Every name used, such as `value`."""
    decisions: tuple[str, ...] = ()
    """Decision tables, by `name@version`."""


def check(tree: nodes.Node, *, allowed: tuple[type[nodes.Node], ...], names: frozenset[str]) -> Reading:
    """Return what a tree looks at. Raises TemplateSyntaxError for what is not allowed, with what is."""
    tables: dict[str, list[str]] = {"xref": [], "table": []}
    used: list[str] = []
    line = 1
    for node in _walk(tree):
        line = node.lineno or line  # some nodes do not know theirs
        if type(node) not in allowed:
            raise TemplateSyntaxError(f"{type(node).__name__} is not allowed here", line)
        problem = _problem(node, names)
        if problem:
            raise TemplateSyntaxError(problem, line)
        if isinstance(node, nodes.Name):
            used.append(node.name)
        if isinstance(node, nodes.Filter) and node.name in tables:
            tables[node.name].append(str(cast("nodes.Const", node.args[0]).value).partition("/")[0])
    return Reading(
        tuple(dict.fromkeys(_references(tree, {}))), tuple(dict.fromkeys(tables["xref"])), tuple(dict.fromkeys(used)),
        tuple(dict.fromkeys(tables["table"])),
    )  # fmt: skip


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _references(node: nodes.Node, bound: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is looked at; `bound` maps a loop's name to the list that it runs over."""
    if isinstance(node, nodes.Getattr):
        namespace = _dotted(node.node, bound)
        if namespace is not None:
            yield namespace, node.attr
            return
    if isinstance(node, nodes.For):
        source = _dotted(node.iter, bound) or ""
        yield from _references(node.iter, bound)
        bound = {**bound, cast("nodes.Name", node.target).name: source}
    for child in node.iter_child_nodes(exclude=("iter", "target") if isinstance(node, nodes.For) else None):
        yield from _references(child, bound)


def _dotted(node: nodes.Node, bound: Mapping[str, str]) -> str | None:
    """Return `out.header` for nested attributes of a name, or None."""
    if isinstance(node, nodes.Name):
        return bound.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node, bound)
        return None if before is None else f"{before}.{node.attr}"
    return None


def _problem(node: nodes.Node, names: frozenset[str]) -> str | None:
    """Return what is wrong with one node, or None."""
    if isinstance(node, nodes.Name):
        return None if node.name in names else f"unknown name {node.name!r}; allowed: {', '.join(sorted(names))}"
    check = _CHECKS.get(type(node))
    return check(node) if check else None


def _const_problem(node: nodes.Const) -> str | None:
    good = node.value is None or isinstance(node.value, str | int)
    return None if good else "numbers with a point are written as text: '0.19'"


def _getattr_problem(node: nodes.Getattr) -> str | None:
    return None if _ATTRIBUTE.fullmatch(node.attr) else f"{node.attr!r} is not the name of a field"


def _getitem_problem(node: nodes.Getitem) -> str | None:
    parts = list(_walk(node.arg))
    good = all(isinstance(part, (nodes.Const, nodes.Neg, nodes.Slice)) for part in parts)
    good = good and not any(isinstance(part, nodes.Const) and isinstance(part.value, str) for part in parts)
    return None if good else "only fixed positions may stand in brackets: value[0], value[2:4]"


def _operand_problem(node: nodes.Operand) -> str | None:
    return None if node.op in _OPERATORS else f"values are texts: compare with {' '.join(_OPERATORS.values())} only"


def _test_problem(node: nodes.Test) -> str | None:
    good = node.name in ("present", "missing") and not node.args
    return None if good else f"unknown test {node.name!r}; allowed: is present, is missing"


def _filter_problem(node: nodes.Filter) -> str | None:
    if node.name == "number":
        return "number takes no arguments" if node.args or node.kwargs else None
    converter = CONVERTERS.get(node.name)
    if converter is None or node.node is None:
        return f"unknown converter {node.name!r}; allowed: {', '.join(sorted(CONVERTERS))}"
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        return f"{node.name} takes plain arguments only"
    given = [*(["context"] if node.name in IN_CONTEXT else []), "value", *node.args]
    try:
        inspect.signature(converter).bind(*given)
    except TypeError as e:
        return f"{node.name}: {e}"
    if node.name in {"xref", "table"} and not isinstance(node.args[0], nodes.Const):
        return f"{node.name} takes the name of a table as a fixed text"
    return None


def loop_targets(tree: nodes.Template) -> frozenset[str]:
    """Return the names that loops bind, with `loop`; a target may not hide a name of the context."""
    targets: set[str] = set()
    for loop in tree.find_all(nodes.For):
        if not isinstance(loop.target, nodes.Name) or loop.target.name in NAMES - {"line", "outer"} | {"out", "loop"}:
            raise TemplateSyntaxError("a loop takes one new name: for line in record.lines", loop.lineno)
        targets.add(loop.target.name)
    return frozenset(targets | {"loop"}) if targets else frozenset()


def _loop_problem(node: nodes.For) -> str | None:
    source = node.iter
    over_lists = (
        isinstance(source, nodes.Getattr)
        and isinstance(source.node, nodes.Name)
        and (source.node.name == "out" or (source.node.name == "record" and source.attr in ("lines", "taxes")))
    )
    if not over_lists or node.recursive or node.test is not None:
        return "a loop runs over record.lines, record.taxes or a list of out"
    if next(iter(_inner_loops(node)), None) is not None:
        return "loops may not be nested"
    return None


def _inner_loops(node: nodes.For) -> Iterator[nodes.For]:
    for part in (*node.body, *node.else_):
        if isinstance(part, nodes.For):
            yield part
        yield from part.find_all(nodes.For)


_CHECKS: Mapping[type[nodes.Node], Callable[[Any], str | None]] = {
    nodes.Const: _const_problem,
    nodes.Getattr: _getattr_problem,
    nodes.Getitem: _getitem_problem,
    nodes.Operand: _operand_problem,
    nodes.Filter: _filter_problem,
    nodes.Test: _test_problem,
    nodes.For: _loop_problem,
}
