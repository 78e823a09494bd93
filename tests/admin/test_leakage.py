"""`postroom leakage` as it is typed."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import PostroomError
from engine.model.leakage import AcceptedInvoice, Variance
from engine.runtime import leakage
from engine.runtime.house import House
from engine.store import documents
from engine.store.database import transaction
from tests.house import furnished_house
from tests.store.factories import document, document_id


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path))
    return tmp_path


def bill(house: House, times: int, *, total: int, used: str = "0.95") -> None:
    """Post invoices of vendor 4711, each a little dearer than ordered."""
    policy, now = leakage.policy_of(house), house.clock.now()
    with transaction(house.engine) as tx:
        for number in range(times):
            documents.add(tx, document(str(number)))
            let_pass = Variance(vendor="4711", item="A-1", currency="EUR", amount=Decimal("1.90"), used=Decimal(used))
            invoice = AcceptedInvoice(
                document_id=document_id(str(number)), vendor="4711", currency="EUR", amount=Decimal(total + number),
                issued_on=(now - timedelta(days=number)).date(), has_order=False,
            )  # fmt: skip
            leakage.record(tx, invoice, (let_pass,), policy=policy, at=now)


def report(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["leakage", "report", *arguments], catch_exceptions=False)


def test_vendors_that_leak_are_listed_and_others_are_not(home: Path) -> None:
    house = furnished_house(home)
    bill(house, 12, total=4900)
    house.close()

    shown, (found,) = report().stdout, [json.loads(line) for line in report("--json").stdout.splitlines()]

    assert "item A-1 above the order" in shown
    assert "just below 5000.00 EUR" in shown
    assert (found["vendor"], found["drifts"][0]["amount"], found["drifts"][0]["count"]) == ("4711", "22.80", 12)
    assert report("--vendor", "4712").stdout == "Nothing that chance would not explain.\n"


def test_an_honest_vendor_is_not_listed(home: Path) -> None:
    house = furnished_house(home)
    bill(house, 12, total=100, used="0.1")
    house.close()

    assert report().stdout == "Nothing that chance would not explain.\n"


def test_an_unknown_policy_is_told_which_there_are(home: Path) -> None:
    furnished_house(home).close()

    with pytest.raises(PostroomError, match="there is no tolerance policy 'sap@1'; there are: dynamics_like@1"):
        report("--policy", "sap@1")
