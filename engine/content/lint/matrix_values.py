"""Types wider than the target's, constants that it refuses and converters without effect, each shown by a value.

Values that a row may meet are drawn from the canonical schema and from the row itself (lengths, texts of its converters),
sent through the real converters and the real type, and held against the target's schema. A fault is told only with a
value that a record can hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jinja2 import nodes
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from engine.content.converters import Inconvertible, text
from engine.content.expression import NAMES, ExpressionError, Plain, compile_expression
from engine.content.lint.finding import LintFinding
from engine.content.lint.matrix_subject import MatrixSubject, Place
from engine.content.lint.outcomes import named
from engine.content.receipt_reference import reference_of
from engine.content.spelling import chain, spelled

_TEXTS = (
    "A", "a", "Ab 1", "é", "ß", "漢字", "EUR", "DE", "C62", "A-1", "  padded  inside ", "<&>", "one\ntwo", "x y", "007", "true",
    "12345678", "2026-03-04", "1999-12-31", "0", "1", "-1", "19", "7.7", "12.5", "-0.01", "100", "1234567.89", "0.12345678",
    "999999999999999999.99999999999999999999", "-999999999999999999", "DE02120300000000202051", "after_days",
)  # fmt: skip
_LENGTHS = (2, 3, 4, 5, 6, 8, 10, 16, 20, 35, 40, 60, 70, 100, 132, 255, 1000, 4000)
_FREE: Mapping[str, Any] = {"type": "string", "minLength": 1, "maxLength": 4000}
_FEWEST = 2
"""Different values that a converter must have been tried on before it is called idle."""
_IMPOSSIBLE = "\0refused"
_LONGEST_TOLD = 40
_LOOK_UP = frozenset({"xref", "table", "currency"})
"""Converters that ask what is not known here."""


def check(subject: MatrixSubject) -> Iterator[LintFinding]:
    """Yield what is wrong with types, constants and converters of a matrix."""
    for place in subject.places:
        if not place.row.is_leaf or reference_of(place.row.source) is not None:
            continue
        refused = list(_constants(subject, place))
        yield from refused
        if not refused and place.row.value is None:
            yield from _wider(subject, place)
        yield from _converters(subject, place)
        yield from _idle_misfit(subject, place)


def _constants(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    row = place.row
    fixed: list[tuple[str, Plain]] = [
        (key, one) for key, one in (("value", row.value), ("default", row.default)) if one is not None
    ]
    fixed += [("type", one) for one in row.kind.picklist or ()]
    for key, value in fixed:
        if (fitted := _fitted(place, value)) is not None and (why := _refusal(place.schema, fitted)):
            wrong = f"the target does not take {text(fitted)!r}: {why}; write a value that it takes"
            yield subject.find("constant_refused", "error", place, wrong, key, case=(("value", text(fitted)),))


def _fitted(place: Place, value: Plain) -> Plain | None:
    try:
        return place.row.kind.fit(value)
    except Inconvertible:
        return None


def _refusal(schema: Mapping[str, Any], value: Plain) -> str:
    """Return why the target's schema refuses a value, or nothing."""
    errors = list(Draft202012Validator(dict(schema)).iter_errors(value))
    if not errors:
        return ""
    worst = best_match(errors) or errors[0]
    rules = {"maxLength": "longest", "minLength": "shortest", "pattern": "pattern", "enum": "allowed", "type": "type"}
    said = rules.get(str(worst.validator), str(worst.validator))
    return f"{said} {worst.validator_value}"


