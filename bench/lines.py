"""Score line items field by field: precision, recall and F1 against the truth, only of what is printed.

    python bench/lines.py [--corpus NAME]... [--wrong [FIELD]]       the development corpora, readings cached
    python bench/lines.py --drawn N [--archetype NAME] [--wrong]     N drawings of each archetype and language, tables.py
    python bench/lines.py --unseen N [--final] [--degraded]          N documents composed at random, unseen.py, or scans of them

Lines are matched one to one by best agreement. `line` counts a line as right when its quantity, price and amount, as
far as they are printed, all agree. A truth value that stands nowhere on the pages is not asked for, and what is read
in its place is not counted.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import degraded
import reading as bench
import tables
import unseen
from rapidfuzz import fuzz

from engine.content.vocabulary import load_vocabularies
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.model.record import Record
from engine.stages.extract.lexicon import Lexicon, fold, lexicon_of

FIELDS = ("description", "quantity", "unit", "unit_price", "amount", "tax_rate", "item_code", "discount", "line_number", "po_line")  # fmt: skip
NAMES = {"line_id": "line_number", "sku": "item_code"}
KEYS = ("quantity", "unit_price", "amount")
PIECES = frozenset({"C62", "H87", "EA", "NAR", "PCE", "NMB"})
"""Codes of Rec 20 that all say `one piece`."""
_NUMBER = re.compile(r"\d[\d.,' ]*\d|\d")
WEIGHTS = {"amount": 4, "unit_price": 3, "quantity": 2, "item_code": 2, "description": 2}
LIKE = 0.9
LOCAL = frozenset({"quantity", "unit", "unit_price", "tax_rate", "line_number"})
REACH = 30.0
"""Points above and below a line's amount where its quantity, price and rate are looked for."""


class Printed:
    """What stands on the pages, to tell which truth values can be asked for."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self._reading, self._lexicon = reading, lexicon
        self._take([w.text for p in reading.pages for w in p.words])

    def part(self, line: Mapping[str, str]) -> dict[str, str]:
        """Return what is printed of a line: its small numbers only near its amount, others anywhere."""
        units = self._lexicon.units
        line = {n: units.get(fold(v), v) if n == "unit" else v for n, v in line.items()}
        rest = {n: v for n, v in line.items() if n in FIELDS and self.has(n, v)}
        near = self._near(rest.get("amount") or rest.get("unit_price"))
        return {n: v for n, v in rest.items() if n not in LOCAL or near is None or near.has(n, v)}

    def _near(self, amount: str | None) -> "Printed | None":
        number = _decimal(amount)
        if number is None:
            return None
        words = []
        for page in self._reading.pages:
            spots = [
                w.top for w in page.words if abs(number) in {n for m in _NUMBER.findall(w.text) for n in _readings(m)}
            ]
            words += [w.text for w in page.words if any(abs(w.top - top) < REACH for top in spots)]
        if not words:
            return None
        other = object.__new__(Printed)
        other._reading, other._lexicon = self._reading, self._lexicon
        other._take(words)
        return other

    def _take(self, texts: Sequence[str]) -> None:
        lexicon = self._lexicon
        self.text = " ".join(texts)
        self.letters = letters(self.text)
        self.words = {letters(t) for t in texts}
        self.numbers = {n for m in _NUMBER.findall(self.text) for n in _readings(m)}
        self.numbers |= {n for m in re.findall(r"[\d.,']+", self.text) for n in _readings(m)}
        folded = [fold(t) for t in re.findall(r"[^\W\d]+\.?[^\W\d]*\.?²?³?", self.text)] + [fold(t) for t in texts]
        self.units = {lexicon.units[f] for f in folded if f in lexicon.units} | set(texts)
        if self.units & PIECES:
            self.units |= PIECES

    def has(self, name: str, value: str) -> bool:
        if name == "unit":
            return value in self.units
        number = _decimal(value) if name not in {"description", "item_code", "line_number", "po_line"} else None
        if number is not None:
            return abs(number) in self.numbers
        if name == "description":
            return all(letters(word) in self.letters for word in value.split())
        return letters(value) in self.words or (len(value) > 3 and letters(value) in self.letters)


def letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _readings(text: str) -> set[Decimal]:
    bare = re.sub(r"[' ]", "", text)
    out = set()
    for one in (bare.replace(",", ""), bare.replace(".", "").replace(",", "."), bare.replace(",", ".")):
        number = _decimal(one)
        if number is not None:
            out.add(number)
    return out


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text.strip(".,"))
    except InvalidOperation:
        return None


def same(name: str, truth: str, value: str | None) -> bool:
    """Tell whether a value is right: numbers by value, texts by letters, a description by 9 in 10 of its letters."""
    if value is None:
        return False
    if name == "unit":
        return truth == value or {truth, value} <= PIECES
    if name in {"description", "item_code", "line_number", "po_line"}:
        one, two = letters(truth), letters(value)
        if name == "line_number":
            one, two = one.lstrip("0"), two.lstrip("0")
        return one == two or (name == "description" and _is_like(one, two))
    number, other = _decimal(truth), _decimal(value)
    return number is not None and other is not None and abs(number) == abs(other)


def _is_like(one: str, two: str) -> bool:
    return fuzz.ratio(one, two) >= 100 * LIKE or (len(one) > 3 and two.startswith(one))


class Tally:
    """Right, asked and read, by field."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.read: Counter[str] = Counter()
        self.sure: dict[int, list[bool]] = defaultdict(list)

    def f1(self, name: str) -> float | None:
        both = self.asked[name] + self.read[name]
        return 2 * self.right[name] / both if both and self.asked[name] else None

    def add(self, other: "Tally") -> None:
        self.right += other.right
        self.asked += other.asked
        self.read += other.read
        for key, values in other.sure.items():
            self.sure[key] += values


