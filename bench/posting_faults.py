"""Besiege posting: operations over targets that lie and stall, with workers killed by SIGKILL at random moments.

    python bench/posting_faults.py [--count N] [--permille P] [--kill-every S] [--only sqlite|postgresql] [--vendors] [--target NAME]

With `--vendors` the targets are the stand-ins of every vendor, and every way to hand files over, behind their own
adapters. Otherwise two targets are stand-ins over real HTTP that keep whatever they are given, doubled or not (one takes
batches), the third is a real drop folder. Afterwards the targets are counted and compared with the ledger; anything doubled, missing, out of
order or parked without a reason ends with exit code 1.
"""

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402 - the tests' helpers are no installed package
from tests.durable import vendors  # noqa: E402
from tests.durable.siege import Outcome, besiege  # noqa: E402

KINDS = ("operation_unknown", "operation_deferred", "processing_died", "target_opened", "target_closed")


def is_good(found: Outcome) -> bool:
    """Whether every promise was kept."""
    return not (found.doubled or found.missing or found.disordered or found.parked_without_reason) and (
        found.chain_is_whole and dict(found.standing) == {name: found.told.get(name, 0) for name in found.standing}
    )


def tell(name: str, found: Outcome) -> None:
    print(f"\n{name}: {found.operations} operations in {found.seconds:.0f} s, {found.kills} workers killed")
    print(f"  states {dict(found.states)}")
    print(f"  standing in the targets {dict(found.standing)}, committed by the ledger {dict(found.told)}")
    print(f"  doubled {len(found.doubled)}, missing {len(found.missing)}, out of order {len(found.disordered)}, "
          f"parked without a reason {len(found.parked_without_reason)}, chain whole {found.chain_is_whole}")  # fmt: skip
    print(f"  faults given {sum(found.faults.values())}: {dict(sorted(found.faults.items()))}")
    print(f"  most calls at once {dict(found.most_calls)}")
    print(f"  events {{{', '.join(f'{kind}: {found.events.get(kind, 0)}' for kind in KINDS)}}}")


def besiege_vendors(name: str, home: Path, url: str | None, asked: argparse.Namespace) -> bool:
    found, seconds, kills = vendors.besiege(
        home, url, count=asked.count, workers=asked.workers, permille=asked.permille, kill_every=asked.kill_every,
        seed=asked.seed, only=asked.target,
    )  # fmt: skip
    total = sum(one.planned for one in found.values())
    print(f"\n{name}: {total} operations over {len(found)} targets in {seconds:.0f} s, {kills} workers killed")
    for vendor, one in found.items():
        print(f"  {vendor}: {dict(one.states)}, standing {one.standing}, doubled {len(one.doubled)}, missing {len(one.missing)}, "
              f"parked without a reason {len(one.unexplained)}")  # fmt: skip
        print(f"    faults given {sum(one.faults.values())}: {dict(sorted(one.faults.items()))}")
        for reason, times in sorted(one.reasons.items()):
            print(f"    {times} x {reason}")
    return all(one.is_good for one in found.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="Operations on each database.")
    parser.add_argument("--permille", type=int, default=150, help="Calls of a thousand that go wrong.")
    parser.add_argument("--kill-every", type=float, default=1.5, help="Seconds between two kills, on average.")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--vendors", action="store_true", help="The stand-ins of all vendors, by their own adapters.")
    parser.add_argument(
        "--target", action="append", choices=list(vendors.VENDORS), default=[], help="Of the vendors, only these."
    )
    asked = parser.parse_args()
    well = True
    with ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        urls: dict[str, str | None] = {} if asked.only == "postgresql" else {"sqlite": None}
        binaries = None if asked.only == "sqlite" else postgres.find_binaries()
        if binaries is not None:
            server = postgres.start(binaries)
            stack.callback(server.stop)
            urls["postgresql"] = server.url(server.create_database())
        for kind, url in urls.items():
            if asked.vendors:
                well = besiege_vendors(kind, Path(name) / kind, url, asked) and well
                continue
            found = besiege(
                Path(name) / kind, url, count=asked.count, workers=asked.workers, permille=asked.permille,
                kill_every=asked.kill_every, seed=asked.seed, patience=3600,
            )  # fmt: skip
            tell(kind, found)
            well = well and is_good(found)
    print(f"\nload {os.getloadavg()}")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
