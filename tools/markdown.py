"""Small pieces of Markdown for generated pages."""

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """Return a value as the inside of a table cell."""
    return " ".join(str(text).replace("|", "\\|").split())


def code(text: object) -> str:
    """Return a value in code type; nothing for an empty one."""
    shown = cell(text)
    return f"`{shown}`" if shown else ""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table. Cells that hold Markdown come ready made."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell_of for cell_of in map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def codes(names: Iterable[object]) -> str:
    """Return values in code type with blanks between them."""
    return " ".join(code(name) for name in names)
