"""Measure how long the promotion gate takes over much history: nothing edited, a row, a rule, a limit.

    python bench/gate.py [--documents N] [--samples N] [--home DIR] [--only EDIT] [--all]

History is made as `bench/replay.py` makes it: sample documents processed by the real command and copied under other ids.
Each edit is looked at as `postroom promote --dry-run` does, on all processors; what would surely come to what is stored
is taken over, but for two of a hundred documents, which are judged in full all the same. `--all` also looks at each edit
with every document judged in full by both versions, and fails when the two reports do not say the same.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from replay import multiply, process, spent

from engine.content.library import Library
from engine.model.gate import GateReport
from engine.runtime.house import House, open_house
from engine.runtime.otherwise import Trust
from engine.runtime.promotion.look import Versions, look
from engine.runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
RULES, ROWS = Path("rules/sets/ap_invoice.v1.yaml"), Path("mappings/outbound/files.ap_invoice_csv.v1.yaml")
EDITS = {
    "nothing": (RULES, "", ""),
    "a row": (ROWS, "cut(70)", "cut(32)"),
    "a rule": (RULES, "when: lines_delta_minor >", "when: total_minor > 900000 or lines_delta_minor >"),
    "a limit": (RULES, 'large_without_order: {EUR: "5000.00"', 'large_without_order: {EUR: "1000.00"'),
}


def main() -> int:
    """Print a row an edit. Exit code 1 when a stored outcome was wrongly believed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--only", action="append", choices=EDITS, help="only this edit; may be given again")
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postroom-gate-") as folder:
        home = asked.home or Path(folder) / "home"
        if not (home / "postroom.sqlite").exists():
            process(home, Path(folder), asked.samples)
        house = open_house(Settings(home=home, env="dev", log_level="error"))
        multiply(house, asked.documents)
        print(f"{'edited':10} {'':22} {'docs':>6} {'change':>6} {'over':>6} {'seconds':>8} {'cpu s':>8}")
        names = asked.only or list(EDITS)
        wrong = [one for one in names if not told(house, Path(folder), one, asked.documents, is_twice=asked.all)]
    return 1 if wrong else 0


def told(house: House, folder: Path, name: str, documents: int, *, is_twice: bool) -> bool:
    """Look through the gate at an edit, and print it. Returns False when not everything was believed rightly."""
    both = Versions("ap_invoice", house.library, edited(folder / "content", name))
    quick = timed(house, both, documents, name, "taken over", Trust(salt=str(time.time_ns())))
    if not is_twice:
        return not quick.doubted
    whole = timed(house, both, documents, "", "every one judged", Trust(is_blind=True))
    return not quick.doubted and quick.effect == whole.effect


def timed(house: House, both: Versions, documents: int, name: str, way: str, trust: Trust) -> GateReport:
    """Look once, and print how long it took."""
    wall, processor = time.perf_counter(), spent()
    report = look(house, both, by="bench", last=documents, trust=trust)
    print(
        f"{name:10} {way:22} {report.documents:6} {len(report.changes):6} {report.taken_over:6} "
        f"{time.perf_counter() - wall:8.1f} {spent() - processor:8.1f}", flush=True,
    )  # fmt: skip
    return report


def edited(root: Path, name: str) -> Library:
    """Return the content of the checkout with an edit. Ends the program when there is nothing to edit."""
    shutil.rmtree(root, ignore_errors=True)
    for part in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / part, root / part)
    file, before, after = EDITS[name]
    text = (root / file).read_text(encoding="utf-8")
    if before not in text:
        sys.exit(f"{file}: there is no {before!r} to edit")
    (root / file).write_text(text.replace(before, after), encoding="utf-8")
    return Library.load(root, "dev")


if __name__ == "__main__":
    sys.exit(main())
