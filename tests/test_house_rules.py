"""The rules of the house, held by tests from the first day. Each rule is one test over all files: quick, and told by name."""

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[1]
ROOMS = ("engine", "adapters", "admin")
FILES = sorted(file for room in ROOMS for file in (CHECKOUT / room).rglob("*.py"))
PURE = sorted(
    file for room in ("engine/model", "engine/content", "engine/stages") for file in (CHECKOUT / room).rglob("*.py")
)
MOST_LINES = 400


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(file.read_text())))


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in nodes(file) if isinstance(node, ast.Call))


def offenders(files: Sequence[Path], look: Callable[[Path], Any]) -> dict[str, Any]:
    """Return what a look finds, by file, where it finds something."""
    assert files
    found = {str(file.relative_to(CHECKOUT)): look(file) for file in files}
    return {name: one for name, one in found.items() if one}


def test_a_package_file_stays_empty() -> None:
    packages = [file for file in FILES if file.name == "__init__.py"]

    assert offenders(packages, lambda file: file.read_text().strip()) == {}


def test_a_file_is_one_room() -> None:
    assert offenders(FILES, lambda file: max(0, len(file.read_text().splitlines()) - MOST_LINES)) == {}


def test_no_amount_goes_through_a_binary_float() -> None:
    """Confidences and places on a page are floats; whoever makes one says `float(...)`, and nobody else may."""
    allowed = ("confidence", "score", "median", "inf")

    def made(file: Path) -> list[int]:
        floats = [call for call in calls(file) if isinstance(call.func, ast.Name) and call.func.id == "float"]
        return [call.lineno for call in floats if not any(word in ast.unparse(call) for word in allowed)]

    assert offenders(PURE, made) == {}


def test_a_pure_room_asks_nobody_for_the_time_or_for_chance() -> None:
    asked = {"datetime.now", "date.today", "time.time", "datetime.utcnow", "uuid.uuid4", "random.random"}

    def asks(file: Path) -> list[str]:
        named = [call.func for call in calls(file) if isinstance(call.func, ast.Attribute)]
        return [name for func in named if (name := ast.unparse(func)) in asked]

    assert offenders(PURE, asks) == {}


def test_nothing_but_the_command_line_prints() -> None:
    quiet = [file for file in FILES if "cli" not in file.parts]

    def prints(file: Path) -> list[int]:
        return [call.lineno for call in calls(file) if isinstance(call.func, ast.Name) and call.func.id == "print"]

    assert offenders(quiet, prints) == {}


OUTERMOST = {
    "engine/runtime/knowledge_desk/gate.py",
    "engine/runtime/workflow.py",
    "engine/runtime/rounds.py",
    "engine/runtime/posting/poster.py",
    "adapters/shared/guard_child.py",
    "admin/cli/read.py",
    "engine/runtime/promotion/look.py",
    "engine/runtime/promotion/trial.py",
}
"""The loops of a worker, of a guarded child, of a look through the gate in the background, over the files of a command and
over history with a version on trial: they report the error and go on with the next piece of work."""


def test_nobody_swallows_every_error() -> None:
    def swallows(file: Path) -> list[int]:
        return [
            handler.lineno for handler in nodes(file)
            if isinstance(handler, ast.ExceptHandler)
            and (handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"})
            and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
        ]  # fmt: skip

    found = offenders(FILES, swallows)

    assert {name: lines for name, lines in found.items() if name not in OUTERMOST} == {}
    assert [name for name, lines in found.items() if len(lines) > 1] == []


def test_no_module_needs_itself_to_be_imported() -> None:
    """A circle of imports works or fails by which module somebody imports first."""
    rooms = {".".join(file.relative_to(CHECKOUT).with_suffix("").parts): file for file in FILES}

    def needed(file: Path) -> set[str]:
        tree = ast.parse(file.read_text())
        froms = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module and not node.level]
        return {
            name for node in froms for one in node.names for name in (f"{node.module}.{one.name}", f"{node.module}")
        }

    needs = {name: needed(file) & rooms.keys() - {name} for name, file in rooms.items()}
    while free := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in free}

    assert needs == {}
