"""An admin's rule change to production, whole, in a real browser: two people, one draft, one gate, and the way back."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from admin.http.app import make_app
from engine.content.live import read_live
from engine.model.person import Where
from engine.model.rights import Grant, Role
from engine.runtime import rules
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from tests.admin.pages.browsers import CHROMIUM, serving, shoot
from tests.admin.pages.knowing import content_of_its_own, some_invoices
from tests.admin.visitors import HAND, OWN_TOKEN
from tests.house import test_settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
TEAMS = ("finance", "integration_admins", "procurement")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    content = content_of_its_own(tmp_path_factory.mktemp("content"))
    app = make_app(test_settings(tmp_path_factory.mktemp("house"), content=content), token=OWN_TOKEN, with_worker=False)
    with serving(app) as base:
        house: House = app.state.house
        some_invoices(house, 3)
        yield base, house


def signed_in(page: Page, served: tuple[str, House], name: str, role: Role) -> Page:
    base, house = served
    person = accounts.add(house, name, hand=HAND)
    accounts.grant(house, person.name, Grant(role=role), hand=HAND)
    secret = stay.begin(house, accounts.find(house, person.name), Where(), way="password")
    page.set_default_timeout(120_000)  # of a busy machine
    page.context.add_cookies([{"name": "postroom-session", "value": secret, "url": base}])
    return page


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def looked_at(page: Page, name: str) -> None:
    page.evaluate("scrollTo(0, 0)")
    shoot(page, f"knowledge-{name}", is_whole=False)
    assert serious(page) == []


@pytest.mark.siege
def test_a_rule_change_goes_to_production_and_back(tab: Page, chromium: Browser, served: tuple[str, House]) -> None:
    base, house = served
    anna = signed_in(tab, served, "anna", "integration_admin")
    bert, carla = (
        signed_in(
            chromium.new_context(locale="en-GB", reduced_motion="reduce").new_page(),
            served,
            name,
            "environment_promoter",
        )
        for name in ("bert", "carla")
    )

    edited_and_mended(anna, base)
    tried_and_taken_up(anna)
    released_by_two(anna, bert, f"{base}/knowledge/flow/ap_invoice@2/release")
    report = looked_through_the_gate(anna)

    bert.goto(report)
    bert.get_by_role("button", name="Make it live").click()
    expect(bert.get_by_text("did not agree yet")).to_be_visible()
    carla.goto(report)
    carla.get_by_label("For the team").select_option("finance")
    carla.get_by_role("button", name="I agree").click()
    expect(carla.get_by_text("for finance")).to_be_visible()
    bert.goto(report)
    bert.get_by_role("button", name="Make it live").click()
    expect(bert.get_by_role("button", name="Roll back to set 1")).to_be_visible()
    assert live_in(house) == ("ap_invoice@2",)
    looked_at(bert, "environments")
    bert.get_by_role("button", name="Roll back to set 1").click()
    expect(bert.get_by_role("link", name="ap_invoice@1").first).to_be_visible()
    assert live_in(house) == ("ap_invoice@1",)


def live_in(house: House) -> tuple[str, ...]:
    live = read_live(house.settings.content_folder(), "dev")
    assert live is not None
    return live.refs


def edited_and_mended(anna: Page, base: str) -> None:
    """Begin a draft, see beside its row what lint says of a mistake, mend it, change a threshold, run the examples."""
    anna.goto(f"{base}/knowledge")
    looked_at(anna, "browse")
    anna.get_by_role("link", name="ap_invoice", exact=True).nth(1).click()
    expect(anna.get_by_role("heading", name="ap_invoice v1")).to_be_visible()
    anna.get_by_role("button", name="Begin the next version").click()
    expect(anna.get_by_role("heading", name="ap_invoice v2")).to_be_visible()
    when = anna.get_by_label("when type_unsure")
    when.fill("type_confidense < 1001")
    expect(anna.locator("#said-rules-rules-0")).to_contain_text("type_confidense")
    looked_at(anna, "lint")
    when.fill("type_confidence < 500")
    expect(anna.locator("#said-rules-rules-0")).to_be_empty()
    anna.get_by_text("Thresholds and settings").click()
    limit = anna.get_by_label("value limits.large_without_order.EUR")
    limit.fill("10.00")
    limit.press("Control+s")
    expect(anna.locator("[data-cell].edited")).to_have_count(0)
    anna.get_by_role("button", name="Run the examples").click()
    expect(anna.get_by_text(re.compile(r"All \d+ examples hold"))).to_be_visible()
    anna.get_by_role("link", name="As text").click()
    expect(anna.get_by_label("Text of ap_invoice@2")).to_have_value(re.compile('large_without_order: {EUR: "10.00"'))
    looked_at(anna, "text")


def tried_and_taken_up(anna: Page) -> None:
    """Try the draft on documents, see the difference, let the flow rest on it; alone nobody releases it."""
    anna.get_by_role("link", name="Try on documents").click()
    anna.get_by_role("button", name="Try it").click()
    expect(anna.get_by_text("goes elsewhere").first).to_be_visible()
    looked_at(anna, "try")
    anna.get_by_role("link", name="Difference", exact=True).click()
    expect(anna.get_by_text("limit large_without_order EUR: 5000 -> 10")).to_be_visible()
    looked_at(anna, "difference")
    anna.get_by_role("link", name="Content", exact=True).click()
    anna.get_by_role("button", name="Take it into this flow").click()
    expect(anna.get_by_role("heading", name="ap_invoice v2")).to_be_visible()
    anna.get_by_role("link", name="Release", exact=True).click()
    expect(anna.get_by_text("the team finance has not agreed")).to_be_visible()


def released_by_two(anna: Page, bert: Page, released: str) -> None:
    """Somebody else agrees for the owners, then it is released."""
    for team in TEAMS:
        bert.goto(released)
        bert.get_by_label("For the team").select_option(team)
        bert.get_by_role("button", name="I agree").click()
        expect(bert.get_by_text(f"for {team}")).to_be_visible()
    anna.goto(released)
    expect(anna.get_by_role("button", name="I agree")).to_have_count(0)
    looked_at(anna, "release")
    anna.get_by_role("button", name="Release it").click()
    expect(anna.get_by_text("It is released")).to_be_visible()


def looked_through_the_gate(anna: Page) -> str:
    """Look through the gate and return the address of its report."""
    anna.get_by_role("button", name="Look through the gate").click()
    expect(anna.get_by_text("3 documents judged again")).to_be_visible()
    expect(anna.get_by_text("3 go another way")).to_be_visible()
    looked_at(anna, "report")
    return anna.url


def test_a_matrix_is_a_picture_that_lights_up_and_a_trace_tells_why(tab: Page, served: tuple[str, House]) -> None:
    base, house = served
    dora = signed_in(tab, served, "dora", "integration_admin")

    dora.goto(f"{base}/knowledge/matrix/files.ap_invoice_csv@1")
    dora.locator("table.grid tbody tr").nth(4).hover()
    expect(dora.locator("svg .link.on")).to_have_count(1)
    looked_at(dora, "matrix")
    dora.get_by_role("button", name="Light or dark").click()
    looked_at(dora, "matrix-dark")
    dora.set_viewport_size({"width": 820, "height": 1180})
    shoot(dora, "knowledge-matrix-tablet", is_whole=False)
    dora.set_viewport_size({"width": 1280, "height": 800})
    dora.goto(f"{base}/documents/{rules.last(house, 1)[0].id}/trace")
    expect(dora.get_by_text("as it was").first).to_be_visible()
    looked_at(dora, "trace")
    dora.goto(f"{base}/knowledge/master/vendors")
    dora.get_by_role("link", name="70001").click()
    expect(dora.get_by_role("heading", name="History")).to_be_visible()
    looked_at(dora, "vendor")
