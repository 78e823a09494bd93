"""One change at one place of a YAML text; every other character stays."""

from pathlib import Path

import pytest

from engine.content import strict_yaml
from engine.content.spreadsheet import patch
from engine.content.spreadsheet.changes import ORDER
from engine.content.spreadsheet.place import placed

ROOT = Path(__file__).parents[3]
TEXT = """# head
rows:
  # first
  - to: a   # the target
    from: x      # the source
    via: >-
      value
      | trim
    # before why
    why: 'because'
  - {to: b, from: y,   # comment inside
     need: must}
  - to: c
    rows:
      - {to: d, value: "009"}

  # between

      - {to: e, value: 1}   # last
examples: []   # none
"""

SET = [
    ("a plain value", 0, "from", "z", "    from: x      #", "    from: z      #"),
    ("a folded value", 0, "via", "value | upper", "via: >-\n      value\n      | trim\n", 'via: "value | upper"\n'),
    ("quotes become double", 0, "why", "it's so", "why: 'because'", 'why: "it\'s so"'),
    ("a key behind a folded value", 0, "type", {"text": {"max": 3}}, "      | trim\n", "      | trim\n    type: {text: {max: 3}}\n"),
    ("a key behind a comment", 0, "each", "lines", "- to: a   # the target\n", "- to: a   # the target\n    each: lines\n"),
    ("a key at the end", 0, "rows", "none", "why: 'because'\n", "why: 'because'\n    rows: none\n"),
    ("a flow over two lines", 1, "need", "may", "     need: must}", "     need: may}"),
    ("a key in a flow over two lines", 1, "why", "x", "     need: must}", '     need: must, why: "x"}'),
    ("a key before the comment in a flow", 1, "type", "date", "from: y,", "from: y, type: date,"),
    ("a value that reads like a number", 1, "from", "007", "from: y,", 'from: "007",'),
    ("a value that reads like a word of YAML", 1, "from", "no", "from: y,", 'from: "no",'),
    ("a value with a colon", 1, "from", "a: b", "from: y,", 'from: "a: b",'),
    ("a value in another language", 1, "from", "Größe €", "from: y,", 'from: "Größe €",'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "key", "value", "old", "new"), [case[1:] for case in SET], ids=[case[0] for case in SET]
)
def test_a_key_is_set_where_it_stands(row: int, key: str, value: object, old: str, new: str) -> None:
    changed = patch.set_key(TEXT, ("rows", row), key, value, order=ORDER)

    assert TEXT.count(old) == 1
    assert changed == TEXT.replace(old, new)
    assert strict_yaml.loads(changed, file=Path("x")).data["rows"][row][key] == value


REMOVED = [
    ("of a block", 0, "from", "    from: x      # the source\n", ""),
    ("folded", 0, "via", "    via: >-\n      value\n      | trim\n", ""),
    ("of a flow", 1, "from", ", from: y", ""),
    ("the last of a flow", 1, "need", ",   # comment inside\n     need: must}", "}"),
    ("the first of a flow", 1, "to", "{to: b, from", "{from"),
]


@pytest.mark.parametrize(
    ("row", "key", "old", "new"), [case[1:] for case in REMOVED], ids=[case[0] for case in REMOVED]
)
def test_a_key_is_taken_out(row: int, key: str, old: str, new: str) -> None:
    assert patch.remove_key(TEXT, ("rows", row), key) == TEXT.replace(old, new, 1)


def test_a_row_stands_behind_another_before_what_follows() -> None:
    changed = patch.add_row(TEXT, ("rows", 2, "rows", 0), {"to": "f", "from": "z"})

    assert changed == TEXT.replace('value: "009"}\n', 'value: "009"}\n      - {to: f, from: z}\n')


def test_a_row_goes_with_its_lines_and_comments_around_it_stay() -> None:
    assert patch.remove_row(TEXT, ("rows", 2, "rows", 1)) == TEXT.replace("      - {to: e, value: 1}   # last\n", "")
    assert "# between" in patch.remove_row(TEXT, ("rows", 2, "rows", 0))


def test_what_would_leave_nothing_is_refused() -> None:
    with pytest.raises(patch.Spot, match="without to nothing is left"):
        patch.remove_key("rows: [{to: a}]", ("rows", 0), "to")
    with pytest.raises(patch.Spot, match="the only row"):
        patch.remove_row("rows: [{to: a}]", ("rows", 0))


@pytest.mark.parametrize("name", ["files.ap_invoice_csv.v1.yaml", "files.ap_invoice_idoc_flat.v1.yaml"])
def test_a_reason_for_a_row_changes_its_line_alone(name: str) -> None:
    text = (ROOT / "mappings/outbound" / name).read_text(encoding="utf-8")
    before = text.splitlines()
    rows = [one for one in placed(strict_yaml.loads(text, file=Path(name)).data) if not one.is_item]
    for one in rows[::3]:
        changed = patch.set_key(text, one.path, "why", "so: # it is", order=ORDER)

        lines = changed.splitlines()
        data = strict_yaml.loads(changed, file=Path(name)).data
        assert next(p for p in placed(data) if p.path == one.path).data["why"] == "so: # it is"
        extra = len(lines) - len(before)
        first = next(index for index, (a, b) in enumerate(zip(before, lines, strict=False)) if a != b)
        assert extra in (0, 1)
        assert lines[first + 1 :] == before[first + 1 - extra :]
