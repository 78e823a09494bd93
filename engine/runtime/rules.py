"""Rules in the hands of admins: lint, examples, explanations of stored decisions, and trying an edited file. No effects."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from engine.content import strict_yaml
from engine.content.facts import FactCatalogue, facts_file, load_facts
from engine.content.flow import Flow
from engine.content.lint import lint as linting
from engine.content.lint.finding import LintFinding
from engine.content.ruleset import Ruleset, load_ruleset
from engine.content.table import Table, load_table
from engine.model.decision import Decision, FactValue, Route, RuleOutcome
from engine.model.document import Document
from engine.model.errors import ContentError
from engine.model.record import Record
from engine.model.value import Value
from engine.runtime import gathering
from engine.runtime.house import House
from engine.runtime.versions import ruleset_then
from engine.runtime.witness import Recorded, Witness
from engine.stages import judge as judge_stage
from engine.stages.decide import RuleBook
from engine.stages.examples import Failure, run_examples
from engine.stages.explain import RuleExplanation, explain
from engine.stages.facts.case import Case
from engine.stages.route import route
from engine.stages.tables import run_examples as table_examples
from engine.store import documents
from engine.store.database import reading
from engine.store.documents import StepKind

Ends = tuple[Route, str | None, tuple[str, ...]]
"""Route, queue and reasons of a decision."""
Change = Literal["fires", "passes", "other effect"]
_NEEDED: tuple[StepKind, ...] = ("record", "decision", "witness")


class Tested(Value):
    """The examples of one ruleset, run."""

    ruleset: str
    file: str
    rules: int
    examples: int
    failures: tuple[Failure, ...]
    lines: tuple[int | None, ...]
    """Where each failing example stands."""


class Explained(Value):
    """Why a document went where it went."""

    document: Document
    revision: int
    decision: Decision
    rules: tuple[RuleExplanation, ...]
    changed_since: bool
    """The ruleset's file is not what it was when the document was judged; conditions are not shown then."""


class RuleChange(Value):
    """A rule that speaks otherwise under the edited file."""

    id: str
    change: Change
    """`fires`: it did not before (or was not there); `passes`: it did before; `other effect`: another route or queue."""
    message: str


class Trial(Value):
    """One stored document under an edited ruleset."""

    document: Document
    old: Ends | None
    """Route, queue and reasons as stored; None: nothing was decided by rules yet."""
    new: Ends | None
    rules: tuple[RuleChange, ...] = ()
    skipped: str = ""
    """Why it could not be tried."""

    @property
    def is_moved(self) -> bool:
        """Whether it would go elsewhere."""
        return self.old is not None and self.new is not None and self.old[:2] != self.new[:2]


def lint(root: Path, wanted: Sequence[str] = ()) -> tuple[LintFinding, ...]:
    """Return what is wrong with rulesets: named (`ap_invoice`, `ap_invoice@1`), by file, or all of the content folder."""
    return linting.lint(root, files(root, wanted) if wanted else ())


def files(root: Path, wanted: Sequence[str]) -> list[Path]:
    """Return the files of rulesets by name, `name@version` or path. Raises ContentError naming those there are."""
    folder = root / "rules" / "sets"
    known = sorted(folder.glob("*.yaml"))
    found: list[Path] = []
    for one in wanted or [str(file) for file in known]:
        name, _, version = one.partition("@")
        fitting = [file for file in known if file.name.startswith(f"{name}.v{version}") and _fits(file, version)]
        if Path(one).is_file():
            fitting = [Path(one)]
        if not fitting:
            there = ", ".join(file.name for file in known) or "none"
            raise ContentError(f"no ruleset {one!r}; there are: {there}", file=str(folder))
        found += fitting
    return found


def _fits(file: Path, version: str) -> bool:
    return not version or file.name.endswith(f".v{version}.yaml")


def examples(root: Path, wanted: Sequence[str] = ()) -> tuple[Tested, ...]:
    """Run the examples of rulesets, and of all decision tables where none is named. Raises ContentError."""
    catalogue = load_facts(facts_file(root))
    tables = [] if wanted else sorted((root / "rules" / "tables").glob("*.csv"))
    sets = tuple(_tested(file, catalogue) for file in files(root, wanted))
    return (*sets, *(_tested_table(load_table(file, catalogue=catalogue)) for file in tables))


def _tested_table(table: Table) -> Tested:
    failures = table_examples(table)
    lines = [example.line for example in table.examples]
    return Tested(
        ruleset=table.ref, file=str(table.file), rules=len(table.rows), examples=len(table.examples),
        failures=tuple(Failure(rule=table.name, example=lines.index(at) + 1, message=text) for at, text in failures),
        lines=tuple(at for at, _ in failures),
    )  # fmt: skip


def _tested(file: Path, catalogue: FactCatalogue) -> Tested:
    ruleset = load_ruleset(file, catalogue=catalogue)
    source = strict_yaml.load(file)
    place = {rule.id: index for index, rule in enumerate(ruleset.rules)}
    failures = run_examples(ruleset, catalogue)
    return Tested(
        ruleset=ruleset.ref, file=str(file), rules=len(ruleset.rules), failures=tuple(failures),
        examples=sum(len(rule.examples) for rule in ruleset.rules),
        lines=tuple(source.line(("rules", place[one.rule], "examples", one.example - 1)) for one in failures),
    )  # fmt: skip


