"""Somebody is let in, in a real browser: invited, given a role within a scope; a program gets a token."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from admin.http.app import make_app
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts, stay, tokens
from tests.admin.pages.browsers import CHROMIUM, serving, shoot
from tests.admin.visitors import HAND, OWN_TOKEN
from tests.house import test_settings

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no chromium")]


def barriers(tab: Page) -> list[str]:
    found = Axe().run(tab).response["violations"]
    return [one["id"] for one in found if one["impact"] in {"serious", "critical"}]


def test_somebody_is_let_in_by_the_keyboard(tab: Page, tmp_path: Path) -> None:
    app = make_app(test_settings(tmp_path), token=OWN_TOKEN, with_worker=False)
    with serving(app) as address:
        house: House = app.state.house
        petra = accounts.add(house, "petra", hand=HAND, full_name="Petra Personal")
        accounts.grant(house, "petra", Grant(role="people_admin"), hand=HAND)
        session = stay.begin(house, petra, Where(), way="password")
        tab.context.add_cookies([{"name": "postroom-session", "value": session, "url": address}])

        tab.goto(f"{address}/people")
        tab.get_by_label("Sign-in name").fill("anna")
        tab.keyboard.press("Tab")
        tab.keyboard.type("Anna Ahrens")
        tab.keyboard.press("Enter")
        assert tab.get_by_label("Link").input_value().startswith(f"{address}/enrol/")
        shoot(tab, "people-link")

        tab.get_by_role("link", name="Noted").click()
        tab.get_by_label("Only of team").fill("purchasing")
        tab.get_by_label("bank details").check()
        tab.get_by_role("button", name="Give").click()
        expect(tab.get_by_text("Team: purchasing")).to_be_visible()
        assert barriers(tab) == []
        shoot(tab, "people-person")

        tab.goto(f"{address}/people/tokens")
        tab.get_by_label("Name of the program").fill("scanner")
        tab.get_by_role("button", name="Make").click()
        assert tab.get_by_label("Token").input_value().startswith(tokens.PREFIX)
