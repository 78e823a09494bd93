"""Measure the main job: of generated documents with known truth, what is posted, and is it right?

    python bench/end_to_end.py [--count N] [--seed N] [--kind KIND]...

Runs the real command on a fresh data folder, then compares every dropped file with the truth. Money posted wrong is the
figure that must be nought; documents that a person has to look at although they are good are the price of it.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

COLUMNS = {
    "INVOICE_NO": "invoice_number", "INVOICE_DATE": "issue_date", "CURRENCY": "currency", "NET_AMOUNT": "subtotal",
    "TAX_AMOUNT": "tax_total", "GROSS_AMOUNT": "total",
}  # fmt: skip
POSTROOM = Path(sys.executable).parent / "postroom"


def main() -> None:
    asked = argparse.ArgumentParser(description="Compare what the hub posts with the truth.")
    asked.add_argument("--count", type=int, default=150)
    asked.add_argument("--seed", type=int, default=4711)
    asked.add_argument("--kind", action="append", default=[])
    asked.add_argument("--wrong", action="store_true", help="show documents that did not go where they should")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="postroom-bench-") as folder:
        work = Path(folder)
        kinds = [word for kind in options.kind for word in ("--kind", kind)]
        call(work, "samples", work / "set", "--seed", options.seed, "--count", options.count, *kinds)
        masters = [work / "set" / f"{name}.csv" for name in ("vendors", "purchase_orders", "purchase_order_lines")]
        call(work, "masterdata", "import", "--vendors", masters[0], "--orders", masters[1], "--order-lines", masters[2])
        began = time.perf_counter()
        lines = [json.loads(line) for line in call(work, "run", "--json", work / "set" / "documents").splitlines()]
        seconds = time.perf_counter() - began
        truth = [json.loads(line) for line in (work / "set" / "truth.jsonl").read_text().splitlines()]
        report(truth, by_name(lines), dropped(work / "home" / "out"), seconds, show=options.wrong)


def call(work: Path, *arguments: object) -> str:
    environment = {**os.environ, "POSTROOM_HOME": str(work / "home"), "POSTROOM_ENV": "dev"}
    done = subprocess.run(
        [str(POSTROOM), *map(str, arguments)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{arguments[0]} failed: {done.stderr[-2000:]}")
    return done.stdout


def by_name(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return lines by file name; what was taken out of a mail is `mail.eml#attachment`, as in the truth."""
    names = {line["id"]: line["document"] for line in lines if line["route"] != "duplicate"}
    return {"#".join(filter(None, [names.get(line["parent"]), line["document"]])): line for line in lines}


def dropped(folder: Path) -> dict[str, dict[str, str]]:
    """Return the first row of every dropped file by file name."""
    rows: dict[str, dict[str, str]] = {}
    for file in folder.rglob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows[file.name] = next(csv.DictReader(stream, delimiter=";"))
    return rows


def report(
    truth: list[dict[str, Any]],
    lines: dict[str, dict[str, Any]],
    files: dict[str, dict[str, str]],
    seconds: float,
    *,
    show: bool,
) -> None:
    counts: dict[str, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    for row in truth:
        name = row["file"].removeprefix("documents/")
        # a bundle or a mail that was not taken apart ends as one
        line = lines.get(name) or lines.get(name.partition("#")[0])
        got = "lost" if line is None else {"posted": "post"}.get(line["route"], line["route"])
        wanted = row["expect"]["route"]
        mistakes = wrong_fields(row, files.get(line["reference"], {})) if line and got == "post" else []
        verdict = (
            "posted wrong" if mistakes or (got == "post" != wanted) else "posted right" if got == "post"
            else "asked needlessly" if wanted == "post" else "held rightly" if got == wanted else f"{got}, not {wanted}"
        )  # fmt: skip
        counts.setdefault(row["kind"], Counter())[verdict] += 1
        if verdict == "asked needlessly" and line:
            reasons[line["reasons"][0] if line["reasons"] else line["route"]] += 1
        if show and verdict not in {"posted right", "held rightly"}:
            print(f"  {verdict:17} {name:40} {row['layout']:12} {line and line['reasons']} {mistakes}")
    table(counts)
    print(f"why good documents were held: {dict(reasons.most_common(8))}")
    print(
        f"{len(truth)} documents in {seconds:.0f} s, {len(truth) / seconds:.1f} a second; load {os.getloadavg()[0]:.1f}"
    )


def wrong_fields(row: dict[str, Any], posted: dict[str, str]) -> list[str]:
    """Return what stands in the file other than on the paper; what the paper does not show is not compared."""
    mistakes = []
    for column, field in COLUMNS.items():
        if field in row["fields"] and not same(posted.get(column, ""), row["fields"][field], field):
            mistakes.append(f"{column} {posted.get(column)!r} is {row['fields'][field]!r}")
    return mistakes


def same(posted: str, truth: str, field: str) -> bool:
    if field in {"subtotal", "tax_total", "total"}:
        return bool(posted) and Decimal(posted.replace(",", ".")) == Decimal(truth)
    if field == "issue_date":
        return posted == ".".join(reversed(truth.split("-")))
    return posted == truth


def table(counts: dict[str, Counter[str]]) -> None:
    verdicts = list(
        dict.fromkeys(["posted right", "posted wrong", "asked needlessly", *sorted(set().union(*counts.values()))])
    )
    print(f"{'kind':12}" + "".join(f"{verdict:>24}" for verdict in verdicts))
    for kind, found in [*sorted(counts.items()), ("all", sum(counts.values(), Counter()))]:
        print(f"{kind:12}" + "".join(f"{found[verdict]:>24}" for verdict in verdicts))


if __name__ == "__main__":
    main()
