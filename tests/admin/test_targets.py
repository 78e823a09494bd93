"""`postroom targets` as a person types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import Unauthorised
from engine.runtime.posting import breaker
from engine.store import ledger
from engine.store.database import reading
from tests.content.content_folder import copied, lean
from tests.durable import load
from tests.house import furnished_house


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose ERP refused our credentials while three operations wait for it."""
    monkeypatch.setenv("POSTROOM_CONTENT", str(lean(copied(tmp_path / "content"))))
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    house = furnished_house(tmp_path / "home")
    load.plant(house, 3, targets=["erp"])
    breaker.failed(house, "erp", Unauthorised("The server refused the key."))
    house.close()
    return tmp_path / "home"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments])


@pytest.mark.slow
def test_a_person_sees_what_is_left_alone_and_has_it_probed(home: Path) -> None:
    listed = {one["name"]: one for one in map(json.loads, call("targets", "list", "--json").stdout.splitlines())}
    status = call("status").stdout
    probed, unknown = call("targets", "probe", "erp", "--by", "anna"), call("targets", "probe", "erq")

    house = furnished_house(home)
    with reading(house.engine) as tx:
        asked = ledger.of_house(tx, "target_probe_asked")
    house.close()
    erp = listed["erp"]
    assert (erp["state"], erp["waiting"], erp["why"]) == ("open", 3, "The server refused the key.")
    assert "erp is left alone" in status
    assert (probed.exit_code, [event.actor for event in asked], unknown.exit_code) == (0, ["anna"], 2)
