"""Lint of written rules: everything that is wrong with them, found without a single document.

Findings are exact: each question about rules is decided over finitely many classes of fact values (cells.py) by a
search that is bounded (formula.py); where the bound was met, a finding says so.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.content import ruleset, strict_yaml
from engine.content.facts import FactCatalogue, facts_file, with_types
from engine.content.flow import load_flow
from engine.content.lint import conditions, examples, facts, pairs
from engine.content.lint.finding import LintFinding
from engine.content.lint.formula import MOST_STEPS
from engine.content.lint.subject import Subject
from engine.content.lint.tables import lint_tables
from engine.content.ruleset import Rule, Ruleset, Tolerances
from engine.content.strict_yaml import Source
from engine.model.errors import ContentError
from engine.model.value import canonical_json

CHECKS: tuple[Callable[[Subject], Iterator[LintFinding]], ...] = (
    conditions.check, pairs.check, facts.check, examples.check
)  # fmt: skip


def lint(root: Path, files: Sequence[Path] = ()) -> tuple[LintFinding, ...]:
    """Return the faults of rulesets, by file and line: of the files named, or of all in the content folder `root`.

    Never raises for a broken file: what the loader would refuse are findings too, all of them.
    """
    catalogue, source, found = _catalogue(facts_file(root))
    if catalogue is None or source is None:
        return tuple(found)
    subjects: list[Subject] = []
    wanted = files or sorted((root / "rules" / "sets").glob("*.yaml"))
    for file in wanted:
        subject, faults = open_file(file, catalogue)
        found += faults
        if subject is not None:
            subjects.append(subject)
            found += check(subject)
    if not files:
        found += _flows(root, subjects)
        found += lint_tables(root, catalogue)
        if len(subjects) == len(wanted):  # a set that does not load may use what the others do not
            found += facts.check_catalogue(catalogue, source, subjects)
    return tuple(sorted(found, key=lambda one: (one.file, one.line or 0, one.code)))


def check(subject: Subject) -> list[LintFinding]:
    """Return what is wrong with a ruleset that loads."""
    found = [finding for one in CHECKS for finding in one(subject)]
    for rule_id in dict.fromkeys(subject.given_up):
        rule = next(rule for rule in subject.ruleset.rules if rule.id == rule_id)
        wrong = (
            f"a search about this rule was given up after {MOST_STEPS:,} steps; it may have faults that are not told"
        )
        found.append(subject.find("search_bounded", "warning", rule, wrong, "when"))
    found += [_only_noted(subject, rule) for rule in subject.ruleset.rules if _is_only_noted(rule)]
    return found


def open_file(file: Path, catalogue: FactCatalogue) -> tuple[Subject | None, list[LintFinding]]:
    """Return a ruleset ready to be examined, or None with everything that the loader refuses."""
    try:
        source = strict_yaml.load(file)
    except ContentError as e:
        return None, [_refused("broken_file", e)]
    errors = strict_yaml.complaints(source, Ruleset)
    written = _rules(source)
    rules, faults = ruleset.check_rules(written, tolerances=_tolerances(source), catalogue=catalogue)
    found = [_refused("broken_file", error) for error in errors]
    found += [_fault(source, written, fault) for fault in faults]
    if found:
        return None, found
    whole = strict_yaml.parse(source, Ruleset)
    return Subject(whole.model_copy(update={"rules": tuple(rules.values())}), catalogue, source), []


def _catalogue(file: Path) -> tuple[FactCatalogue | None, Source | None, list[LintFinding]]:
    try:
        source = strict_yaml.load(file)
        errors = strict_yaml.complaints(source, FactCatalogue)
    except ContentError as e:
        return None, None, [_refused("broken_file", e)]
    if errors:
        return None, source, [_refused("broken_file", error) for error in errors]
    return with_types(strict_yaml.parse(source, FactCatalogue), root=file.parent.parent), source, []


def _rules(source: Source) -> dict[int, Rule]:
    """Return the rules of a file that are whole in themselves, by their place, even if others are not."""
    data = source.data.get("rules") if isinstance(source.data, dict) else None
    written = {index: _valid(Rule, one) for index, one in enumerate(data if isinstance(data, list) else ())}
    return {index: rule for index, rule in written.items() if rule is not None}


def _tolerances(source: Source) -> Tolerances:
    data = source.data.get("tolerances") if isinstance(source.data, dict) else None
    return _valid(Tolerances, data) or Tolerances(sum_minor=0)


def _valid(model: type[Any], data: object) -> Any:
    """Return a value of the model, or None when the data does not fit."""
    try:
        return model.model_validate_json(canonical_json(data), strict=True)
    except ValidationError:
        return None


def _fault(source: Source, written: dict[int, Rule], fault: ruleset.Fault) -> LintFinding:
    rule = written.get(int(fault.path[1])) if len(fault.path) > 1 else None
    return LintFinding(
        code=fault.code, severity="error", file=str(source.file), line=source.line(fault.path),
        subject=rule.id if rule else "", message=f"{strict_yaml.dotted(fault.path)}: {fault.message}",
    )  # fmt: skip


def _refused(code: str, error: ContentError) -> LintFinding:
    where = error.file if error.line is None else f"{error.file}:{error.line}"
    return LintFinding(
        code=code, severity="error", file=error.file, line=error.line, message=error.message.removeprefix(f"{where}: ")
    )


def _is_only_noted(rule: Rule) -> bool:
    return rule.severity in {"error", "fatal"} and rule.then.route is None and rule.then.asserts is None


def _only_noted(subject: Subject, rule: Rule) -> LintFinding:
    wrong = (
        f"severity {rule.severity}, but it only notes: the document is posted; give it a route, or call it a warning"
    )
    return subject.find("error_only_noted", "warning", rule, wrong, "then")


def _flows(root: Path, subjects: Sequence[Subject]) -> Iterator[LintFinding]:
    """Yield queues that a flow of the set does not have."""
    for file in sorted((root / "rules" / "flows").glob("*.yaml")):
        try:
            flow = load_flow(file)
        except ContentError as e:
            yield _refused("broken_file", e)
            continue
        for subject in subjects:
            if flow.ruleset != subject.ruleset.ref:
                continue
            for rule in subject.ruleset.rules:
                if rule.then.queue and rule.then.queue not in flow.queues:
                    allowed = ", ".join(flow.queues)
                    wrong = f"flow {flow.ref} has no queue {rule.then.queue!r}; there are: {allowed}"
                    yield subject.find("unknown_queue", "error", rule, wrong, "then")
