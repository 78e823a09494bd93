"""`postroom erase`, `hold` and `retention` as they are typed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.runtime.house import open_house
from engine.store import masterdata
from engine.store.database import transaction
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.house import test_settings
from tests.runtime.processed import walked


def test_two_people_erase_what_nobody_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    house = open_house(test_settings(tmp_path / "home"))
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [{**VENDOR, "tax_id": "DE129273398"}])
    document = walked(house, ubl_invoice(tmp_path, "RE-1001"))
    with transaction(house.engine) as tx:
        erased_or_not = tx.exec_driver_sql("update documents set state = 'rejected'")  # as somebody rejected it
        tx.exec_driver_sql("update operations set state = 'cancelled'")
    assert erased_or_not.rowcount == 1
    house.close()

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments])

    assert "No rule" in call("retention", "show").stdout
    assert "Hold 1 stands" in call("hold", "add", "--document", document[:12], "--why", "Case 7", "--by", "ines").stdout
    assert "hold 1 of ines: Case 7" in call("erase", document[:12], "--dry-run").stdout
    assert "Case 7" in call("hold", "list").stdout
    call("hold", "release", "1", "--by", "ines")
    assert "would be erased" in call("erase", document[:12], "--dry-run").stdout
    assert "--confirm 1" in call("erase", document[:12], "--why", "Mr A asked", "--by", "anna").stdout
    assert json.loads(call("erase", "--waiting", "--json").stdout)["documents"] == [document]
    assert "another person" in str(call("erase", "--confirm", "1", "--by", "anna").exception)
    assert "1 documents are erased" in call("erase", "--confirm", "1", "--by", "olga").stdout
    assert "is whole" in call("audit", "verify").stdout
    assert call("retention", "due").stdout == ""
