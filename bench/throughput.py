"""Measure how long a page takes by the clock when as many workers as asked read digital files side by side.

    python bench/throughput.py [--workers N] FOLDER...

Words and fields only: text layers are read and understood, no pixels, no data that files carry. Every worker is a process
of its own with its own reader, as `postroom worker` is; the files are dealt out one by one. What starts and compiles once
is done before the clock runs.
"""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from product import Product

from engine.model.errors import ReadError
from engine.runtime import reading
from engine.runtime.understanding import understand
from engine.stages.split import split

_WORKER: list[Product] = []


def begin(folder: str, warm: str) -> None:
    """Open the hub in a worker and read one file, so that everything is compiled and started."""
    _WORKER.append(Product(Path(folder) / str(os.getpid())))
    pages_of(warm)


def pages_of(name: str) -> int:
    """Read and understand one file as the product does. Returns its pages, 0 when it cannot be read."""
    product, file = _WORKER[0], Path(name)
    house, document = product.house, product.document(file)
    limits = house.settings.limits()
    try:
        seen = reading.merge([
            reader.read(file, document.blob.media_type, pages=None, limits=limits)
            for plug, reader in reading.readers(house, document.blob.media_type) if plug.manifest.reads == "text"
        ])  # fmt: skip
    except ReadError:
        return 0
    split(seen, house.library.vocabularies)
    understand(house, document, seen, revision=1)
    return len(seen.pages)


def main() -> int:
    """Print milliseconds a page for one worker and for as many as asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    files = [str(file) for folder in asked.folders for file in sorted(folder.rglob("*.[pP][dD][fF]"))]
    for workers in dict.fromkeys((1, asked.workers)):
        with (
            tempfile.TemporaryDirectory(prefix="postroom-speed-") as home,
            ProcessPoolExecutor(workers, initializer=begin, initargs=(home, files[0])) as pool,
        ):
            list(pool.map(pages_of, files[: 4 * workers]))  # every worker has begun
            began = time.perf_counter()
            pages = sum(pool.map(pages_of, files))
            wall = time.perf_counter() - began
        print(f"{workers} workers: {1000 * wall / pages:.1f} ms a page, {pages} pages", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
