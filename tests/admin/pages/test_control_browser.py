"""An operator in the control room in a real browser: sees what is wrong, searches by keyboard, mends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from admin.http.app import make_app
from engine.model.alarm import Alarm
from engine.model.operation import OperationState
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime import searching
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.store import alarms, documents, masterdata, operations, targets
from engine.store.database import transaction
from tests.admin.pages.browsers import CHROMIUM, serving, shoot
from tests.admin.visitors import HAND, OWN_TOKEN
from tests.durable.invoices import VENDOR
from tests.house import test_settings
from tests.runtime.desk.held import old_invoice
from tests.store.factories import document, operation, receipt

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
_STATES: tuple[tuple[str, OperationState, int], ...] = (
    ("posted", "committed", 14),
    ("parked", "parked", 2),
    ("posting", "planned", 1),
)
_OTHERS = (("duplicate", 2), ("rejected", 1), ("received", 3))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """A hub without workers of its own, in the middle of a day."""
    app = make_app(test_settings(tmp_path_factory.mktemp("house")), token=OWN_TOKEN, with_worker=False)
    with serving(app) as base:
        house: House = app.state.house
        with transaction(house.engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        _day(house, tmp_path_factory.mktemp("papers"))
        yield base, house


def _day(house: House, folder: Path) -> None:
    for number in range(3):
        old_invoice(house, folder, f"RE-50{number:02}")
    now = house.clock.now()
    with transaction(house.engine) as tx:
        for state, stands, count in _STATES:
            for number in range(count):
                paper = document(f"{state} {number}").model_copy(update={"state": state, "received_at": now})
                documents.add(tx, paper)
                key = f"ap_invoice/erp/vendor_invoice/invoice/V100{number}/RE-{state}-{number}"
                begun: OperationState = "sending" if stands == "parked" else stands
                operations.plan(tx, operation(key, document_id=paper.id, state=begun, after=()), now)
                if stands == "committed":
                    operations.record_receipt(tx, receipt(key=key, external_id=f"51056001{number:02}"), at=now)
                if stands == "parked":
                    operations.move(tx, key, "parked", at=now, error="Account 4711 is blocked for posting.")
                searching.note(tx, paper)
        for state, count in _OTHERS:
            for number in range(count):
                documents.add(tx, document(f"{state} {number}").model_copy(update={"state": state, "received_at": now}))
        left_alone = targets.opened(
            targets.lock(tx, "erp", now), "HTTP 503 Service Unavailable", at=now, pause_seconds=900
        )
        targets.keep(tx, left_alone)
        alarms.raise_(tx, Alarm(
            kind="breaker_open", subject="erp", since=now,
            message="Nothing leaves to erp since 09:12 UTC: HTTP 503 Service Unavailable. Mend it there; a probe goes out by itself.",
        ))  # fmt: skip


@pytest.fixture
def room(tab: Page, served: tuple[str, House]) -> Page:
    base, house = served
    person = accounts.add(house, "olga", full_name="Olga Brandt", hand=HAND)
    accounts.grant(house, "olga", Grant(role="operator"), hand=HAND)
    secret = stay.begin(house, person, Where(), way="password")
    tab.context.add_cookies([{"name": "postroom-session", "value": secret, "url": base}])
    tab.goto(f"{base}/control")
    return tab


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def test_an_operator_sees_what_is_wrong_and_brings_it_forward(room: Page, served: tuple[str, House]) -> None:
    _, house = served
    expect(room.get_by_text("HTTP 503 Service Unavailable").first).to_be_visible()
    expect(room.locator("#beat")).to_have_class("count beat on")
    shoot(room, "control-room")
    assert serious(room) == []
    room.get_by_role("button", name="Light or dark").click()
    shoot(room, "control-room-dark")
    assert serious(room) == []
    room.set_viewport_size({"width": 820, "height": 1100})
    shoot(room, "control-room-tablet")
    room.set_viewport_size({"width": 1280, "height": 800})
    room.get_by_role("button", name="Light or dark").click()

    room.locator("#o-parked").focus()
    with transaction(house.engine) as tx:
        documents.add(tx, document("another").model_copy(update={"received_at": house.clock.now()}))
    expect(room.get_by_text("27 documents came in")).to_be_visible()
    assert room.evaluate("document.activeElement.id") == "o-parked", "what is asked again does not take the focus"

    room.keyboard.press("Enter")
    expect(room.get_by_role("heading", name="Operations")).to_be_visible()
    shoot(room, "control-operations")
    assert serious(room) == []
    room.keyboard.press("/")
    room.keyboard.type("re-parked-1")
    room.keyboard.press("Enter")
    expect(room.get_by_role("heading", name="Search: re-parked-1")).to_be_visible()
    shoot(room, "control-search")
    assert serious(room) == []
    room.get_by_role("link", name="RE-parked-1").click()

    expect(room.get_by_text("Account 4711 is blocked for posting.")).to_be_visible()
    room.get_by_text("Send again", exact=True).first.click()
    expect(room.get_by_text("so it is not written twice")).to_be_visible()
    shoot(room, "control-operation")
    assert serious(room) == []
    room.get_by_label("Why").first.fill("The account is open again")
    room.keyboard.press("Enter")
    expect(room.get_by_text("Done. It stands now as: planned")).to_be_visible()

    room.keyboard.press("/")
    room.keyboard.type("RE-5001")
    room.keyboard.press("Enter")
    room.get_by_role("link", name="Nordlicht Filtertechnik GmbH").click()
    expect(room.get_by_role("heading", name="Decision: Review")).to_be_visible()
    shoot(room, "control-document")
    assert serious(room) == []
