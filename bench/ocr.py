"""Measure recognition: seconds a page of our readers beside the bare engines, and how much of the print each reads.

    python bench/ocr.py [--pages N] [--hard] [--rounds N] [--picture FILE]...

Without files it draws invoices as scans (or, with --hard, as bad photos) whose words are known, and prints for each
engine the seconds a page and the part of the words read exactly, of all and of those with digits. All engines read a
picture one after the other, round after round, and the shortest time of each picture counts: so what else runs on the
machine disturbs them alike. RapidOCR alone has its defaults, tesseract alone one thread (OMP_THREAD_LIMIT=1).
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from adapters.rapidocr.plug import PLUG as RAPIDOCR
from adapters.tesseract.engine import languages
from adapters.tesseract.plug import PLUG as TESSERACT
from admin.samples.raster.photo import photographed
from admin.samples.raster.scan import scanned
from engine.ports import Limits, Plug

ROOT = Path(__file__).resolve().parent.parent


class Sheet(NamedTuple):
    """A picture of a page on disk, and the words that are printed on it (empty when unknown)."""

    path: Path
    words: list[str]


class Measured(NamedTuple):
    """Seconds a page, and the parts (0..1) of all words and of those with digits that were read exactly."""

    seconds: float
    words: float
    digits: float


Reader = Callable[[Path], list[str]]


def samples(folder: Path, *, count: int, is_hard: bool) -> Iterator[Sheet]:
    """Yield pictures of the digital invoices in samples/, scanned at 200 dpi, or photographed."""
    noise = np.random.default_rng(7)
    files = sorted((ROOT / "samples").rglob("*.pdf"))
    made = 0
    for file in files:
        document = pypdfium2.PdfDocument(file)
        page = document[0]
        words = page.get_textpage().get_text_range().split()
        if len(words) < 40:
            continue
        image = page.render(scale=200 / 72, grayscale=True).to_pil().convert("L")
        if is_hard:
            picture = photographed(image, noise, tilt=1.5, darkness=0.5)
        else:
            picture = scanned(image, noise, angle=float(noise.uniform(-1, 1)), dirt=0.3)
        path = folder / f"{made}.jpg"
        picture.convert("RGB").save(path, quality=75, dpi=(200, 200))
        yield Sheet(path, words)
        made += 1
        if made == count:
            return


def recall(words: Sequence[str], found: Sequence[str]) -> float:
    """Return the part of `words` that is in `found`, each as often as it stands there."""
    there = Counter(found)
    wanted = Counter(words)
    return sum(min(count, there[word]) for word, count in wanted.items()) / max(1, sum(wanted.values()))


def ours(plug: Plug) -> Reader:
    """Return a function that reads a picture through a plug."""

    def read(path: Path) -> list[str]:
        reading = plug.reader().read(path, "image/jpeg", pages=None, limits=Limits())
        return [word.text for page in reading.pages for word in page.words]

    return read


def bare_tesseract(languages: str) -> Reader:
    """Return a function that reads a picture with the program alone."""
    import pytesseract

    def read(path: Path) -> list[str]:
        text: str = pytesseract.image_to_string(Image.open(path), lang=languages)
        return text.split()

    return read


def bare_rapidocr() -> Reader:
    """Return a function that reads a picture with RapidOCR as it comes."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})

    def read(path: Path) -> list[str]:
        found: Any = engine(cv2.imread(str(path)))
        return " ".join(found.txts or ()).split()

    return read


def measure(readers: Mapping[str, Reader], sheets: Sequence[Sheet], *, rounds: int) -> dict[str, Measured]:
    """Return what each reader needs and finds. Starting an engine is not reading a page, so one page is read before."""
    shortest = {name: [float("inf")] * len(sheets) for name in readers}
    found = {name: [list[str]()] * len(sheets) for name in readers}
    for read in readers.values():
        read(sheets[0].path)
    for _ in range(rounds):
        for number, sheet in enumerate(sheets):
            for name, read in readers.items():
                start = time.perf_counter()
                found[name][number] = read(sheet.path)
                shortest[name][number] = min(shortest[name][number], time.perf_counter() - start)
    return {name: _measured(shortest[name], found[name], sheets) for name in readers}


def _measured(seconds: Sequence[float], found: Sequence[Sequence[str]], sheets: Sequence[Sheet]) -> Measured:
    pairs = list(zip(sheets, found, strict=True))
    words = [recall(sheet.words, read) for sheet, read in pairs]
    digits = [recall([w for w in sheet.words if any(sign.isdigit() for sign in w)], read) for sheet, read in pairs]
    return Measured(float(np.mean(seconds)), float(np.mean(words)), float(np.mean(digits)))


def table(measured: Mapping[str, Measured], *, is_known: bool) -> str:
    """Return the figures, each of our readers also as a multiple of the bare engine that follows it."""
    lines = [f"{'':34} {'s/page':>8} {'of bare':>8} {'words':>8} {'digits':>8}"]
    names = list(measured)
    for name, bare in zip(names, [*names[1:], ""], strict=True):
        one = measured[name]
        part = f"{one.seconds / measured[bare].seconds:8.2f}" if name.endswith("plug") else " " * 8
        known = f"{one.words:8.3f} {one.digits:8.3f}" if is_known else ""
        lines.append(f"{name:34} {one.seconds:8.2f} {part} {known}")
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2, help="how often each page is read by each engine")
    parser.add_argument("--hard", action="store_true", help="photos in bad light instead of scans")
    parser.add_argument("--picture", type=Path, action="append", default=[])
    arguments = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        sheets = [Sheet(path, []) for path in arguments.picture] or list(
            samples(Path(folder), count=arguments.pages, is_hard=arguments.hard)
        )
        readers = {
            "rapidocr plug": ours(RAPIDOCR),
            "rapidocr alone": bare_rapidocr(),
            "tesseract plug": ours(TESSERACT),
            "tesseract alone, eng+deu": bare_tesseract("eng+deu"),
            "tesseract alone, all languages": bare_tesseract(languages()),
        }
        measured = measure(readers, sheets, rounds=arguments.rounds)
        print(f"{len(sheets)} pages, {arguments.rounds} rounds")
        print(table(measured, is_known=bool(sheets[0].words)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
