"""Every call names the right that it needs, and every role is let through exactly where the table says so."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from admin.http import who
from admin.http.app import make_app
from admin.http.door import OPEN_PATHS
from admin.http.hooks import PATH as HOOKS
from admin.http.who import current_person, needed
from engine.model.rights import ROLES, Grant, Role
from engine.runtime.people import tokens
from tests.admin.visitors import HAND, browser, fields, house_of, opened
from tests.house import test_settings

ENTRANCE = {"/sign-in", "/sign-in/code", "/sign-in/oidc", "/sign-in/oidc/back", "/enrol/{link}"}
ONESELF = {"/", "/sign-out", "/me", "/me/sessions/{session_id}/end", "/me/language"}
"""What everybody may do who is known, whatever the role."""
DOCUMENTATION = {"/docs"}


def routes() -> list[APIRoute]:
    with TemporaryDirectory() as home:
        settings = test_settings(Path(home), oidc_issuer="https://id.example", oidc_client_id="postroom")
        app = make_app(settings, token="t", with_worker=False)
    return list(who.routes(app.routes))


EVERY = routes()


def test_there_are_routes_to_look_at() -> None:
    assert {"/api/v1/documents", "/api/v1/operations/retry", "/", "/me", "/sign-in"} <= {one.path for one in EVERY}


@pytest.mark.parametrize("route", EVERY, ids=lambda one: f"{'+'.join(sorted(one.methods or ()))} {one.path}")
def test_every_route_names_a_right_or_is_known_to_be_open(route: APIRoute) -> None:
    if route.path in OPEN_PATHS | ENTRANCE | DOCUMENTATION or route.path.startswith(HOOKS):
        return
    if route.path in ONESELF:
        assert any(one.call is current_person for one in route.dependant.dependencies)
        return
    rights = list(needed(route.dependant))
    assert [one.verbs for one in rights if one.verbs], f"{route.path} can be called by everybody"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("house")) as client:
        yield client


@pytest.fixture(scope="module")
def bearer(client: TestClient) -> dict[Role, str]:
    house = house_of(client)
    return {
        role: tokens.add(house, f"program-{role.replace('_', '-')}", [Grant(role=role)], days=1, hand=HAND)
        for role in get_args(Role)
    }


GUARDED = [one for one in EVERY if list(needed(one.dependant))]


@pytest.mark.slow
@pytest.mark.parametrize("role", get_args(Role))
def test_a_role_is_let_through_exactly_where_its_verbs_are_asked_for(
    client: TestClient, bearer: dict[Role, str], role: Role
) -> None:
    visitor = browser(client)
    form = fields(visitor.get("/sign-in").text)["form_token"]
    headers = {"Authorization": f"Bearer {bearer[role]}", "X-Form-Token": form, "Accept": "application/json"}
    wrong = []
    for route in GUARDED:
        address = re.sub(r"\{\w+\}", "0" * 64, route.path)
        for method in route.methods or ():
            allowed = all(set(one.verbs) & ROLES[role] for one in needed(route.dependant))
            body: dict[str, str] | None = None if method == "GET" else {}
            answer = visitor.request(method, address, headers=headers, json=body)
            refused = answer.status_code == 403 and "You have not the right" in answer.text
            if refused is allowed:
                wrong.append((method, route.path, answer.status_code))

    assert wrong == []
