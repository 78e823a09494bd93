"""What a line of a record says: its texts, and whether it counts. Pure."""

from collections.abc import Mapping

from engine.model.field import Field

_SILENT = frozenset({"GROUP", "INFORMATION"})
"""Roles of lines that head others or only tell (UN/CEFACT 1229, `line_role`); their amounts stand elsewhere, and nothing is ordered by them."""


def text(fields: Mapping[str, Field], name: str) -> str:
    """Return a field of a line as it is written, without blanks around it; empty where it is not there."""
    field = fields.get(name)
    return "" if field is None else field.value.strip()


def is_silent(fields: Mapping[str, Field]) -> bool:
    """Tell whether a line only heads or explains others."""
    return text(fields, "line_role") in _SILENT
