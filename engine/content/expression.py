"""Small expressions and file templates that content authors write, kept in a narrow room.

An expression (`via`, `when`) is one Jinja expression over plain data; a template is Jinja text. Both are parsed and every
node is held against a whitelist before anything is compiled, then run in Jinja's sandbox with StrictUndefined:
names of the context with one attribute, constants, our converters as filters, comparisons for equality, `and or not`,
`a if b else c`, `~` and fixed slices. There are no calls, arithmetic operators, globals, assignments, includes or macros, so neither
Python internals, files nor the network can be reached, and the running time is bounded by the size of the record.
A template may loop, not nested, over the record's lines and taxes and over lists of `out`.
"""

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.parser import Parser
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.content.converters import CONVERTERS, XREF_TABLES, Inconvertible, Tables, filters, number, plain, text
from engine.model.errors import PostroomError

NAMES = frozenset({"value", "record", "line", "vendor", "order", "env", "document"})
"""What an expression may name. All but `value` are records whose attributes are texts."""
MAX_SOURCE = 1_000
MAX_TEMPLATE_SOURCE = 100_000
MAX_OUTPUT = 10_000_000
"""Characters: of an expression, of a template's source, of what a template may write."""

Markup = Literal["xml", "json"]
Plain = str | int | bool

_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXPRESSION_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Neg, nodes.Filter, nodes.Test,
    nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Concat, nodes.List, nodes.Tuple,
)  # fmt: skip
_TEMPLATE_NODES: tuple[type[nodes.Node], ...] = (
    *_EXPRESSION_NODES, nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For,
)  # fmt: skip
_OPERATORS = {"eq": "==", "ne": "!=", "in": "in", "notin": "not in"}


class ExpressionError(PostroomError):
    """An expression or template may not be used as it is written; the message says what is allowed."""


@dataclass(frozen=True)
class Reading:
    """What an expression looks at, found without running it."""

    references: tuple[tuple[str, str], ...]
    """(namespace, attribute) pairs such as ("record", "total") or ("out.lines", "amount"), in order of appearance."""
    tables: tuple[str, ...]
    """Cross-reference tables."""
    names: tuple[str, ...] = ()
    """Every name used, such as `value`."""


