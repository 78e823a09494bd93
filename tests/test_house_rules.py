"""The rules of the house, held by tests from the first day."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
ROOMS = ("engine", "adapters", "admin")
FILES = sorted(file for room in ROOMS for file in (CHECKOUT / room).rglob("*.py"))
PURE = sorted(
    file for room in ("engine/model", "engine/content", "engine/stages") for file in (CHECKOUT / room).rglob("*.py")
)
MOST_LINES = 400


def name(file: Path) -> str:
    return str(file.relative_to(CHECKOUT))


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))


@pytest.mark.parametrize("file", [file for file in FILES if file.name == "__init__.py"], ids=name)
def test_a_package_file_stays_empty(file: Path) -> None:
    assert file.read_text().strip() == ""


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_file_is_one_room(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", PURE, ids=name)
def test_no_amount_goes_through_a_binary_float(file: Path) -> None:
    """Confidences and places on a page are floats; whoever makes one says `float(...)`, and nobody else may."""
    allowed = ("confidence", "score", "median", "inf")
    made = [
        call.lineno for call in calls(file)
        if isinstance(call.func, ast.Name) and call.func.id == "float" and not any(word in ast.unparse(call) for word in allowed)
    ]  # fmt: skip

    assert made == []


@pytest.mark.parametrize("file", PURE, ids=name)
def test_a_pure_room_asks_nobody_for_the_time_or_for_chance(file: Path) -> None:
    asked = [
        ast.unparse(call.func) for call in calls(file)
        if ast.unparse(call.func) in {"datetime.now", "date.today", "time.time", "datetime.utcnow", "uuid.uuid4", "random.random"}
    ]  # fmt: skip

    assert asked == []


@pytest.mark.parametrize("file", [file for file in FILES if "cli" not in file.parts], ids=name)
def test_nothing_but_the_command_line_prints(file: Path) -> None:
    assert [call.lineno for call in calls(file) if isinstance(call.func, ast.Name) and call.func.id == "print"] == []


OUTERMOST = {
    "engine/runtime/workflow.py",
    "engine/runtime/rounds.py",
    "engine/runtime/posting/poster.py",
    "adapters/shared/guard_child.py",
    "admin/cli/read.py",
    "engine/runtime/promotion/look.py",
    "engine/runtime/promotion/trial.py",
}
"""The loops of a worker, of a guarded child, over the files of a command and over history with a version on trial: they report the error and go on with the next piece of work."""


@pytest.mark.parametrize("file", FILES, ids=name)
def test_nobody_swallows_every_error(file: Path) -> None:
    swallowed = [
        handler.lineno for handler in ast.walk(ast.parse(file.read_text()))
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"})
        and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    ]  # fmt: skip

    assert len(swallowed) <= (1 if name(file) in OUTERMOST else 0)
