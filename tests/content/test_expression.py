import json

import pytest
from lxml import etree

from engine.content import expression
from engine.content.converters import Inconvertible, NoCrossReference
from engine.content.expression import ExpressionError, compile_expression, compile_template

CONTEXT = {
    "value": "abc",
    "record": {"total": "12.50", "currency": "EUR"},
    "line": {},
    "vendor": {"id": "4711"},
    "order": {},
    "env": {},
    "document": {"type": "invoice"},
}
XREF = {"tax": {"19": "V1"}}

RESULTS = [
    ("value | upper", "ABC"),
    ("value[0:2] ~ '-' ~ vendor.id", "ab-4711"),
    ("value[-1]", "c"),
    ("value[9]", None),
    ("record.total | minor(record.currency)", "1250"),
    ("record.total | minus(record.tax) | first_non_empty(record.total)", "12.50"),
    ("record.tax", None),
    ("record.tax ~ 'x'", None),
    ("record.tax | default('0')", "0"),
    ("'y' if record.tax is present else 'n'", "n"),
    ("record.tax is missing and record.total is present", True),
    ("record.total | sign == '-'", False),
    ("document.type in ['invoice', 'receipt']", True),
    ("record.tax == '1'", None),
    ("'19' | xref('tax')", "V1"),
    ("none", None),
]


@pytest.mark.parametrize(("source", "expected"), RESULTS, ids=[source for source, _ in RESULTS])
def test_an_expression_gives_a_plain_value_or_nothing(source: str, expected: object) -> None:
    assert compile_expression(source).evaluate(CONTEXT, xref=XREF) == expected


def test_a_cross_reference_without_an_entry_is_an_error_and_never_null() -> None:
    with pytest.raises(NoCrossReference, match="'tax' has no entry for '7'"):
        compile_expression("'7' | xref('tax')").evaluate(CONTEXT, xref=XREF)


ESCAPES = [
    "value.__class__",
    "value.__class__.__mro__",
    "value['__class__']",
    "value | attr('__class__')",
    "''.__class__.__base__.__subclasses__()",
    "record.__init__.__globals__",
    "'{0.__class__}'.format(value)",
    "value | format(value)",
    "'%s' % value",
    "value.upper()",
    "record.items()",
    "range(10 ** 9)",
    "lipsum",
    "cycler.__init__.__globals__.os",
    "joiner",
    "namespace(a=1)",
    "self",
    "config",
    "__xref_tables",
    "context",
    "value * 1000000000",
    "2 ** 100000",
    "9 // 0",
    "value + value",
    "1.5",
    "{'a': 1}",
    "[x for x in value]",
    "value is callable",
    "value is sameas none",
    "value > '3'",
    "value | map('upper')",
    "value | upper(x=1)",
    "value | upper(*record)",
    "value | cut",
    "value | cut(1, 2)",
    "value | xref(record.total)",
    "value }}{{ value",
    "value; value",
    "",
    "value |",
    "(" * 400 + "value" + ")" * 400,
    "value ~ " * 200 + "value",
]


@pytest.mark.parametrize("source", ESCAPES, ids=[source[:40] or "nothing" for source in ESCAPES])
def test_what_could_leave_the_room_is_refused_before_it_runs(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source)


@pytest.mark.parametrize("attribute", ["keys", "items", "get", "format", "upper", "mro", "gi_frame"])
def test_methods_of_the_data_are_not_its_fields(attribute: str) -> None:
    assert compile_expression(f"record.{attribute}").evaluate(CONTEXT, xref={}) is None


def test_an_object_in_the_context_shows_nothing_of_itself() -> None:
    class Secret:
        password = "hidden"

    context = {**CONTEXT, "record": Secret()}

    assert compile_expression("record.password").evaluate(context, xref={}) is None


def test_the_result_is_never_a_container() -> None:
    with pytest.raises(Inconvertible, match="not a plain value"):
        compile_expression("['a', 'b']").evaluate(CONTEXT, xref={})


def test_growth_by_repeated_replacement_is_bounded() -> None:
    grow = " | ".join(["value", *["replace('a', 'aaaaaaaaaa')"] * 12])

    with pytest.raises(Inconvertible, match="longer than"):
        compile_expression(grow).evaluate(CONTEXT, xref={})


