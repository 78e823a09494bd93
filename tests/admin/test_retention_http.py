"""Holds and erasures over HTTP: two people, and nobody without the right."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime.people import tokens
from engine.store import masterdata
from engine.store.database import transaction
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import HAND, fields, house_of, opened
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.runtime.processed import walked


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        yield client


def call(person: TestClient, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    form = fields(person.get("/me").text)["form_token"]
    answer = person.post(f"/api/v1{path}", json=body, headers={"X-Form-Token": form})
    return answer.status_code, answer.json()


def test_a_held_document_is_erased_by_two_once_the_hold_ends(
    hub: TestClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    house = house_of(hub)
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    document = walked(house, ubl_invoice(tmp_path_factory.mktemp("papers"), "RE-8201"))
    with transaction(house.engine) as tx:
        tx.exec_driver_sql("update documents set state = 'posted'")
        tx.exec_driver_sql("update operations set state = 'committed'")
    rita, rolf = (visitor(hub, name, Grant(role="records_manager")) for name in ("rita", "rolf"))

    assert call(rita, "/holds", {"why": "Case 7"})[0] == 422
    status, held = call(rita, "/holds", {"document_id": document, "why": "Case 7"})
    assert status == 201
    status, seen = call(rita, "/erasures/preview", {"documents": [document]})
    assert (status, "Case 7" in str(seen["refused"])) == (200, True)
    assert call(rita, "/erasures", {"documents": [document], "why": "asked"})[0] == 409
    assert call(rita, f"/holds/{held['hold']}/release")[1] == {"holds": []}
    assert call(rita, f"/holds/{held['hold']}/release")[0] == 409

    asked = call(rita, "/erasures", {"documents": [document], "why": "asked"})[1]
    assert rita.get("/api/v1/erasures").json()["erasures"][0]["id"] == asked["id"]
    assert call(rita, f"/erasures/{asked['id']}/confirm")[0] == 409
    assert call(rolf, f"/erasures/{asked['id']}/confirm")[0] == 200
    assert rolf.get(f"/api/v1/documents/{document}").json()["state"] == "erased"
    assert rolf.get("/api/v1/retention/due").json() == {"documents": []}


def test_a_program_asks_and_never_confirms(hub: TestClient) -> None:
    secret = tokens.add(house_of(hub), "nightly", [Grant(role="records_manager")], days=1, hand=HAND)
    answer = hub.post("/api/v1/erasures/1/confirm", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, "never" in answer.text or "does not confirm" in answer.text) == (409, True)


def test_a_right_within_bounds_is_not_enough(hub: TestClient) -> None:
    some = visitor(hub, "sam", Grant(role="records_manager", types=("invoice",)))
    assert some.get("/api/v1/holds").status_code == 403
    assert visitor(hub, "ada", Grant(role="auditor")).get("/api/v1/holds").status_code == 403
