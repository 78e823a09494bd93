"""What programs ask about a whole document, and look at while it is decided."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from engine.model.correction import Correction
from engine.model.rights import Grant, Role
from engine.runtime import corrections
from engine.runtime.audit.verify import verify
from engine.runtime.people import tokens
from engine.store import documents, masterdata
from engine.store.database import transaction
from tests.admin.pages.test_desk import strange_paper
from tests.admin.visitors import HAND, house_of, opened
from tests.durable.invoices import VENDOR
from tests.runtime.desk.held import judged_again, old_invoice, stored
from tests.runtime.processed import walked
from tests.store.factories import document, document_id


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        with transaction(house_of(client).engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


def program(hub: TestClient, role: Role) -> TestClient:
    made = tokens.add(house_of(hub), f"robot-{role}", grants=[Grant(role=role)], days=1, hand=HAND)
    return TestClient(hub.app, base_url="http://localhost", headers={"Authorization": f"Bearer {made}"})


@pytest.fixture(scope="module")
def robot(hub: TestClient) -> TestClient:
    return program(hub, "reviewer")


@pytest.fixture(scope="module")
def paper(hub: TestClient, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An invoice of which the date has two readings."""
    house = house_of(hub)
    one = old_invoice(house, tmp_path_factory.mktemp("in"), "RE-5001")
    change = [Correction(path="issue_date", value="2021-05-05")]
    judged_again(house, one, corrections.correct(house, one, change, by="bert"))
    return one


def test_a_document_is_read_as_another_type_once(hub: TestClient, robot: TestClient, tmp_path: Path) -> None:
    one = old_invoice(house_of(hub), tmp_path, "RE-5002")
    said = {"revision": 1, "type": "credit_note"}
    path = f"/api/v1/documents/{one}/type"

    assert "credit_note" in robot.get("/api/v1/types").json()
    assert robot.post(path, json={**said, "type": "unknown"}).status_code == 422
    begun = robot.post(path, json=said)
    again = robot.post(path, json=said)

    assert (begun.status_code, begun.json()["revision"]) == (202, 2)
    assert (again.status_code, again.json()["status"]) == (412, 412)
    assert judged_again(house_of(hub), one, 2).state == "in_review"


def test_what_names_no_order_cannot_wait(hub: TestClient, robot: TestClient, tmp_path: Path) -> None:
    one = old_invoice(house_of(hub), tmp_path, "RE-5003")

    answer = robot.post(f"/api/v1/documents/{one}/wait", json={"revision": 1})

    assert (answer.status_code, "no order" in answer.json()["detail"]) == (409, True)


def test_what_names_an_order_waits(hub: TestClient, robot: TestClient, tmp_path: Path) -> None:
    house = house_of(hub)
    one = old_invoice(house, tmp_path, "RE-5004")
    judged_again(house, one, corrections.correct(house, one, [Correction(path="po_number", value="PO-1")], by="b"))

    answer = robot.post(f"/api/v1/documents/{one}/wait", json={"revision": 2, "why": "On its way."})

    assert (answer.status_code, answer.json()["state"]) == (200, "waiting")


def test_a_rejected_document_is_opened_again_with_a_reason(hub: TestClient, robot: TestClient, tmp_path: Path) -> None:
    one = old_invoice(house_of(hub), tmp_path, "RE-5005")
    robot.post(f"/api/v1/documents/{one}/reject", json={"revision": 1, "why": "not ours"})
    path = f"/api/v1/documents/{one}/reopen"

    assert robot.post(path, json={"revision": 1, "why": ""}).status_code == 422
    assert robot.post(path, json={"revision": 1, "why": "It is ours."}).json()["revision"] == 2
    assert stored(house_of(hub), one).revision == 2


def test_outcomes_say_what_holds_and_what_is_posted(robot: TestClient, paper: str) -> None:
    fields = robot.get(f"/api/v1/documents/{paper}/outcomes").json()["fields"]

    assert list(fields) == ["issue_date"]
    assert fields["issue_date"]["is_open"] is True
    first = fields["issue_date"]["readings"][0]
    assert (first["value"], first["rules"], first["writes"][0]["account"]) == (
        "2021-05-05", ["issued_long_ago"], "70001"
    )  # fmt: skip


def test_a_document_that_is_not_judged_has_no_outcomes(hub: TestClient, robot: TestClient) -> None:
    with transaction(house_of(hub).engine) as tx:
        documents.add(tx, document("just come"))

    assert robot.get(f"/api/v1/documents/{document_id('just come')}/outcomes").json() == {"fields": {}}


def test_the_explanation_names_the_tests_and_the_versions(robot: TestClient, paper: str) -> None:
    told = robot.get(f"/api/v1/documents/{paper}/explanation", params={"revision": 1})

    (fired,) = [one for one in told.json()["rules"] if one["id"] == "issued_long_ago"]
    assert fired["fired"]
    assert fired["because"]
    assert {one["state"] for one in told.json()["content"]} == {"as it was"}
    assert robot.get(f"/api/v1/documents/{paper}/explanation", params={"revision": 9}).status_code == 404


def test_what_is_masked_stays_so_in_an_explanation(robot: TestClient, paper: str) -> None:
    text = robot.get(f"/api/v1/documents/{paper}/explanation").text

    assert VENDOR["tax_id"] not in text


def test_a_box_on_a_page_is_read(hub: TestClient, robot: TestClient, tmp_path: Path) -> None:
    one = walked(house_of(hub), strange_paper(tmp_path, "NWX-80-E"))

    seen = robot.get(f"/api/v1/documents/{one}/pages/1/region", params={"at": "145,138,260,155"})

    assert seen.json()["text"] == "NWX-80-E"
    assert robot.get(f"/api/v1/documents/{one}/pages/9/region", params={"at": "1,2,30,40"}).status_code == 404
    assert robot.get(f"/api/v1/documents/{one}/pages/1/region", params={"at": "1,2,3"}).status_code == 422


def test_the_lineage_is_intact_and_only_for_auditors(hub: TestClient, robot: TestClient, paper: str) -> None:
    auditor = program(hub, "auditor")

    taken = auditor.post(f"/api/v1/documents/{paper}/lineage")

    assert robot.post(f"/api/v1/documents/{paper}/lineage").status_code == 403
    assert taken.headers["content-type"] == "application/zip"
    assert verify(taken.content).is_intact