def _wider(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    """Yield one value that the row takes and the target refuses."""
    for source, given in _met(subject, place):
        fitted = _fitted(place, given)
        if fitted is None or (isinstance(fitted, str) and not fitted.strip()):
            continue
        why = _refusal(place.schema, fitted)
        if why:
            shown = shortened(text(fitted))
            wrong = (
                f"the row lets {shown!r} through, which the target refuses ({why}); "
                "narrow `type` to what the target takes, or convert the value in `via`"
            )
            key = "type" if place.row.type is not None else "to"
            yield subject.find("type_wider", "warning", place, wrong, key, case=source)
            return


def _met(subject: MatrixSubject, place: Place) -> Iterator[tuple[tuple[tuple[str, str], ...], Plain]]:
    """Yield values that a row may come to, with the fields that they come from, shorter ones first."""
    tree = subject.value(place)
    if tree is None:
        return
    answers = _answers(subject, tree)
    if answers is not None:
        yield from (((("answer", one),), one) for one in answers)
        return
    run, holding, own = _runner(tree), [_runner(one) for one in place.conditions], [*named(tree)]
    for context in contexts(subject, place, tree, place.conditions):
        if all(holds(context) is True for holds in holding):
            value = run(context)
            if value is not None and value != _IMPOSSIBLE:
                yield tuple((term, shortened(context[term])) for term in own if term in context), value


def shortened(value: str) -> str:
    """Return a value as it is told: a long one by its beginning."""
    return value if len(value) <= _LONGEST_TOLD else f"{value[:20]}... ({len(value)} characters)"


def _answers(subject: MatrixSubject, tree: nodes.Expr) -> tuple[str, ...] | None:
    """Return everything that an expression can answer that ends in a look-up; None when it does not, or nobody knows."""
    links = chain(tree)[1]
    if not links or links[-1].name != "xref" or not links[-1].args or not isinstance(links[-1].args[0], nodes.Const):
        return None
    ref, _, column = str(links[-1].args[0].value).partition("/")
    table = subject.around.xrefs.get(ref)
    if table is None:
        return ()
    place = table.answers.index(column) if column in table.answers else 0
    return tuple(dict.fromkeys(row.answers[place] for row in table.rows))


def contexts(
    subject: MatrixSubject, place: Place, tree: nodes.Expr, conditions: Sequence[nodes.Expr] = ()
) -> Iterator[Mapping[str, str]]:
    """Yield values for the terms of an expression: one after the other through its range, the others held still."""
    terms = [term for term in named(tree, *conditions) if "|" not in term]
    ranges = {term: _range(subject, place, term, tree, conditions) for term in terms}
    if any(not values for values in ranges.values()):
        return
    still = {term: values[0] for term, values in ranges.items()}
    yield still
    for term in terms:
        for value in ranges[term][1:]:
            yield {**still, term: value}


def _range(
    subject: MatrixSubject, place: Place, term: str, tree: nodes.Expr, conditions: Sequence[nodes.Expr]
) -> list[str]:
    """Return values that a field can hold, as its schema says."""
    field = subject.field(term, place.group)
    if field.listed:
        return list(field.listed)
    schema = subject.schema_of(term, place.group) or _FREE
    validator = Draft202012Validator(dict(schema))
    return [one for one in dict.fromkeys([*_of_row(place, tree, *conditions), *_TEXTS]) if validator.is_valid(one)]


def _of_row(place: Place, *trees: nodes.Expr) -> Iterator[str]:
    """Yield values that the row's own type, converters and target turn on."""
    bound = place.schema.get("maxLength")
    lengths = {*_LENGTHS, *((bound + 1,) if isinstance(bound, int) else ())}
    if place.row.kind.text is not None and place.row.kind.text.max is not None:
        lengths.add(place.row.kind.text.max)
    for tree in trees:
        for one in (tree, *tree.find_all(nodes.Const)):
            if isinstance(one, nodes.Const) and isinstance(one.value, str) and one.value:
                yield from (one.value, f"a{one.value}b", f"{one.value} {one.value}")
            elif isinstance(one, nodes.Const) and isinstance(one.value, int) and 0 < one.value < 4000:  # noqa: PLR2004
                lengths |= {one.value, one.value + 1}
    yield from ("A" * length for length in sorted(lengths))
    digits = place.row.kind.decimal
    if digits is not None:
        most, places = digits.max_digits or 18, digits.places or 20
        least = places if digits.min_places is None else digits.min_places
        yield from ("9" * most, "9" * max(1, most - least), f"0.{'1' * places}", "1.000000")


def _runner(tree: nodes.Expr) -> Callable[[Mapping[str, str]], Plain | None]:
    """Return what works an expression out over values of its terms; `_IMPOSSIBLE` comes when a converter refuses."""
    try:
        expression = compile_expression(spelled(tree))
    except ExpressionError:
        return lambda _: None

    def run(values: Mapping[str, str]) -> Plain | None:
        context: dict[str, dict[str, str]] = {name: {} for name in NAMES - {"value"}}
        for term, value in values.items():
            namespace, _, name = term.partition(".")
            context[namespace][name] = value
        try:
            return expression.evaluate(context, xref={})
        except Inconvertible:
            return _IMPOSSIBLE

    return run


def _converters(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    """Yield links of chains that change no value that can come by, and links that a later one undoes."""
    tree = None if place.row.via is None else subject.tree(place.row.via, place)
    if tree is None or place.row.via is None:
        return
    if place.row.source is not None and place.row.via.strip() == "value":
        yield subject.find("idle_converter", "warning", place, "`via: value` changes nothing; take it out", "via")
        return
    for whole in _chains(tree):
        start, links = chain(whole)
        if isinstance(start, nodes.Const) or any(link.name in _LOOK_UP for link in links):
            continue
        given = list(contexts(subject, place, whole))
        if not subject.field(spelled(start), place.group).is_always_there and isinstance(start, nodes.Getattr):
            given += [{term: value for term, value in one.items() if term != spelled(start)} for one in given[:1]]
        if len({one.get(spelled(start)) for one in given}) >= _FEWEST:
            yield from _idle(subject, place, start, links, given)


def _chains(tree: nodes.Expr) -> Iterator[nodes.Expr]:
    """Yield the whole chains of converters in an expression, without the parts of each."""
    if isinstance(tree, nodes.Filter):
        yield tree
        start, links = chain(tree)
        parts: list[nodes.Node] = [start, *(one for link in links for one in link.args)]
    else:
        parts = list(tree.iter_child_nodes())
    for part in parts:
        if isinstance(part, nodes.Expr):
            yield from _chains(part)
        elif isinstance(part, nodes.Operand):
            yield from _chains(part.expr)


def _idle(
    subject: MatrixSubject, place: Place, start: nodes.Expr, links: Sequence[nodes.Filter],
    given: Sequence[Mapping[str, str]],
) -> Iterator[LintFinding]:  # fmt: skip
    kept = list(links)
    for link in links:
        before = kept[: kept.index(link)]
        came, went = _through(start, before, given), _through(start, [*before, link], given)
        is_idle = came == went
        without = [one for one in kept if one is not link]
        if is_idle or _through(start, kept, given) == _through(start, without, given):
            kept = without
            why = "changes no value that can stand here" if is_idle else "is undone by what follows it"
            wrong = f"`{_link(link)}` {why}; take it out"
            yield subject.find("idle_converter", "warning", place, wrong, "via")


def _link(link: nodes.Filter) -> str:
    arguments = ", ".join(spelled(one) for one in link.args)
    return f"{link.name}({arguments})" if arguments else link.name


def _through(
    start: nodes.Expr, links: Sequence[nodes.Filter], given: Sequence[Mapping[str, str]]
) -> list[Plain | None]:
    made: nodes.Expr = start
    for link in links:
        made = nodes.Filter(made, link.name, link.args, link.kwargs, link.dyn_args, link.dyn_kwargs)
    run = _runner(made)
    return [run(one) for one in given]


def _idle_misfit(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    """Yield a `misfit` of a row that takes everything."""
    row = place.row
    kind = row.kind.text
    takes_all = kind is not None and kind.max is None and kind.min == 0 and not kind.digits
    if "misfit" in row.model_fields_set and takes_all and row.via is None:
        wrong = f"`misfit: {row.misfit}` never comes, because the row takes every text; give a `type`, or take it out"
        yield subject.find("idle_fallback", "warning", place, wrong, "misfit")
