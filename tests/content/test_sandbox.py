"""Known ways out of a Jinja sandbox, and known ways to make it run without end: each is refused before it runs, or bounded.

Families: attributes and subclasses, format strings (CVE-2016-10745, CVE-2019-10906, CVE-2024-56326), `attr` (CVE-2025-27516),
`xmlattr` (CVE-2024-22195, CVE-2024-34064), `urlize` (CVE-2020-28493), globals, loaders, macros, filters that take names of
attributes, tests that tell about objects, arithmetic, repetition, ranges.
"""

import pytest

from engine.content import expression
from engine.content.converters import CONVERTERS, Inconvertible
from engine.content.expression import ExpressionError, compile_expression, compile_template

EXPRESSIONS = [
    "''.__class__.__mro__[1].__subclasses__()",
    "().__class__.__base__.__subclasses__()",
    "{}.__class__.__bases__[0].__subclasses__()",
    "[].__class__.__base__.__subclasses__()[40]('/etc/passwd').read()",
    "record.__class__",
    "record._x",
    "record.__init__.__globals__",
    "record['__class__']",
    r"record['\x5f\x5fclass\x5f\x5f']",
    "record[value]",
    "record['to' ~ 'tal']",
    "value[record]",
    "value['a':'b']",
    "record.total.__len__()",
    "vendor.id.format(record)",
    "'{0.__class__}'.format(record)",
    "'{0.__class__.__mro__}'.format_map(record)",
    "'%s' % record",
    "'%(x)s' % record",
    "value | format(record)",
    "'{0.__class__}' | format(record)",
    "'%1000000000d' | format(1)",
    "('{0.__class__}' | attr('format'))(record)",
    "value | attr('__class__')",
    "record | attr('items')",
    "['{0.__class__}'] | map('format', record) | first",
    "'{0.__class__}' | map('format') | list",
    "{'x onclick=alert(1)': 1} | xmlattr",
    "{'a/b': 1} | xmlattr",
    "value | urlize",
    "('a.' ~ value) | urlize(100)",
    "lipsum(n=1000000)",
    "lipsum.__globals__['os'].popen('id').read()",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "joiner.__init__.__globals__['os']",
    "namespace.__init__.__globals__",
    "namespace(x=1)",
    "dict(a=1)",
    "range(1000000000)",
    "range(10) | list",
    "self._TemplateReference__context",
    "self.__init__.__globals__",
    "request.application.__globals__",
    "request | attr('application')",
    "config.items()",
    "url_for.__globals__",
    "get_flashed_messages.__globals__",
    "context.environment",
    "environment",
    "__xref_tables",
    "__builtins__",
    "_",
    "caller()",
    "super()",
    "varargs",
    "kwargs",
    "loop.index",
    "out.header",
    "true.__class__",
    "none.__class__",
    "value.mro()",
    "value.gi_frame.f_back()",
    "value.__await__()",
    "value.cr_frame.f_globals()",
    "value.format('x')",
    "value.encode()",
    "value.join(value)",
    "value()",
    "upper(value)",
    "trim()",
    "value | groupby('__class__')",
    "value | map(attribute='__class__')",
    "value | selectattr('__class__')",
    "value | rejectattr('__class__')",
    "value | sort(attribute='__class__')",
    "value | sum(attribute='__class__')",
    "value | unique(attribute='__class__')",
    "value | min(attribute='__class__')",
    "value | select('callable')",
    "() | select | string | list",
    "value | list",
    "value | string",
    "value | pprint",
    "value | tojson",
    "value | safe",
    "value | forceescape",
    "value | dictsort",
    "value | items",
    "value | random",
    "value | reverse",
    "value | batch(1000000000)",
    "value | slice(1000000000)",
    "value | center(1000000000)",
    "value | indent(1000000000)",
    "value | wordwrap(1)",
    "value | truncate(5)",
    "value | striptags",
    "value | filesizeformat",
    "value | do",
    "value is callable",
    "value is mapping",
    "value is filter",
    "value is test",
    "value is sameas(none)",
    "value is defined",
    "value is in(record)",
    "10 ** 10 ** 8",
    "2 ** 999999999",
    "'a' * 1000000000",
    "['a'] * 1000000000",
    "value * value",
    "value + value",
    "9999999 * 9999999",
    "1 / 0",
    "1 // 0",
    "1 % 0",
    "1 < 2",
    "1.0e308",
    "{'a': value}",
    "[x for x in value]",
    "(x for x in value)",
    "lambda: value",
    "value := 1",
    "value; import os",
    "value }}{{ value",
    "value %}{% include 'x'",
    "{{ value }}",
    "value | upper | __import__('os')",
    "value | upper(*record)",
    "value | upper(**record)",
    "value | cut(length=3)",
    "value | xref(record.total)",
    "value | table(record.total)",
    "value | xref('t' ~ 'x')",
    "(" * 450 + "value" + ")" * 450,
    "not " * 240 + "value",
    "value" + "[0]" * 330,
    "value | " + "default(" * 100 + "value" + ")" * 100,
    "'" + "x" * 5000 + "'",
    " | ".join(["value", *["trim"] * 41]),
]  # fmt: skip
STATEMENTS = [
    "{% include '/etc/passwd' %}",
    "{% include self %}",
    "{% include ['a', 'b'] ignore missing %}",
    "{% import 'os' as os %}",
    "{% from 'os' import popen %}",
    "{% extends 'base' %}",
    "{% extends self %}",
    "{% block b %}{{ self.b() }}{% endblock %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ varargs }}{% endmacro %}",
    "{% call(x) m() %}{% endcall %}",
    "{% set x = record %}",
    "{% set x.y = 1 %}",
    "{% set x %}text{% endset %}",
    "{% with x = record %}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}{{ record.total }}{% endautoescape %}",
    "{% do record.clear() %}",
    "{% debug %}",
    "{% trans %}x{% endtrans %}",
    "{% for x in range(1000000000) %}{% endfor %}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% for x in record.lines %}{% for y in record.lines %}{% endfor %}{% endfor %}",
    "{% for x in record.lines recursive %}{{ loop(record.lines) }}{% endfor %}",
    "{% for x in record.lines %}{{ loop.__init__ }}{% endfor %}",
    "{% for x in record.lines %}{{ loop.cycle('a') }}{% endfor %}",
    "{% for x in record.lines %}{{ loop.changed(x) }}{% endfor %}",
    "{% for x in record.lines %}{{ x.__class__ }}{% endfor %}",
    "{% for x in 'abc' * 1000000000 %}{% endfor %}",
    "{% for x in record.lines if x.__class__ %}{% endfor %}",
    "{% for loop in record.lines %}{% endfor %}",
    "{% for out in record.lines %}{% endfor %}",
    "{% if ().__class__ %}{% endif %}",
    "{% if 10 ** 10 ** 8 %}{% endif %}",
    "{% raw %}{{ x }}",
    "{% for x in record.lines %}",
    "{{ outer.x }}",
    "{{ line.x }}",
]  # fmt: skip


