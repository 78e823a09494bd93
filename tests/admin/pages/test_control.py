"""The control room over HTTP: what is shown to whom, what a form does, what is found."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.store import documents, ledger, masterdata, operations, targets
from engine.store.database import reading, transaction
from tests.admin.visitors import HAND, browser, fields, house_of, opened
from tests.durable.invoices import VENDOR
from tests.runtime.desk.held import old_invoice
from tests.store.factories import document, operation, receipt

OPERATOR = Grant(role="operator")
KEY = "ap_invoice/erp/vendor_invoice/4711/RE-{}"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        with transaction(house_of(client).engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


@pytest.fixture(scope="module")
def house(hub: TestClient) -> House:
    return house_of(hub)


@pytest.fixture(scope="module")
def olga(hub: TestClient) -> TestClient:
    return visitor(hub, "olga", OPERATOR)


def visitor(hub: TestClient, name: str, *grants: Grant) -> TestClient:
    house = house_of(hub)
    person = accounts.add(house, name, hand=HAND)
    for one in grants:
        accounts.grant(house, name, one, hand=HAND)
    came = browser(hub)
    came.cookies.set("postroom-session", stay.begin(house, person, Where(), way="password"))
    return came


def parked(house: House, number: str) -> str:
    """Put an operation away that was parked; return its short key."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        paper = document(f"paper {number}").model_copy(update={"state": "parked", "received_at": now})
        documents.add(tx, paper)
        made = operation(KEY.format(number), document_id=paper.id, state="parked", attempts=1)
        operations.plan(tx, made, now)
    return made.short_key


def post(who: TestClient, address: str, **values: str) -> tuple[int, str]:
    """Send a form with the token of a page; return status and where it leads, or what is told."""
    form = {**fields(who.get("/me").text), **values}
    answer = who.post(address, data=form, follow_redirects=False)
    return answer.status_code, answer.headers.get("location") or answer.text


def test_the_room_shows_counts_alarms_targets_and_workers(house: House, olga: TestClient) -> None:
    parked(house, "1")
    with transaction(house.engine) as tx:
        now = house.clock.now()
        state = targets.lock(tx, "erp", now)
        targets.keep(tx, targets.opened(state, "the password has expired", at=now, pause_seconds=600))

    page = olga.get("/control?period=ever").text

    assert "the password has expired" in page
    assert "It is mended: ask it again" in page
    assert 'href="/control/operations?state=parked"' in page
    assert "nothing: it waits for work" in page
    assert "<svg" in page
    assert post(olga, "/control/targets/erp/probe")[0] == 303
    with reading(house.engine) as tx:
        (asked,) = [one for one in targets.everyone(tx) if one.name == "erp"]
    assert asked.next_at is not None
    assert asked.next_at <= house.clock.now()


def test_who_has_what_is_live_is_told_so_and_gets_it_when_it_changes(house: House, olga: TestClient) -> None:
    first = olga.get("/control/live")
    tag = first.headers["etag"]

    assert olga.get("/control/live", headers={"If-None-Match": tag}).status_code == 304
    parked(house, "live")
    again = olga.get("/control/live", headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["etag"] == tag) == (200, False)


def test_operations_are_listed_by_state_and_words(house: House, olga: TestClient) -> None:
    short = parked(house, "listed")

    assert short in olga.get("/control/operations?state=failed&text=re-listed").text
    assert short not in olga.get("/control/operations?state=committed").text
    assert "There is no such operation." in olga.get("/control/operations?text=nothing-like-it").text
    assert olga.get("/control/operations?state=odd").status_code == 404


def test_the_list_goes_on_after_a_page(house: House, olga: TestClient) -> None:
    with transaction(house.engine) as tx:
        paper = document("many").model_copy(update={"state": "parked"})
        documents.add(tx, paper)
        for number in range(51):
            key = f"ap_invoice/erp/vendor_invoice/many/{number}"
            at = house.clock.now() - timedelta(hours=number)
            operations.plan(tx, operation(key, document_id=paper.id, state="cancelled"), at)

    first = olga.get("/control/operations?text=/many/").text
    following = first.split('class="button second" href="')[1].split('"')[0].replace("&amp;", "&")

    assert "many/50" not in first
    assert "many/50" in olga.get(following).text


def test_what_is_done_with_an_operation_needs_a_reason_and_is_noted(house: House, olga: TestClient) -> None:
    short = parked(house, "again")
    address = f"/control/operations/{short}"

    status, told = post(olga, f"{address}/retry", why=" ")
    assert (status, "Say why" in told) == (409, True)
    assert post(olga, f"{address}/retry", why="mended")[0] == 303
    with reading(house.engine) as tx:
        (found,) = operations.of_keys(tx, [KEY.format("again")]).values()
        events = [one for one in ledger.story(tx, found.document_id) if one.kind == "operation_retried"]
    assert (found.state, events[0].actor, events[0].data["why"]) == ("planned", "olga", "mended")


