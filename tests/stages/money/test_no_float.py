"""No binary float comes near an amount: neither a literal, nor a call that makes one."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "engine"
FILES = sorted([*(ROOT / "stages" / "money").glob("*.py"), ROOT / "stages" / "sums.py", ROOT / "model" / "money.py"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_money_is_counted_in_decimals_alone(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    literals = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    makers = [
        node.lineno for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"float", "round"}
    ]  # fmt: skip
    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names
    }

    assert literals == makers == []
    assert imported.isdisjoint({"math", "statistics", "numpy"})