def short(source: str) -> str:
    return source if len(source) < 60 else f"{source[:40]}... ({len(source)})"


@pytest.mark.parametrize("source", EXPRESSIONS, ids=short)
def test_no_expression_leaves_the_room(source: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        compile_expression(source)

    assert len(refused.value.message) > len("no")


DEEP = 400
"""Characters from which a payload is about the length of an expression; templates have another limit."""


@pytest.mark.parametrize("markup", ["xml", "json"])
@pytest.mark.parametrize("source", [one for one in EXPRESSIONS if len(one) < DEEP], ids=short)
def test_no_output_of_a_template_leaves_the_room(source: str, markup: expression.Markup) -> None:
    if source in {"out.header", "value }}{{ value", "{{ value }}", "value[0]"}:
        source = f"self.{source}"

    with pytest.raises(ExpressionError, match="line 1"):
        compile_template(f"{{{{ {source} }}}}", markup)


@pytest.mark.parametrize("markup", ["xml", "json"])
@pytest.mark.parametrize("source", STATEMENTS, ids=short)
def test_no_statement_of_a_template_leaves_the_room(source: str, markup: expression.Markup) -> None:
    with pytest.raises(ExpressionError, match="line 1"):
        compile_template(source, markup)


BOUNDED = [
    "value | pad_left(1000000000)",
    "value | pad_right(1000000000, 'xy')",
    " | ".join(["value", *["replace('a', 'aaaaaaaaaa')"] * 20]),
    " | ".join(["value", *["join('a', value, value, value)"] * 20]),
    " | ".join(["value", *["ascii('aaaaaaaaaaaaaaaaaaaa')"] * 20, "pad_left(20001)"]),
    "value | max(1)",
    "'" + "9" * 40 + "'" + (" | times('" + "9" * 40 + "')") * 2,
    "value | date('" + "%Y" * 300 + "%H')",
    "value | decimal(1000000000, 'sideways')",
    "value | split('', 0)",
]  # fmt: skip


@pytest.mark.parametrize("source", BOUNDED, ids=short)
def test_what_grows_is_stopped_by_its_size_and_not_by_time(source: str) -> None:
    context = {"value": "a" * 5000, "record": {}, "line": {}, "vendor": {}, "order": {}, "env": {}, "document": {}}

    with pytest.raises(Inconvertible) as stopped:
        compile_expression(source).evaluate(context, xref={})

    assert stopped.value.message


HARMLESS = ["value ~ " * 120 + "value", " | ".join(["value", *["upper"] * 40]), "value[0:999999999999]", "value[99999999999999999999]", "9" * 900]  # fmt: skip


@pytest.mark.parametrize("source", HARMLESS, ids=short)
def test_what_is_long_stays_in_proportion_to_what_is_written(source: str) -> None:
    result = compile_expression(source).evaluate({"value": "a" * 4000}, xref={})

    assert len(str(result)) <= len(source) * 4000


def test_a_template_that_works_too_much_for_a_record_is_stopped_before_it_begins() -> None:
    body = "{{ row.a | trim | upper | lower }}" * 1000
    template = compile_template(f"{{% for row in record.lines %}}{body}{{% endfor %}}", "xml")

    with pytest.raises(Inconvertible, match=f"{expression.MAX_STEPS} are allowed"):
        template.render({"record": {"lines": [{"a": "x"}] * 10_000}}, xref={})
    assert template.render({"record": {"lines": [{"a": "x"}]}}, xref={}) == "x" * 1000


def test_a_template_that_writes_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expression, "MAX_OUTPUT", 1000)
    template = compile_template("{% for row in record.lines %}{{ row.a }}{% endfor %}", "xml")

    with pytest.raises(Inconvertible, match="more than 1000 characters"):
        template.render({"record": {"lines": [{"a": "x" * 100}] * 11}}, xref={})


