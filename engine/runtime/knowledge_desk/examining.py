"""What is wrong with the text of a piece before it stands in its file: the same lint and the same examples as the command line."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.content import cross_check
from engine.content.environment import load_environments
from engine.content.facts import facts_file, load_facts
from engine.content.flow import load_flow
from engine.content.lint.finding import LintFinding
from engine.content.lint.tables import lint_table
from engine.content.shelf import everything
from engine.content.table import load_table
from engine.content.tolerance import load_tolerances
from engine.content.xref import load_xref
from engine.model.errors import ContentError
from engine.model.value import Value
from engine.runtime import mappings, rules
from engine.runtime.knowledge_desk.beside import beside
from engine.runtime.knowledge_desk.pieces import Piece


class Failing(Value):
    """An example that does not hold."""

    subject: str
    line: int | None
    message: str


class Examples(Value):
    """The examples of a piece, run."""

    run: int
    failing: tuple[Failing, ...] = ()


def lint(root: Path, piece: Piece, text: str) -> tuple[LintFinding, ...]:
    """Return what is wrong with a text that is to stand in the file of a piece. Never raises for a broken one."""
    with beside(root, piece.file, text, without=_strangers(root, piece, text)) as there:
        return tuple(_relative(one, there) for one in _linted(there, piece))


def _strangers(root: Path, piece: Piece, text: str) -> list[str]:
    """Return the files of other matrices, which say nothing about this one: lint would look at all of them."""
    if piece.kind != "matrix":
        return []
    lender = re.search(r"^rows_of:\s*[\"']?([a-z0-9_.]+)@([0-9]+)", text, re.MULTILINE)
    needed = f"{lender[1]}.v{lender[2]}.yaml" if lender else ""
    return [one.name for one in (root / piece.file).parent.glob("*.yaml") if one.name != needed]


def whole(root: Path, piece: Piece, text: str | None) -> tuple[LintFinding, ...]:
    """Return why the content folder would not load with this text in the file of a piece (None: without the file)."""
    with beside(root, piece.file, text) as there:
        try:
            shelf = everything(there)
            for name, one in load_environments(there / "environments").items():
                file = there / "environments" / f"{name}.yaml"
                cross_check.check(shelf, one, file=file, flows_file=file)
        except ContentError as e:
            return (_relative(_refused(e), there),)
    return ()


def examples(root: Path, piece: Piece, text: str) -> Examples:
    """Run the examples of a text. Raises ContentError when it does not load."""
    with beside(root, piece.file, text) as there:
        if piece.kind in {"matrix", "inbound"}:
            (matrix,) = mappings.examples(there, [piece.called])
            told = [Failing(subject=one.example, line=one.line, message=one.message) for one in matrix.failures]
            return Examples(run=matrix.examples, failing=tuple(told))
        if piece.kind not in {"ruleset", "table"}:
            return Examples(run=0)
        tested = rules.examples(there, [piece.called] if piece.kind == "ruleset" else ())
        (one,) = (some for some in tested if Path(some.file).name == Path(piece.file).name)
        return Examples(
            run=one.examples,
            failing=tuple(
                Failing(subject=failure.rule, line=line, message=failure.message)
                for failure, line in zip(one.failures, one.lines, strict=True)
            ),
        )


def _linted(there: Path, piece: Piece) -> Iterator[LintFinding]:
    file = there / piece.file
    if piece.kind == "ruleset":
        yield from rules.lint(there, [str(file)])
    elif piece.kind == "matrix":
        yield from mappings.lint(there, [str(file)])
    elif piece.kind == "table":
        catalogue = load_facts(facts_file(there))
        yield from _tried(lambda: lint_table(load_table(file, catalogue=catalogue), catalogue))
    elif piece.kind in _LOADERS:
        yield from _tried(lambda: _none(_LOADERS[piece.kind](file)))
    else:
        yield from _tried(lambda: _none(everything(there)))


_LOADERS: dict[str, Callable[[Path], object]] = {
    "flow": load_flow,
    "tolerance": load_tolerances,
    "xref": load_xref,
}
"""What refuses a broken file where there is no lint."""


def _none(_: object) -> list[LintFinding]:
    return []


def _tried(look: Callable[[], list[LintFinding]]) -> list[LintFinding]:
    try:
        return look()
    except ContentError as e:
        return [_refused(e)]


def _refused(error: ContentError) -> LintFinding:
    said = f"{error.path}: {error.reason}" if error.path else error.reason
    return LintFinding(code="broken_file", severity="error", file=error.file, line=error.line, message=said)


def _relative(finding: LintFinding, there: Path) -> LintFinding:
    """Return a finding with its file and sentence as if it stood in the content folder."""
    prefix = f"{there}/"
    return finding.model_copy(
        update={"file": finding.file.removeprefix(prefix), "message": finding.message.replace(prefix, "")}
    )
