"""The pages in a real browser: what its policy lets run, and the way from the link to the start page."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from admin.http.app import make_app
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts
from engine.store import documents, reviews
from engine.store.database import transaction
from engine.store.reviews import Urgency
from tests.admin.pages.browsers import CHROMIUM, serving, shoot
from tests.admin.visitors import HAND, OWN_TOKEN, PASSWORD
from tests.house import test_settings
from tests.store.factories import document

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    app = make_app(test_settings(tmp_path_factory.mktemp("house")), token=OWN_TOKEN, with_worker=False)
    with serving(app) as base:
        house: House = app.state.house
        _waiting(house)
        yield base, house


def _waiting(house: House) -> None:
    now = datetime.now(UTC)
    with transaction(house.engine) as tx:
        for number, (team, words, due) in enumerate([
            ("ap", "The total 1,190.00 is not the sum of lines and tax 1,180.00.", now - timedelta(hours=3)),
            ("ap", "The bank account is not one that we know of this vendor.", now + timedelta(hours=20)),
            (None, "No order was found for PO-4711.", None),
        ]):  # fmt: skip
            one = document(str(number)).model_copy(update={"name": f"invoice-{number}.pdf"})
            documents.add(tx, one)
            reviews.open_review(
                tx, document_id=one.id, revision=1, queue="ap_review", reasons=["total"], message=words, at=now,
                urgency=Urgency(team=team, priority=2, due_at=due),
            )  # fmt: skip


def enrol(tab: Page, base: str, house: House, name: str) -> pyotp.TOTP:
    """Add a reviewer who follows the link; the tab ends at the start page."""
    accounts.add(house, name, full_name=name.title() + " Berger", hand=HAND)
    accounts.grant(house, name, Grant(role="reviewer", team="ap", fields=("bank",)), hand=HAND)
    tab.goto(f"{base}/enrol/{accounts.link(house, name, hand=HAND)}")
    shoot(tab, "enrol")
    factor = pyotp.TOTP(str(tab.locator(".key").text_content()))
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_label("The same again").fill(PASSWORD)
    tab.get_by_label("Code of your authenticator app").fill(factor.now())
    tab.get_by_role("button", name="Set and sign in").click()
    return factor


def test_from_the_link_to_the_start_page_out_and_in_again(tab: Page, served: tuple[str, House]) -> None:
    base, house = served
    factor = enrol(tab, base, house, "anna")

    expect(tab.get_by_role("heading", name="Documents in review")).to_be_visible()
    expect(tab.get_by_role("row")).to_have_count(3)
    shoot(tab, "start-light")
    tab.get_by_role("button", name="Light or dark").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    tab.reload()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    shoot(tab, "start-dark")
    tab.get_by_role("link", name="Anna Berger").click()
    shoot(tab, "me-dark")
    tab.get_by_role("button", name="Sign out").click()
    shoot(tab, "sign-in-dark")
    tab.get_by_label("Name").fill("anna")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab).to_have_url(re.compile("/sign-in/code$"))
    shoot(tab, "code-dark")
    tab.get_by_label("Code of your authenticator app").fill(factor.at(time.time() + 30))
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Documents in review")).to_be_visible()


def test_a_wrong_password_and_a_page_that_is_not_there(tab: Page, served: tuple[str, House]) -> None:
    base, _ = served
    tab.goto(f"{base}/sign-in")
    tab.get_by_label("Name").fill("nobody")
    tab.get_by_label("Password").fill("not a password")
    tab.get_by_role("button", name="Sign in").click()

    expect(tab.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    shoot(tab, "sign-in-wrong")
    expect(tab.get_by_label("Password")).to_be_focused()


def test_calls_are_tried_out_on_a_page_that_loads_nothing_from_elsewhere(tab: Page, served: tuple[str, House]) -> None:
    base, _ = served
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_extra_http_headers({"Authorization": f"Bearer {OWN_TOKEN}"})
    tab.goto(f"{base}/docs")

    call = tab.locator("#operations-documents-status_api_v1_status_get")
    call.locator(".opblock-summary-control").click()
    call.get_by_role("button", name="Execute").click()

    expect(call.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")
    shoot(tab, "api")
    assert {one.split("/")[2] for one in asked if not one.startswith("data:")} == {base.split("/")[2]}
