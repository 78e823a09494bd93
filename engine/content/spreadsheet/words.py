"""A mapping's expression in words that a business person can agree to.

`value | trim | cut(35)` becomes "the value, without extra blanks, the first 35 characters".
"""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from engine.content.expression import ExpressionError, parsed

_OWNERS = {
    "vendor": "the vendor's",
    "customer": "the customer's",
    "order": "the order's",
    "match": "the matched order line's",
    "env": "our",
    "document": "the document's",
    "line": "the line's",
}
_OPERATORS = {"eq": "is", "ne": "is not", "in": "is one of", "notin": "is none of"}

_PHRASES: Mapping[str, str] = {
    "trim": "without extra blanks", "upper": "in capitals", "lower": "in small letters",
    "pad_left": "filled from the left to {0} characters with {1:0}",
    "pad_right": "filled at its end to {0} characters with {1:blanks}",
    "cut": "the first {0} characters", "max": "refused when longer than {0} characters",
    "date": "as a date written {0}", "decimal": "rounded to {0} decimals ({1:half up})",
    "minor": "in the smallest units of {0}", "sign": "its sign: {0:+} or, below zero, {1:-}",
    "negate": "with the other sign", "absolute": "without its sign", "plus": "plus {0}", "minus": "minus {0}",
    "per": "divided by {0}, exactly",
    "times": "times {0}", "xref": "looked up in the list {0}", "table": "as the decision table {0} says",
    "first_non_empty": "or, where that is empty, {*}", "default": "or, where that is empty, {0}",
    "replace": "with {0} replaced by {1}", "split": "part {1} between {0}", "join": "together with {*}",
    "digits": "only its digits", "ascii": "in plain Latin letters", "number": "as a number",
    "unit": "converted from the unit {0} to {1}", "currency": "converted from {0} to {1} at the rate of {2:the day of issue}",
}  # fmt: skip


def in_words(source: str) -> str:
    """Return what an expression does; the expression itself where it cannot be parsed."""
    try:
        return _say(parsed(source))
    except ExpressionError:
        return source


def field_name(name: str) -> str:
    """Return a canonical name as people say it: `invoice_number` is an invoice number."""
    return name.replace("_", " ")


def path_in_words(path: str) -> str:
    """Return a row's `from` in words: `vendor.gl_account` is the vendor's gl account."""
    namespace, _, name = path.rpartition(".")
    own = _OWNERS.get(namespace)
    return f"{own} {field_name(name)}" if own else field_name(name)


def _say(node: nodes.Node) -> str:
    say = _SAYERS.get(type(node))
    return say(node) if say else "?"


def _name(node: nodes.Name) -> str:
    return "the value" if node.name == "value" else field_name(node.name)


def _attribute(node: nodes.Getattr) -> str:
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    return path_in_words(f"{owner}.{node.attr}") if owner in _OWNERS else field_name(node.attr)


def _part(node: nodes.Getitem) -> str:
    whole = _say(node.node)
    if isinstance(node.arg, nodes.Slice):
        start = _bound(node.arg.start, "the first")
        return f"characters {start} to {_bound(node.arg.stop, 'the last')} of {whole}"
    return f"character {_say(node.arg)} of {whole}"


def _bound(node: nodes.Node | None, otherwise: str) -> str:
    return otherwise if node is None else _say(node)


def _filter(node: nodes.Filter) -> str:
    given = [_say(argument) for argument in node.args]
    before = _say(node.node) if node.node is not None else ""
    return f"{before}, {_filled(_PHRASES.get(node.name, node.name), given)}"


def _filled(phrase: str, given: list[str]) -> str:
    """Fill `{0}`, `{1:what is said when it is not given}` and `{*}` (all of them)."""
    words = phrase.replace("{*}", ", ".join(given))
    while "{" in words:
        before, _, rest = words.partition("{")
        slot, _, after = rest.partition("}")
        index, _, otherwise = slot.partition(":")
        place = int(index)
        words = f"{before}{given[place] if place < len(given) else otherwise}{after}".replace("{}", "")
    return words


def _condition(node: nodes.CondExpr) -> str:
    otherwise = _say(node.expr2) if node.expr2 is not None else "nothing"
    return f"{_say(node.expr1)} if {_say(node.test)}, otherwise {otherwise}"


def _compare(node: nodes.Compare) -> str:
    if (said := _sign(node)) is not None:
        return said
    return " and ".join(f"{_say(node.expr)} {_OPERATORS[one.op]} {_say(one.expr)}" for one in node.ops)


def _sign(node: nodes.Compare) -> str | None:
    """Return a test for a sign in words: `record.total | sign == '-'` is about what lies below zero."""
    left, *others = [node.expr, *(one.expr for one in node.ops)]
    is_sign = isinstance(left, nodes.Filter) and left.name == "sign" and not left.args and left.node is not None
    if not is_sign or len(others) != 1 or not isinstance(others[0], nodes.Const) or node.ops[0].op != "eq":
        return None
    below = {"-": "is below zero", "+": "is not below zero"}.get(str(others[0].value))
    return f"{_say(left.node)} {below}" if below and isinstance(left, nodes.Filter) and left.node is not None else None


def _constant(value: object) -> str:
    if value is None:
        return "nothing"
    written = str(value)
    return written if written.isalnum() else f'"{written}"'


def _many(node: Any) -> str:
    return ", ".join(_say(item) for item in node.items)


_SAYERS: Mapping[type[nodes.Node], Callable[[Any], str]] = {
    nodes.Const: lambda node: _constant(node.value),
    nodes.Name: _name, nodes.Getattr: _attribute, nodes.Getitem: _part, nodes.Filter: _filter,
    nodes.CondExpr: _condition, nodes.Compare: _compare, nodes.List: _many, nodes.Tuple: _many,
    nodes.Neg: lambda node: f"-{_say(node.node)}",
    nodes.And: lambda node: f"{_say(node.left)} and {_say(node.right)}",
    nodes.Or: lambda node: f"{_say(node.left)} or {_say(node.right)}",
    nodes.Not: lambda node: f"not ({_say(node.node)})",
    nodes.Test: lambda node: f"{_say(node.node)} {'is there' if node.name == 'present' else 'is missing'}",
    nodes.Concat: lambda node: " followed by ".join(_say(one) for one in node.nodes),
}  # fmt: skip
