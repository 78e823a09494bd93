"""Measure the memory of all processes that read one file: `postroom read --json FILE`.

    python bench/memory.py FILE [--every SECONDS]
    python bench/memory.py --scanned PAGES [--every SECONDS]

`--scanned` reads a generated PDF of so many pages of a table, each one grey picture of 200 dpi. Counted is the
proportional set size (PSS, what the processes share is counted once), by kind of process, at the moment when all
together held most, and the most that each kind ever held. Needs Linux 4.14 (`/proc/PID/smaps_rollup`).
"""

import argparse
import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pypdfium2
import speed
from truths import ROOT

_KIB = 1024
_DPI, _QUALITY = 200, 70
_POINTS = (595, 842)
_LARGEST = str(2**30)
"""500 scanned pages are more than a hub takes by default."""


def family(pid: int) -> list[int]:
    """Return a process and all that it started, however far down."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def held(pid: int) -> tuple[str, int]:
    """Return what a process does and its PSS in KiB."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    work = next((w.partition(":")[0].split(".")[1] for w in words if w.startswith("adapters.") and ":" in w), "")
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return work or Path(words[0]).name, pss


def look(pid: int) -> Counter[str]:
    """Return the KiB held by the family of a process, by what its members do."""
    sizes: Counter[str] = Counter()
    for number, one in enumerate(family(pid)):
        with contextlib.suppress(OSError, StopIteration):
            work, pss = held(one)
            sizes["postroom" if number == 0 else work] += pss
    return sizes


def scanned(pages: int, file: Path) -> Path:
    """Write a PDF of so many pages, each one grey picture of 200 dpi."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    source = pypdfium2.PdfDocument(speed.make(pages, file.with_suffix(".text.pdf")))
    canvas = Canvas(str(file), pagesize=_POINTS)
    for page in source:
        kept = io.BytesIO()
        page.render(scale=_DPI / 72, grayscale=True).to_pil().save(kept, "JPEG", quality=_QUALITY)
        kept.seek(0)
        canvas.drawImage(ImageReader(kept), 0, 0, *_POINTS)
        canvas.showPage()
    canvas.save()
    return file


def measure(file: Path, home: Path, *, every: float) -> int:
    """Read a file with an empty house, print what was held, and return its exit code."""
    command = [str(Path(sys.executable).with_name("postroom")), "read", "--json", str(file)]
    began, most, each = time.monotonic(), Counter[str](), Counter[str]()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={"POSTROOM_MAX_BYTES": _LARGEST, **os.environ, "POSTROOM_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    ) as run:
        while run.poll() is None:
            now = look(run.pid)
            each |= now
            most = max(most, now, key=lambda sizes: sizes.total())
            time.sleep(every)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{file.name}: {time.monotonic() - began:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processors (ended ones)"
    )
    for name, sizes in (("at the fullest moment", most), ("each kind at most", each)):
        parts = ", ".join(f"{work} {kib // _KIB}" for work, kib in sizes.most_common())
        print(f"{name}: {sizes.total() // _KIB} MiB: {parts}")
    return run.returncode


def main() -> int:
    """Print the figures of one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--scanned", type=int, metavar="PAGES", help="read a generated scan instead of a file")
    parser.add_argument("--every", type=float, default=0.25, help="seconds between two looks")
    asked = parser.parse_args()
    if (asked.file is None) == (asked.scanned is None):
        parser.error("name a file or --scanned PAGES")
    with tempfile.TemporaryDirectory(prefix="postroom-memory-") as folder:
        file = asked.file or scanned(asked.scanned, Path(folder) / f"scanned-{asked.scanned}.pdf")
        return measure(file.resolve(), Path(folder) / "home", every=asked.every)


if __name__ == "__main__":
    sys.exit(main())
