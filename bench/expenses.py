"""How well expenses are read and judged: generated receipts, mailed by employees, with their truth.

`python bench/expenses.py --count 60 [--forms photo "photo till"]`: values right, categories right, and whether each is posted or held by the rule it
should be. Drawn by our own generator, so an upper bound.
"""

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from admin.samples.pages import receipt, till
from admin.samples.raster import image_pdf
from admin.samples.raster.photo import photographed
from admin.samples.raster.scan import jpeg, render, scanned
from admin.samples.raster.thermal import worn
from admin.samples.spending import FLAWS, Expense, expense, mailed
from engine.runtime import intake, judging, steps
from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.store import documents, reviews
from engine.store.database import reading

FORMS = ("strip", "till", "scan", "scan till")
PHOTOS = ("photo", "photo till")
AUDIT = "audit_sample"


def drawn(one: Expense, form: str, noise: np.random.Generator) -> tuple[str, bytes]:
    """Return kind (`pdf`, `jpeg`) and bytes of a receipt: a strip or a busier one; printed, scanned, or worn and photographed."""
    pdf = (till if "till" in form else receipt).draw(one.paper)
    if "photo" in form:
        page = worn(render(pdf, dpi=200, mode="RGB")[0], noise, fading=0.3, creases=1)
        return "jpeg", jpeg(photographed(page, noise), quality=58, dpi=72)
    if "scan" not in form:
        return "pdf", pdf
    pages = [scanned(page, noise, angle=float(noise.uniform(-0.8, 0.8)), dirt=0.3) for page in render(pdf, dpi=200)]
    return "pdf", image_pdf.wrap(pages, dpi=200)


def walked(house: House, name: str, mail: bytes) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Return the record of the receipt in a mail, what the tables said of it, and the rules that hold it."""
    parent = intake.accept_bytes(house, mail, name=name, source="bench", parent_id=None).document
    steps.read(house, parent.id, 1)
    with reading(house.engine) as tx:
        (child,) = documents.children(tx, parent.id)
    if steps.read(house, child.id, 1)["next"] == "understand":
        steps.understand(house, child.id, 1)
        judging.judge(house, child.id, 1)
    record = steps.load_record(house, child.id, 1)[1]
    with reading(house.engine) as tx:
        decision = documents.load(tx, child.id, 1, "decision") or {}
        held = [one for review in reviews.of_document(tx, child.id) for one in review.reasons]
    facts = {name: value for rule in decision.get("rules", ()) for name, value in dict(rule.get("facts", ())).items()}
    return {"type": record.type, **record.plain()}, facts, [one for one in held if one != AUDIT]


def main(count: int, seed: int, forms: Sequence[str]) -> None:
    """Make, mail, read and judge receipts."""
    rng, noise, tally = random.Random(seed), np.random.default_rng(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="postroom-expenses-") as folder:
        house = open_house(Settings(home=Path(folder), env="dev", log_level="error"), out=Path(folder) / "out")
        house.library.environment.__dict__["flows"] = ("expense_json@1",)
        today = house.clock.now().date()
        for at in range(count):
            one = expense(rng, today=today - timedelta(days=1), flaw=FLAWS[at % len(FLAWS)])
            form = forms[at % len(forms)]
            subtype, content = drawn(one, form, noise)
            mail = mailed(one, f"receipt-{at}.{subtype}", content, subtype=subtype)
            record, facts, held = walked(house, f"mail-{at}.eml", mail)
            paper = one.paper
            truth = {
                "vendor_name": paper.seller.name, "issue_date": paper.issued.isoformat(), "currency": paper.currency,
                "total": f"{paper.sums.total:.2f}", "tax_total": f"{paper.sums.tax:.2f}", "employee_email": one.sender,
            }  # fmt: skip
            wrong = [
                f"{name}: {record.get(name)!r} instead of {value!r}"
                for name, value in truth.items()
                if record.get(name) != value
            ]
            category = facts.get("expense_category")
            is_routed = held == ([one.reason] if one.reason else [])
            tally.update({f"right {name}": record.get(name) == value for name, value in truth.items()})
            tally.update(
                {
                    "receipts": 1,
                    "whole": not wrong,
                    "category": category == (one.category or "unknown"),
                    "routed": is_routed,
                }
            )
            tally.update({form: 1, f"{form} whole": not wrong, "posted, should be held": bool(one.reason) and not held})
            if wrong or not is_routed:
                print(
                    at,
                    form,
                    paper.seller.name,
                    f"held {held or 'not'}, wanted {one.reason or 'not'}",
                    *wrong,
                    sep="\n    ",
                )
        house.close()
    print(json.dumps(dict(sorted(tally.items())), indent=1))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--forms", nargs="+", choices=(*FORMS, *PHOTOS), default=FORMS)
    given = arguments.parse_args()
    main(given.count, given.seed, given.forms)
