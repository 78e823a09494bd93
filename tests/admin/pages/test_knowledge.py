"""Knowledge pages over HTTP: who may do what, and what becomes of two people who edit one draft."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from engine.model.person import Where
from engine.model.rights import Grant, Role
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts, pieces
from engine.runtime.people import accounts, stay
from engine.store import ledger, masterdata
from engine.store.database import reading, transaction
from tests.admin.pages.knowing import content_of_its_own
from tests.admin.visitors import HAND, browser, fields, house_of, opened
from tests.durable.invoices import VENDOR

pytestmark = pytest.mark.slow
TABLE = "table/approval_level@1"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    content = content_of_its_own(tmp_path_factory.mktemp("content"))
    with opened(tmp_path_factory.mktemp("hub"), content=content) as client:
        with transaction(house_of(client).engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        for name, role in (
            ("anna", "integration_admin"), ("dora", "integration_admin"), ("bert", "environment_promoter"),
            ("vera", "viewer"), ("otto", "operator"),
        ):  # fmt: skip
            accounts.add(house_of(client), name, hand=HAND)
            accounts.grant(house_of(client), name, Grant(role=as_role(role)), hand=HAND)
        yield client


def as_role(name: str) -> Role:
    return Grant.model_validate({"role": name}).role


@pytest.fixture
def draft(hub: TestClient) -> Iterator[str]:
    """A draft of a table that is taken away again."""
    house = house_of(hub)
    made = drafts.begin(house, TABLE, by="root")
    yield made
    drafts.discard(house, made, by="root")


def visitor(hub: TestClient, name: str) -> TestClient:
    house = house_of(hub)
    came = browser(hub)
    came.cookies.set("postroom-session", stay.begin(house, accounts.find(house, name), Where(), way="password"))
    return came


def text_of(house: House, ref: str) -> str:
    return pieces.open_piece(house.settings.content_folder(), ref).text


def edit(who: TestClient, ref: str, *, seen: str = "", **cells: tuple[str, str]) -> Response:
    """Change cells (`r4_why=(was, is)`) as the page would; `seen` is the digest of an older page."""
    form = fields(who.get(f"/knowledge/{ref}").text) | {"seen": seen}
    for name, (was, now) in cells.items():
        key = name.removeprefix("r").replace("_", ":", 1)
        form |= {f"cell:{key}": now, f"was:{key}": was}
    answer: Response = who.post(f"/knowledge/{ref}/save", data=form, follow_redirects=False)
    return answer


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("anna", 200, id="integration admin"),
        pytest.param("bert", 200, id="promoter"),
        pytest.param("otto", 200, id="operator"),
        pytest.param("vera", 403, id="viewer"),
    ],
)
def test_who_reads_knowledge(hub: TestClient, name: str, status: int) -> None:
    who = visitor(hub, name)

    assert {who.get(path).status_code for path in ("/knowledge", f"/knowledge/{TABLE}", "/knowledge/environments")} == {
        status
    }


@pytest.mark.parametrize("name", ["bert", "otto", "vera"])
def test_only_an_integration_admin_edits(hub: TestClient, name: str) -> None:
    who = visitor(hub, name)
    form = fields(who.get("/me").text) | {"flow": "x", "text": "x"}

    answers = {
        who.post(f"/knowledge/{TABLE}/{act}", data=form).status_code
        for act in ("begin", "save", "check", "discard", "take-up", "release")
    }

    assert answers == {403}


@pytest.mark.parametrize("name", ["anna", "otto", "vera"])
def test_only_a_promoter_changes_what_is_live(hub: TestClient, name: str) -> None:
    who = visitor(hub, name)

    assert who.post("/knowledge/environments/dev/rollback", data=fields(who.get("/me").text)).status_code == 403


def test_lint_stands_beside_the_row_and_nothing_is_kept(hub: TestClient, draft: str) -> None:
    anna = visitor(hub, "anna")
    before = text_of(house_of(hub), draft)

    form = fields(anna.get(f"/knowledge/{draft}").text) | {
        "cell:4:total_minor": "[..lots",
        "was:4:total_minor": "[..100000)",
    }
    said = anna.post(f"/knowledge/{draft}/check", data=form).text

    beside = said.split('id="said-rows-4"')[1].split("hx-swap-oob")[1].partition('id="said-rows-5"')[0]
    assert "nothing that total_minor can be" in beside
    assert text_of(house_of(hub), draft) == before


def test_two_people_change_different_cells_of_one_draft(hub: TestClient, draft: str) -> None:
    anna, dora = visitor(hub, "anna"), visitor(hub, "dora")
    older = pieces.open_piece(house_of(hub).settings.content_folder(), draft).digest

    edit(anna, draft, seen=older, r5_why=("The team answers for its own budget.", "Anna's reason."))
    answer = edit(dora, draft, seen=older, r6_why=("Four eyes from 10000 euro on.", "Dora's reason."))

    assert answer.status_code == 303
    assert {"Anna's reason.", "Dora's reason."} <= set(text_of(house_of(hub), draft).replace("\n", ",").split(","))


def test_two_people_at_the_same_cell_are_told_and_lose_nothing(hub: TestClient, draft: str) -> None:
    anna, dora = visitor(hub, "anna"), visitor(hub, "dora")
    older = pieces.open_piece(house_of(hub).settings.content_folder(), draft).digest
    was = "The team answers for its own budget."

    edit(anna, draft, seen=older, r5_why=(was, "Anna's reason."))
    answer = edit(dora, draft, seen=older, r5_why=(was, "Dora's reason."))

    assert answer.status_code == 409
    assert "Nothing of yours is lost" in answer.text
    assert "Dora&#39;s reason." in answer.text
    assert "Anna's reason." in text_of(house_of(hub), draft)


def test_who_wrote_is_in_the_ledger(hub: TestClient, draft: str) -> None:
    edit(visitor(hub, "anna"), draft, seen="", r5_why=("The team answers for its own budget.", "Because."))

    with reading(house_of(hub).engine) as tx:
        last = ledger.of_house(tx, drafts.EDITED)[-1]
    assert (last.actor, last.data["ref"]) == ("anna", draft)


def test_a_form_of_another_site_changes_nothing(hub: TestClient, draft: str) -> None:
    anna = visitor(hub, "anna")

    assert anna.post(f"/knowledge/{draft}/discard", data={"form_token": "x"}).status_code == 403


def test_an_import_is_looked_at_before_it_is_done(hub: TestClient, tmp_path: Path) -> None:
    anna = visitor(hub, "anna")
    file = tmp_path / "cost_centres.csv"
    file.write_text("code,name\nK100,Maintenance\n", encoding="utf-8")

    page = anna.post(
        "/knowledge/master/import", data=fields(anna.get("/knowledge/master").text) | {"kind": "cost_centres"},
        files={"file": (file.name, file.read_bytes(), "text/csv")},
    ).text  # fmt: skip
    assert "1 new" in page
    assert "No row holds that" in anna.get("/knowledge/master/cost_centres").text
    form = {**fields(page), "kind": "cost_centres", "file": page.split('name="file" value="')[1][:64], "full": ""}

    done = anna.post("/knowledge/master/confirm", data=form)

    assert "K100" in done.text
    assert (
        "anna" in anna.get("/knowledge/master/cost_centres/row", params={"key": ["K100", ""]}).text.split("History")[1]
    )


def test_a_masked_column_is_neither_shown_nor_found(hub: TestClient) -> None:
    anna = visitor(hub, "anna")

    assert VENDOR["name"] in anna.get("/knowledge/master/vendors").text
    assert VENDOR["tax_id"] not in anna.get("/knowledge/master/vendors").text
    assert VENDOR["tax_id"] not in anna.get("/knowledge/master/vendors/row", params={"key": VENDOR["id"]}).text
    assert "No row holds that" in anna.get("/knowledge/master/vendors", params={"text": VENDOR["tax_id"]}).text
