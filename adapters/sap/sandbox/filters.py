"""`$filter` of OData V2, as far as SAP's services take it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.sap.sandbox.checks import date_text, date_value
from adapters.sap.sandbox.entities import EntitySet

Test = Callable[[Mapping[str, Any]], bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<paren>[(),])|(?P<when>datetime(?:offset)?'[^']*')|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?\d+(?:\.\d+)?[MmLl]?)|(?P<word>[A-Za-z_][A-Za-z0-9_/]*))"
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
}  # fmt: skip
_FLAGS = {"true": True, "false": False}


class BadFilter(ValueError):
    """The filter is not one that SAP understands."""


def compiled(text: str, kind: EntitySet) -> Test:
    """Return a filter as a test of entities. Raises BadFilter."""
    parser = _Parser(list(_tokens(text)), kind)
    test = parser.either()
    if parser.left:
        raise BadFilter(f"Invalid token '{parser.left[0]}' in filter")
    return test


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadFilter(f"Invalid token at position {at} of the filter")
        yield match.group().strip()
        at = match.end()


class _Parser:
    def __init__(self, tokens: list[str], kind: EntitySet) -> None:
        self.left = tokens
        self._kind = kind

    def either(self) -> Test:
        tests = [self._all()]
        while self._took("or"):
            tests.append(self._all())
        return lambda entity: any(test(entity) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return lambda entity: all(test(entity) for test in tests)

    def _one(self) -> Test:
        if self._took("("):
            test = self.either()
            self._need(")")
            return test
        if self.left and self.left[0] in {"startswith", "substringof"}:
            return self._function(self.left.pop(0))
        name = self._property()
        word = self.left.pop(0) if self.left else ""
        if word not in _COMPARISONS:
            raise BadFilter(f"Invalid operator '{word}' in filter")
        value, compare = self._literal(), _COMPARISONS[word]
        return lambda entity: compare(self._value(entity, name), value)

    def _function(self, name: str) -> Test:
        self._need("(")
        if name == "startswith":
            prop = self._property()
            self._need(",")
            text = str(self._literal())
            self._need(")")
            return lambda entity: str(entity[prop]).startswith(text)
        text = str(self._literal())
        self._need(",")
        prop = self._property()
        self._need(")")
        return lambda entity: text in str(entity[prop])

    def _property(self) -> str:
        name = self.left.pop(0) if self.left else ""
        known = self._kind.properties.get(name)
        if known is None:
            raise BadFilter(f"Property '{name}' of the filter does not exist in '{self._kind.name}Type'")
        if not known.is_filterable:
            raise BadFilter(f"Property '{name}' is not filterable")
        return name

    def _literal(self) -> Any:
        token = self.left.pop(0) if self.left else ""
        if token.startswith("datetime"):
            return date_value(date_text(datetime.fromisoformat(token.split("'")[1])))
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in _FLAGS:
            return _FLAGS[token]
        try:
            return Decimal(token.rstrip("MmLl"))
        except ArithmeticError as e:
            raise BadFilter(f"Invalid literal '{token}' in filter") from e

    def _value(self, entity: Mapping[str, Any], name: str) -> Any:
        value, kind = entity.get(name), self._kind.properties[name].kind
        if kind in {"date", "moment"}:
            return date_value(value)
        return Decimal(str(value)) if kind == "number" else value

    def _took(self, word: str) -> bool:
        if self.left and self.left[0] == word:
            self.left.pop(0)
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._took(word):
            raise BadFilter(f"'{word}' was expected in the filter")
