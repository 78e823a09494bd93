"""Faults are seeded into the shipped ruleset, and each must be found by its code, at the rule that has it."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.lint.finding import LintFinding
from engine.content.lint.lint import lint

ROOT = Path(__file__).parents[3]
SET = "rules/sets/ap_invoice.v1.yaml"


def rule(
    named: str,
    when: str,
    *,
    missing: str = "",
    then: str = "{route: review, queue: ap_data}",
    severity: str = "error",
    examples: str = "[{fires: {}}, {passes: {buyer: ours}}]",
    message: str = "Look at it.",
) -> str:
    says = f"    missing: {missing}\n" if missing else ""
    return (
        f"\n  - id: {named}\n    name: Seeded\n    why: It is seeded.\n    when: {when}\n{says}    then: {then}\n"
        f"    severity: {severity}\n    message: {message}\n    examples: {examples}\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("rules", "mappings/canonical"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def added(folder: Path, *rules: str, first: bool = False) -> tuple[LintFinding, ...]:
    """Add rules to the set, last or first, and return what lint says beside notes."""
    file = folder / SET
    text = file.read_text(encoding="utf-8")
    whole = text.replace("\nrules:\n", "\nrules:" + "".join(rules), 1) if first else text + "".join(rules)
    file.write_text(whole, encoding="utf-8")
    return told(folder, file)


def told(folder: Path, *files: Path) -> tuple[LintFinding, ...]:
    return tuple(one for one in lint(folder, files) if one.severity != "info")


def changed(folder: Path, named: str, old: str, new: str) -> tuple[LintFinding, ...]:
    """Change one line of a shipped rule and return what lint says."""
    file = folder / SET
    text = file.read_text(encoding="utf-8")
    block = re.search(rf"  - id: {named}\n(?:(?!  - id: ).*\n)*", text)
    assert block, f"the shipped set has no rule {named} any more"
    assert old in block[0], block[0]
    file.write_text(text.replace(block[0], block[0].replace(old, new, 1), 1), encoding="utf-8")
    return told(folder, file)


def of(found: tuple[LintFinding, ...]) -> set[tuple[str, str]]:
    return {(one.code, one.subject) for one in found}


NUMBERS: Mapping[str, tuple[str, str]] = {
    "nothing lies between": ("total_minor > 500 and total_minor < 501", "impossible"),
    "above and below": ("total_minor > 500 and total_minor < 300", "impossible"),
    "below zero where nothing is": ("unsure_count < 0", "impossible"),
    "more than all": ("type_confidence > 1000", "impossible"),
    "two values at once": ("total_minor == 1 and total_minor == 2", "impossible"),
    "equal and unequal": ("total_minor == 1 and total_minor != 1", "impossible"),
    "outside and inside": ("not (line_count > 1 or line_count < 9)", "impossible"),
    "at least none": ("unsure_count >= 0", "always_true"),
    "at most all": ("type_confidence <= 1000", "always_true"),
    "this or the rest": ("line_count > 4 or line_count <= 4", "always_true"),
    "not two things at once": ("not (line_count == 1 and line_count == 2)", "always_true"),
    "any value of one that may miss": ("total_minor < 7 or total_minor >= 7", "always_true"),
    "weaker beside stronger": ("line_count > 4 and line_count > 2", "idle_part"),
    "stronger beside weaker": ("line_count > 4 or line_count > 2", "idle_part"),
    "bound that holds anyway": ("line_count >= 0 and line_count < 3", "idle_part"),
    "unequal to what it cannot be": ("line_count == 3 and line_count != 5", "idle_part"),
}
TEXTS: Mapping[str, tuple[str, str]] = {
    "two kinds at once": ("document_type == 'invoice' and document_type == 'credit_note'", "impossible"),
    "all but each": ("vendor_outcome not in ['one', 'several', 'none']", "impossible"),
    "every value there is": ("vendor_outcome in ['one', 'several', 'none']", "always_true"),
    "not one or not the other": ("document_type != 'invoice' or document_type != 'credit_note'", "always_true"),
    "kind that rules the other out": ("document_type == 'invoice' and document_type != 'credit_note'", "idle_part"),
    "said twice": ("currency == 'EUR' or currency in ['EUR', 'USD']", "idle_part"),
}
CLAIMS: Mapping[str, tuple[str, str]] = {
    "claim and its denial": ("has_order and not has_order", "impossible"),
    "claim or its denial": ("has_order or not has_order", "always_true"),
    "missing and yet compared": ("currency is missing and currency == 'EUR'", "impossible"),
    "missing and present": ("currency is missing and currency is present", "impossible"),
    "missing or present": ("currency is missing or currency is present", "always_true"),
    "claim twice": ("has_order and (has_order or line_count > 3)", "idle_part"),
    "asserted and what sets it": ("amounts_are_wrong and lines_delta_minor > 1000 and total_minor == 3", "idle_part"),
}


@pytest.mark.parametrize(
    ("when", "code"), [*NUMBERS.values(), *TEXTS.values(), *CLAIMS.values()], ids=[*NUMBERS, *TEXTS, *CLAIMS]
)
def test_a_condition_that_cannot_mean_what_it_says_is_found(folder: Path, when: str, code: str) -> None:
    missing = (
        "passes" if re.search("total_minor|currency [=i]n?|lines_delta", when) and " or currency is" not in when else ""
    )

    found = added(folder, rule("seeded", f'"{when}"', missing=missing))

    assert (code, "seeded") in of(found)


PAIRS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "the same twice": (
        (rule("one", "line_count > 400"), rule("two", "line_count > 400")), "duplicate_rule", "two"),
    "the same in other words": (
        (rule("one", "line_count > 400"), rule("two", "not (line_count < 401)")), "duplicate_rule", "two"),
    "the same by the law of De Morgan": (
        (rule("one", "not (has_order or line_count > 3)"), rule("two", "not has_order and line_count <= 3")),
        "duplicate_rule", "two"),
    "the same through an asserted fact": (
        (rule("one", "amounts_are_wrong"),), "duplicate_rule", "one"),
    "equal conditions, other queues": (
        (rule("one", "line_count > 400"), rule("two", "line_count > 400", then="{route: review, queue: intake}")),
        "conflict", "two"),
    "equal conditions, other routes": (
        (rule("one", "line_count > 400"), rule("two", "line_count >= 401", then="{route: reject}")), "conflict", "two"),
    "equal conditions, other severity": (
        (rule("one", "line_count > 400"), rule("two", "line_count > 400", severity="warning")), "conflict", "two"),
    "one stops what the other only notes": (
        (rule("one", "line_count > 400"), rule("two", "line_count > 400", then="{}", severity="warning")),
        "conflict", "two"),
    "overlapping ranges, other queues": (
        (rule("one", "line_count > 400"), rule("two", "line_count > 300 and has_order", then="{route: review, queue: intake}")),
        "conflict", "two"),
    "overlapping kinds, other queues": (
        (rule("one", "line_count > 400 and order_outcome in ['one', 'none']"),
         rule("two", "line_count == 500 and order_outcome in ['one', 'several']", then="{route: review, queue: intake}")),
        "conflict", "two"),
    "narrower behind wider": (
        (rule("one", "line_count > 400"), rule("two", "line_count > 500")), "shadowed", "two"),
    "narrower behind a shipped one": (
        (rule("one", "vendor_outcome == 'none' and line_count > 5"),), "shadowed", "one"),
    "less severe beside wider": (
        (rule("one", "line_count > 500", severity="warning"), rule("two", "line_count > 400")), "shadowed", "one"),
    "lower route beside wider": (
        (rule("one", "line_count > 500"), rule("two", "line_count > 400", then="{route: reject}")), "shadowed", "one"),
    "a wait beside a wider review": (
        (rule("one", "line_count > 500", then="{route: wait}"), rule("two", "line_count > 400")), "shadowed", "one"),
    "two that cover a third together": (
        (rule("one", "line_count > 400 and has_order"), rule("two", "line_count > 400 and not has_order"),
         rule("three", "line_count > 450")), "shadowed", "three"),
    "asserts what another asserts": (
        (rule("one", "lines_delta_minor > 500", missing="passes", then="{assert: amounts_are_wrong}"),), "shadowed", "one"),
}  # fmt: skip


@pytest.mark.parametrize(("rules", "code", "subject"), PAIRS.values(), ids=list(PAIRS))
def test_rules_that_double_or_deny_each_other_are_found(
    folder: Path, rules: tuple[str, ...], code: str, subject: str
) -> None:
    assert (code, subject) in of(added(folder, *rules))


SAID: Mapping[str, tuple[str, str]] = {
    "missing of facts that never are": (rule("seeded", "line_count > 400", missing="passes"), "missing_idle"),
    "missing that another part settles": (
        rule("seeded", "total_minor is missing or total_minor > 999999", missing="fires"), "missing_idle"),
    "fires on missing, but not through what it tests": (
        rule("seeded", "amounts_are_wrong and currency == 'XXX'", missing="fires"), "missing_contradicted"),
    "passes on missing, but fires through what it tests": (
        rule("seeded", "not amounts_are_wrong and currency == 'XXX'", missing="passes"), "missing_contradicted"),
    "error that stops nothing": (rule("seeded", "line_count > 400", then="{}"), "error_only_noted"),
    "example twice": (
        rule("seeded", "line_count > 400", examples="[{fires: {line_count: 401}}, {fires: {line_count: 401}}, {passes: {line_count: 1}}]"),
        "example_twice"),
    "example that cannot come": (
        rule("seeded", "line_count < 4", examples="[{fires: {line_count: -1}}, {passes: {line_count: 4}}]"),
        "example_contradicted"),
    "example against what is asserted": (
        rule("seeded", "amounts_are_wrong and line_count > 400",
             examples="[{fires: {amounts_are_wrong: true, line_count: 401}}, {passes: {amounts_are_wrong: false, line_count: 401, lines_delta_minor: 900}}]"),
        "example_contradicted"),
    "example against what nothing asserts": (
        rule("seeded", "amounts_are_wrong and line_count > 400",
             examples="[{fires: {amounts_are_wrong: true, line_count: 401, lines_delta_minor: 0, total_delta_minor: 0, tax_delta_minor: 0}}, {passes: {amounts_are_wrong: false, line_count: 401}}]"),
        "example_contradicted"),
    "example that another rule decides": (
        rule("seeded", "line_count > 400", examples="[{fires: {line_count: 401, vendor_outcome: none}}, {passes: {line_count: 4}}]"),
        "example_overruled"),
    "missing left unsaid": (rule("seeded", "total_minor > 5"), "missing_unsaid"),
    "misspelt fact": (rule("seeded", "has_ordr"), "unknown_fact"),
    "misspelt fact in the message": (rule("seeded", "has_order", message="It is {totl}."), "unknown_fact"),
    "misspelt fact in an example": (rule("seeded", "has_order", examples="[{fires: {x: 1}}, {passes: {}}]"), "unknown_fact"),
    "fact that rules may not assert": (rule("seeded", "has_order", then="{assert: has_order}"), "unknown_fact"),
    "order of texts": (rule("seeded", "currency > 'EUR'", missing="passes"), "type_error"),
    "number against text": (rule("seeded", "line_count == '4'"), "type_error"),
    "value that is not listed": (rule("seeded", "buyer == 'theirs'"), "type_error"),
    "number as a claim": (rule("seeded", "line_count"), "type_error"),
    "missing of what never is": (rule("seeded", "line_count is missing"), "type_error"),
    "wrong type in an example": (
        rule("seeded", "has_order", examples="[{fires: {has_order: 1}}, {passes: {}}]"), "type_error"),
    "half a condition": (rule("seeded", "has_order and"), "grammar"),
}  # fmt: skip


@pytest.mark.parametrize(("seeded", "code"), SAID.values(), ids=list(SAID))
def test_what_a_rule_says_wrongly_is_found(folder: Path, seeded: str, code: str) -> None:
    assert (code, "seeded") in of(added(folder, seeded))


def test_a_queue_that_no_flow_has_is_found_where_flows_are_looked_at(folder: Path) -> None:
    added(folder, rule("seeded", "line_count > 400", then="{route: review, queue: nowhere}"))

    assert ("unknown_queue", "seeded") in of(told(folder))


CHANGES: Mapping[str, tuple[str, str, str, str]] = {
    "bound moved out of reach": ("type_unsure", "type_confidence < 500", "type_confidence < 0", "impossible"),
    "bound moved to all": ("type_unsure", "type_confidence < 500", "type_confidence < 1001", "always_true"),
    "no sign of more than": ("mandatory_missing", "missing_count > 0", "missing_count >= 0", "always_true"),
    "and for or": (
        "credit_note_sign", "document_type == 'credit_note' and (not signs_agree or total_minor == 0)",
        "document_type == 'credit_note' and document_type == 'invoice'", "impossible"),
    "the other outcome": ("vendor_unknown", "== 'none'", "== 'several'", "duplicate_rule"),
    "assert of something else": ("amounts_wrong", "when: amounts_are_wrong", "when: line_count > 90", "assert_untested"),
    "missing left out": ("lines_do_not_add_up", "    missing: passes\n", "", "missing_unsaid"),
}  # fmt: skip


@pytest.mark.parametrize(("named", "old", "new", "code"), CHANGES.values(), ids=list(CHANGES))
def test_a_slip_in_a_shipped_rule_is_found(folder: Path, named: str, old: str, new: str, code: str) -> None:
    assert code in {one.code for one in changed(folder, named, old, new)}


HEADS: Mapping[str, tuple[str, str, str, str]] = {
    "a tolerance that no rule names": (
        SET, "when: tax_delta_minor > tolerances.tax_minor", "when: tax_delta_minor > 2", "unused_tolerance"),
    "a limit that no rule rests on": (
        SET, "has_order and exceeds_order_free_limit", "has_order and total_minor > 500000", "unused_limit"),
    "an asserted fact that nobody sets": (
        "rules/facts.yaml", "  amounts_are_wrong:", '  odd: {type: boolean, asserted: true, meaning: "Odd."}\n  amounts_are_wrong:',
        "assert_unused"),
    "a key that does not exist": (SET, "\nmandatory:", "\nmandatry:", "broken_file"),
    "a key twice": (SET, "\nversion: 1\n", "\nversion: 1\nversion: 1\n", "broken_file"),
    "a catalogue of the wrong kind": ("rules/facts.yaml", "type: integer, unit: per mille", "type: number", "broken_file"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "code"), HEADS.values(), ids=list(HEADS))
def test_a_fault_in_the_head_or_the_catalogue_is_found(folder: Path, file: str, old: str, new: str, code: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    assert code in {one.code for one in told(folder)}


def test_a_fact_that_is_tested_but_never_asserted_is_found(folder: Path) -> None:
    facts = folder / "rules" / "facts.yaml"
    odd = '  odd: {type: boolean, asserted: true, meaning: "Odd."}\n  amounts_are_wrong:'
    facts.write_text(facts.read_text(encoding="utf-8").replace("  amounts_are_wrong:", odd), encoding="utf-8")

    assert ("never_asserted", "seeded") in of(added(folder, rule("seeded", "odd and line_count > 400")))


def test_rules_that_assert_in_a_circle_and_an_id_twice_are_found(folder: Path) -> None:
    circle = rule("seeded", "amounts_are_wrong and line_count > 400", then="{assert: amounts_are_wrong}")

    codes = {one.code for one in added(folder, circle, rule("seeded", "line_count > 300"))}

    assert {"circle", "id_twice"} <= codes


def test_every_fault_of_a_file_is_told_not_only_the_first(folder: Path) -> None:
    found = added(
        folder, rule("one", "has_ordr"), rule("two", "line_count == '4'"), rule("three", "total_minor > 5"),
        rule("four", "has_order", severity="dreadful"),
    )  # fmt: skip

    assert [one.code for one in found] == ["unknown_fact", "type_error", "missing_unsaid", "broken_file"]
    assert all(one.line for one in found)


def test_a_finding_names_file_line_and_a_case(folder: Path) -> None:
    (found,) = added(folder, rule("seeded", "vendor_outcome == 'none' and line_count > 5"))

    line = (folder / SET).read_text(encoding="utf-8").splitlines()[(found.line or 0) - 1]
    assert (found.file, line) == (str(folder / SET), "    when: vendor_outcome == 'none' and line_count > 5")
    assert dict(found.case) == {"vendor_outcome": "none", "line_count": 6}
    assert str(found).startswith(
        f"{folder / SET}:{found.line}: warning shadowed [seeded]: whenever it fires, vendor_unknown"
    )


@pytest.mark.parametrize(
    "rules",
    [
        (rule("wide", "line_count > 400"), rule("far", "line_count < 2")),
        (rule("special", "line_count > 500 and has_order", severity="fatal", then="{route: review, queue: intake}"),
         rule("wide", "line_count > 400")),
        (rule("note", "line_count > 400", then="{}", severity="info"), rule("wide", "line_count > 500")),
        (rule("either", "has_order and line_count > 400", then="{route: review, queue: intake}"),
         rule("or", "not has_order and line_count > 400")),
        (rule("said", "total_minor > 5 and has_order and line_count > 99", missing="fires"),),
        (rule("present", "currency is present and total_minor is missing and line_count > 99"),),
    ],
    ids=["apart", "special before general", "a note beside", "exclusive", "missing that matters", "presence"],
)  # fmt: skip
def test_what_is_right_is_left_alone(folder: Path, rules: tuple[str, ...]) -> None:
    assert of(added(folder, *rules)) == set()


def test_nothing_is_wrong_with_the_shipped_sets() -> None:
    assert [str(one) for one in lint(ROOT) if one.severity != "info"] == []


def test_a_note_tells_which_rules_only_their_order_keeps_apart(folder: Path) -> None:
    apart = rule("one", "line_count > 400"), rule("two", "has_order", then="{route: review, queue: intake}")
    found = added(folder, *apart)
    (note,) = (one for one in lint(folder) if one.code == "order_decides" and one.subject == "one")

    assert found == ()
    assert "(two); it decides, because it stands first" in note.message
    assert dict(note.case) == {"line_count": 401, "has_order": True}
