"""How well types that content describes are read: generated leads, remittance advices and change requests with their truth.

`python bench/new_types.py --count 60`: field accuracy, whole papers, and whether each is posted or held by the rule it should be.
"""

import argparse
import io
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from admin.samples.labelled import deliveries, draw, orders, statements
from admin.samples.labelled.agreements import LANGUAGES as AGREED_IN
from admin.samples.labelled.agreements import running_contract
from admin.samples.labelled.applicants import LANGUAGES as APPLIED_IN
from admin.samples.labelled.applicants import account_application, business_licence, tax_form
from admin.samples.labelled.changes import CUSTOMERS, LANGUAGES, VENDORS, change_request
from admin.samples.labelled.contracts import CUSTOMERS as BUYERS
from admin.samples.labelled.contracts import LANGUAGES as SIGNED_IN
from admin.samples.labelled.contracts import contract, order_form
from admin.samples.labelled.deliveries import goods_receipt
from admin.samples.labelled.leads import lead
from admin.samples.labelled.letters import LANGUAGES as WRITTEN_IN
from admin.samples.labelled.letters import correspondence
from admin.samples.labelled.model import Labelled
from admin.samples.labelled.orders import own_order, purchase_order
from admin.samples.labelled.remittances import remittance
from admin.samples.labelled.statements import vendor_statement
from admin.samples.raster import image_pdf
from admin.samples.raster.scan import render, scanned
from engine.model import master_kinds
from engine.model.record import Record
from engine.runtime import erp_history, intake, judging, steps, story
from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.store import masterdata, reviews
from engine.store.database import reading, transaction

MAKERS = {
    "lead": lead,
    "remittance": remittance,
    "change_request": change_request,
    "order_form": order_form,
    "contract": contract,
    "contract_in_sentences": running_contract,
    "contract_in_other_sentences": partial(running_contract, wordings="second"),
    "contract_in_new_sentences": partial(running_contract, wordings="third"),
    "vendor_statement": vendor_statement,
    "goods_receipt": goods_receipt,
    "correspondence": correspondence,
    "account_application": account_application,
    "tax_form": tax_form,
    "business_licence": business_licence,
    "purchase_order": purchase_order,
    "own_order": own_order,
}
FLOWS = (
    "lead_dataverse@1", "remittance_netsuite@1", "account_change_business_central@1", "signed_order_hubspot@1",
    "vendor_statement@1", "goods_receipt_sap@1", "correspondence_dataverse@1",
    "account_application@1", "tax_form@1", "business_licence@1", "onboarding_hubspot@1", "sales_order_business_central@3", "purchase_order_known@1",
)  # fmt: skip
IN = {
    "contract_in_sentences": AGREED_IN, "contract_in_other_sentences": AGREED_IN,
    "contract_in_new_sentences": AGREED_IN,
    "change_request": LANGUAGES, "order_form": SIGNED_IN, "contract": SIGNED_IN, "vendor_statement": statements.LANGUAGES,
    "goods_receipt": deliveries.LANGUAGES, "purchase_order": orders.LANGUAGES, "own_order": orders.LANGUAGES, "correspondence": WRITTEN_IN,
    "account_application": APPLIED_IN, "tax_form": APPLIED_IN, "business_licence": APPLIED_IN,
}  # fmt: skip
"""Languages that papers of a type are drawn in, where these are not English and German alone."""
SIGNED = frozenset(
    {
        "order_form",
        "contract",
        "contract_in_sentences",
        "contract_in_new_sentences",
        "contract_in_other_sentences",
        "account_application",
        "tax_form",
    }
)
"""Types that are signed, with ink where they are drawn."""
MAILED = frozenset({"correspondence"})
"""Types that look otherwise when they are mails."""
ASKED = {"goods_receipt": "goods_receipt_sap"}
"""Flows that a sender asks for by name."""
DERIVED = frozenset({"goods_receipt", "purchase_order"})
"""Types whose reader also takes what the truth does not tell: addresses in parts, numbers of positions."""
FORMS = ("pdf", "pdf", "text", "mail", "scan")
AUDIT, AGAIN = "audit_sample", "asked_before"


def made(paper: Labelled, form: str, noise: np.random.Generator) -> tuple[str, bytes]:
    """Return name and bytes of a paper in a form."""
    if form == "text":
        return f"{paper.name}.txt", draw.as_text(paper).encode()
    if form == "mail":
        return f"{paper.name}.html", draw.as_html(paper).encode()
    pdf = draw.as_pdf(paper)
    if form == "scan":
        pages = [scanned(page, noise, angle=float(noise.uniform(-0.8, 0.8)), dirt=0.3) for page in render(pdf, dpi=200)]
        return f"{paper.name}.pdf", image_pdf.wrap(pages, dpi=200)
    return f"{paper.name}.pdf", pdf


def walked(house: House, name: str, data: bytes, flow: str | None = None) -> tuple[Record, list[str]]:
    """Return the record of a file, and the rules that hold it."""
    document = intake.accept(house, io.BytesIO(data), name=name, source="bench", flow=flow).document
    if steps.read(house, document.id, 1)["next"] == "understand":
        steps.understand(house, document.id, 1)
        judging.judge(house, document.id, 1)
    record = steps.load_record(house, document.id, 1)[1]
    with reading(house.engine) as tx:
        held = [one for review in reviews.of_document(tx, document.id) for one in review.reasons]
    return record, [one for one in held if one != AUDIT]


