"""Collects the codes of findings, refusals and reviews from the source: where they are made, how grave, what they say."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOMS = ("engine", "adapters", "admin/cli")
_MAKERS = frozenset({"Finding", "ReadError", "to_review", "_find", "_add", "_mismatch"})


class Made(NamedTuple):
    """One place in the source that makes a code."""

    code: str
    severity: str
    message: str
    module: str


def collect(root: Path) -> dict[str, list[Made]]:
    """Return every code with the places that make it, in alphabetical order."""
    found: dict[str, list[Made]] = {}
    files = sorted(file for room in ROOMS for file in (root / room).rglob("*.py"))
    for file in files:
        module = ".".join(file.relative_to(root).with_suffix("").parts)
        for made in _of_module(ast.parse(file.read_text(encoding="utf-8")), module):
            found.setdefault(made.code, []).append(made)
    return dict(sorted(found.items()))


def _of_module(tree: ast.Module, module: str) -> Iterator[Made]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _name(call.func) in _MAKERS:
                message = _message(call, function, tree)
                yield from (Made(code, _severity(call), message, module) for code in _codes(call, function) if message)


def _codes(call: ast.Call, function: ast.FunctionDef) -> Iterator[str]:
    """Yield the codes that a call makes: literals, or the first of each pair that the function loops over."""
    given = _keyword(call, "code") or _keyword(call, "reasons") or _positional_code(call)
    if isinstance(given, ast.List):
        yield from (str(one.value) for one in given.elts if isinstance(one, ast.Constant))
    elif isinstance(given, ast.Constant):
        yield str(given.value)
    elif isinstance(given, ast.Name) and given.id not in {argument.arg for argument in _arguments(function)}:
        pairs = (node for node in ast.walk(function) if isinstance(node, ast.Tuple) and node.elts)
        firsts = dict.fromkeys(node.elts[0].value for node in pairs if isinstance(node.elts[0], ast.Constant))
        yield from map(str, firsts)


def _positional_code(call: ast.Call) -> ast.expr | None:
    place = {"_find": 3, "_add": 0, "_mismatch": 0}.get(_name(call.func))
    return call.args[place] if place is not None and len(call.args) > place else None


def _severity(call: ast.Call) -> str:
    given = _keyword(call, "severity")
    if isinstance(given, ast.Constant):
        return str(given.value)
    return {"ReadError": "fatal", "to_review": "review"}.get(_name(call.func), "error")


def _message(call: ast.Call, function: ast.FunctionDef, tree: ast.Module) -> str:
    """Return the sentence for the clerk, with an ellipsis where a value is filled in."""
    if _name(call.func) == "_mismatch":
        maker = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "_mismatch")
        return next((_message(n, maker, tree) for n in ast.walk(maker) if isinstance(n, ast.Call)), "")
    place = {"_find": 4, "_add": 2, "ReadError": 0}.get(_name(call.func))
    given = _keyword(call, "message")
    if given is None and place is not None and len(call.args) > place:
        given = call.args[place]
    if isinstance(given, ast.Name):
        given = _assigned(given, function, before=call.lineno)
    return _text(given).strip() if given is not None else ""


def _assigned(name: ast.Name, function: ast.FunctionDef, *, before: int) -> ast.expr | None:
    """Return the last value given to a name before a line of a function."""
    values = [
        node.value for node in ast.walk(function)
        if isinstance(node, ast.Assign) and node.lineno < before
        and any(isinstance(target, ast.Name) and target.id == name.id for target in node.targets)
    ]  # fmt: skip
    return max(values, key=lambda value: value.lineno, default=None)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.IfExp):
        return f"{_text(node.body)} Or: {_text(node.orelse)}"
    return "…"


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.args, *function.args.kwonlyargs]