def test_every_act_is_the_verb_of_the_command_line(house: House, olga: TestClient) -> None:
    def state(number: str) -> str:
        with reading(house.engine) as tx:
            return operations.of_keys(tx, [KEY.format(number)])[KEY.format(number)].state

    cancelled, settled = parked(house, "cancel"), parked(house, "settle")
    assert post(olga, f"/control/operations/{cancelled}/cancel", why="not ours")[0] == 303
    assert (
        post(olga, f"/control/operations/{settled}/settle", why="seen", outcome="committed", external_id="51")[0] == 303
    )
    assert (state("cancel"), state("settle")) == ("cancelled", "committed")

    page = olga.get(f"/control/operations/{settled}").text
    assert "51" in page
    assert 'action="/control/operations/' not in page.replace("/settle", ""), "nothing is left to do"
    status, told = post(olga, f"/control/operations/{settled}/park", why="why not")
    assert (status, "only what waits is parked" in told) == (409, True)


def test_several_are_sent_again_at_once(house: House, olga: TestClient) -> None:
    one, other = parked(house, "bulk 1"), parked(house, "bulk 2")
    form = {**fields(olga.get("/me").text), "why": "back", "keys": [one, other]}

    assert olga.post("/control/operations/retry", data=form, follow_redirects=False).status_code == 303
    assert "Planned" in olga.get(f"/control/operations/{other}").text


def test_who_only_looks_is_offered_nothing_and_may_do_nothing(hub: TestClient, house: House) -> None:
    short, vera = parked(house, "look"), visitor(hub, "vera", Grant(role="viewer"))

    page = vera.get(f"/control/operations/{short}").text
    assert 'action="/control/operations' not in page
    assert 'type="checkbox"' not in vera.get("/control/operations").text
    assert post(vera, f"/control/operations/{short}/retry", why="because")[0] == 403


def test_a_document_shows_what_was_read_decided_written_and_done(hub: TestClient, house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-4001")
    vera = visitor(hub, "vera2", Grant(role="viewer"))

    page = vera.get(f"/documents/{one}").text

    assert "issued_long_ago" in page
    assert "RE-4001" in page
    assert "DE136695976" not in page
    assert "Document judged" in page
    assert f'href="/documents/{one}/trace"' in page
    assert vera.get(f"/documents/{one}?reveal=identity").status_code == 403
    assert vera.get(f"/documents/{'0' * 64}").status_code == 404


def test_a_receipt_leads_into_the_target_and_nowhere_else(hub: TestClient, house: House, olga: TestClient) -> None:
    now = house.clock.now()
    for number, link in (("deep", "https://erp.example/5105600101"), ("evil", "javascript:alert(1)")):
        short = parked(house, number)
        with transaction(house.engine) as tx:
            operations.record_receipt(tx, receipt(key=KEY.format(number), link=link), at=now)
        page = olga.get(f"/control/operations/{short}").text
        assert (f'href="{link}"' in page) is (number == "deep")


def test_everything_that_names_a_document_finds_it(house: House, olga: TestClient, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-4002")

    for text in ("RE-4002", "re4002 nordlicht", one[:12], "Nordlicht 4002"):
        assert f'href="/documents/{one}"' in olga.get("/search", params={"text": text}).text
    assert "Nothing is found" in olga.get("/search?text=RE-9999").text


def test_masked_values_find_nothing_for_who_may_not_see_them(
    hub: TestClient, house: House, olga: TestClient, tmp_path: Path
) -> None:
    one = old_invoice(house, tmp_path, "RE-4003")
    ida = visitor(hub, "ida", Grant(role="reviewer", fields=("identity",)))
    far = visitor(hub, "ivo", Grant(role="viewer"), Grant(role="reviewer", types=("receipt",), fields=("identity",)))

    def finds(who: TestClient) -> bool:
        return f'href="/documents/{one}"' in who.get("/search?text=RE-4003 DE1366959").text

    assert [finds(ida), finds(olga), finds(far)] == [True, False, False]


def test_documents_out_of_reach_are_not_found(hub: TestClient, house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-4004")
    far = visitor(hub, "far", Grant(role="viewer", types=("receipt",)))

    for text in ("RE-4004", one):
        assert f'href="/documents/{one}"' not in far.get("/search", params={"text": text}).text
    assert far.get(f"/documents/{one}").status_code == 404


def test_programs_get_the_same(house: House, olga: TestClient, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-4005")

    hits = olga.get("/api/v1/search?text=RE-4005").json()
    room = olga.get("/api/v1/control?period=day").json()

    assert ([hit["id"] for hit in hits["documents"]], hits["is_complete"]) == ([one], True)
    assert room["flow"]["in_review"] >= 1
    assert room["workers"][0]["work"] == []
