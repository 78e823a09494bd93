"""The HTTP API as a client meets it."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from admin.http import hooks
from admin.http.app import make_app
from admin.http.door import OPEN_PATHS
from engine.model.document import SETTLED
from engine.store import masterdata
from engine.store.database import transaction
from tests.adapters.ocr_results import services
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.house import test_settings

pytestmark = pytest.mark.slow

TOKEN = "t" * 40


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("house")
    app = make_app(test_settings(home, max_bytes=50_000), token=TOKEN, with_worker=True)
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        with transaction(app.state.house.engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


def upload(client: TestClient, path: Path) -> str:
    answer = client.post("/api/v1/documents", params={"name": path.name}, content=path.read_bytes())
    assert answer.status_code == 202
    return str(answer.json()["id"])


def settled(client: TestClient, document_id: str) -> dict[str, object]:
    for _ in range(600):
        line: dict[str, object] = client.get(f"/api/v1/documents/{document_id}").json()
        if line["state"] in SETTLED:
            return line
        time.sleep(0.05)
    raise TimeoutError(document_id)


def test_an_uploaded_invoice_is_posted(client: TestClient, tmp_path: Path) -> None:
    document_id = upload(client, ubl_invoice(tmp_path, "HTTP-1"))

    line = settled(client, document_id)

    assert (line["route"], line["number"], line["total"]) == ("posted", "HTTP-1", "119.00 EUR")


def test_the_story_holds_fields_decision_operations_and_ledger(client: TestClient, tmp_path: Path) -> None:
    document_id = upload(client, ubl_invoice(tmp_path, "HTTP-2"))
    settled(client, document_id)

    story = client.get(f"/api/v1/documents/{document_id}/story").json()

    assert story["operations"][0]["state"] == "committed"
    assert story["events"][0]["kind"] == "document_received"
    assert {field["name"] for field in story["record"]["fields"]} >= {"invoice_number", "total", "vendor_tax_id"}


def test_the_same_bytes_are_the_same_document(client: TestClient, tmp_path: Path) -> None:
    path = ubl_invoice(tmp_path, "HTTP-3")
    first = upload(client, path)

    again = client.post("/api/v1/documents", content=path.read_bytes())

    assert (again.json()["id"], again.json()["is_new"]) == (first, False)


def test_a_recognition_result_is_read_in_the_place_of_a_picture(client: TestClient) -> None:
    content = json.dumps(services.own()).encode()

    answer = client.post("/api/v1/documents", files={"file": ("result.json", content, "application/json")})

    line = settled(client, answer.json()["id"])
    assert (line["document"], line["type"], line["number"]) == ("result.json", "invoice", "RE-2025-2755")


def test_an_upload_over_the_limit_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/documents", content=io.BytesIO(bytes(50_001)))

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_flow_is_refused(client: TestClient) -> None:
    assert client.post("/api/v1/documents", params={"flow": "no_such"}, content=b"x").status_code == 422


@pytest.mark.parametrize("document_id", ["0" * 64, "zz", "..%2F..", "%00"])
def test_an_unknown_document_is_not_found(client: TestClient, document_id: str) -> None:
    assert client.get(f"/api/v1/documents/{document_id}").status_code == 404


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xff"])
def test_every_call_but_health_needs_the_token(client: TestClient, header: str | None) -> None:
    headers = {"Authorization": header.encode("latin-1")} if header is not None else {"Authorization": ""}
    listed = client.get("/openapi.json").json()["paths"]
    paths = [path for path in listed if path not in OPEN_PATHS and not path.startswith(hooks.PATH)]

    answers = {
        path: client.get(path, headers=headers).status_code for path in [*paths, "/docs", "/openapi.json", "/nowhere"]
    }

    assert set(answers.values()) == {401}


@pytest.mark.parametrize("path", sorted(OPEN_PATHS))
def test_health_needs_no_token(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"Authorization": ""}).status_code == 200


def test_metrics_count_documents_by_state(client: TestClient, tmp_path: Path) -> None:
    settled(client, upload(client, ubl_invoice(tmp_path, "HTTP-4")))

    text = client.get("/metrics").text

    assert 'postroom_documents{state="posted"}' in text
    assert 'postroom_operations_settled_total{state="committed",target="erp"}' in text
    assert 'postroom_operations{state="committed"}' in text
    assert "postroom_workers_alive 1.0" in text


def test_the_latest_documents_are_listed(client: TestClient, tmp_path: Path) -> None:
    document_id = upload(client, ubl_invoice(tmp_path, "HTTP-5"))

    assert client.get("/api/v1/documents", params={"limit": 1}).json()["documents"][0]["id"] == document_id


def test_counts_are_served(client: TestClient) -> None:
    assert client.get("/api/v1/status").json()["environment"] == "dev"


def test_a_browser_may_give_the_token_as_password_for_the_documentation_only(client: TestClient) -> None:
    answers = {
        path: client.get(path, auth=("anybody", TOKEN)) for path in ("/docs", "/openapi.json", "/api/v1/documents")
    }

    assert [answer.status_code for answer in answers.values()] == [200, 200, 401]
    assert client.get("/docs", auth=("anybody", "wrong")).status_code == 401
    assert "HTTPBearer" in answers["/openapi.json"].json()["components"]["securitySchemes"]


def test_a_correction_begins_a_revision_with_the_value(client: TestClient, tmp_path: Path) -> None:
    document_id = upload(client, ubl_invoice(tmp_path, "HTTP-77"))
    settled(client, document_id)

    answer = client.post(
        f"/api/v1/documents/{document_id}/corrections",
        json={"by": "anna", "values": [{"path": "po_number", "value": "PO-1"}]},
    )

    assert (answer.status_code, answer.json()["revision"]) == (202, 2)
    settled(client, document_id)
    fields = client.get(f"/api/v1/documents/{document_id}/story").json()["record"]["fields"]
    assert [(f["value"], f["provenance"]["by"]) for f in fields if f["name"] == "po_number"] == [("PO-1", "anna")]


def test_a_correction_of_an_unknown_field_is_refused_with_the_names(client: TestClient, tmp_path: Path) -> None:
    document_id = upload(client, ubl_invoice(tmp_path, "HTTP-78"))
    settled(client, document_id)

    answer = client.post(
        f"/api/v1/documents/{document_id}/corrections",
        json={"by": "anna", "values": [{"path": "colour", "value": "red"}]},
    )

    assert answer.status_code == 422
    assert "invoice_number" in answer.text


def test_a_correction_of_an_unknown_document_is_not_found(client: TestClient) -> None:
    answer = client.post(
        f"/api/v1/documents/{'0' * 64}/corrections", json={"by": "anna", "values": [{"path": "total", "value": "1.00"}]}
    )

    assert answer.status_code == 404
