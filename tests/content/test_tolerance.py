from pathlib import Path

import pytest

from engine.content.tolerance import Bound, load_tolerances
from engine.model.errors import ContentError

GOOD = """\
name: tried
version: 1
system: test
unchecked: fails
precedence: [[item], []]
checks:
  - name: PP
    meaning: Price.
    of: [price]
    not_set: zero
    release: buyer
    limits:
      - for: {item: A}
        both: {percent: "2"}
      - upper: {percent: "0", amount: {EUR: unlimited}}
examples:
  - {name: a, source: house, difference: {kind: price, expected: "1", actual: "1"}, passes: PP}
  - {name: b, source: house, difference: {kind: price, expected: "1", actual: "2"}, fails: PP}
"""


def load(tmp_path: Path, text: str) -> object:
    file = tmp_path / "tried.v1.yaml"
    file.write_text(text)
    return load_tolerances(file)


def test_a_policy_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('percent: "2"', "percent: 2", "quoted number"),
        ('percent: "2"', 'percent: "-2"', "quoted number"),
        ('percent: "2"', "percent: none", "quoted number"),
        ("not_set: zero", "not_set: whatever", "zero"),
        ("    not_set: zero\n", "", "required"),
        ("    release: buyer\n", "", "release"),
        ("for: {item: A}", "for: {vendor: V}", "not in `precedence`; there are: item, everything"),
        ("      - upper", "      - for: {item: A}\n        upper", "stand twice"),
        ("upper:", 'both: {percent: "1"}\n        upper:', "either `both`"),
        ("fails: PP", "fails: PX", "there is no check 'PX'"),
        ("fails: PP", "fails: PP, passes: PP", "either"),
        ("    of: [price]", "    measure: units\n    of: [price]", "no limits in money"),
        ("    of: [price]", "    measure: level\n    of: [price]", "percentage"),
        ('percent: "2"', 'units: "2"', "measure: units"),
        ("EUR: unlimited", "euro: unlimited", "pattern"),
        ("meaning: Price.", "meanin: Price.", "unknown key"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD

    with pytest.raises(ContentError, match=message):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_zero_and_unlimited_are_set_and_not_set_is_not() -> None:
    assert Bound.model_validate({"percent": "0"}).is_set
    assert Bound.model_validate({"amount": {"EUR": "unlimited"}}).is_set
    assert not Bound.model_validate({"amount": {"EUR": "not_set"}}).is_set
    assert not Bound().is_set