def matched(truth: Sequence[Mapping[str, str]], rows: Sequence[Mapping[str, str]]) -> list[tuple[int, int]]:
    """Return (truth index, read index) pairs, best agreement first."""
    scores = []
    for i, line in enumerate(truth):
        for j, row in enumerate(rows):
            points = sum(WEIGHTS.get(n, 1) for n, v in line.items() if n in FIELDS and same(n, v, row.get(n)))
            if points > 1:
                scores.append((points, -abs(i - j), i, j))
    pairs, left, right = [], set(), set()
    for _, _, i, j in sorted(scores, reverse=True):
        if i not in left and j not in right:
            pairs.append((i, j))
            left.add(i)
            right.add(j)
    return pairs


def score(truth: Sequence[Mapping[str, str]], record: Record, printed: Printed | None) -> tuple[Tally, list[str]]:
    """Return the tally of one document and a sentence for each mistake."""
    tally, wrong = Tally(), []
    asked = [{NAMES.get(n, n): v for n, v in line.items()} for line in truth]
    if printed:
        asked = [printed.part(line) for line in asked]
        asked = [line for line in asked if line.keys() & {"amount", "unit_price"}]
    rows = [{f.name: f.value for f in row if f.provenance.how != "inferred"} for row in record.lines]
    sure = [{f.name: f.confidence for f in row} for row in record.lines]
    gtin = [line.get("gtin") for line in truth]
    pairs = dict(matched(asked, rows))
    for i, line in enumerate(asked):
        row = rows[pairs[i]] if i in pairs else {}
        good = {
            n: same(n, v, row.get(n)) or (n == "item_code" and gtin[i] is not None and row.get(n) == gtin[i])
            for n, v in line.items()
        }
        for name, ok in good.items():
            tally.asked[name] += 1
            tally.right[name] += ok
            if name in row:
                tally.read[name] += 1
                tally.sure[int(100 * sure[pairs[i]][name])].append(ok)
            if not ok:
                wrong.append(f"{name} of line {i + 1} is {line[name]!r}, read {row.get(name)!r}")
        tally.right["line"] += bool(row) and all(good.get(n, True) for n in KEYS)
    tally.asked["line"], tally.read["line"] = len(asked), len(rows)
    for j, row in enumerate(rows):
        if j not in pairs.values():
            wrong.append(f"line is not on the document: {row}")
            tally.read.update(n for n in row if any(n in line for line in asked))
    return tally, wrong


def drawn(arguments: argparse.Namespace) -> Iterator[tuple[str, str, Reading, dict[str, Any]]]:
    for name, reading, truth in tables.drawings(arguments.seed, arguments.drawn, arguments.archetype):
        yield truth["language" if arguments.by_language else "archetype"], name, reading, truth


def composed(arguments: argparse.Namespace) -> Iterator[tuple[str, str, Reading, dict[str, Any]]]:
    for seed, (name, reading, truth) in enumerate(unseen.papers(int(arguments.final), arguments.unseen)):
        seen = degraded.degraded(reading, seed, arguments.cache) if arguments.degraded else reading
        yield truth["language" if arguments.by_language else "archetype"], name, seen, truth


