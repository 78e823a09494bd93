"""One invoice that comes in many ways at once: other bytes each time, several hubs on one database, one posting."""

from pathlib import Path

import pytest

from tests.durable.invoices import ubl_invoice
from tests.durable.site import PATIENCE_SECONDS, Site
from tests.durable.test_lost_and_deadly import mail_with

pytestmark = pytest.mark.slow

HUBS, FILES_EACH = 2, 3


def copies(folder: Path, hub: int) -> Path:
    """Return a folder with copies of invoice RE-1001: files with other spellings of its number, and one in a mail."""
    inbox = folder / f"inbox-{hub}"
    inbox.mkdir()
    numbers = ("RE-1001", "re 1001", "RE1001", "RE_1001")
    for at in range(FILES_EACH):
        number = numbers[at % len(numbers)]
        content = ubl_invoice(folder, "RE-1001").read_text().replace("RE-1001", number)
        (inbox / f"{at}.xml").write_text(f"{content}<!-- channel {hub}, copy {at} -->")
    attachment = inbox / "attached.xml"
    attachment.write_text((inbox / "0.xml").read_text() + "<!-- by mail -->")
    mail_with(inbox, "mail", attachment)
    attachment.unlink()
    return inbox


@pytest.mark.parametrize("site", [pytest.param("sqlite", marks=pytest.mark.siege), "postgresql"], indirect=True)
def test_one_invoice_that_comes_in_many_ways_at_once_is_posted_once(site: Site) -> None:
    assert site.house.engine is not None
    inboxes = [copies(site.home.parent, hub) for hub in range(HUBS)]

    started = [site.command("run", str(inbox), "--out", str(site.out), "--json") for inbox in inboxes]
    for process in started:
        process.communicate(timeout=3 * PATIENCE_SECONDS)

    assert len(site.dropped()) == 1
    assert site.states() == {"posted": 1, "duplicate": HUBS * (FILES_EACH + 1) - 1, "unpacked": HUBS}
    assert len(site.events("document_posted")) == len(site.events("operation_committed")) == 1