class _Room(ImmutableSandboxedEnvironment):
    """The sandbox: attributes are keys of plain data, nothing else."""

    def __init__(self, markup: Markup | None = None) -> None:
        super().__init__(
            undefined=StrictUndefined, autoescape=markup == "xml", optimized=False, keep_trailing_newline=True,
            trim_blocks=True, lstrip_blocks=True, finalize=_FINALIZE.get(markup), cache_size=0,
        )  # fmt: skip
        self.globals.clear()
        self.filters.clear()
        self.filters.update(filters())
        if markup == "json":
            self.filters["number"] = _raw_number
        self.tests.clear()
        self.tests.update(present=_present, missing=lambda value: not _present(value))

    def getattr(self, obj: object, attribute: str) -> object:
        """Return a key of plain data or a counter of the loop."""
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Return a key of plain data, or characters of a text."""
        if isinstance(obj, Mapping) and isinstance(argument, str):
            return obj[argument] if argument in obj else self.undefined(name=str(argument))
        if isinstance(obj, str) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(name=str(argument))
        return self.undefined(name=str(argument))


class _Raw(str):
    """JSON text that is already written out."""

    __slots__ = ()


def _raw_number(value: object) -> object:
    return value if isinstance(value, Undefined) else _Raw(plain(number(value)))


def _present(value: object) -> bool:
    return not isinstance(value, Undefined) and value is not None and value not in ("", [], {})


def _as_xml(value: object) -> object:
    if isinstance(value, Undefined):
        return value
    written = text(value)
    found = _NOT_XML.search(written)
    if found:
        raise Inconvertible(f"the character U+{ord(found[0]):04X} cannot stand in XML")
    return written


def _as_json(value: object) -> object:
    if isinstance(value, (Undefined, _Raw)):
        return value
    return json.dumps(value if value is None or isinstance(value, bool) else text(value), ensure_ascii=False)


_FINALIZE: Mapping[Markup | None, Callable[[object], object]] = {"xml": _as_xml, "json": _as_json}
_EXPRESSIONS = _Room()
_TEMPLATES: Mapping[Markup, _Room] = {"xml": _Room("xml"), "json": _Room("json")}


@dataclass(frozen=True)
class Expression:
    """A checked and compiled `via` or `when`."""

    source: str
    reading: Reading
    _template: Template

    def evaluate(self, context: Mapping[str, object], *, xref: Tables) -> Plain | None:
        """Return the result over `context` (see NAMES), or None when it rests on a missing value.

        Raises Inconvertible (NoCrossReference) when a converter refuses the value.
        """
        result: object = None
        scope = self._template.new_context({**context, XREF_TABLES: xref})
        try:
            # the generated function only assigns `result`; it yields nothing
            for _ in self._template.root_render_func(scope):
                pass
            result = scope.vars["result"]
        except UndefinedError:
            return None
        except (TypeError, ValueError, ArithmeticError) as e:
            raise Inconvertible(f"{self.source!r} cannot be worked out: {e}") from e
        if result is None or isinstance(result, Undefined):
            return None
        if isinstance(result, str | int):
            return result if isinstance(result, int) else str(result)
        raise Inconvertible(f"{self.source!r} gives a {type(result).__name__}, not a plain value")


@dataclass(frozen=True)
class FileTemplate:
    """A checked and compiled file template."""

    markup: Markup
    reading: Reading
    _template: Template

    def render(self, context: Mapping[str, object], *, xref: Tables) -> str:
        """Return the file's text. XML values are escaped, JSON values quoted (`| number` writes a number).

        Raises Inconvertible when a value is missing, refused by a converter, or the text grows past MAX_OUTPUT.
        """
        written: list[str] = []
        size = 0
        scope = self._template.new_context({**context, XREF_TABLES: xref})
        try:
            for chunk in self._template.root_render_func(scope):
                size += len(chunk)
                if size > MAX_OUTPUT:
                    raise Inconvertible(f"the template writes more than {MAX_OUTPUT} characters")
                written.append(chunk)
        except UndefinedError as e:
            raise Inconvertible(f"the template needs a value that is missing: {e.message}") from e
        except (TypeError, ValueError, ArithmeticError) as e:
            raise Inconvertible(f"the template cannot be worked out: {e}") from e
        return "".join(written)


def parsed(source: str) -> nodes.Expr:
    """Return the syntax tree of one expression, checked. Raises ExpressionError with what is allowed."""
    return _tree(source)[0]


@functools.lru_cache(maxsize=8192)
def compile_expression(source: str) -> Expression:
    """Check and compile one expression. Raises ExpressionError with what is allowed."""
    tree, reading = _tree(source)
    body = [nodes.Assign(nodes.Name("result", "store"), tree, lineno=1)]
    try:
        return Expression(source, reading, _compiled(_EXPRESSIONS, nodes.Template(body, lineno=1)))
    except RecursionError as e:
        raise ExpressionError("the expression is nested too deeply") from e


def _tree(source: str) -> tuple[nodes.Expr, Reading]:
    if len(source) > MAX_SOURCE:
        raise ExpressionError(f"an expression may have at most {MAX_SOURCE} characters")
    try:
        parser = Parser(_EXPRESSIONS, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(f"unexpected {parser.stream.current.value!r} after the expression")
        return tree, _check(tree, allowed=_EXPRESSION_NODES, names=NAMES)
    except TemplateSyntaxError as e:
        raise ExpressionError(f"{e.message}") from e
    except RecursionError as e:
        raise ExpressionError("the expression is nested too deeply") from e


@functools.lru_cache(maxsize=256)
def compile_template(source: str, markup: Markup) -> FileTemplate:
    """Check and compile a file template for `xml` or `json`. Raises ExpressionError with the line and what is allowed."""
    if len(source) > MAX_TEMPLATE_SOURCE:
        raise ExpressionError(f"a template may have at most {MAX_TEMPLATE_SOURCE} characters")
    room = _TEMPLATES[markup]
    try:
        tree = room.parse(source)
        names = NAMES - {"value", "line"} | {"out"} | _loop_targets(tree)
        reading = _check(tree, allowed=_TEMPLATE_NODES, names=names)
        return FileTemplate(markup, reading, _compiled(room, tree))
    except TemplateSyntaxError as e:
        raise ExpressionError(f"line {e.lineno}: {e.message}") from e
    except RecursionError as e:
        raise ExpressionError("the template is nested too deeply") from e


def _compiled(room: Environment, tree: nodes.Template) -> Template:
    tree.set_environment(room)
    return Template.from_code(room, room.compile(tree), {}, None)


def _check(tree: nodes.Node, *, allowed: tuple[type[nodes.Node], ...], names: frozenset[str]) -> Reading:
    tables: list[str] = []
    used: list[str] = []
    for node in _walk(tree):
        if type(node) not in allowed:
            raise TemplateSyntaxError(f"{type(node).__name__} is not allowed here", node.lineno)
        problem = _problem(node, names)
        if problem:
            raise TemplateSyntaxError(problem, node.lineno)
        if isinstance(node, nodes.Name):
            used.append(node.name)
        if isinstance(node, nodes.Filter) and node.name == "xref":
            tables.append(str(cast("nodes.Const", node.args[0]).value).partition("/")[0])
    return Reading(
        tuple(dict.fromkeys(_references(tree, {}))), tuple(dict.fromkeys(tables)), tuple(dict.fromkeys(used))
    )


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
    given = [*(["context"] if node.name == "xref" else []), "value", *node.args]
    try:
        inspect.signature(converter).bind(*given)
    except TypeError as e:
        return f"{node.name}: {e}"
    if node.name == "xref" and not isinstance(node.args[0], nodes.Const):
        return "xref takes the name of a table as a fixed text"
    return None


def _loop_targets(tree: nodes.Template) -> frozenset[str]:
    """Return the names that loops bind, with `loop`; a target may not hide a name of the context."""
    targets: set[str] = set()
    for loop in tree.find_all(nodes.For):
        if not isinstance(loop.target, nodes.Name) or loop.target.name in NAMES - {"line"} | {"out", "loop"}:
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
