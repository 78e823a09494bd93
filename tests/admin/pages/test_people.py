"""The pages of people over HTTP: every change in the ledger, secrets shown once, nobody raises himself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts, brake, stay, tokens
from engine.store import audit
from engine.store.audit import Question
from engine.store.database import reading
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import HAND, browser, fields, house_of, opened


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        yield client


@pytest.fixture(scope="module")
def house(hub: TestClient) -> House:
    return house_of(hub)


@pytest.fixture(scope="module")
def petra(hub: TestClient) -> TestClient:
    return visitor(hub, "petra", Grant(role="people_admin"))


def post(who: TestClient, path: str, **values: Any) -> tuple[int, str]:
    """Send a form as the pages do; return the status and what the page says, in words."""
    token = fields(who.get("/people").text)["form_token"]
    answer = who.post(f"/people{path}", data={"form_token": token, **values}, follow_redirects=False)
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def last(house: House) -> tuple[str, str, Mapping[str, Any]]:
    """Return kind, actor and data of the last entry of the ledger."""
    with reading(house.engine) as tx:
        event = audit.page(tx, Question(), limit=1).entries[0]
    return event.kind, event.actor, event.data


def added(house: House, name: str, *grants: Grant) -> None:
    accounts.add(house, name, hand=HAND)
    for one in grants:
        accounts.grant(house, name, one, hand=HAND)


def test_somebody_is_invited_and_the_link_is_shown_once_and_works(house: House, petra: TestClient) -> None:
    status, said = post(petra, "/person", name="Nora", full_name="Nora Neu", email="nora@example.com")

    link = re.search(r"http://localhost(/enrol/\S+)", said)
    assert status == 200
    assert link is not None
    assert browser(petra).get(link[1]).status_code == 200
    assert link[1] not in petra.get("/people/person?name=nora").text
    assert last(house)[:2] == ("sign_in_link_made", "petra")


def test_a_role_within_a_scope_is_given_and_taken_and_the_ledger_says_from_where(
    house: House, petra: TestClient
) -> None:
    added(house, "otto")

    given = {
        "role": "reviewer",
        "team": "purchasing",
        "types": "invoice, credit_note",
        "entities": "1000",
        "fields": ["bank"],
    }
    assert post(petra, "/person/give", name="otto", **given)[0] == 303

    kind, actor, data = last(house)
    assert (kind, actor, data["from"]["agent"]) == ("role_granted", "petra", "Browser/1")
    assert accounts.find(house, "otto").grants == (
        Grant(
            role="reviewer", team="purchasing", types=("invoice", "credit_note"), entities=("1000",), fields=("bank",)
        ),
    )
    assert post(petra, "/person/take", name="otto", role="reviewer")[0] == 303
    assert accounts.find(house, "otto").grants == ()


def test_a_group_gives_its_members_what_it_holds(house: House, petra: TestClient) -> None:
    added(house, "gesa")

    post(petra, "/groups/give", group="Team West", role="viewer", team="west")
    post(petra, "/person/join", name="gesa", group="Team West")

    assert accounts.find(house, "gesa").grants == (Grant(role="viewer", team="west"),)
    assert "by the group Team West" in " ".join(
        re.sub(r"<[^>]+>", "", petra.get("/people/person?name=gesa").text).split()
    )

    post(petra, "/person/leave", name="gesa", group="Team West")
    assert accounts.find(house, "gesa").grants == ()


@pytest.mark.parametrize(
    ("path", "values"),
    [
        pytest.param("/person/give", {"role": "integration_admin"}, id="a-role"),
        pytest.param("/person/take", {"role": "people_admin"}, id="a-role-taken"),
        pytest.param("/person/join", {"group": "Bosses"}, id="a-group"),
        pytest.param("/person/active", {"active": "no"}, id="let-out"),
        pytest.param("/person/second-factor", {}, id="second-factor"),
        pytest.param("/person/link", {}, id="link"),
        pytest.param("/person/unlock", {}, id="lockout"),
    ],
)
def test_nobody_changes_their_own_rights_or_account(
    house: House, petra: TestClient, path: str, values: dict[str, str]
) -> None:
    accounts.grant_group(house, "Bosses", Grant(role="integration_admin"), hand=HAND)
    before = accounts.find(house, "petra")

    status, said = post(petra, path, name=" PETRA ", **values)

    assert status == 409
    assert "Nobody changes their own rights or account here" in said
    assert accounts.find(house, "petra") == before


def test_a_group_of_which_one_is_a_member_is_left_alone(hub: TestClient, house: House) -> None:
    paul = visitor(hub, "paul", Grant(role="people_admin"))
    accounts.grant_group(house, "Managers", Grant(role="viewer"), hand=HAND)
    accounts.join(house, "Managers", "paul", hand=HAND)

    status, said = post(paul, "/groups/give", group="Managers", role="integration_admin")

    assert status == 409
    assert "You are in the group Managers yourself" in said


def test_duties_that_stay_apart_are_refused_in_words(house: House, petra: TestClient) -> None:
    added(house, "anton", Grant(role="approver"))

    status, said = post(petra, "/person/give", name="anton", role="integration_admin")

    assert status == 409
    assert "one person may not hold both" in said


def test_a_token_is_shown_once_and_revoked(house: House, petra: TestClient) -> None:
    status, said = post(petra, "/tokens", name="scanner", role="service", days="30")

    token = re.search(rf"{tokens.PREFIX}\S+", said)
    assert status == 200
    assert token is not None
    assert tokens.asker(house, token[0], Where()) is not None
    assert token[0] not in petra.get("/people/tokens").text

    assert post(petra, "/tokens/revoke", name="scanner")[0] == 303
    assert tokens.asker(house, token[0], Where()) is None
    assert last(house)[:2] == ("token_revoked", "petra")


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        pytest.param({"role": "integration_admin"}, "may edit content", id="knowledge"),
        pytest.param({"role": "environment_promoter"}, "may promote", id="promotion"),
        pytest.param({"role": "service", "fields": ["bank"]}, "shows bank details", id="masked-fields"),
        pytest.param({"role": "approver"}, "A program does not approve documents", id="approval"),
    ],
)
def test_nobody_raises_himself_by_a_token(house: House, petra: TestClient, wish: dict[str, Any], reason: str) -> None:
    status, said = post(petra, "/tokens", name="ladder", days="30", **wish)

    assert status == 409
    assert reason in said
    assert "ladder" not in [one.token.name for one in tokens.everyone(house)]


def test_a_lockout_is_seen_and_lifted(house: House, petra: TestClient) -> None:
    added(house, "lotte")
    for _ in range(brake.NAME.free):
        brake.count(house, [(brake.NAME, "lotte")])

    assert "locked out" in petra.get("/people").text
    assert "Lift the lockout" in petra.get("/people/person?name=lotte").text

    assert post(petra, "/person/unlock", name="lotte")[0] == 303
    assert brake.held_until(house, brake.NAME, "lotte") is None
    assert last(house)[:2] == ("lockout_lifted", "petra")
    assert post(petra, "/person/unlock", name="lotte")[0] == 409


def test_sessions_are_listed_and_ended(hub: TestClient, house: House, petra: TestClient) -> None:
    sven = visitor(hub, "sven", Grant(role="viewer"))
    person = accounts.find(house, "sven")
    (session,) = stay.of_person(house, person.id)

    assert session.id in petra.get("/people/person?name=sven").text
    assert post(petra, "/person/session", name="sven", session=session.id)[0] == 303
    assert sven.get("/me", follow_redirects=False).status_code == 303

    stay.begin(house, person, Where(), way="password")
    stay.begin(house, person, Where(), way="password")
    post(petra, "/person/session", name="sven")
    assert stay.of_person(house, person.id) == []
    assert last(house)[2]["sessions_ended"] == 2


def test_who_is_let_out_is_out_at_once(hub: TestClient, house: House, petra: TestClient) -> None:
    dora = visitor(hub, "dora", Grant(role="viewer"))

    assert post(petra, "/person/active", name="dora", active="no")[0] == 303
    assert dora.get("/me", follow_redirects=False).status_code == 303
    assert "let them in again first" in post(petra, "/person/link", name="dora")[1]

    post(petra, "/person/active", name="dora", active="yes")
    assert accounts.find(house, "dora").is_active


def test_who_signs_in_elsewhere_has_no_password_here(house: House, petra: TestClient) -> None:
    accounts.add(house, "olga", hand=HAND, issuer="https://id.example", subject="1")

    status, said = post(petra, "/person/link", name="olga")

    assert (status, "password and second factor are set there" in said) == (409, True)


def test_who_does_not_manage_people_sees_nothing_of_it(hub: TestClient) -> None:
    vera = visitor(hub, "vera", Grant(role="integration_admin"))

    assert vera.get("/people").status_code == 403
    assert 'href="/people"' not in vera.get("/me").text


def test_a_form_of_another_site_changes_nothing(house: House, petra: TestClient) -> None:
    answer = petra.post("/people/person", data={"name": "mallory", "form_token": "x"})

    assert answer.status_code == 403
    assert "mallory" not in [one.name for one in accounts.everyone(house)]
