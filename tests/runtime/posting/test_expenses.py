"""Receipts that employees send by mail: who spent what on what, what the policy says, and what is written."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.dynamics_bc.plug import PLUG as BUSINESS_CENTRAL
from adapters.netsuite.plug import PLUG as NETSUITE
from admin.samples.pages import receipt
from admin.samples.spending import Expense, Flaw, expense, mailed
from engine.runtime import dispatcher, intake, judging, steps
from engine.runtime.house import House
from engine.store import documents, operations, reviews
from engine.store.database import reading
from tests.house import furnished_house
from tests.runtime.sources.following import at_home

ACCOUNTS = ("4674", "4673", "4676", "4530", "4653", "4930")
JSON, DRAFT = "expense_json@1", "expense_business_central@1"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("expenses") / "home")
    yield house
    house.close()


def made(house: House, seed: int, flaw: Flaw = "") -> Expense:
    rng = random.Random(seed)  # noqa: S311 - a seed: the same paper in every run
    return expense(rng, today=house.clock.now().date() - timedelta(days=1), flaw=flaw)


def sent(house: House, one: Expense) -> tuple[str, list[str]]:
    """Walk a mail with a receipt to its end; return the receipt's id and what people are asked."""
    body = mailed(one, "receipt.pdf", receipt.draw(one.paper))
    mail = intake.accept_bytes(house, body, name="mail.eml", source="test", parent_id=None).document
    steps.read(house, mail.id, 1)
    with reading(house.engine) as tx:
        (paper,) = documents.children(tx, mail.id)
    steps.read(house, paper.id, 1)
    steps.understand(house, paper.id, 1)
    if judging.judge(house, paper.id, 1)["next"] == "plan":
        for key in judging.plan(house, paper.id, 1)["keys"]:
            dispatcher.post(house, key, attempt=0)
        steps.settle(house, paper.id, 1)
    with reading(house.engine) as tx:
        return paper.id, [reason for review in reviews.of_document(tx, paper.id) for reason in review.reasons]


def written(out: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(out.rglob("EXPENSE_*.json"))]


def test_a_receipt_is_filed_with_employee_category_and_account(house: House, tmp_path: Path) -> None:
    local = {"expenses": {"adapter": "files", "settings": {"delivery": "local", "folder": str(tmp_path)}}}
    there, one = at_home(house, local, {}, JSON), made(house, 3)

    document, asked = sent(there, one)
    _, again = sent(there, one._replace(paper=one.paper.model_copy(update={"number": "1-1"})))

    assert (asked, again) == ([], ["duplicate"])
    assert written(tmp_path) == [{
        "employee": {"nora": "E1001", "tom.": "E1002", "eva.": "E1003"}[one.sender[:4]],
        "date": one.paper.issued.isoformat(), "merchant": one.paper.seller.name, "category": one.category, "account": "4674",
        "amount": f"{one.paper.sums.total:.2f}", "tax": f"{one.paper.sums.tax:.2f}", "currency": one.paper.currency,
        "receipt": document,
    }]  # fmt: skip


@pytest.mark.parametrize("flaw", ["stranger", "old", "unlisted", "refused", "dear", "ahead"])
def test_what_the_policy_holds_waits_for_the_right_reason(house: House, tmp_path: Path, flaw: Flaw) -> None:
    local = {"expenses": {"adapter": "files", "settings": {"delivery": "local", "folder": str(tmp_path)}}}
    one = made(house, 11, flaw)

    _, asked = sent(at_home(house, local, {}, JSON), one)

    assert (asked, written(tmp_path)) == ([one.reason], [])


@pytest.mark.slow
def test_an_employee_is_paid_back_as_a_vendor_in_business_central(house: House) -> None:
    one = made(house, 8)
    with BUSINESS_CENTRAL.sandbox(host="127.0.0.1", port=0) as company:
        bound = {"business_central": {"adapter": "dynamics_bc", "settings": dict(company.settings())}}
        there = at_home(house, bound, {}, DRAFT)
        for number in ("E1002", "E1003"):
            company.stand("vendors", number=number, displayName=f"Employee {number}", blocked="_x0020_")
        for number in ACCOUNTS[1:]:
            company.stand("accounts", number=number, displayName=number, blocked=False)
        document, asked = sent(there, one)
        (draft,) = company.objects["purchaseInvoices"]
        there.target("business_central").close()  # type: ignore[attr-defined]
    with reading(house.engine) as tx:
        (operation,) = operations.of_document(tx, document)

    assert (asked, operation.state) == ([], "committed")
    assert (draft["pricesIncludeTax"], draft["totalAmountIncludingTax"]) == (True, one.paper.sums.total)
    assert operation.payload["purchaseInvoiceLines"][0]["lineObjectNumber"] in {
        "4674",
        "4676",
        "4530",
        "4673",
        "4930",
        "4653",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "accounts"),
    [pytest.param(36, ["4676", "1576"], id="tax-at-home"), pytest.param(21, ["4674"], id="tax-abroad-is-cost")],
)
def test_an_employee_is_paid_back_what_was_paid_in_netsuite(house: House, seed: int, accounts: list[str]) -> None:
    one = made(house, seed)
    with NETSUITE.sandbox(host="127.0.0.1", port=0) as account:
        there = at_home(
            house, {"netsuite": {"adapter": "netsuite", "settings": dict(account.settings())}}, {}, "expense_netsuite@1"
        )
        tables = account.masters
        tables["vendor"] += [{**tables["vendor"][1], "id": f"300{n}", "entityid": f"E-{n}"} for n in range(1, 6)]
        tables["account"] += [{**tables["account"][1], "id": n, "acctnumber": n} for n in (*ACCOUNTS, "1576")]
        company = there.library.environment.company.entities[0].name
        tables["subsidiary"].append({**tables["subsidiary"][0], "name": company})
        document, asked = sent(there, one)
        there.target("netsuite").close()  # type: ignore[attr-defined]
    with reading(house.engine) as tx:
        (operation,) = operations.of_document(tx, document)
    lines = operation.payload["expense"]["items"]

    assert (asked, operation.state) == ([], "committed")
    assert [line["account"]["refName"] for line in lines] == accounts
    assert sum(Decimal(line["amount"]) for line in lines) == one.paper.sums.total
