"""Every act on a document that the ledger knows is either a touch or a look: a new one has to be sorted."""

import ast
from collections.abc import Iterator
from pathlib import Path

from engine.model.kpi import ANSWERS, LOOKS, TOUCHES

ROOT = Path(__file__).parents[2]
MACHINES = frozenset({"system", "document.source", "operation.target", "executor_id"})
"""How code names an actor that is the hub, a source or a target."""
COME_IN = frozenset({"document_received", "document_arrived_again"})


def told() -> Iterator[tuple[str, str]]:
    """Yield (kind, file) of every ledger entry about a document whose actor is somebody."""
    for file in sorted([*(ROOT / "engine/runtime").rglob("*.py"), *(ROOT / "admin").rglob("*.py")]):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                yield from ((kind, file.name) for kind in _kinds(call))


def _kinds(call: ast.Call) -> Iterator[str]:
    given = {one.arg: one.value for one in call.keywords if one.arg}
    called = ast.unparse(call.func).rpartition(".")[2]
    about = "document_id" in given and ast.unparse(given["document_id"]) != "None"
    if called == "append" and about and "kind" in given:
        actor = (
            ast.literal_eval(given["actor"])
            if isinstance(given["actor"], ast.Constant)
            else ast.unparse(given["actor"])
        )
        if actor not in MACHINES:
            yield from _texts(given["kind"])
    elif called == "note" and about:  # accounts.note(tx, house, hand, kind, ..., document_id=)
        yield from (text for one in call.args for text in _texts(one))
    elif called == "_tell" and len(call.args) > 4 and ast.unparse(call.args[4]) == "by":  # engine.runtime.operations
        yield from _texts(call.args[3])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_act_of_somebody_on_a_document_is_sorted() -> None:
    found = dict(told())

    assert {"document_corrected", "operation_settled", "data_revealed", "comment"} <= set(found)
    assert {kind: file for kind, file in found.items() if kind not in TOUCHES | LOOKS | COME_IN} == {}


def test_answers_are_touches() -> None:
    assert ANSWERS <= TOUCHES
