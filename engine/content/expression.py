"""Small expressions and file templates that content authors write, kept in a narrow room.

An expression (`via`, `when`) is one Jinja expression over plain data; a template is Jinja text. Both are parsed and every
node is held against a whitelist before anything is compiled, then run in Jinja's sandbox with StrictUndefined:
names of the context with one attribute, constants, our converters as filters, comparisons for equality, `and or not`,
`a if b else c`, `~` and fixed slices. There are no calls, arithmetic operators, globals, assignments, includes or macros, so neither
Python internals, files nor the network can be reached, and the running time is bounded by the size of the record.
A template may loop, not nested, over the record's lines and taxes and over lists of `out`.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from typing import Literal, cast

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.parser import Parser
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.content.converters import (
    XREF_TABLES,
    Inconvertible,
    Tables,
    filters,
    number,
    plain,
    text,
)
from engine.content.whitelist import EXPRESSION, NAMES, TEMPLATE, Reading, check, loop_targets
from engine.model.errors import PostroomError

__all__ = [
    "NAMES",
    "Expression",
    "ExpressionError",
    "FileTemplate",
    "Markup",
    "Plain",
    "Reading",
    "compile_expression",
    "compile_template",
    "parsed",
]

MAX_CONVERTERS = 40
"""In one expression; each may look at every character of a text."""
MAX_SOURCE = 1_000
MAX_TEMPLATE_SOURCE = 100_000
MAX_STEPS = 2_000_000
"""Parts of a template's syntax that are worked out for one record, those in a loop once for each row."""
MAX_OUTPUT = 10_000_000
"""Characters: of an expression, of a template's source, of what a template may write."""

Markup = Literal["xml", "json"]
Plain = str | int | bool

_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ExpressionError(PostroomError):
    """An expression or template may not be used as it is written; the message says what is allowed."""


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
    costs: tuple[int, tuple[tuple[str, int], ...]]
    """Steps outside the loops, and (list, steps for each row) of each loop."""
    _template: Template

    def render(self, context: Mapping[str, object], *, xref: Tables) -> str:
        """Return the file's text. XML values are escaped, JSON values quoted (`| number` writes a number).

        Raises Inconvertible when a value is missing, refused by a converter, the text grows past MAX_OUTPUT or the work past
        MAX_STEPS.
        """
        steps = self.costs[0] + sum(cost * _length(context, path) for path, cost in self.costs[1])
        if steps > MAX_STEPS:
            raise Inconvertible(f"the template takes {steps} steps for this record; {MAX_STEPS} are allowed")
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


def _length(context: Mapping[str, object], path: str) -> int:
    """Return how many rows a list of the context has."""
    owner, _, name = path.partition(".")
    rows = cast("Mapping[str, object]", context.get(owner, {})).get(name, ())
    return len(rows) if isinstance(rows, Sized) else 0


@functools.lru_cache(maxsize=8192)
def parsed(source: str) -> nodes.Expr:
    """Return the syntax tree of one expression, checked, to be read only. Raises ExpressionError with what is allowed."""
    return _tree(source)[0]


@functools.lru_cache(maxsize=8192)
def compile_expression(source: str) -> Expression:
    """Check and compile one expression. Raises ExpressionError with what is allowed."""
    tree, reading = _tree(source)
    body = [nodes.Assign(nodes.Name("result", "store"), tree, lineno=1)]
    try:
        return Expression(source, reading, _compiled(_EXPRESSIONS, nodes.Template(body, lineno=1)))
    except TemplateSyntaxError as e:
        raise ExpressionError(f"{e.message}") from e
    except (RecursionError, SyntaxError, MemoryError) as e:
        raise ExpressionError("the expression is nested too deeply") from e


def _tree(source: str) -> tuple[nodes.Expr, Reading]:
    if len(source) > MAX_SOURCE:
        raise ExpressionError(f"an expression may have at most {MAX_SOURCE} characters")
    try:
        parser = Parser(_EXPRESSIONS, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(f"unexpected {parser.stream.current.value!r} after the expression")
        if sum(1 for _ in tree.find_all(nodes.Filter)) + isinstance(tree, nodes.Filter) > MAX_CONVERTERS:
            raise ExpressionError(f"an expression may have at most {MAX_CONVERTERS} converters")
        return tree, check(tree, allowed=EXPRESSION, names=NAMES)
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
        names = NAMES - {"value", "line", "outer"} | {"out"} | loop_targets(tree)
        reading = check(tree, allowed=TEMPLATE, names=names)
        return FileTemplate(markup, reading, _costs(tree), _compiled(room, tree))
    except TemplateSyntaxError as e:
        raise ExpressionError(f"line {e.lineno}: {e.message}") from e
    except (RecursionError, SyntaxError, MemoryError) as e:
        raise ExpressionError("the template is nested too deeply") from e


def _costs(tree: nodes.Template) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Return the steps of a template outside its loops, and (list, steps for each of its rows) of each loop."""
    loops = [
        (f"{loop.iter.node.name}.{loop.iter.attr}", sum(1 for _ in loop.find_all(nodes.Node)))
        for loop in tree.find_all(nodes.For)
        if isinstance(loop.iter, nodes.Getattr) and isinstance(loop.iter.node, nodes.Name)
    ]
    return sum(1 for _ in tree.find_all(nodes.Node)) - sum(cost for _, cost in loops), tuple(loops)


def _compiled(room: Environment, tree: nodes.Template) -> Template:
    tree.set_environment(room)
    return Template.from_code(room, room.compile(tree), {}, None)
