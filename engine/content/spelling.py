"""Expressions of content files taken apart and written out again, so that people can be shown their parts.

`parsed` gives the syntax tree of a `via`, `when` or `where`, `spelled` its text in one way of writing, and `steps` the
parts in the order in which they are worked out: `value`, `value | trim`, `value | trim | cut(35)`.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from engine.content.expression import ExpressionError

_ROOM = Environment(autoescape=True)
_OPERATORS = {"eq": "==", "ne": "!=", "in": "in", "notin": "not in", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}


@functools.lru_cache(maxsize=8192)
def parsed(source: str) -> nodes.Expr:
    """Return the tree of one expression. Raises ExpressionError when it is none."""
    try:
        parser = Parser(_ROOM, source, state="variable")
        tree: nodes.Expr = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(f"unexpected {parser.stream.current.value!r} after the expression")
    except TemplateSyntaxError as e:
        raise ExpressionError(f"{e.message}") from e
    except RecursionError as e:
        raise ExpressionError("the expression is nested too deeply") from e
    return tree


def spelled(node: nodes.Node) -> str:
    """Return the text of a tree in one way of writing. Raises ExpressionError for what no expression may hold."""
    write = _SPELLINGS.get(type(node))
    if write is None:
        raise ExpressionError(f"{type(node).__name__} is not allowed here")
    return write(node)


def steps(source: str, holds: Callable[[str], bool] | None = None) -> tuple[str, ...]:
    """Return the parts of an expression as expressions of their own, in the order of work; the whole comes last.

    Those are the links of chains of converters, conditions with their branches, and what is joined with `~`. With
    `holds`, which answers for a condition, only the branches that are taken.
    """
    return tuple(dict.fromkeys(spelled(one) for one in _steps(parsed(source), holds)))


def chain(node: nodes.Expr) -> tuple[nodes.Expr, tuple[nodes.Filter, ...]]:
    """Return what a chain of converters begins with, and its links in the order of work."""
    links: list[nodes.Filter] = []
    while isinstance(node, nodes.Filter) and node.node is not None:
        links.append(node)
        node = node.node
    return node, tuple(reversed(links))


def _steps(node: nodes.Node, holds: Callable[[str], bool] | None) -> Iterator[nodes.Expr]:
    if isinstance(node, nodes.Const | nodes.Slice | nodes.List | nodes.Tuple):
        return
    for part in _parts(node, holds):
        yield from _steps(part, holds)
    if isinstance(node, nodes.Expr):
        yield node


def _parts(node: nodes.Node, holds: Callable[[str], bool] | None) -> Iterator[nodes.Node]:
    """Yield what is worked out before a node; of a condition the branch that is taken."""
    if isinstance(node, nodes.Getattr):  # the name before the dot is no value
        return
    if not isinstance(node, nodes.CondExpr):
        yield from node.iter_child_nodes()
        return
    yield node.test
    branches = (node.expr1, node.expr2)
    taken = branches if holds is None else branches[:1] if holds(spelled(node.test)) else branches[1:]
    yield from (one for one in taken if one is not None)


def _const(node: nodes.Const) -> str:
    value = node.value
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _getitem(node: nodes.Getitem) -> str:
    if not isinstance(node.arg, nodes.Slice):
        return f"{_tight(node.node)}[{spelled(node.arg)}]"
    start, stop, step = ("" if one is None else spelled(one) for one in (node.arg.start, node.arg.stop, node.arg.step))
    return f"{_tight(node.node)}[{start}:{stop}{':' + step if step else ''}]"


def _filter(node: nodes.Filter) -> str:
    arguments = ", ".join(spelled(one) for one in node.args)
    before = "" if node.node is None else f"{_piped(node.node)} | "
    return f"{before}{node.name}{f'({arguments})' if arguments else ''}"


def _test(node: nodes.Test) -> str:
    return f"{_tight(node.node)} is {node.name}"


def _condition(node: nodes.CondExpr) -> str:
    otherwise = "" if node.expr2 is None else f" else {spelled(node.expr2)}"
    return f"{_closed(node.expr1)} if {_closed(node.test)}{otherwise}"


def _compare(node: nodes.Compare) -> str:
    compared = (f" {_OPERATORS.get(one.op, one.op)} {_closed(one.expr)}" for one in node.ops)
    return _closed(node.expr) + "".join(compared)


def _listed(node: nodes.List | nodes.Tuple) -> str:
    return f"[{', '.join(spelled(one) for one in node.items)}]"


def _tight(node: nodes.Node) -> str:
    """Return the text of what a dot, a bracket or a test follows."""
    is_plain = isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem | nodes.Const | nodes.List | nodes.Tuple)
    return spelled(node) if is_plain else f"({spelled(node)})"


def _piped(node: nodes.Node) -> str:
    return spelled(node) if isinstance(node, nodes.Filter) else _tight(node)


def _closed(node: nodes.Node) -> str:
    """Return the text of an operand, in parentheses where an operator could tear it apart."""
    is_loose = isinstance(node, nodes.CondExpr | nodes.And | nodes.Or | nodes.Compare | nodes.Concat | nodes.Not)
    return f"({spelled(node)})" if is_loose else spelled(node)


_SPELLINGS: Mapping[type[nodes.Node], Callable[[Any], str]] = {
    nodes.Const: _const,
    nodes.Name: lambda node: str(node.name),
    nodes.Getattr: lambda node: f"{_tight(node.node)}.{node.attr}",
    nodes.Getitem: _getitem,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.CondExpr: _condition,
    nodes.And: lambda node: f"{_closed(node.left)} and {_closed(node.right)}",
    nodes.Or: lambda node: f"{_closed(node.left)} or {_closed(node.right)}",
    nodes.Not: lambda node: f"not {_closed(node.node)}",
    nodes.Neg: lambda node: f"-{_tight(node.node)}",
    nodes.Compare: _compare,
    nodes.Concat: lambda node: " ~ ".join(_closed(one) for one in node.nodes),
    nodes.List: _listed,
    nodes.Tuple: _listed,
}
