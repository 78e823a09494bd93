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

import card
import fit
import lines
import truths
from fit import Example
from product import Product
from scores import above, brier, calibration_error, coverage, mass_error, noise

from engine.content.calibration import FILE, TEXT, Calibration
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.model.record import Record
from engine.stages.calibrate.calibrate import EXPECTED, KEYS
from engine.stages.calibrate.features import of_absence, of_cell, of_document, of_header, surroundings
from engine.stages.extract.evidence import Evidence
from engine.stages.extract.lexicon import Lexicon, lexicon_of

GENERATED_SHARE, GENERATED_TEXTS = 0.5, 0.05
"""Weight of all generated documents together, as a share of the weight of the real ones; of descriptions, about which
generated documents say little because they are printed as their truth is written."""
GENERATED_WHOLE = GENERATED_TEXTS
"""The same of whole documents: no generated one is read wrong, so they would only make the others look surer."""
TEXTS = f"lines.{TEXT}"
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
            if not truths.is_judged(truth, field):
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


def weighted(examples: Sequence[Example], most: float = GENERATED_SHARE) -> list[Example]:
    """Return the examples with generated ones weighing less, so that they cannot outvote what is real."""
    real = sum(e.corpus != "generated" for e in examples)
    made = len(examples) - real
    share = min(1.0, most * real / made) if real and made else 1.0
    return [e._replace(weight=share) if e.corpus == "generated" else e for e in examples]


def judged_apart(examples: Sequence[Example], kind: str) -> list[float]:
    """Return held-out probabilities where descriptions and all other values have scales of their own."""
    out = dict.fromkeys(range(len(examples)), 0.0)
    for is_text, most in ((True, GENERATED_TEXTS), (False, GENERATED_SHARE)):
        places = [i for i, e in enumerate(examples) if (e.name == TEXTS) == is_text]
        part = weighted([examples[i] for i in places], most)
        if part:
            out.update(zip(places, fit.held_out(part, kind=kind), strict=True))
    return [out[i] for i in range(len(examples))]


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


def documents(found: Examples, scale: Sequence[Example], absences: Sequence[Example]) -> list[Example]:
    """Return one example a document: whether all of its key values are right.

    What is thought of the values comes from models that have not seen the document, as it will be of any other.
    """
    headers: dict[int, tuple[str, list[Mapping[str, float]]]] = {}
    missing: dict[int, tuple[str, list[Mapping[str, float]]]] = {}
    for number, (truth, record, evidence, reading, _) in enumerate(found.cases):
        around = surroundings(record, reading)
        keys = {field.name: field for field in record.fields if field.name in KEYS}
        headers[number] = truth.group, [of_header(f, around, evidence.get(f.name)) for f in keys.values()]
        missing[number] = truth.group, [of_absence(name, record, around) for name in KEYS if name not in keys]
    there, not_there = fit.judged_by_others(scale, headers), fit.judged_by_others(absences, missing)
    return [
        Example(dict(of_document([*there[number], *not_there[number]])), right, truth.group, 1.0, truth.corpus, "document")
        for number, (truth, _, _, _, right) in enumerate(found.cases)
    ]  # fmt: skip


HEAD = (
    "corpus", "values", "right", "ECE", "of a perfect judge", "in shared fate", "ECE, equal bins", "of a perfect judge",
    "Brier", "right at >= 0.975", "covered", "coverage at 99 %",
)  # fmt: skip


def table(title: str, examples: Sequence[Example], probabilities: Sequence[float]) -> list[str]:
    """Return the figures of held-out probabilities by corpus, kind and over all, as Markdown."""
    lines = [f"### {title}", "", f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    names = sorted({e.corpus for e in examples})
    parts = {name: frozenset({name}) for name in names} | truths.KINDS | {"all": frozenset(names)}
    for name, corpora in parts.items():
        chosen = [(p, e) for e, p in zip(examples, probabilities, strict=True) if e.corpus in corpora]
        if chosen and not (len(corpora) == 1 and name in truths.KINDS):
            lines.append(row(name, chosen))
    return [*lines, ""]


def row(name: str, chosen: Sequence[tuple[float, Example]]) -> str:
    """Return the figures of some values as one row of the table."""
    judged = [(p, e.is_right) for p, e in chosen]
    sure, share = above(judged, 0.975)
    right = sum(ok for _, ok in judged) / len(judged)
    fates = [f"{e.group} {e.name}" for _, e in chosen]
    cells = (
        name, len(judged), f"{right:.3f}", f"{calibration_error(judged):.3f}", noise(judged), noise(judged, fates=fates),
        f"{mass_error(judged):.3f}", noise(judged, by_mass=True), f"{brier(judged):.3f}", f"{sure:.3f}", f"{share:.2f}",
        f"{coverage(judged):.2f}",
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


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
    absences = weighted(found.absences)
    report: list[str] = []
    hand = [1 / (1 + 2.718281828 ** -e.signs["sure"]) for e in found.values]
    report += table("Values: as the reader thinks of them, before fitting", found.values, hand)
    logistic = judged_apart(found.values, "logistic")
    report += table("Values: logistic sum with a monotone curve, under lids (shipped)", found.values, logistic)
    without = fit.held_out(weighted(found.values), kind="open")
    report += table("Values: one such sum without lids, for comparison", found.values, without)
    boosted = judged_apart(found.values, "boosted")
    report += table("Values: gradient boosted trees under the same lids, for comparison", found.values, boosted)
    report += table("Absences", absences, fit.held_out(absences))
    others = weighted([e for e in found.values if e.name != TEXTS])
    scale = fit.fit(others)
    texts = fit.fit(weighted([e for e in found.values if e.name == TEXTS], GENERATED_TEXTS))
    whole = weighted(documents(found, others, absences), GENERATED_WHOLE)
    report += table("Documents: number, date and total all right", whole, fit.held_out(whole, kind="line"))
    print("\n".join(report))
    if arguments.write:
        model = Calibration(
            name="confidence", version=1, values=scale, absences=fit.fit(absences), documents=fit.line(whole),
            texts=texts,
        )  # fmt: skip
        path = truths.ROOT / FILE
        path.write_text(json.dumps(model.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n")
        print(f"{path.relative_to(truths.ROOT)}: {path.stat().st_size:,} bytes")
        card.write(
            report,
            [(p, e.is_right) for p, e in zip(logistic, found.values, strict=True)],
            Counter(t.corpus for t in cases),
            {"values": scale.lids, "texts": texts.lids},
        )


if __name__ == "__main__":
    main()