def explained(house: House, document_id: str, *, revision: int | None = None) -> Explained:
    """Return why a document was decided as it was. Raises LookupError when there is no decision of that revision."""
    with reading(house.engine) as tx:
        document = documents.get(tx, document_id)
        if document is None:
            raise LookupError(f"no document {document_id}")
        number = revision or document.revision
        data = documents.load(tx, document_id, number, "decision")
    if data is None:
        raise LookupError(f"{document.name} has no decision by rules in revision {number}")
    decision = Decision.model_validate(data)
    ruleset = ruleset_then(house.settings.content_folder(), decision)
    return Explained(
        document=document, revision=number, decision=decision, changed_since=ruleset is None,
        rules=explain(decision, ruleset.rules if ruleset else None),
    )  # fmt: skip


def last(house: House, count: int) -> list[Document]:
    """Return the documents that came last, the newest first."""
    with reading(house.engine) as tx:
        return documents.recent(tx, count)


def tried(house: House, file: Path, judged: Sequence[Document]) -> list[Trial]:
    """Judge stored documents with an edited ruleset. Nothing is written, claimed or posted.

    Only what the file changes is judged anew: vendor, order and earlier copies are those of the stored decision.
    Raises ContentError when the file is broken.
    """
    ruleset = load_ruleset(file, catalogue=house.library.facts)
    _refuse_unknown("table", ruleset.tables, house.library.tables, file=file, path="tables")
    policies = (ruleset.matching,) if ruleset.matching else ()
    _refuse_unknown("tolerance policy", policies, house.library.tolerances, file=file, path="matching")
    book = RuleBook(ruleset, house.library.facts)
    return [_trial(house, ruleset, book, document) for document in judged]


def _refuse_unknown(
    what: str, wanted: Sequence[str], there: Mapping[str, object], *, file: Path, path: str
) -> None:  # fmt: skip
    for ref in wanted:
        if ref not in there:
            raise ContentError(f"no {what} {ref!r}; there are: {', '.join(there) or 'none'}", file=str(file), path=path)


def _trial(house: House, ruleset: Ruleset, book: RuleBook, document: Document) -> Trial:
    with reading(house.engine) as tx:
        stored = {kind: documents.load(tx, document.id, document.revision, kind) for kind in _NEEDED}
    if stored["decision"] is None or stored["record"] is None:
        return Trial(document=document, old=None, new=None, skipped="no decision by rules is stored")
    decision = Decision.model_validate(stored["decision"])
    if decision.flow not in house.library.flows:
        return Trial(document=document, old=_ends(decision), new=None, skipped=f"no flow {decision.flow!r} any more")
    if decision.ruleset.partition("@")[0] != ruleset.name:
        return Trial(document=document, old=_ends(decision), new=None, skipped=f"judged by {decision.ruleset}")
    record = Record.model_validate(stored["record"])
    facts = _facts(house, ruleset, decision, record, document, stored["witness"])
    flow = house.library.flows[decision.flow]
    outcomes = book.decide(facts)
    new = route(outcomes, flow=flow, facts=facts, confidence=decision.confidence)
    return Trial(document=document, old=_ends(decision), new=_ends(new), rules=_changes(decision.rules, outcomes))


def _facts(
    house: House, ruleset: Ruleset, decision: Decision, record: Record, document: Document, statement: Any
) -> dict[str, FactValue]:
    """Return the stored facts of a decision, with those put anew that the edited head of the ruleset changes."""
    library = house.library
    flow = library.flows[decision.flow]
    before = library.rulesets.get(decision.ruleset, ruleset)
    known = dict(decision.facts)
    witness = Recorded(house.engine, statement, at=document.received_at)
    now = judge_stage.facts(
        _case(house, ruleset, flow, record, document, known, witness), library.facts, library.tables_of(ruleset)
    )
    then = judge_stage.facts(
        _case(house, before, flow, record, document, known, witness), library.facts, library.tables_of(before)
    )
    return {name: known[name] if name in known and then[name] == value else value for name, value in now.items()}


def _case(
    house: House, ruleset: Ruleset, flow: Flow, record: Record, document: Document, known: Mapping[str, FactValue],
    witness: Witness,
) -> Case:  # fmt: skip
    """Return what the facts of a stored document are computed from, under a ruleset."""
    library = replace(house.library, rulesets={**house.library.rulesets, flow.ruleset: ruleset})
    edited = replace(house, library=library)
    said = gathering.Claimed(
        is_free=known.get("is_first_claim") is not False, is_same=known.get("is_same_as_first") is True, earlier=None
    )
    return gathering.known(edited, document, record, flow, claim=lambda _: said, witness=witness).case


def _ends(decision: Decision) -> Ends:
    return decision.route, decision.queue, decision.reasons


def _changes(old: Sequence[RuleOutcome], new: Sequence[RuleOutcome]) -> tuple[RuleChange, ...]:
    """Return the rules that speak otherwise than they did."""
    before = {outcome.id: outcome for outcome in old}
    after = {outcome.id: outcome for outcome in new}
    return tuple(
        RuleChange(id=name, change=change, message=(after.get(name) or before[name]).message)
        for name in dict.fromkeys([*after, *before])
        if (change := _change(before.get(name), after.get(name)))
    )


def _change(old: RuleOutcome | None, new: RuleOutcome | None) -> Change | None:
    did, does = old is not None and old.fired, new is not None and new.fired
    if did != does:
        return "fires" if does else "passes"
    if old is None or new is None or not does:
        return None
    is_same = (old.route, old.queue, old.severity) == (new.route, new.queue, new.severity)
    return None if is_same else "other effect"
