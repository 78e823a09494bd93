"""Documents that nobody queued, that kill their workers, or on which our own code fails."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from engine.runtime import again
from engine.runtime.worker import MOST_DEATHS
from tests.durable.hub import ROOMS
from tests.durable.invoices import VENDOR
from tests.durable.site import Site

pytestmark = pytest.mark.slow
ONLY_SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("site", ["postgresql"], indirect=True)


def reasons(site: Site) -> list[str]:
    return [reason for event in site.events("review_opened") for reason in event.data["reasons"]]


def mail_with(folder: Path, name: str, *attachments: Path) -> Path:
    """Write a mail with invoices attached and return its path."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@vendor.example", "b@buyer.example", VENDOR["name"]
    message.set_content(f"Invoices, {name}.")
    for attachment in attachments:
        message.add_attachment(attachment.read_bytes(), "application", "xml", filename=attachment.name)
    file = folder / f"{name}.eml"
    file.write_bytes(bytes(message))
    return file


@ONLY_SQLITE
def test_a_document_whose_intake_died_before_it_was_queued_is_picked_up(site: Site) -> None:
    files = site.invoices(2)
    death = {"when": "before", "workflow": "enqueue"}

    ends = site.lives({"accept": [str(file) for file in files], "death": death, "consume": False}, {})

    assert ends == [-9, 0]
    site.assert_each_posted_once(1)


@ONLY_POSTGRESQL
def test_attachments_of_a_mail_whose_worker_died_while_taking_them_out_are_all_posted(site: Site) -> None:
    one, two, three, four = site.invoices(4)
    mails = {
        "before": mail_with(site.home.parent, "m1", one, two),
        "after": mail_with(site.home.parent, "m2", three, four),
    }
    lives = [{"accept": [str(mail)], "death": {"when": when, "step": "read"}} for when, mail in mails.items()]

    ends = site.lives(*lives, {})

    assert ends == [-9, -9, 0]
    assert site.states() == {"unpacked": 2, "posted": 4}
    assert site.dropped() == ["RE-1001", "RE-1002", "RE-1003", "RE-1004"]


@ONLY_SQLITE
def test_a_revision_that_was_begun_and_never_queued_is_picked_up(site: Site) -> None:
    (file,) = site.invoices(1)
    site.lives({"accept": [str(file)]})
    (document,) = site.all_documents()
    again.next_revision(site.house, document.id, flow=None)

    site.lives({})

    assert site.states() == {"posted": 1}
    assert site.dropped() == ["RE-1001"]


@ONLY_SQLITE
def test_a_document_that_kills_every_worker_goes_to_a_person_before_the_sixth(site: Site) -> None:
    deadly, harmless = map(str, site.invoices(2))
    death = {"when": "before", "step": "understand"}
    fearless = {"death": death, "settings": {"dead_after_seconds": 0.5}}

    ends = site.lives({**fearless, "accept": [deadly]}, *[fearless] * (MOST_DEATHS - 1), {}, {"accept": [harmless]})

    assert ends == [-9] * MOST_DEATHS + [0, 0]
    assert site.states() == {"in_review": 1, "posted": 1}
    assert reasons(site) == ["processing_dies"]


@ONLY_SQLITE
def test_a_bug_in_any_step_costs_one_document_and_not_the_others(site: Site) -> None:
    files = site.invoices(2 * len(ROOMS))
    lives = [
        {"accept": [str(file) for file in files[2 * at : 2 * at + 2]], "death": {"when": "raises", "step": step}}
        for at, step in enumerate(ROOMS)
    ]

    ends = site.lives(*lives)

    assert ends == [0] * len(ROOMS)
    states = site.states()
    assert states.pop("posted") == len(ROOMS)
    assert set(states) <= {"in_review", "parked"}  # before it left, or while it did
    assert sum(states.values()) == len(ROOMS)
    assert reasons(site) == ["internal_error"] * states["in_review"]