def compared(kind: str, paper: Labelled, record: Record, tally: Counter[str]) -> list[str]:
    """Count right values and return what differs."""
    wanted: dict[str, Any] = dict(paper.truth)
    read: dict[str, Any] = {**record.plain()}
    flat = {**_flat(wanted)}, {**_flat(read)}
    wrong = []
    for path, value in flat[0].items():
        tally[f"{kind} values"] += 1
        if flat[1].get(path) == value:
            tally[f"{kind} right"] += 1
        else:
            tally[f"{kind} {'misread' if path in flat[1] else 'unread'}"] += 1
            wrong.append(f"{path}: {flat[1].get(path)!r} instead of {value!r}")
    loose = paper.type in DERIVED
    arrived = {field.name for field in record.fields if field.provenance.by == "arrival"}
    more = [
        path for path in flat[1]
        if path not in {*flat[0], *arrived} and not loose and not path.endswith(("note", "discount"))
    ]  # fmt: skip
    tally[f"{kind} too many"] += len(more)
    return [*wrong, *(f"{path}: {flat[1][path]!r} is not there" for path in more)]


def _flat(data: dict[str, Any]) -> dict[str, str]:
    rows = data.get("lines", [])
    return {
        **{name: value for name, value in data.items() if name != "lines"},
        **{f"lines[{at}].{name}": value for at, row in enumerate(rows) for name, value in row.items()},
    }


def main(count: int, seed: int, types: Sequence[str]) -> None:
    """Make, read and judge `count` papers of each type."""
    rng, noise, tally = random.Random(seed), np.random.default_rng(seed), Counter[str]()
    seen: set[tuple[str | None, str | None]] = set()
    with tempfile.TemporaryDirectory(prefix="postroom-types-") as folder:
        house = open_house(Settings(home=Path(folder), env="dev", log_level="error"), out=Path(folder) / "out")
        house.library.environment.__dict__["flows"] = FLOWS
        with transaction(house.engine) as tx:
            masterdata.write(tx, master_kinds.VENDORS, [dict(one) for one in VENDORS])
            masterdata.write(
                tx, master_kinds.CUSTOMERS, [dict(one) for one in (*CUSTOMERS, *BUYERS, *orders.CUSTOMERS)]
            )
            masterdata.write(tx, master_kinds.PAYMENT_TERMS, [dict(one) for one in orders.TERMS])
            masterdata.write(tx, master_kinds.ITEMS, [dict(one) for one in orders.ITEMS])
            masterdata.write(tx, master_kinds.CUSTOMER_ITEMS, [dict(one) for one in orders.THEIRS])
            masterdata.write(tx, master_kinds.SALES_PRICES, [dict(one) for one in orders.PRICES])
            masterdata.upsert_orders(tx, deliveries.orders())
        books = Path(folder) / "posted_invoices.csv"
        books.write_text(statements.exported())
        erp_history.import_history(house, books, None, actor="bench")
        for kind, maker in ((one, MAKERS[one]) for one in types):
            for at in range(count):
                form = FORMS[at % len(FORMS)]
                drawn = {"is_drawn": form in {"pdf", "scan"}} if kind in SIGNED else {}
                drawn |= {"is_mail": form == "mail"} if kind in MAILED else {}
                paper = maker(rng, f"{kind}-{at:03d}", language=rng.choice(IN.get(kind, ("en", "de"))), **drawn)
                record, held = walked(house, *made(paper, form, noise), ASKED.get(kind))
                again = (paper.truth.get("account_number"), paper.truth.get("issue_date"))
                held = [one for one in held if not (one == AGAIN and again in seen)]
                seen.add(again)
                wrong = compared(kind, paper, record, tally)
                stood = {one.line: one.standing for one in story.story(house, record.document_id).positions}
                told = [stood.get(at) == one for at, one in enumerate(paper.standings)]
                tally.update({f"{kind} standings": len(told), f"{kind} standings right": sum(told)})
                is_routed = held == (paper.reason.split(", ") if paper.reason else [])
                tally.update(
                    {
                        f"{kind} papers": 1,
                        f"{kind} whole": not wrong,
                        f"{kind} routed": is_routed,
                        f"{kind} type": record.type == paper.type,
                    }
                )
                tally.update({f"{kind} {form}": 1, f"{kind} {form} whole": not wrong})
                if wrong or not is_routed:
                    print(
                        paper.name,
                        form,
                        paper.language,
                        paper.shape,
                        f"held {held or 'not'}, wanted {paper.reason or 'not'}",
                        *wrong[:12],
                        sep="\n    ",
                    )
        house.close()
    print(json.dumps(dict(sorted(tally.items())), indent=1))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--types", nargs="+", choices=tuple(MAKERS), default=tuple(MAKERS))
    given = arguments.parse_args()
    main(given.count, given.seed, given.types)
