"""Conditions over facts: a closed grammar that a clerk can read, parsed to a typed tree.

    condition  = conjunct { "or" conjunct }
    conjunct   = negation { "and" negation }
    negation   = "not" negation | "(" condition ")" | test
    test       = FACT                                   a boolean fact by its bare name
               | FACT ("is missing" | "is present")
               | FACT ("==" | "!=") literal
               | FACT ("<" | "<=" | ">" | ">=") integer  order is for integers only
               | FACT ["not"] "in" "[" literal { "," literal } "]"
    literal    = integer | 'text' | "text" | true | false | tolerances.NAME

A test of a missing fact is neither true nor false (three-valued logic): `missing:` of the rule says what that means.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal, NamedTuple

from engine.content.facts import Fact, FactCatalogue

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "has", "lacks"]
"""`has`: the words of the literal stand in the text, see `has_words`; cells of tables write it, conditions of rules do not."""
FactLiteral = bool | int | str
NEGATED: Mapping[Operator, Operator] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "has": "lacks", "lacks": "has"
}  # fmt: skip


def has_words(text: str, words: str) -> bool:
    """Tell whether words stand in a text one after the other, whatever their case, accents and signs between them.

    Whole words; a `*` at the end lets the last one go on: `tank*` stands in `Shell Tankstelle`.
    """
    wanted = f" {folded(words)}"
    return wanted in f" {folded(text)} " if words.endswith("*") else f"{wanted} " in f" {folded(text)} "


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return the words of a text in small letters without accents, one blank between them."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return " ".join(re.findall(r"[^\W_]+", "".join(one for one in plain if not unicodedata.combining(one))))


_COMPARED: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge, "has": has_words,
    "lacks": lambda known, words: not has_words(known, words),
}  # fmt: skip
_ORDER = frozenset({"<", "<=", ">", ">="})
_WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "present", "true", "false"})
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?(?:0|[1-9]\d*)(?![\w.]))|(?P<name>[A-Za-z_][\w.]*)"
    r"|(?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))"
)


@dataclass(frozen=True)
class Compare:
    """A fact against a literal. A bare boolean fact is `== true`."""

    fact: str
    operator: Operator
    value: FactLiteral


@dataclass(frozen=True)
class Presence:
    """`is present` or `is missing`: always true or false."""

    fact: str
    is_present: bool


@dataclass(frozen=True)
class Not:
    """Negation; leaves unknown unknown."""

    part: "Condition"


@dataclass(frozen=True)
class And:
    """All parts."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    """Any part. `in [a, b]` is the `Or` of its equalities."""

    parts: tuple["Condition", ...]


Condition = Compare | Presence | Not | And | Or


class ConditionError(ValueError):
    """A condition that the grammar or the catalogue refuses; the sentence says where and what is allowed."""

    def __init__(self, message: str, *, code: Literal["grammar", "unknown_fact", "type_error"] = "grammar") -> None:
        super().__init__(message)
        self.code = code


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def parse(text: str, *, catalogue: FactCatalogue, constants: Mapping[str, int] | None = None) -> Condition:
    """Return the tree of a condition, checked against the catalogue.

    `constants` are the integers a ruleset names (`tolerances.sum_minor`). Raises ConditionError.
    """
    return _Parser(text, catalogue, constants or {}).parse()


def facts_of(condition: Condition) -> tuple[str, ...]:
    """Return the facts a condition tests, in reading order, each once."""
    return tuple(dict.fromkeys(leaf.fact for leaf in _leaves(condition)))


def can_be_unknown(condition: Condition, catalogue: FactCatalogue) -> bool:
    """Return whether some set of missing facts leaves the condition neither true nor false."""
    nullable = [name for name in facts_of(condition) if catalogue[name].may_be_missing]
    return any(
        None in _possible(condition, frozenset(missing))
        for size in range(1, len(nullable) + 1)
        for missing in combinations(nullable, size)
    )


def truth(condition: Condition, facts: Mapping[str, FactLiteral | None]) -> bool | None:
    """Return whether a condition holds on facts; None: a missing fact leaves it undecided. A fact not there is missing."""
    match condition:
        case Presence(fact, is_present):
            return (facts.get(fact) is not None) is is_present
        case Compare(fact, operator, value):
            known = facts.get(fact)
            return None if known is None else compare(known, operator, value)
        case Not(part):
            inner = truth(part, facts)
            return None if inner is None else not inner
        case And(parts) | Or(parts):
            decisive = isinstance(condition, Or)
            answers = [truth(part, facts) for part in parts]
            return decisive if decisive in answers else None if None in answers else not decisive


def compare(known: FactLiteral, operator: Operator, value: FactLiteral) -> bool:
    """Return whether a known value stands in a relation to a literal of its own type."""
    return bool(_COMPARED[operator](known, value))


def wording(condition: Condition) -> str:
    """Return a condition as its author would write it; constants as their values."""
    match condition:
        case Presence(fact, is_present):
            return f"{fact} is {'present' if is_present else 'missing'}"
        case Compare(fact, operator, value):
            if isinstance(value, bool):
                return fact if value is (operator == "==") else f"not {fact}"
            return f"{fact} {operator} {value!r}"
        case Not(part):
            return f"not {_bracketed(part)}"
        case And(parts):
            return " and ".join(map(_bracketed, parts))
        case Or(parts):
            return " or ".join(map(_bracketed, parts))


def _bracketed(part: Condition) -> str:
    return f"({wording(part)})" if isinstance(part, And | Or) else wording(part)


def _leaves(condition: Condition) -> Iterator[Compare | Presence]:
    match condition:
        case Compare() | Presence():
            yield condition
        case Not(part):
            yield from _leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)


def _possible(condition: Condition, missing: frozenset[str]) -> frozenset[bool | None]:
    """Return the truth values a condition can take when exactly `missing` facts are missing (None: unknown)."""
    match condition:
        case Presence(fact, is_present):
            return frozenset({is_present == (fact not in missing)})
        case Compare(fact):
            return frozenset({None}) if fact in missing else frozenset({True, False})
        case Not(part):
            return frozenset(None if value is None else not value for value in _possible(part, missing))
        case And(parts):
            return _combine([_possible(part, missing) for part in parts], decisive=False)
        case Or(parts):
            return _combine([_possible(part, missing) for part in parts], decisive=True)


def _combine(parts: list[frozenset[bool | None]], *, decisive: bool) -> frozenset[bool | None]:
    """Return the possible values of `and` (decisive False) or `or` (decisive True) over the parts' possible values."""
    result: frozenset[bool | None] = frozenset({not decisive})
    for part in parts:
        result = frozenset(
            decisive if decisive in (a, b) else None if None in (a, b) else not decisive for a in result for b in part
        )
    return result


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str, catalogue: FactCatalogue, constants: Mapping[str, int]) -> None:
        self._text = text
        self._catalogue = catalogue
        self._constants = constants
        self._tokens = self._tokenize()
        self._at = 0

    def parse(self) -> Condition:
        condition = self._condition()
        if (token := self._peek()).kind != "end":
            raise self._error("expected `and`, `or` or the end", token)
        return condition

    def _tokenize(self) -> list[_Token]:
        tokens: list[_Token] = []
        position = 0
        while position < len(self._text.rstrip()):
            found = _TOKEN.match(self._text, position)
            if found is None:
                raise ConditionError(
                    f"cannot be read from column {position + 1}: {self._text[position:].strip()[:20]!r}; allowed are "
                    "facts, integers, quoted text, == != < <= > >= in is and or not ( ) [ ]"
                )
            kind = found.lastgroup or ""
            tokens.append(_Token(kind, found.group(kind), found.start(kind) + 1))
            position = found.end()
        return [*tokens, _Token("end", "", len(self._text) + 1)]

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> _Token | None:
        """Consume the next token when it is a sign or a word out of `texts`."""
        token = self._peek()
        if token.kind in {"sign", "name"} and token.text in texts:
            self._at += 1
            return token
        return None

    def _expect(self, *texts: str) -> _Token:
        token = self._take(*texts)
        if token is None:
            raise self._error(f"expected {' or '.join(f'`{text}`' for text in texts)}", self._peek())
        return token

    def _error(self, message: str, token: _Token) -> ConditionError:
        return ConditionError(f"column {token.column}: {message}, {_found(token)}")

    def _type_error(self, message: str, token: _Token) -> ConditionError:
        return ConditionError(f"column {token.column}: {message}, {_found(token)}", code="type_error")

    def _condition(self) -> Condition:
        parts = [self._conjunct()]
        while self._take("or"):
            parts.append(self._conjunct())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunct(self) -> Condition:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self) -> Condition:
        if self._take("not"):
            return Not(self._negation())
        if self._take("("):
            inner = self._condition()
            self._expect(")")
            return inner
        return self._test()

    def _test(self) -> Condition:
        name, fact = self._fact()
        if self._take("is"):
            return self._presence(name, fact)
        if self._take("not"):
            self._expect("in")
            return Not(self._membership(name, fact))
        if self._take("in"):
            return self._membership(name, fact)
        sign = self._take("==", "!=", *_ORDER)
        if sign is None:
            if fact.type != "boolean":
                raise self._type_error(
                    f"{name} is {fact.type}; compare it, or test `is missing` / `is present`", self._peek()
                )
            return Compare(name, "==", True)
        if sign.text in _ORDER and fact.type != "integer":
            raise self._type_error(f"{name} is {fact.type}; order is for integer facts, use == or != or in", sign)
        return Compare(name, sign.text, self._literal(name, fact))  # type: ignore[arg-type]

    def _fact(self) -> tuple[str, Fact]:
        token = self._peek()
        if token.kind != "name" or token.text in _WORDS:
            raise self._error("expected a fact", token)
        if token.text not in self._catalogue:
            close = difflib.get_close_matches(token.text, self._catalogue.facts, n=3)
            hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(self._catalogue.facts)}"
            raise ConditionError(f"column {token.column}: unknown fact `{token.text}`; {hint}", code="unknown_fact")
        self._at += 1
        return token.text, self._catalogue[token.text]

    def _presence(self, name: str, fact: Fact) -> Presence:
        word = self._expect("missing", "present")
        if not fact.may_be_missing:
            raise self._type_error(f"{name} is never missing, so this test means nothing", word)
        return Presence(name, is_present=word.text == "present")

    def _membership(self, name: str, fact: Fact) -> Condition:
        self._expect("[")
        values = [self._literal(name, fact)]
        while self._take(","):
            values.append(self._literal(name, fact))
        self._expect("]")
        tests = tuple(Compare(name, "==", value) for value in dict.fromkeys(values))
        return tests[0] if len(tests) == 1 else Or(tests)

    def _literal(self, name: str, fact: Fact) -> FactLiteral:
        token = self._peek()
        self._at += 1
        value: FactLiteral
        if token.kind == "number":
            value = int(token.text)
        elif token.kind == "text":
            value = token.text[1:-1]
        elif token.text in {"true", "false"}:
            value = token.text == "true"
        elif token.kind == "name" and token.text in self._constants:
            value = self._constants[token.text]
        else:
            known = f"; constants of this ruleset: {', '.join(self._constants)}" if self._constants else ""
            raise self._error(f"expected an integer, quoted text, true or false{known}", token)
        if wrong := fact.refuse(value):
            raise ConditionError(
                f"column {token.column}: {name} cannot be compared with {token.text}: {wrong}", code="type_error"
            )
        return value


def _found(token: _Token) -> str:
    return f"found `{token.text}`" if token.kind != "end" else "found the end"
