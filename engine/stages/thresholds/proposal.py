"""Writes fitted thresholds as a new version of a ruleset file. The file itself is never touched."""

import difflib
import re
from collections.abc import Mapping, Sequence

from engine.content.ruleset import Ruleset
from engine.model.outcome import Fit

_BLOCK = re.compile(r"^confidence:[^\n]*\n(?:[ \t]+[^\n]*\n)*", re.MULTILINE)
_NAME = re.compile(r"^name: *\w+", re.MULTILINE)
_VERSION = re.compile(r"^version: *\d+", re.MULTILINE)
DEFAULT = "default"


def propose(text: str, ruleset: Ruleset, fits: Sequence[Fit], *, name: str = "") -> str | None:
    """Return a unified diff from the text of a ruleset to its next version, or None when nothing is to be changed.

    With another `name` it is a diff to the first version of a ruleset of that name. A scope for which nothing is proved
    keeps its thresholds.
    """
    name = name or ruleset.name
    version = ruleset.version + 1 if name == ruleset.name else 1
    new = {one.scope: dict(one.chosen.thresholds) for one in fits if one.chosen is not None}
    lines = ["confidence:", *_levels("  ", new.get("all", ruleset.confidence.all_permille()))]
    if ruleset.confidence.groups:
        lines.append("  groups:")
    for group in ruleset.confidence.groups:
        lines.append(f"    - name: {group.name}")
        if group.vendor_groups:
            lines.append(f"      vendor_groups: [{', '.join(_quoted(one) for one in group.vendor_groups)}]")
        if group.above:
            limits = (f"{code}: {_quoted(format(most, 'f'))}" for code, most in group.above.items())
            lines.append(f"      above: {{{', '.join(limits)}}}")
        lines += _levels("      ", new.get(group.name, group.all_permille()))
    if all(new.get(name, at) == at for name, at in _present(ruleset).items()):
        return None
    block = "\n".join(lines) + "\n"
    after = _VERSION.sub(f"version: {version}", _BLOCK.sub(lambda _: block, text, count=1), count=1)
    after = _NAME.sub(f"name: {name}", after, count=1)
    old, new_file = (f"rules/sets/{one}.yaml" for one in (f"{ruleset.name}.v{ruleset.version}", f"{name}.v{version}"))
    lines_of = (text.splitlines(keepends=True), after.splitlines(keepends=True))
    return "".join(difflib.unified_diff(*lines_of, fromfile=old, tofile=new_file))


def _present(ruleset: Ruleset) -> Mapping[str, Mapping[str, int]]:
    groups = {one.name: one.all_permille() for one in ruleset.confidence.groups}
    return {"all": ruleset.confidence.all_permille(), **groups}


def _levels(indent: str, levels: Mapping[str, int]) -> list[str]:
    fields = ", ".join(f"{name}: {_decimal(value)}" for name, value in levels.items() if name != DEFAULT)
    return [f"{indent}default: {_decimal(levels[DEFAULT])}", *([f"{indent}fields: {{{fields}}}"] if fields else [])]


def _decimal(permille: int) -> str:
    return _quoted(f"{permille / 1000:.3f}")


def _quoted(text: str) -> str:
    return f'"{text}"'
