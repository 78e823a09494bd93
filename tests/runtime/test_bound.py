"""Bindings that differ from where a version was tried: shown without secrets, and agreed to once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.content.live import read_live
from engine.model.gate import GateReport
from engine.runtime.house import House
from engine.runtime.knowledge import renewed
from engine.runtime.promotion import kept, switch
from engine.runtime.promotion.look import look, versions
from engine.store import ledger
from engine.store.database import reading
from tests.content.content_folder import adopted, changed, copied, lean, next_version
from tests.house import furnished_house

POLICY = "promotion: {from: [test], released: false, tests: false, approvals: none, four_eyes: false}\n"
THERE = (
    "{delivery: sftp, host: sftp-test.internal, username: hub, password: {env: TEST_WORD}, host_key: "
    '"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", folder: /in/test}'
)
FLOW = "rules/flows/ap_invoice.v1.yaml"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house whose version was tried in an environment that is bound otherwise."""
    monkeypatch.setenv("TEST_WORD", "hidden-word")
    content = lean(copied(tmp_path / "content"))
    dev = (content / "environments/dev.yaml").read_text(encoding="utf-8")
    for other in ("test", "prod"):
        (content / f"environments/{other}.yaml").unlink()
    test = dev.replace("name: dev", "name: test").replace("kind: development", "kind: test")
    (content / "environments/test.yaml").write_text(test, encoding="utf-8")
    changed(content, "environments/test.yaml", '{delivery: local, folder: "{out}/erp"}', THERE)
    with (content / "environments/dev.yaml").open("a", encoding="utf-8") as file:
        file.write(POLICY)
    adopted(content, "dev")
    opened = furnished_house(tmp_path / "home", content=content)
    next_version(content, FLOW)
    yield opened
    opened.close()


def looked(house: House, flow: str = "ap_invoice@2") -> GateReport:
    report = look(house, versions(house, flow), by="anna", came_from="test", known="login")
    report = report.model_copy(update={"refused": ()})  # that it is not live there is another matter
    kept.keep(house, report)
    return report


def test_bindings_that_differ_are_named_with_places_of_credentials_only(house: House) -> None:
    found = {one.name: (one.there, one.here) for one in looked(house).bindings}

    assert found["erp.folder"] == ("/in/test", "{out}/erp")
    assert found["erp.password"] == ("environment variable TEST_WORD", None)
    assert found["erp.delivery"] == ("sftp", "local")
    assert "hidden-word" not in looked(house).model_dump_json()


def test_who_promotes_has_to_look_at_them_once(house: House) -> None:
    report = looked(house)
    with pytest.raises(switch.NotAgreed, match=r"erp\.delivery.*--accept-bindings"):
        switch.promote(house, report, by="anna")

    live = switch.promote(house, report, by="anna", known="login", accepts_bindings=True)

    assert live.bindings
    assert read_live(house.settings.content_folder(), "dev") == live
    with reading(house.engine) as tx:
        event = ledger.of_house(tx, "promoted")[-1]
    assert (event.data["known"], event.data["bindings"]) == ("login", live.bindings)


def test_what_was_agreed_to_is_not_asked_again_until_it_changes(house: House) -> None:
    content = house.settings.content_folder()
    switch.promote(house, looked(house), by="anna", accepts_bindings=True)
    (content / FLOW.replace(".v1.", ".v3.")).write_text(
        (content / FLOW).read_text(encoding="utf-8").replace("version: 1", "version: 3", 1), encoding="utf-8"
    )
    there = renewed(house)
    assert switch.promote(there, looked(there, "ap_invoice@3"), by="anna").refs[0] == "ap_invoice@3"

    back = switch.rollback(there, by="anna")

    assert back.bindings is not None, "the bindings of the environment stay as they were agreed to"


def test_bindings_that_change_after_the_report_want_another_look(house: House) -> None:
    report = looked(house)
    changed(house.settings.content_folder(), "environments/test.yaml", "/in/test", "/in/other")

    with pytest.raises(Exception, match="Bindings are not what they were"):
        switch.promote(house, report, by="anna", accepts_bindings=True)


def test_an_agreement_says_for_which_environment_and_how_the_person_is_known(house: House) -> None:
    report = looked(house)

    (given,) = kept.approve(house, report, team="finance", by="carla", known="login")

    assert (given.team, given.who, given.environment, given.known) == ("finance", "carla", "dev", "login")
