"""Runs the examples of a content folder: `python -m tools.examples FOLDER`. Exit code 1 when one does not hold."""

import sys
from pathlib import Path

from engine.content.library import Library
from engine.content.matrix import Matrix
from engine.model.errors import ContentError
from engine.stages.examples import run_examples
from tests.mappings.examples import map_example


def main(root: Path) -> int:
    """Load everything, which checks it, then run the examples of rules and mappings."""
    try:
        library = Library.load(root, "dev")
    except ContentError as e:
        print(e.message)
        return 1
    broken = {ref: run_examples(ruleset, library.facts) for ref, ruleset in library.rulesets.items()}
    broken |= {ref: _of_matrix(matrix) for ref, matrix in library.matrices.items()}
    for ref, complaints in broken.items():
        print(f"{ref}: {'; '.join(map(str, complaints)) or 'all examples hold'}")
    return 1 if any(broken.values()) else 0


def _of_matrix(matrix: Matrix) -> list[str]:
    """Return what does not hold, one line an example."""
    complaints = []
    for example in matrix.examples:
        mapped = map_example(matrix, example)
        payload = {name: value for name, value in mapped.payload.items() if name != "text"}
        wanted = {name: value for name, value in (example.payload or payload).items() if name != "text"}
        if [finding.code for finding in mapped.findings] != list(example.findings) or payload != wanted:
            complaints.append(f"{example.name!r} does not hold")
    return complaints


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
