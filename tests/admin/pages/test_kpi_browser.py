"""A head of accounting looks at the figures of a month in a real browser, and reckons what it saved."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from admin.http.app import make_app
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.store.database import transaction
from tests.admin.pages.browsers import CHROMIUM, serving, shoot
from tests.admin.visitors import HAND, OWN_TOKEN
from tests.house import test_settings
from tests.store import kpi_histories

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    app = make_app(test_settings(tmp_path_factory.mktemp("house")), token=OWN_TOKEN, with_worker=False)
    with serving(app) as base:
        house: House = app.state.house
        with transaction(house.engine) as tx:
            kpi_histories.write(tx, seed=11, many=150, now=house.clock.now())
        yield base, house


def test_figures_are_told_apart_explained_and_reckoned_with(tab: Page, served: tuple[str, House]) -> None:
    base, house = served
    person = accounts.add(house, "vera", full_name="Vera Lang", hand=HAND)
    accounts.grant(house, "vera", Grant(role="viewer"), hand=HAND)
    secret = stay.begin(house, person, Where(), way="password")
    tab.context.add_cookies([{"name": "postroom-session", "value": secret, "url": base}])

    tab.goto(f"{base}/kpi")
    tab.get_by_label("Told apart by").select_option("vendor")
    expect(tab.get_by_role("heading", name="By Vendor")).to_be_visible()
    expect(tab.get_by_role("img", name="Straight-through: sure, and provisional on top")).to_be_visible()
    tab.get_by_text("As a table").first.click()
    expect(tab.get_by_role("table", name="Straight-through: sure").get_by_role("row")).to_have_count(13)
    assert _serious(tab) == []
    shoot(tab, "kpi")
    _look_elsewhere(tab, "kpi")

    tab.get_by_role("link", name="Touch time of an answer").click()
    expect(tab.get_by_text("Active seconds on the page before an answer")).to_be_in_viewport()

    tab.get_by_role("link", name="What it saves").click()
    tab.get_by_label("Minutes of a document by hand").fill("600")
    tab.get_by_role("button", name="Keep and reckon").click()
    expect(tab.get_by_label("Minutes of a document by hand")).to_have_value("600")
    assert _serious(tab) == []
    shoot(tab, "roi")
    _look_elsewhere(tab, "roi")


def _look_elsewhere(tab: Page, name: str) -> None:
    """Look at a page in the dark and on a tablet."""
    tab.emulate_media(color_scheme="dark")
    shoot(tab, f"{name}-dark")
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size({"width": 820, "height": 1100})
    shoot(tab, f"{name}-tablet")
    tab.get_by_role("heading", level=2).nth(-2).scroll_into_view_if_needed()
    shoot(tab, f"{name}-tablet-low", is_whole=False)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 820
    tab.set_viewport_size({"width": 1280, "height": 800})


def _serious(tab: Page) -> list[str]:
    found = Axe().run(tab).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in {"serious", "critical"}]
