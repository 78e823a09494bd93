"""What a row can give, held against what the target takes, as far as both are known before any document.

Only what can never fit is refused here, so that a start is not refused for a case that does not come. Types that are merely
wider than the target's are for `postroom mappings lint`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2 import nodes
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from engine.content.converters import Inconvertible, text
from engine.content.expression import Plain, parsed
from engine.content.matrix_row import MatrixRow
from engine.content.row_type import FieldType

_DATES = ("2026-12-31", "1999-01-02")
_MOST_DIGITS = 19
_MOST_PLACES = 6
_BOUNDS = ("minimum", "maximum", "multipleOf")
_KEYS = ("type", "enum", "const", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "multipleOf")


def clashes(row: MatrixRow, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, what is wrong) for each part of a leaf whose value the target's schema surely refuses."""
    known = {key: schema[key] for key in _KEYS if key in schema}
    if not known:
        return
    for key, value in _constants(row):
        try:
            fitted = row.kind.fit(value)
        except Inconvertible as e:
            yield key, f"{text(value)!r} does not fit the row's type: {e.message}"
            continue
        if why := _refused(fitted, known):
            yield key, f"the target does not take {text(fitted)!r}: {why}"
    first = next(_samples(row.kind, known), None)
    if row.value is None and first is not None and all(_refused(one, known) for one in _samples(row.kind, known)):
        yield "type", f"the target never takes what this type gives: {_refused(first, known)}"
    if row.value is None and (why := _lengths(row.kind, known)):
        yield "type", f"the target never takes what this type gives: {why}"


def _constants(row: MatrixRow) -> Iterator[tuple[str, Plain]]:
    """Yield the values that a row gives without looking at a document."""
    if row.value is not None:
        yield "value", row.value
    if row.default is not None:
        yield "default", row.default
    for one in row.kind.picklist or ():
        yield "type", one
    if row.via is not None:
        yield from (("via", one) for one in _ends(parsed(row.via)))


def _ends(node: nodes.Node | None) -> Iterator[Plain]:
    """Yield the constants that an expression may come to: `'KG' if ... else 'KR'`."""
    if isinstance(node, nodes.CondExpr):
        yield from _ends(node.expr1)
        yield from _ends(node.expr2)
    elif isinstance(node, nodes.Const) and node.value is not None and node.value != "":
        yield node.value


def _samples(kind: FieldType, schema: Mapping[str, Any]) -> Iterator[Plain]:
    """Yield values of every shape that a type gives; none for texts, of which a target may take any part."""
    if kind.date is not None:
        wanted: Iterable[str] = _DATES
    elif kind.boolean is not None:
        wanted = ("true", "false")
    elif kind.integer is not None:
        bounds = (kind.integer.min, kind.integer.max, *(schema.get(key) for key in _BOUNDS))
        wanted = [*_sizes(0, 0), *(str(int(bound)) for bound in bounds if bound is not None)]
    elif kind.decimal is not None:
        most = kind.decimal.places if kind.decimal.places is not None else _MOST_PLACES
        wanted = _sizes(kind.decimal.min_places or 0, most)
    else:
        return
    yield from (fitted for one in wanted if (fitted := _fitted(kind, one)) is not None)


def _sizes(least: int, most: int) -> Iterator[str]:
    """Yield numbers of every number of digits before and behind the point, of both signs, and zero."""
    for places in range(least, max(least, most) + 1):
        tail = f".{'1' * places}" if places else ""
        yield f"0{tail}"
        yield from (f"{sign}{'1' * digits}{tail}" for sign in ("", "-") for digits in range(1, _MOST_DIGITS))


def _fitted(kind: FieldType, value: str) -> Plain | None:
    try:
        return kind.fit(value)
    except Inconvertible:
        return None


def _lengths(kind: FieldType, schema: Mapping[str, Any]) -> str:
    """Return why no text of a type can be taken, or an empty text."""
    if kind.text is None:
        return ""
    allowed = schema.get("type")
    if allowed is not None and "string" not in (allowed if isinstance(allowed, list) else [allowed]):
        return f"it gives text, the target takes {allowed}; give the row a type"
    if kind.text.min > schema.get("maxLength", kind.text.min):
        return f"{kind.text.min} characters or more, where {schema['maxLength']} fit"
    if kind.text.max is not None and kind.text.max < schema.get("minLength", 0):
        return f"up to {kind.text.max} characters, where {schema['minLength']} are the fewest"
    return ""


def _refused(value: Plain, schema: Mapping[str, Any]) -> str:
    """Return why a schema refuses a value, or an empty text."""
    error = best_match(Draft202012Validator(schema).iter_errors(value))
    return "" if error is None else error.message[:200]
