"""A real browser: an auditor asks who let an invoice pass, and takes the proof away; retention and alerts are usable by everybody."""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from admin.http.app import make_app
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime import erasing, intake, workflow
from engine.runtime.audit.verify import verify
from engine.runtime.desk import answering
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.runtime.people.accounts import Hand
from engine.store import masterdata
from engine.store.database import transaction
from tests.admin.pages.browsers import CHROMIUM, serving, shoot
from tests.admin.pages.test_desk_browser import serious
from tests.admin.visitors import HAND, OWN_TOKEN
from tests.durable.invoices import VENDOR
from tests.house import Hub, test_settings
from tests.runtime.desk.papers import old_paper

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
_NUMBERS = count(1)
WHY = "Asked the vendor: the claim still stands"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House, str]]:
    """A hub with an invoice that Anna let pass, and is posted."""
    app = make_app(test_settings(tmp_path_factory.mktemp("house")), token=OWN_TOKEN, with_worker=True)
    with serving(app) as base:
        house: House = app.state.house
        with transaction(house.engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        paper = old_paper(tmp_path_factory.mktemp("papers"), "NF-2021-7", month=7)
        with paper.open("rb") as stream:
            document = intake.accept(house, stream, name="paper-7.pdf", source="test").document.id
        Hub(house).settled(document)
        begun = answering.approve(house, document, revision=1, by="anna", why=WHY, objections=())
        workflow.enqueue(document, begun)
        assert Hub(house).settled(document).state == "posted"
        yield base, house, document


def signed_in(chromium: Browser, served: tuple[str, House, str], *grants: Grant) -> Page:
    base, house, _ = served
    name = f"visitor{next(_NUMBERS)}"
    person = accounts.add(house, name, hand=HAND)
    for one in grants:
        accounts.grant(house, name, one, hand=HAND)
    context = chromium.new_context(accept_downloads=True, reduced_motion="reduce", base_url=base)
    context.add_cookies(
        [{"name": "postroom-session", "value": stay.begin(house, person, Where(), way="password"), "url": base}]
    )
    return context.new_page()


def test_an_auditor_learns_who_let_it_pass_and_proves_it_elsewhere(
    chromium: Browser, served: tuple[str, House, str], tmp_path: Path
) -> None:
    _, _, document = served
    with closing(signed_in(chromium, served, Grant(role="auditor"))) as page:
        page.goto("/audit")
        page.get_by_placeholder("Part of what is told").fill("claim still stands")
        found = page.locator("#rows tbody tr").filter(has_text="anna").first
        expect(found).to_contain_text(WHY)
        shoot(page, "audit-found")
        page.get_by_role("button", name="Walk the chain").click()
        expect(page.locator("#chain")).to_contain_text(re.compile("whole|unbroken"))
        assert serious(page) == []
        page.locator(f'#rows a[href="/documents/{document}"]').first.click()
        with page.expect_download() as taken:
            page.locator('form[action^="/audit/bundle/"] button').click()
        bundle = tmp_path / "lineage.zip"
        taken.value.save_as(bundle)

    proof = bundle.read_bytes()
    changed = bytearray(proof)
    changed[len(proof) // 2] ^= 1
    assert verify(proof).is_intact
    assert [one.link for one in verify(bytes(changed)).faults] != []


def test_retention_can_be_used_by_everybody(chromium: Browser, served: tuple[str, House, str]) -> None:
    _, house, document = served
    erasing.hold(house, {"vendor_id": VENDOR["id"]}, why="Case 12", hand=Hand("ines"))
    with closing(signed_in(chromium, served, Grant(role="records_manager", fields=("bank", "identity")))) as page:
        page.goto("/retention")
        shoot(page, "retention")
        assert serious(page) == []
        page.get_by_label("Words that all stand in the document").fill("Nordlicht")
        page.get_by_role("button", name="Look").click()
        expect(page.locator("main")).to_contain_text("Case 12")
        expect(page.locator("main")).to_contain_text(document[:12])
        shoot(page, "retention-subject")
        assert serious(page) == []
