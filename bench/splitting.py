"""Measure where bundles are cut: false cuts in documents of several pages, and bundles put together at random.

    python bench/splitting.py [--corpora FOLDER] [--cache FOLDER] [--rounds N] [--files N] [--wrong]

Readings are those of bench/reading.py, from the same cache. A bundle holds five documents of one kind; precision and
recall count cuts, `sure & wrong` bundles that would have been cut wrongly without asking anybody. The second table is of
files composed at random (bench/bundles.py), the held-out half: `kept` and `cut` count those that would have been kept
together or cut wrongly without asking.
"""

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import reading as measured
from bundles import FAMILIES, files

from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.errors import ReadError
from engine.model.page import Page, Reading
from engine.stages.split import split

_DOCUMENTS = 5
_SEED = 7

Named = tuple[str, Reading]


def documents(corpora: Path, name: str, cache: Path) -> list[Named]:
    """Return what can be read of a corpus, with the names of the files."""
    out: list[Named] = []
    for path, _ in measured.documents(corpora, name):
        try:
            seen, _ = measured.read(path, cache)
        except ReadError:
            continue
        if seen.pages:
            out.append((path.name, seen))
    return out


def samples(folder: Path, cache: Path) -> list[Named]:
    """Return the shipped samples that have pages."""
    out: list[Named] = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in {".pdf", ".png", ".jpg", ".tif"}:
            try:
                out.append((path.name, measured.read(path, cache)[0]))
            except ReadError:
                continue
    return [(name, seen) for name, seen in out if seen.pages]


def bundle(chosen: Sequence[Named]) -> tuple[Reading, set[int]]:
    """Return the documents as one file, and the pages at which the second and later ones begin."""
    pages: list[Page] = []
    begins: set[int] = set()
    for _, seen in chosen:
        if pages:
            begins.add(len(pages) + 1)
        pages += [page.model_copy(update={"number": len(pages) + n}) for n, page in enumerate(seen.pages, start=1)]
    return Reading(pages=tuple(pages), page_count=len(pages)), begins


def false_cuts(found: Sequence[Named], vocabularies: dict[str, Vocabulary]) -> tuple[int, int, int]:
    """Return (documents of several pages, cut without asking, asked about)."""
    several = [seen for _, seen in found if len(seen.pages) > 1]
    made = [split(seen, vocabularies) for seen in several]
    return len(several), sum(s.is_sure and len(s.parts) > 1 for s in made), sum(not s.is_sure for s in made)


def score(
    name: str, found: Sequence[Named], vocabularies: dict[str, Vocabulary], arguments: argparse.Namespace
) -> None:
    """Print a row of the table."""
    chance = random.Random(_SEED)
    right = false = missed = exact = asked = silent = 0
    for _ in range(arguments.rounds):
        chosen = chance.sample(found, min(_DOCUMENTS, len(found)))
        whole, begins = bundle(chosen)
        made = split(whole, vocabularies)
        cuts = {part.pages[0] for part in made.parts[1:]}
        right, false, missed = right + len(cuts & begins), false + len(cuts - begins), missed + len(begins - cuts)
        exact, asked = exact + (cuts == begins), asked + (not made.is_sure)
        silent += made.is_sure and cuts != begins
        if arguments.wrong and cuts != begins:
            print(
                f"  {[name for name, _ in chosen]}: missed {begins - cuts}, false {cuts - begins}, sure {made.is_sure}"
            )
    several, cut, doubted = false_cuts(found, vocabularies)
    print(
        f"{name:20}{right / max(right + false, 1):10.3f}{right / max(right + missed, 1):10.3f}"
        f"{exact:6}/{arguments.rounds:<4}{asked:6}{silent:14}{several:12}{cut:8}{doubted:8}"
    )


def composed(vocabularies: dict[str, Vocabulary], count: int) -> None:
    """Print the table of files that are composed at random."""
    print(f"\n{'held-out files':25}{'files':>6}{'exact':>7}{'asked':>7}{'kept wrongly':>14}{'cut wrongly':>13}")
    for family in FAMILIES:
        exact = asked = kept = cut = 0
        for one in files(family, count, is_held_out=True):
            made = split(one.reading, vocabularies)
            begins = {part.pages[0] for part in made.parts[1:]}
            exact, asked = exact + (begins == one.begins), asked + (not made.is_sure)
            kept += made.is_sure and bool(one.begins - begins)
            cut += made.is_sure and bool(begins - one.begins)
        print(f"{family:25}{count:6}{exact:7}{asked:7}{kept:14}{cut:13}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=measured.ROOT.parent / "shared" / "corpora")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "postroom-readings")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--files", type=int, default=40, help="composed files of each family")
    parser.add_argument("--wrong", action="store_true", help="print each bundle that is cut wrongly")
    arguments = parser.parse_args()
    vocabularies = dict(load_vocabularies(measured.ROOT))
    print(f"{'bundles of':20} precision    recall     exact asked  sure & wrong  multi-page     cut   asked")
    if arguments.corpora.is_dir():
        for name in measured.CORPORA:
            score(name, documents(arguments.corpora, name, arguments.cache), vocabularies, arguments)
    whole = samples(measured.ROOT / "samples" / "documents", arguments.cache)
    score("shipped samples", [one for one in whole if "bundle" not in one[0]], vocabularies, arguments)
    composed(vocabularies, arguments.files)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
