"""Cells of decision tables: what a fact has to be for a row to hit.

    cell   = "-"                       anything, missing too
           | "missing" | "present"
           | ["not"] choice
    choice = test { "|" test }         any of them
    test   = literal | sign literal    sign: < <= > >=, for integers
           | "has" words            the words stand in the text, whole, in that order; `*` at the end: the last goes on
           | "[" integer ".." integer ")"   from .. to; `[` and `]` with the end, `(` and `)` without; an end may be left out
    literal = integer, true, false, or text as it stands

A fact that is missing hits `-` and `missing` only: no test holds for what is not known.
"""

import re

from engine.content.condition import And, Compare, Condition, FactLiteral, Not, Operator, Or, Presence, folded
from engine.content.facts import Fact

ANYTHING = "-"
_RANGE = re.compile(r"([\[(])\s*(-?\d+)?\s*\.\.\s*(-?\d+)?\s*([\])])")
_COMPARED = re.compile(r"(<=|>=|<|>)\s*(\S+)")
_INTEGER = re.compile(r"0|-?[1-9]\d*")


class CellError(ValueError):
    """A cell that the grammar or the fact refuses; the sentence says what is allowed."""


def parse_cell(text: str, name: str, fact: Fact) -> Condition | None:
    """Return the condition of a cell for a fact, None for `-`. Raises CellError."""
    cell = text.strip()
    if cell == ANYTHING:
        return None
    if not cell:
        raise CellError("an empty cell says nothing; write - for anything, or missing")
    if cell in {"missing", "present"}:
        if not fact.may_be_missing:
            raise CellError(f"{name} is never missing, so this test means nothing")
        return Presence(name, is_present=cell == "present")
    if cell.startswith("not "):
        return Not(_choice(cell.removeprefix("not "), name, fact))
    return _choice(cell, name, fact)


def literal(text: str, name: str, fact: Fact) -> FactLiteral:
    """Return a cell's text as a value of the fact. Raises CellError."""
    cell = text.strip()
    value: FactLiteral = cell
    if fact.type == "boolean" and cell in {"true", "false"}:
        value = cell == "true"
    elif fact.type == "integer" and _INTEGER.fullmatch(cell):
        value = int(cell)
    if wrong := fact.refuse(value):
        raise CellError(f"{cell!r} is nothing that {name} can be: {wrong}")
    return value


def _choice(text: str, name: str, fact: Fact) -> Condition:
    tests = tuple(_test(part.strip(), name, fact) for part in text.split("|"))
    return tests[0] if len(tests) == 1 else Or(tests)


def _test(text: str, name: str, fact: Fact) -> Condition:
    if found := _RANGE.fullmatch(text):
        return _range(found, name, fact)
    if found := _COMPARED.fullmatch(text):
        _only_for_integers(name, fact)
        sign: Operator = found[1]  # type: ignore[assignment]
        return Compare(name, sign, literal(found[2], name, fact))
    if text.startswith("has "):
        return Compare(name, "has", _words(text.removeprefix("has ").strip(), name, fact))
    return Compare(name, "==", literal(text, name, fact))


def has_words(test: Condition) -> bool:
    """Tell whether a cell looks for words, which several cells of a column may find in one text."""
    match test:
        case Compare(operator="has"):
            return True
        case Not(part):
            return has_words(part)
        case And(parts) | Or(parts):
            return any(map(has_words, parts))
    return False


def _words(text: str, name: str, fact: Fact) -> str:
    if fact.type != "text" or fact.values:
        raise CellError(f"words are looked for in free text; {name} is {fact.type} with values of its own")
    if not folded(text):
        raise CellError("`has` names the words that are looked for")
    return text


def _range(found: re.Match[str], name: str, fact: Fact) -> Condition:
    _only_for_integers(name, fact)
    opening, low, high, closing = found.groups()
    if low is None and high is None:
        raise CellError("a range without ends is anything; write -")
    if low is not None and high is not None and int(low) > int(high):
        raise CellError(f"the range ends at {high} before it begins at {low}")
    ends: list[Condition] = []
    if low is not None:
        ends.append(Compare(name, ">=" if opening == "[" else ">", literal(low, name, fact)))
    if high is not None:
        ends.append(Compare(name, "<=" if closing == "]" else "<", literal(high, name, fact)))
    return ends[0] if len(ends) == 1 else And(tuple(ends))


def _only_for_integers(name: str, fact: Fact) -> None:
    if fact.type != "integer":
        raise CellError(f"{name} is {fact.type}; order and ranges are for integers")
