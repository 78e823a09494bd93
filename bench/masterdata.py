"""How long an import of master data takes, and how much memory: `bench/masterdata.py --rows 1000000 --kind items`.

On SQLite in a temporary folder, or on the PostgreSQL of `--url`. Prints one line a step: rows, seconds, rows a second and the
highest memory of the process so far. The same file is imported again, once as it is and once with one row in ten changed.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from engine.model import master_kinds
from engine.runtime.house import open_house
from engine.runtime.masterdata import Given, import_files
from engine.runtime.settings import Settings

SAMPLES = {"decimal": "12.50", "date": "2026-01-31", "currency": "EUR", "country": "DE", "unit": "H87", "integer": "30"}
WORDS = [
    "north",
    "river",
    "stone",
    "valley",
    "iron",
    "cedar",
    "harbour",
    "mill",
    "bright",
    "falcon",
    "amber",
    "quarry",
    "meadow",
    "signal",
    "copper",
    "lantern",
]


def write(path: Path, kind_name: str, rows: int, *, changed: bool = False) -> None:
    """A file of plausible rows; `changed` alters every tenth."""
    kind = master_kinds.kind(kind_name)
    columns = [
        one
        for one in kind.columns
        if one.required or one.type != "text" or one.name in {"city", "description", "tax_id"}
    ]
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(one.name for one in columns) + "\n")
        for n in range(rows):
            cells = []
            for one in columns:
                if one.name in {"name", "description"}:
                    words = f"{WORDS[n % 16]} {WORDS[n // 16 % 16]} {n // 256 % 4096:x} {WORDS[n // 64 % 16]} Ltd"
                    cells.append(words + (" II" if changed and n % 10 == 0 else ""))
                elif one.name in {kind.key[-1], "tax_id"} and one.type == "text":
                    cells.append(f"{n:08}")
                elif one.choices:
                    cells.append(one.choices[0])
                else:
                    cells.append(SAMPLES.get(one.type, "true" if one.type == "boolean" else f"K{n % 1000:04}"))
            file.write(",".join(cells) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kind", default="items")
    parser.add_argument("--url", default="")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        changes = {"database_url": wanted.url} if wanted.url else {}
        house = open_house(Settings.model_validate({"home": home, "env": "dev", "log_level": "error", **changes}))
        path = home / f"{wanted.kind}.csv"
        write(path, wanted.kind, wanted.rows)
        step(house, path, wanted.kind, "new")
        step(house, path, wanted.kind, "the same")
        write(path, wanted.kind, wanted.rows, changed=True)
        step(house, path, wanted.kind, "one in ten changed")
        house.close()


def step(house, path: Path, kind: str, what: str) -> None:
    begun, worked = time.perf_counter(), time.process_time()
    done = import_files(house, [Given(kind=kind, path=path)], actor="bench", full=True)[0]
    seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    database = house.engine.dialect.name
    print(
        f"{database:10} {kind} {what:20} {done.rows:9,} rows {seconds:7.1f} s {done.rows / seconds:9,.0f}/s {worked:7.1f} s of processor {memory:6.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
