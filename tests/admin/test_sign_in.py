"""Signing in and out, cookies, forms and headers, as browsers meet them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from admin.http import cookies
from admin.http.headers import POLICY
from engine.model.rights import Grant
from engine.runtime.people import accounts, tokens
from tests.admin.visitors import BROWSER, HAND, OWN_TOKEN, PASSWORD, browser, enrolled, fields, house_of, opened

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("house")) as client:
        yield client


@pytest.fixture(scope="module")
def anna(client: TestClient) -> TestClient:
    return enrolled(client, "anna", Grant(role="reviewer"))[0]


def signed_in_again(client: TestClient, name: str, password: str = PASSWORD) -> tuple[TestClient, str]:
    visitor = browser(client)
    form = {**fields(visitor.get("/sign-in").text), "name": name, "password": password}
    answer = visitor.post("/sign-in", data=form)
    return visitor, str(answer.url.path if answer.is_success else answer.status_code)


def test_a_person_who_is_not_known_is_led_to_the_sign_in(client: TestClient) -> None:
    answer = browser(client).get("/", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_program_that_is_not_known_is_told_how(client: TestClient) -> None:
    answer = client.get("/api/v1/status")

    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorised")


def test_who_enrolled_sees_the_pages(anna: TestClient) -> None:
    page = anna.get("/")

    assert (page.status_code, "Documents in review" in page.text, "anna" in page.text) == (200, True, True)


def test_a_password_leads_to_the_code_and_no_further(client: TestClient, anna: TestClient) -> None:
    visitor, path = signed_in_again(client, "anna")

    assert path == "/sign-in/code"
    assert visitor.get("/", follow_redirects=False).headers["location"] == "/sign-in"


def test_a_wrong_password_is_answered_in_the_form_without_the_password(client: TestClient, anna: TestClient) -> None:
    visitor = browser(client)
    form = {**fields(visitor.get("/sign-in").text), "name": "anna", "password": "wrong password!"}

    answer = visitor.post("/sign-in", data=form)

    assert (answer.status_code, "The name or the password is wrong." in answer.text) == (401, True)
    assert "wrong password!" not in answer.text


def test_signing_in_makes_a_new_secret(client: TestClient) -> None:
    visitor, factor = enrolled(client, "berta", Grant(role="viewer"))
    house = house_of(client)
    before = visitor.cookies[cookies.SESSION]
    visitor.post("/sign-out", data=fields(visitor.get("/me").text))
    half, _ = signed_in_again(client, "berta")
    waiting = half.cookies[cookies.SESSION]
    house_now = house.clock.now() + timedelta(seconds=30)

    answer = half.post("/sign-in/code", data={**fields(half.get("/sign-in/code").text), "code": factor.at(house_now)})

    assert (answer.status_code, answer.url.path) == (200, "/desk")
    assert len({before, waiting, half.cookies[cookies.SESSION]}) == 3


def test_after_signing_out_the_old_cookie_is_worth_nothing(client: TestClient) -> None:
    visitor, _ = enrolled(client, "carl", Grant(role="viewer"))
    secret = visitor.cookies[cookies.SESSION]
    visitor.post("/sign-out", data=fields(visitor.get("/me").text))

    other = browser(client)
    other.cookies.set(cookies.SESSION, secret)

    assert other.get("/", follow_redirects=False).headers["location"] == "/sign-in"


def test_over_https_the_cookie_is_bound_to_the_host_and_no_script_reads_it(client: TestClient) -> None:
    visitor = TestClient(client.app, base_url="https://postroom.example", headers=BROWSER)

    told = visitor.get("/sign-in").headers["set-cookie"]

    assert told.startswith(f"__Host-{cookies.FORM}=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {one.strip() for one in told.split(";")}
    assert "Domain" not in told


def test_without_https_nobody_signs_in_from_elsewhere(client: TestClient) -> None:
    visitor = TestClient(client.app, base_url="http://postroom.example", headers=BROWSER)

    page = visitor.get("/sign-in")

    assert (page.status_code, "https" in page.text, "set-cookie" in page.headers) == (401, True, False)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"form_token": ""}, id="no token"),
        pytest.param({"form_token": "0" * 64}, id="a token of somebody else"),
    ],
)
def test_a_form_without_its_token_is_refused(anna: TestClient, sent: dict[str, str]) -> None:
    assert anna.post("/me/language", data={**sent, "language": "de"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="fetch metadata"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a neighbour below the same domain"),
        pytest.param({"Origin": "https://evil.example"}, id="origin"),
        pytest.param({"Origin": "null"}, id="no origin"),
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(anna: TestClient, headers: dict[str, str]) -> None:
    form = {**fields(anna.get("/me").text), "language": "en"}

    assert anna.post("/me/language", data=form).status_code == 200
    assert anna.post("/me/language", data=form, headers=headers).status_code == 403


def test_a_call_of_the_api_that_rides_on_a_session_needs_the_token_as_header(anna: TestClient) -> None:
    token = fields(anna.get("/me").text)["form_token"]
    address, body = f"/api/v1/documents/{'0' * 64}/corrections", {"values": [{"path": "total", "value": "1.00"}]}

    assert anna.post(address, json=body).status_code == 403
    assert anna.post(address, json=body, headers={"X-Form-Token": token}).status_code == 404


def test_a_header_that_proves_nothing_is_not_made_good_by_a_cookie(anna: TestClient) -> None:
    answer = anna.get("/api/v1/status", headers={"Authorization": "Bearer wrong"})

    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/", "/sign-in", "/me", "/no-such-page", "/api/v1/status"])
def test_every_answer_forbids_what_is_inline_or_from_elsewhere(anna: TestClient, path: str) -> None:
    answer = anna.get(path)

    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer.headers["x-frame-options"] == "DENY"
    for inline in ("<style", "style=", "onclick", "javascript:"):
        assert inline not in answer.text
    assert answer.text.count("<script") == answer.text.count("<script src=")


def test_pages_are_not_kept_by_browsers_and_static_files_are(anna: TestClient) -> None:
    page = anna.get("/")
    static = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]

    assert page.headers["cache-control"] == "no-store"
    assert "immutable" in anna.get(static).headers["cache-control"]


def test_sessions_are_listed_and_ended_one_by_one(client: TestClient) -> None:
    visitor, factor = enrolled(client, "dirk", Grant(role="viewer"))
    half, _ = signed_in_again(client, "dirk")
    later = house_of(client).clock.now() + timedelta(seconds=30)
    half.post("/sign-in/code", data={**fields(half.get("/sign-in/code").text), "code": factor.at(later)})
    page = visitor.get("/me").text
    endings = [one.partition('"')[0] for one in page.split('action="')[1:] if one.startswith("/me/sessions/")]

    for one in endings:
        visitor.post(one, data=fields(page))

    assert len(endings) == 2
    assert [one.get("/me", follow_redirects=False).status_code for one in (visitor, half)] == [303, 303]


def test_nobody_ends_a_session_of_somebody_else(client: TestClient, anna: TestClient) -> None:
    visitor, _ = enrolled(client, "eva", Grant(role="viewer"))
    page = anna.get("/me").text
    hers = page.partition('action="/me/sessions/')[2].partition("/")[0]

    answer = visitor.post(f"/me/sessions/{hers}/end", data=fields(visitor.get("/me").text))

    assert (answer.status_code, anna.get("/me", follow_redirects=False).status_code) == (404, 200)


def test_who_is_let_out_is_out_at_once(client: TestClient) -> None:
    visitor, _ = enrolled(client, "fred", Grant(role="viewer"))

    accounts.set_active(house_of(client), "fred", is_active=False, hand=HAND)

    assert visitor.get("/", follow_redirects=False).headers["location"] == "/sign-in"


def test_a_person_without_a_role_is_told_whom_to_ask(client: TestClient) -> None:
    visitor, _ = enrolled(client, "gina", Grant(role="viewer"))
    accounts.revoke(house_of(client), "gina", "viewer", hand=HAND)

    assert visitor.get("/desk").status_code == 403
    assert "Ask who manages people" in visitor.get("/").text


def test_a_page_is_in_the_language_of_the_browser_until_one_is_chosen(client: TestClient) -> None:
    visitor, _ = enrolled(client, "hugo", Grant(role="viewer"))
    assert "Dokumente in Prüfung" in visitor.get("/", headers={"Accept-Language": "fr, de-AT;q=0.8"}).text

    visitor.post("/me/language", data={**fields(visitor.get("/me").text), "language": "en"})

    assert "Documents in review" in visitor.get("/", headers={"Accept-Language": "de"}).text


def test_a_token_of_a_program_is_good_until_it_is_revoked(client: TestClient) -> None:
    house = house_of(client)
    token = tokens.add(house, "scanner", [Grant(role="viewer")], days=1, hand=HAND)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/status", headers=headers).status_code == 200

    tokens.revoke(house, "scanner", hand=HAND)

    assert client.get("/api/v1/status", headers=headers).status_code == 401


def test_a_person_speaks_for_oneself_and_a_program_for_those_it_names(client: TestClient, anna: TestClient) -> None:
    token = fields(anna.get("/me").text)["form_token"]
    address = "/api/v1/operations/retry"
    house = house_of(client)
    accounts.grant(house, "anna", Grant(role="operator"), hand=HAND)
    said = {"by": "bert", "failed": True}

    refused = anna.post(address, json=said, headers={"X-Form-Token": token})
    allowed = client.post(address, json=said, headers={"Authorization": f"Bearer {OWN_TOKEN}"})

    assert (refused.status_code, "speak for yourself" in refused.text) == (403, True)
    assert allowed.status_code == 202


def test_a_large_form_of_nobody_is_not_read(client: TestClient) -> None:
    answer = browser(client).post("/sign-in", data={"name": "x" * 70_000, "password": "y"})

    assert answer.status_code == 413
