"""Types of paper in the hands of admins: their examples, run. No effects."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.content.paper_type import PaperType
from engine.content.strict_yaml import load
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.value import Value
from engine.stages.papers.examples import complaint

_PREFIX = "paper."


class Broken(Value):
    """An example that does not hold."""

    example: str
    line: int | None
    message: str


class Tested(Value):
    """The examples of one matrix or type of paper, run."""

    matrix: str
    file: str
    rows: int
    """Rows that fill a value."""
    examples: int
    failures: tuple[Broken, ...]
    untried: tuple[str, ...]
    """Rows that no example fills."""


def is_paper(name: str) -> bool:
    """Tell whether a name means a type of paper: `paper.lead`, `paper.lead@1`."""
    return name.startswith(_PREFIX)


def of_papers(root: Path, wanted: Sequence[str]) -> Iterator[Tested]:
    """Yield what became of the examples of each type of paper: all, or those wanted. Raises ContentError."""
    names = {one.removeprefix(_PREFIX) for one in wanted if is_paper(one)}
    if wanted and not names:
        return
    vocabularies = load_vocabularies(root)
    for paper in next(iter(vocabularies.values())).papers.values():
        if not names or {paper.name, paper.ref} & names:
            yield _tested(root, paper, vocabularies)


def _tested(root: Path, paper: PaperType, vocabularies: Mapping[str, Vocabulary]) -> Tested:
    file = root / "mappings" / "inbound" / f"{_PREFIX}{paper.name}.v{paper.version}.yaml"
    source = load(file)
    said = [(at, one, complaint(paper, one, vocabularies)) for at, one in enumerate(paper.examples)]
    filled = {path for one in paper.examples for path in one.paths}
    rows = (*paper.fields, *(f"lines.{name}" for name in paper.lines))
    return Tested(
        matrix=f"{_PREFIX}{paper.ref}", file=str(file), rows=len(rows), examples=len(paper.examples),
        failures=tuple(
            Broken(example=one.name, line=source.line(("examples", at)), message=wrong) for at, one, wrong in said if wrong
        ),
        untried=tuple(path for path in rows if path not in filled),
    )  # fmt: skip
