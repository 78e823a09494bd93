"""Fit the confidence model: `make train`.

    python bench/train.py [--samples FOLDER]... [--write]

Examples are the values that the product reads on the development corpora and on generated documents, each judged
against the truth. All figures are of models that saw no document of the same vendor or layout. Writes
`mappings/inbound/confidence.json` and its card `docs/confidence.md`.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import figures
import fit
import lines
import truths
from fit import Example
from product import Product
from scores import above, brier, calibration_error, coverage

from engine.content.calibration import FILE, Calibration
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.model.record import Record
from engine.stages.calibrate.calibrate import EXPECTED, KEYS
from engine.stages.calibrate.features import of_absence, of_cell, of_document, of_header, surroundings
from engine.stages.extract.evidence import Evidence
from engine.stages.extract.lexicon import Lexicon, lexicon_of

GENERATED_SHARE = 0.5
"""Weight of all generated documents together, as a share of the weight of the real ones."""
CELLS = ("amount", "quantity", "unit_price", "description")


class Examples:
    """What was learned from one document after the other."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.values: list[Example] = []
        self.absences: list[Example] = []
        self.cases: list[tuple[truths.Truth, Record, Mapping[str, Evidence], Reading, bool]] = []

    def add(self, truth: truths.Truth, record: Record, evidence: Mapping[str, Evidence], reading: Reading) -> None:
        """Judge the values of one document."""
        around = surroundings(record, reading)
        for field in record.fields:
            wanted = truth.fields.get(field.name)
            if wanted is None and field.name not in truth.surely_absent:
                continue
            right = wanted is not None and truths.is_same(field.name, wanted, field.value)
            self.values.append(
                Example(
                    dict(of_header(field, around, evidence.get(field.name))),
                    right,
                    truth.group,
                    1.0,
                    truth.corpus,
                    field.name,
                )
            )
        for row, wanted_row in paired(record, printed_lines(truth, reading, self.lexicon)):
            for field in row:
                if field.name in CELLS and (wanted_row is None or field.name in wanted_row):
                    right = wanted_row is not None and same_cell(field.name, wanted_row[field.name], field.value)
                    signs = dict(of_cell(field, row, around))
                    self.values.append(Example(signs, right, truth.group, 1.0, truth.corpus, f"lines.{field.name}"))
        read = {field.name for field in record.fields}
        for name in EXPECTED:
            if name not in read and (name in truth.fields or truth.is_complete):
                signs = dict(of_absence(name, record, around))
                self.absences.append(Example(signs, name not in truth.fields, truth.group, 1.0, truth.corpus, name))
        keys = [name for name in KEYS if name in truth.fields]
        right = all(truths.is_same(name, truth.fields[name], record.value(name)) for name in keys)
        self.cases.append((truth, record, evidence, reading, right))


def printed_lines(truth: truths.Truth, reading: Reading, lexicon: Lexicon) -> list[dict[str, str]]:
    """Return what is printed of the true lines; nothing where the page shows other lines than the data it was made of."""
    printed = lines.Printed(reading, lexicon)
    parts = [printed.part(dict(line)) for line in truth.lines]
    whole = [
        ("amount" in line) <= ("amount" in part) and bool(part) for line, part in zip(truth.lines, parts, strict=True)
    ]
    return parts if all(whole) else []


def paired(record: Record, lines: Sequence[dict[str, str]]) -> Iterable[tuple[tuple, dict[str, str] | None]]:
    """Yield each row that was read with the true line that it is, or None; nothing where the truth has no lines."""
    if not lines:
        return
    pool = list(lines)
    for row in record.lines:
        cells = {field.name: field.value for field in row}
        best = max(pool, key=lambda line: likeness(line, cells), default=None)
        if best is not None and likeness(best, cells) > 0:
            pool.remove(best)
            yield row, best
        else:
            yield row, None


def likeness(line: dict[str, str], cells: dict[str, str]) -> float:
    """Return how many cells of a true line are the same as those read."""
    return sum(same_cell(name, line[name], cells[name]) for name in CELLS if name in line and name in cells)


def same_cell(name: str, truth: str, value: str) -> bool:
    """Tell whether a cell is right: numbers by size, descriptions when the first line or all of it is the same."""
    if name == "description":
        ours, theirs = truths.plain(value), truths.plain(truth)
        return ours == theirs or truths.plain(value.split("\n", maxsplit=1)[0]) == truths.plain(
            truth.split("\n", maxsplit=1)[0]
        )
    return truths.is_same("total", truth, value)


def weighted(examples: Sequence[Example]) -> list[Example]:
    """Return the examples with generated ones weighing less, so that they cannot outvote what is real."""
    real = sum(e.corpus != "generated" for e in examples)
    made = len(examples) - real
    share = min(1.0, GENERATED_SHARE * real / made) if real and made else 1.0
    return [e._replace(weight=share) if e.corpus == "generated" else e for e in examples]


