"""Master data and what corrections taught, for programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from engine.model.correction import Correction
from engine.model.rights import Grant, Role
from engine.runtime import corrections
from engine.runtime.knowledge_desk import drafts
from engine.runtime.people import tokens
from engine.store import masterdata
from engine.store.database import transaction
from tests.admin.pages.knowing import content_of_its_own
from tests.admin.pages.test_desk import strange_paper
from tests.admin.visitors import HAND, house_of, opened
from tests.durable.invoices import VENDOR
from tests.runtime.desk.held import judged_again
from tests.runtime.processed import walked

CENTRES = b"code,name\nK100,Maintenance\nK200,Sales\nK300,Warehouse\n"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    content = content_of_its_own(tmp_path_factory.mktemp("content"))
    with opened(tmp_path_factory.mktemp("hub"), content=content) as client:
        with transaction(house_of(client).engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


def program(hub: TestClient, role: Role) -> TestClient:
    made = tokens.add(house_of(hub), f"robot-{role.replace('_', '-')}", grants=[Grant(role=role)], days=1, hand=HAND)
    return TestClient(hub.app, base_url="http://localhost", headers={"Authorization": f"Bearer {made}"})


@pytest.fixture(scope="module")
def admin(hub: TestClient) -> TestClient:
    return program(hub, "integration_admin")


def test_a_file_is_looked_at_and_then_imported_whole(admin: TestClient) -> None:
    path = "/api/v1/master/cost_centres"

    brought = admin.post(f"{path}/imports", params={"name": "centres.csv"}, content=CENTRES)
    assert (brought.status_code, brought.json()["outcomes"][0]["new"]) == (201, 3)
    assert admin.get(path).json() == {"rows": [], "next": None}
    confirm = f"{path}/imports/{brought.json()['file']}/confirm"
    done = admin.post(confirm, json={"full": False})

    assert done.json()["outcomes"][0]["new"] == 3
    assert admin.post(confirm, json={"full": False}).status_code == 409
    first = admin.get(path, params={"limit": 2}).json()
    rest = admin.get(path, params={"limit": 2, "after": first["next"]}).json()
    assert [one["code"] for one in (*first["rows"], *rest["rows"])] == ["K100", "K200", "K300"]
    (version,) = admin.get(f"{path}/history", params={"key": ["K100", ""]}).json()["versions"]
    assert (version["cells"]["name"], version["by"]) == ("Maintenance", "token:robot-integration-admin")


def test_rows_that_cannot_be_taken_are_named_and_change_nothing(admin: TestClient) -> None:
    answer = admin.post(
        "/api/v1/master/cost_centres/imports", params={"name": "x.csv"}, content=b"code,name\n,Nobody\n"
    )

    assert (answer.status_code, "2" in answer.json()["detail"]) == (422, True)
    assert admin.post("/api/v1/master/cost_centres/imports?name=x.pdf", content=CENTRES).status_code == 422
    assert admin.post("/api/v1/master/nothing/imports", content=CENTRES).status_code == 404


def test_a_masked_column_is_neither_shown_nor_found(admin: TestClient) -> None:
    assert VENDOR["name"] in admin.get("/api/v1/master/vendors").text
    assert VENDOR["tax_id"] not in admin.get("/api/v1/master/vendors").text
    assert admin.get("/api/v1/master/vendors", params={"text": VENDOR["tax_id"]}).json()["rows"] == []
    history = admin.get("/api/v1/master/vendors/history", params={"key": VENDOR["id"]})
    assert (history.status_code, VENDOR["tax_id"] in history.text) == (200, False)
    refused = admin.get("/api/v1/master/vendors/history", params={"key": VENDOR["id"], "reveal": "identity"})
    assert refused.status_code == 403


def test_who_only_reads_imports_nothing(hub: TestClient) -> None:
    answer = program(hub, "auditor").post("/api/v1/master/cost_centres/imports?name=a.csv", content=CENTRES)

    assert answer.status_code == 403


def test_what_was_learned_is_a_draft_with_an_author_or_is_forgotten(
    hub: TestClient, admin: TestClient, tmp_path: Path
) -> None:
    house = house_of(hub)
    one = walked(house, strange_paper(tmp_path, "NWX-81-A"))
    change = [Correction(path="invoice_number", value="NWX-81-A")]
    judged_again(house, one, corrections.correct(house, one, change, by="bert"))
    told = admin.get("/api/v1/lessons")

    made = admin.post("/api/v1/lessons/export", json={"name": "suppliers"})
    gone = admin.post(f"/api/v1/lessons/{one}/refuse")

    assert {each["document"] for each in told.json()["lessons"]} == {one}
    assert "980780684" not in told.text
    assert (made.status_code, made.json()["ref"]) == (201, "layout/suppliers@1")
    assert drafts.authors(house, ["layout/suppliers@1"]) == {"layout/suppliers@1": {"token:robot-integration-admin"}}
    assert gone.json()["places"] > 0
    assert admin.post(f"/api/v1/lessons/{one}/refuse").status_code == 409
    assert admin.get("/api/v1/lessons").json() == {"lessons": []}
