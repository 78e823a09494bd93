"""Measure recognition: seconds a page of our readers beside the bare engines, and how much of the print each reads.

    python bench/ocr.py [--pages N] [--hard] [--picture FILE]...

Without files it draws invoices as scans (or, with --hard, as bad photos) whose words are known, and prints for each
engine the seconds a page and the part of the words read exactly, of all and of those with digits.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from adapters.rapidocr.plug import PLUG as RAPIDOCR
from adapters.tesseract.plug import PLUG as TESSERACT
from admin.samples.raster.photo import photographed
from admin.samples.raster.scan import scanned
from engine.ports import Limits, Plug

ROOT = Path(__file__).resolve().parent.parent


class Sheet(NamedTuple):
    """A picture of a page on disk, and the words that are printed on it (empty when unknown)."""

    path: Path
    words: list[str]


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


def ours(plug: Plug) -> Callable[[Path], list[str]]:
    """Return a function that reads a picture through a plug."""

    def read(path: Path) -> list[str]:
        reading = plug.reader().read(path, "image/jpeg", pages=None, limits=Limits())
        return [word.text for page in reading.pages for word in page.words]

    return read


def bare_tesseract(languages: str) -> Callable[[Path], list[str]]:
    """Return a function that reads a picture with the program alone."""
    import pytesseract

    def read(path: Path) -> list[str]:
        text: str = pytesseract.image_to_string(Image.open(path), lang=languages)
        return text.split()

    return read


def bare_rapidocr() -> Callable[[Path], list[str]]:
    """Return a function that reads a picture with RapidOCR as it comes, on two threads."""
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": 2}
    )  # fmt: skip

    def read(path: Path) -> list[str]:
        found: Any = engine(cv2.imread(str(path)))
        return " ".join(found.txts or ()).split()

    return read


def measure(name: str, read: Callable[[Path], list[str]], sheets: Sequence[Sheet]) -> None:
    """Print one row of the table. The first picture is read twice: starting an engine is not reading a page."""
    read(sheets[0].path)
    all_words, digits, start = [], [], time.perf_counter()
    for sheet in sheets:
        found = read(sheet.path)
        all_words.append(recall(sheet.words, found))
        digits.append(recall([w for w in sheet.words if any(sign.isdigit() for sign in w)], found))
    seconds = (time.perf_counter() - start) / len(sheets)
    known = f"{np.mean(all_words):8.3f} {np.mean(digits):8.3f}" if sheets[0].words else " " * 17
    print(f"{name:28} {seconds:8.2f} {known}", flush=True)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--hard", action="store_true", help="photos in bad light instead of scans")
    parser.add_argument("--picture", type=Path, action="append", default=[])
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    with tempfile.TemporaryDirectory() as folder:
        sheets = [Sheet(path, []) for path in arguments.picture] or list(
            samples(Path(folder), count=arguments.pages, is_hard=arguments.hard)
        )
        print(f"{len(sheets)} pages\n{'':28} {'s/page':>8} {'words':>8} {'digits':>8}")
        measure("rapidocr plug", ours(RAPIDOCR), sheets)
        measure("rapidocr alone", bare_rapidocr(), sheets)
        measure("tesseract plug", ours(TESSERACT), sheets)
        measure("tesseract alone, 6 languages", bare_tesseract("eng+deu+fra+spa+ita+nld"), sheets)
        measure("tesseract alone, eng", bare_tesseract("eng"), sheets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
