"""A reviewer at the desk in a real browser: keyboard only, nothing lost, nothing that axe-core complains about."""

from collections.abc import Iterator
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from admin.http.app import make_app
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime import intake, kpi, story, workflow
from engine.runtime.house import House
from engine.runtime.kpi import Wanted
from engine.runtime.people import accounts, stay
from engine.store import documents, masterdata
from engine.store.database import reading, transaction
from tests.admin.pages.browsers import CHROMIUM, serving, shoot
from tests.admin.visitors import HAND, OWN_TOKEN
from tests.durable.invoices import VENDOR
from tests.house import Hub, test_settings
from tests.runtime.desk.papers import old_paper

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
_NUMBERS = count(1)
MORNING = 20


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """A hub with a worker, and a morning of invoices in review, each so old that somebody has to look."""
    app = make_app(test_settings(tmp_path_factory.mktemp("house")), token=OWN_TOKEN, with_worker=True)
    folder = tmp_path_factory.mktemp("papers")
    with serving(app) as base:
        house: House = app.state.house
        with transaction(house.engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        for number in range(MORNING):
            with old_paper(folder, f"NF-2021-{number + 1}", month=number + 1).open("rb") as stream:
                document = intake.accept(house, stream, name=f"paper-{number}.pdf", source="test").document
            workflow.enqueue(document.id, 1)
        assert {Hub(house).settled(one).state for one in _ids(house)} == {"in_review"}
        yield base, house


@pytest.fixture
def desk(tab: Page, served: tuple[str, House]) -> Page:
    base, house = served
    person = accounts.add(house, f"anna{next(_NUMBERS)}", hand=HAND)
    accounts.grant(house, person.name, Grant(role="reviewer", fields=("bank", "identity")), hand=HAND)
    secret = stay.begin(house, accounts.find(house, person.name), Where(), way="password")
    tab.context.add_cookies([{"name": "postroom-session", "value": secret, "url": base}])
    tab.goto(f"{base}/desk")
    return tab


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def test_the_list_and_a_document_can_be_used_by_everybody(desk: Page) -> None:
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("x")
    expect(desk.locator("#ticked")).to_have_text("1")
    shoot(desk, "desk-list")
    assert serious(desk) == []
    desk.get_by_role("link", name="Nordlicht Filtertechnik GmbH").first.click()
    expect(desk.get_by_role("heading", name="Nordlicht Filtertechnik GmbH")).to_be_visible()
    expect(desk.locator("#page-1 img")).to_be_visible()
    expect(desk.locator("#page-1 img")).to_have_js_property("complete", True)
    expect(desk.locator("#page-1 .box.read.asked")).to_have_count(1)  # every value has its box
    shoot(desk, "desk-document")
    desk.locator("#whole summary").click()
    desk.locator("#whole").scroll_into_view_if_needed()
    shoot(desk, "desk-whole-document")
    assert serious(desk) == []
    desk.evaluate("document.getElementById('whole').open = false")
    desk.get_by_role("button", name="Light or dark").click()
    shoot(desk, "desk-document-dark")
    assert serious(desk) == []


def test_a_click_on_the_page_fills_the_field_and_a_reload_keeps_it(desk: Page) -> None:
    desk.get_by_role("link", name="Nordlicht Filtertechnik GmbH").last.click()
    field = desk.locator('[data-path="issue_date"]')
    expect(field).to_be_focused()
    desk.locator('[data-path="payment_terms"], [data-path="po_number"], [data-path="total"]').first.focus()
    path = desk.evaluate("document.activeElement.dataset.path")
    desk.locator("#find").fill("Filterpatrone")
    expect(desk.locator(".box.found")).to_have_count(1)
    shown = desk.locator(".box.found").bounding_box()
    assert shown is not None
    desk.mouse.click(shown["x"] + shown["width"] / 2, shown["y"] + shown["height"] / 2)
    expect(desk.locator(f'[data-path="{path}"]')).to_have_value("Filterpatrone")
    expect(desk.locator("#kept")).to_have_text("✓")

    shown = desk.locator(".box.found").bounding_box()  # the page follows the field
    assert shown is not None
    desk.mouse.move(shown["x"] - 3, shown["y"] - 3)
    desk.mouse.down()
    desk.mouse.move(shown["x"] + shown["width"] + 3, shown["y"] + shown["height"] + 3, steps=3)
    desk.mouse.up()
    expect(desk.locator(".box.rubber")).to_have_count(0)
    expect(desk.locator(f'[data-path="{path}"]')).to_have_value("Filterpatrone")
    desk.keyboard.press("Alt+=")
    assert desk.evaluate("zoom") > 1

    desk.reload()

    expect(desk.locator(f'[data-path="{path}"]')).to_have_value("Filterpatrone")
    desk.get_by_role("button", name="Give it back to the others").click()
    expect(desk.get_by_role("heading", name="Documents in review")).to_be_visible()


def test_a_morning_by_keyboard(desk: Page, served: tuple[str, House]) -> None:
    """Every document is let pass or put right without the mouse, in a handful of strokes each."""
    base, house = served
    strokes = 0

    def press(*keys: str) -> None:
        nonlocal strokes
        for key in keys:
            desk.keyboard.press(key)
            strokes += 1

    desk.goto(f"{base}/desk")
    press("ArrowDown", "Enter")
    for left in range(MORNING, 0, -1):
        expect(desk.locator("#approve")).to_be_visible()
        expect(desk.locator("[data-path]:focus")).to_have_count(1)  # its scripts have run
        here = desk.url
        press("Control+Enter")
        if left > 1:
            expect(desk).not_to_have_url(here)
    expect(
        desk.get_by_text("The machine is at work").or_(desk.get_by_role("heading", name="Nordlicht"))
    ).to_be_visible()
    desk.goto(f"{base}/desk?view=all")
    expect(desk.get_by_text("Nothing waits here.")).to_be_visible()
    assert strokes <= MORNING + 2
    lines = [story.line(story.story(house, one)) for one in _ids(house)]
    assert {one.state for one in lines} <= {"posted", "posting", "processing"}
    counted = kpi.kpi(house, Wanted(step="day", day=house.clock.now().date())).total.now.counts
    assert (counted["measured"], counted["keys"]) == (MORNING, 2 * MORNING)  # Control and Enter
    assert 0 <= counted["seconds"] < 600


def _ids(house: House) -> list[str]:

    with reading(house.engine) as tx:
        return [one.id for one in documents.recent(tx, 50)]