def gather(product: Product, cases: Iterable[truths.Truth]) -> Examples:
    """Read every document and judge what was read."""
    found = Examples(lexicon_of(product.house.library.vocabularies))
    for truth in cases:
        try:
            reading, _ = product.read(truth.file)
            found.add(truth, *product.raw(truth.file, reading), reading)
        except ReadError as e:
            print(f"  {truth.file.name}: {e.message}")
    return found


def documents(found: Examples, probabilities: dict[int, list[float]]) -> list[Example]:
    """Return one example a document: whether all of its key values are right."""
    return [
        Example(dict(of_document(probabilities.get(number, []), surroundings(record, reading))), right, truth.group, 1.0, truth.corpus, "document")
        for number, (truth, record, _, reading, right) in enumerate(found.cases)
    ]  # fmt: skip


def key_probabilities(found: Examples, model: Calibration | fit.Scale) -> dict[int, list[float]]:
    scale = model if isinstance(model, fit.Scale) else model.values
    out = {}
    for number, (_, record, evidence, reading, _) in enumerate(found.cases):
        around = surroundings(record, reading)
        out[number] = [
            scale.probability(of_header(f, around, evidence.get(f.name))) for f in record.fields if f.name in KEYS
        ]
    return out


def table(title: str, examples: Sequence[Example], probabilities: Sequence[float]) -> list[str]:
    """Return the figures of held-out probabilities by corpus and over all, as Markdown."""
    lines = [
        f"### {title}",
        "",
        "| corpus | values | right | ECE | Brier | right at >= 0.975 | covered | coverage at 99 % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for corpus in (*sorted({e.corpus for e in examples}), "all"):
        judged = [(p, e.is_right) for e, p in zip(examples, probabilities, strict=True) if corpus in {e.corpus, "all"}]
        sure, share = above(judged, 0.975)
        right = sum(ok for _, ok in judged) / max(len(judged), 1)
        lines.append(
            f"| {corpus} | {len(judged)} | {right:.3f} | {calibration_error(judged):.3f} | {brier(judged):.3f} | {sure:.3f} | {share:.2f} | {coverage(judged):.2f} |"
        )
    return [*lines, ""]


CARD = """# How far confidences can be trusted

Every value carries the probability that it is exactly right, every field that was not found the probability that the document does not show it, and
every document the probability that number, date and total are all right. They are fitted by `make train` ([how](how-to/measure-reading.md)) on
{documents}; the model is `mappings/inbound/confidence.json` ({size} kB, Apache-2.0 like the rest). All figures below are held out: each document was
judged by a model that had seen none of the same vendor or layout. The reader itself was written while looking at the development corpora, so documents
of other vendors will be read a little worse than the column "right" says.

ECE is the expected calibration error over ten bins of equal width. "right at >= 0.975" is the share of right values among those claimed with at least
that probability, "covered" their share of all values; "coverage at 99 %" is the largest share of values that can be taken, surest first, with at most
one in a hundred wrong.

![Claimed and true share of right values](confidence.png)

{tables}
"""


def write_card(report: Sequence[str], judged: Sequence[tuple[float, bool]], counts: Counter[str]) -> None:
    """Write the card of the model and its picture."""
    figures.reliability(
        judged, truths.ROOT / "docs" / "confidence.png", "Held out: claimed and true share of right values"
    )
    documents = ", ".join(f"{count} of {name}" for name, count in counts.items())
    size = (truths.ROOT / FILE).stat().st_size // 1024
    text = CARD.format(documents=documents, size=size, tables="\n".join(report).replace("### ", "## ").strip())
    (truths.ROOT / "docs" / "confidence.md").write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, action="append", default=[], help="folder made by `postroom samples`")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--write", action="store_true", help="write the model and its card")
    arguments = parser.parse_args()
    product = Product()
    cases = [*truths.corpora(), *(truth for folder in arguments.samples for truth in truths.samples(folder))][
        : arguments.limit
    ]
    found = gather(product, cases)
    values, absences = weighted(found.values), weighted(found.absences)
    report: list[str] = []
    hand = [1 / (1 + 2.718281828 ** -e.signs["sure"]) for e in values]
    report += table("Values: as the reader thinks of them, before fitting", values, hand)
    logistic = fit.held_out(values)
    report += table("Values: logistic sum with a monotone curve (shipped)", values, logistic)
    report += table("Values: gradient boosted trees, for comparison", values, fit.held_out(values, kind="boosted"))
    report += table("Absences", absences, fit.held_out(absences))
    scale = fit.fit(values)
    whole = weighted(documents(found, key_probabilities(found, scale)))
    report += table("Documents: number, date and total all right", whole, fit.held_out(whole))
    print("\n".join(report))
    if arguments.write:
        model = Calibration(
            name="confidence", version=1, values=scale, absences=fit.fit(absences), documents=fit.fit(whole)
        )
        path = truths.ROOT / FILE
        path.write_text(json.dumps(model.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n")
        print(f"{path.relative_to(truths.ROOT)}: {path.stat().st_size:,} bytes")
        write_card(
            report, [(p, e.is_right) for p, e in zip(logistic, values, strict=True)], Counter(t.corpus for t in cases)
        )


if __name__ == "__main__":
    main()
