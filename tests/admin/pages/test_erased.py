"""The pages and calls about a document that was erased say so, and nothing fails."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime import erasing
from engine.runtime.people.accounts import Hand
from engine.store import masterdata
from engine.store.database import transaction
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import house_of, opened
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.runtime.processed import walked


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        yield client


@pytest.fixture(scope="module")
def erased(hub: TestClient, tmp_path_factory: pytest.TempPathFactory) -> str:
    house = house_of(hub)
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    document = walked(house, ubl_invoice(tmp_path_factory.mktemp("papers"), "RE-8101"))
    with transaction(house.engine) as tx:
        tx.exec_driver_sql("update documents set state = 'posted'")
        tx.exec_driver_sql("update operations set state = 'committed'")
    asked = erasing.ask(house, [document], why="Mr A asked", hand=Hand("anna"))
    erasing.confirm(house, asked.id, hand=Hand("olga"))
    return document


ADDRESSES = (
    "/documents/{}", "/documents/{}/trace", "/desk/{}", "/control", "/desk?view=all", "/search?text={}", "/audit?document={}",
    "/api/v1/documents/{}", "/api/v1/documents",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_everything_answers(hub: TestClient, erased: str, address: str) -> None:
    person = visitor(
        hub, f"o{ADDRESSES.index(address)}", Grant(role="operator"), Grant(role="auditor"), Grant(role="reviewer")
    )
    answer = person.get(address.format(erased))
    assert answer.status_code in {200, 404}, answer.text[:500]
    assert VENDOR["name"] not in answer.text
    assert "RE-8101" not in answer.text.replace(f"{VENDOR['id']}/RE-8101", "")  # keys of operations stay


def test_a_document_page_says_when_and_why(hub: TestClient, erased: str) -> None:
    person = visitor(hub, "ola", Grant(role="operator"))
    text = person.get(f"/documents/{erased}").text
    assert "Erased" in text
    assert "Mr A asked" in text