def test_an_expression_says_what_it_looks_at() -> None:
    reading = compile_expression("value | first_non_empty(record.total, line.amount) | xref('gl')").reading

    assert reading.references == (("record", "total"), ("line", "amount"))
    assert reading.tables == ("gl",)
    assert reading.names == ("value", "record", "line")


BROKEN_TEMPLATES = [
    "{% for i in range(10) %}{% endfor %}",
    "{% for c in record.total %}{{ c }}{% endfor %}",
    "{% for a in record.lines %}{% for b in record.lines %}{% endfor %}{% endfor %}",
    "{% for a in record.lines %}{% if true %}{% for b in out.lines %}{% endfor %}{% endif %}{% endfor %}",
    "{% for a in record.lines recursive %}{{ loop(a.x) }}{% endfor %}",
    "{% for a in record.lines if a.x %}{% endfor %}",
    "{% for record in record.lines %}{% endfor %}",
    "{% for a, b in record.lines %}{% endfor %}",
    "{% set x = 1 %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% macro m() %}{% endmacro %}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with a = 1 %}{% endwith %}",
    "{{ loop.index }}",
    "{{ record.total | safe }}",
    "{{ record.total | tojson }}",
    "{{ value }}",
    "{% if record.total %}",
]


@pytest.mark.parametrize("source", BROKEN_TEMPLATES)
def test_a_template_that_could_leave_the_room_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError, match="line 1"):
        compile_template(source, "xml")


def test_an_xml_template_escapes_what_it_writes() -> None:
    template = compile_template('<a b="{{ record.x }}">{{ record.x }}</a>', "xml")

    written = template.render({"record": {"x": "</a><!-- \"&' -->"}}, xref={})

    assert etree.fromstring(written).text == "</a><!-- \"&' -->"
    assert etree.fromstring(written).get("b") == "</a><!-- \"&' -->"


def test_a_character_that_xml_does_not_know_is_refused() -> None:
    with pytest.raises(Inconvertible, match=r"U\+0000 cannot stand in XML"):
        compile_template("<a>{{ record.x }}</a>", "xml").render({"record": {"x": "a\x00"}}, xref={})


def test_a_json_template_quotes_what_it_writes() -> None:
    source = '{"x": {{ record.x }}, "n": {{ record.n | number }}, "z": {{ record.z | default(none) }}, "l": [{% for l in record.lines %}{{ l.a }}{% if not loop.last %},{% endif %}{% endfor %}]}'
    context = {"record": {"x": '", "evil": 1, "', "n": "1.50", "lines": [{"a": "\\"}, {"a": "ü"}]}}

    written = compile_template(source, "json").render(context, xref={})

    assert json.loads(written) == {"x": '", "evil": 1, "', "n": 1.5, "z": None, "l": ["\\", "ü"]}
    assert '"n": 1.50' in written


def test_text_cannot_pass_as_a_json_number() -> None:
    with pytest.raises(Inconvertible):
        compile_template("{{ record.x | number }}", "json").render({"record": {"x": "1}, {"}}, xref={})


def test_a_template_that_needs_a_missing_value_says_so() -> None:
    with pytest.raises(Inconvertible, match="missing"):
        compile_template("<a>{{ record.x }}</a>", "xml").render({"record": {}}, xref={})


def test_a_template_cannot_write_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expression, "MAX_OUTPUT", 1_000)
    template = compile_template("{% for l in record.lines %}{{ l.a }}{% endfor %}", "xml")

    with pytest.raises(Inconvertible, match="more than 1000 characters"):
        template.render({"record": {"lines": [{"a": "x" * 100}] * 11}}, xref={})


def test_a_template_says_what_it_looks_at_through_its_loops() -> None:
    source = "{{ out.header.no }}{% for l in out.lines %}{{ l.a }}{% endfor %}{% for l in record.taxes %}{{ l.b }}{% endfor %}"

    references = compile_template(source, "xml").reading.references

    assert references == (
        ("out.header", "no"), ("out", "lines"), ("out.lines", "a"), ("record", "taxes"), ("record.taxes", "b")
    )  # fmt: skip
