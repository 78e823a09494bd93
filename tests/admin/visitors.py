"""Browsers and programs that visit the hub, for tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from fastapi.testclient import TestClient

from admin.http.app import make_app
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts
from engine.runtime.people.accounts import Hand
from tests.house import test_settings

OWN_TOKEN = "t" * 40
HAND = Hand("root")
PASSWORD = "a sentence that nobody guesses"
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "User-Agent": "Browser/1"}
_FIELD = re.compile(r'name="(form_token|sealed)" value="([^"]*)"')


@contextmanager
def opened(home: Path, **changes: object) -> Iterator[TestClient]:
    """Open a hub that processes nothing; the client carries no right."""
    app = make_app(test_settings(home, **changes), token=OWN_TOKEN, with_worker=False)
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def house_of(client: TestClient) -> House:
    house: House = client.app.state.house  # type: ignore[attr-defined]
    return house


def browser(client: TestClient) -> TestClient:
    """Return a browser without cookies at the same hub."""
    return TestClient(client.app, base_url="http://localhost", headers=BROWSER)


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    return dict(_FIELD.findall(page))


def enrolled(client: TestClient, name: str, *grants: Grant) -> tuple[TestClient, pyotp.TOTP]:
    """Add a person who enrols in a browser; return the browser, signed in, and what shows the codes."""
    house = house_of(client)
    accounts.add(house, name, hand=HAND)
    for one in grants:
        accounts.grant(house, name, one, hand=HAND)
    visitor, address = browser(client), f"/enrol/{accounts.link(house, name, hand=HAND)}"
    page = visitor.get(address).text
    key = re.search(r'key">(\w+)<', page)
    assert key is not None
    factor = pyotp.TOTP(key[1])
    form = {**fields(page), "password": PASSWORD, "again": PASSWORD, "code": factor.now()}
    answer = visitor.post(address, data=form)
    assert (answer.status_code, answer.url.path) == (200, "/desk")
    return visitor, factor
