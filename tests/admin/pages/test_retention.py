"""The page of retention: what it shows, two people for an erasure, holds that stand in the way."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.store import masterdata
from engine.store.database import transaction
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import fields, house_of, opened
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.runtime.processed import walked


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        yield client


@pytest.fixture(scope="module")
def papers(hub: TestClient, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two posted invoices of one vendor."""
    house, folder = house_of(hub), tmp_path_factory.mktemp("papers")
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    found = [walked(house, ubl_invoice(folder, number)) for number in ("RE-8301", "RE-8302")]
    with transaction(house.engine) as tx:
        tx.exec_driver_sql("update documents set state = 'posted'")
        tx.exec_driver_sql("update operations set state = 'committed'")
    return found


def post(who: TestClient, path: str, **values: object) -> tuple[int, str]:
    token = fields(who.get("/retention").text)["form_token"]
    answer = who.post(f"/retention{path}", data={"form_token": token, **values}, follow_redirects=False)
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_person_is_found_by_words_and_erased_by_two_unless_a_hold_stands(hub: TestClient, papers: list[str]) -> None:
    rita, rolf = (visitor(hub, name, Grant(role="records_manager")) for name in ("rita", "rolf"))
    first, second = papers

    page = rita.get("/retention/subject?words=Nordlicht RE-8301").text
    assert (first in page, second in page) == (True, False)
    assert second in rita.get("/retention/subject?vendor=70001").text
    assert post(rita, "/holds", document_id=first, why="Case 7")[0] == 303
    assert "Case 7" in rita.get("/retention").text
    assert "Case 7" in rita.get("/retention/subject?words=RE-8301").text
    status, said = post(rita, "/ask", documents=[first], why="asked")
    assert (status, "Case 7" in said) == (409, True)
    assert post(rita, "/holds/release", number=1)[0] == 303

    assert post(rita, "/ask", documents=[first], why="asked on 3 May")[0] == 303
    assert "asked on 3 May" in rolf.get("/retention").text
    assert "Erase for good" not in rita.get("/retention").text
    assert post(rita, "/confirm", number=1)[0] == 409
    assert post(rolf, "/confirm", number=1)[0] == 303
    assert rolf.get(f"/api/v1/documents/{first}").json()["state"] == "erased"
    assert first not in rita.get("/retention/subject?words=Nordlicht").text


def test_masked_values_find_nobody_for_who_may_not_see_them(hub: TestClient, papers: list[str]) -> None:
    blind, seeing = (
        visitor(hub, name, Grant(role="records_manager", fields=groups))
        for name, groups in (("bob", ()), ("ina", ("identity",)))
    )

    assert papers[1] not in blind.get("/retention/subject?words=DE136695976").text
    assert papers[1] in seeing.get("/retention/subject?words=DE136695976").text


def test_who_may_not_erase_everywhere_does_not_get_the_page(hub: TestClient) -> None:
    assert visitor(hub, "ada", Grant(role="auditor")).get("/retention").status_code == 403
    some = visitor(hub, "sam", Grant(role="records_manager", types=("invoice",)))
    assert some.get("/retention").status_code == 403