def stored(arguments: argparse.Namespace) -> Iterator[tuple[str, str, Reading, dict[str, Any]]]:
    for corpus in arguments.corpus or [c for c in bench.CORPORA if c != "sroie-train"]:
        for path, row in bench.documents(arguments.corpora, corpus):
            if row.get("lines"):
                try:
                    yield corpus, path.name, bench.read(path, arguments.cache)[0], row
                except ReadError as e:
                    print(f"  {path.name}: {e.message}")


def tax_score(truth: Sequence[Mapping[str, str]], record: Record) -> tuple[int, int, int]:
    """Return tax rows (right, asked, read) by rate and amount."""
    asked = Counter((_decimal(t["rate"]), _size(t["amount"])) for t in truth if t.get("rate") and t.get("amount"))
    plain = [{f.name: f.value for f in row} for row in record.taxes]
    read = Counter((_decimal(t.get("rate")), _size(t.get("amount"))) for t in plain)
    return sum((asked & read).values()), asked.total(), read.total()


def _size(text: str | None) -> Decimal | None:
    number = _decimal(text)
    return None if number is None else abs(number)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", choices=sorted(bench.CORPORA))
    parser.add_argument("--corpora", type=Path, default=bench.ROOT.parent / "shared" / "corpora")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "postroom-readings")
    parser.add_argument("--drawn", type=int, default=0, help="so many drawings of each archetype in each language")
    parser.add_argument("--unseen", type=int, default=0, help="so many documents composed at random")
    parser.add_argument(
        "--final", action="store_true", help="the half that nothing was mended with: do not look inside"
    )
    parser.add_argument("--degraded", action="store_true", help="scan them badly and read them with OCR")
    parser.add_argument("--archetype", choices=tables.ARCHETYPES)
    parser.add_argument("--by-language", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wrong", nargs="?", const="all", help="print the mistakes, of one field or all")
    arguments = parser.parse_args()
    vocabularies = load_vocabularies(bench.ROOT)
    sets: dict[str, Tally] = defaultdict(Tally)
    taxes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    busy = pages = 0.0
    source = drawn if arguments.drawn else composed if arguments.unseen else stored
    for group, name, reading, truth in source(arguments):
        start = time.perf_counter()
        record = bench.understand(Path(name), reading, vocabularies)[1]
        busy, pages = busy + time.perf_counter() - start, pages + len(reading.pages)
        printed = None if source is not stored else Printed(reading, lexicon_of(vocabularies))
        tally, wrong = score(truth["lines"], record, printed)
        sets[group].add(tally)
        got = tax_score(truth.get("taxes") or [], record)
        taxes[group] = [a + b for a, b in zip(taxes[group], got, strict=True)]
        if got[0] < got[1] and arguments.wrong in {"all", "taxes"}:
            wrong.append(f"taxes {got[0]} of {got[1]}, read {got[2]}")
        for sentence in wrong:
            if arguments.wrong and (arguments.wrong == "all" or sentence.startswith(arguments.wrong)):
                print(f"  {name}: {sentence}")
    _show(sets, taxes)
    print(f"{1000 * busy / max(pages, 1):.1f} ms a page for everything after reading")
    return 0


def _show(sets: Mapping[str, Tally], taxes: Mapping[str, Sequence[int]]) -> None:
    whole = Tally()
    print(f"{'':22}{'P':>5}{'R':>5}{'line':>6}" + "".join(f"{n[:9]:>10}" for n in FIELDS) + "     taxes")
    for name, tally in [*sets.items(), ("all", whole)]:
        if tally is not whole:
            whole.add(tally)
        exact = tally.right["line"]
        cells = "".join("         -" if (f := tally.f1(n)) is None else f"{f:10.2f}" for n in FIELDS)
        tax = "/".join(str(n) for n in taxes.get(name, ())) if name in taxes else ""
        f1 = tally.f1("line") or 0.0
        print(
            f"{name:22}{exact / max(tally.read['line'], 1):5.2f}{exact / max(tally.asked['line'], 1):5.2f}{f1:6.2f}{cells}{tax:>10}"
        )
    print(
        "confidence: "
        + "  ".join(f"{k / 100:.2f}: {sum(v)}/{len(v)} ={sum(v) / len(v):.3f}" for k, v in sorted(whole.sure.items()))
    )


if __name__ == "__main__":
    sys.exit(main())