@pytest.mark.parametrize("attribute", ["keys", "items", "values", "get", "pop", "clear", "copy", "update", "fromkeys"])
def test_a_method_of_the_data_is_a_field_that_is_missing(attribute: str) -> None:
    assert compile_expression(f"record.{attribute}").evaluate({"record": {"a": "1"}}, xref={}) is None
    with pytest.raises(Inconvertible, match="missing"):
        compile_template(f"{{{{ record.{attribute} }}}}", "xml").render({"record": {"a": "1"}}, xref={})


def test_the_room_has_no_loader_no_globals_and_no_filters_but_ours() -> None:
    for room in (expression._EXPRESSIONS, *expression._TEMPLATES.values()):
        assert (room.loader, dict(room.globals), dict(room.extensions)) == (None, {}, {})
        assert set(room.filters) == {*CONVERTERS, *room.filters.keys() & {"number"}}
        assert set(room.tests) == {"present", "missing"}


def test_values_are_data_and_never_read_as_templates() -> None:
    evil = "{{ ''.__class__ }}{% include 'x' %}"

    assert compile_expression("value").evaluate({"value": evil}, xref={}) == evil
    written = compile_template("{{ record.x }}", "json").render({"record": {"x": evil}}, xref={})
    assert written == f'"{evil}"'
