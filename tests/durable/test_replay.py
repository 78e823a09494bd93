"""A replay for good that dies in the middle: every document ends once, and every operation takes effect once."""

import os
import signal
from pathlib import Path

import pytest

from engine.store import masterdata
from engine.store.database import transaction
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.durable.site import Site, wait_until

pytestmark = pytest.mark.slow

STRANGER = {**VENDOR, "id": "70002", "name": "Südwind Pumpen GmbH", "tax_id": "DE811193231"}
COUNT = 4


def test_a_replay_killed_in_the_middle_leaves_each_operation_exactly_once(tmp_path: Path) -> None:
    with Site(tmp_path / "home", None) as site:
        of_stranger = {"vendor_name": STRANGER["name"], "vendor_tax_id": STRANGER["tax_id"]}
        files = [*site.invoices(1), *(ubl_invoice(tmp_path, f"RE-{1002 + at}", **of_stranger) for at in range(COUNT))]
        assert site.lives({"accept": [str(file) for file in files]}) == [0]
        assert site.states() == {"posted": 1, "in_review": COUNT}
        held = [one.id for one in site.all_documents() if one.state == "in_review"]
        with transaction(site.house.engine) as tx:
            masterdata.upsert_vendors(tx, [STRANGER])

        replay = site.command("replay", *held, "--effects", "--reason", "the vendor is known now", "--by", "anna")
        wait_until(lambda: len(site.events("document_posted")) > 1, "the first of them is posted")
        os.killpg(replay.pid, signal.SIGKILL)
        begun = len(site.events("replay_begun"))
        assert site.lives({}) == [0]

        assert {event.actor for event in site.events("replay_begun")} == {"anna"}
        assert site.states() == {"posted": begun + 1, **({"in_review": COUNT - begun} if begun < COUNT else {})}
        assert len(site.dropped()) == len(set(site.dropped())) == begun + 1
        assert len(site.events("operation_committed")) == begun + 1
