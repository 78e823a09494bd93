"""A worker process lives through promotions: good ones are in force for the next document, a broken one changes nothing."""

from pathlib import Path

import pytest

from engine.content.live import live_file
from engine.store import documents
from engine.store.database import reading
from tests.content.content_folder import adopted, changed, copied, promoted, stricter_flow
from tests.durable.site import Site, wait_until

pytestmark = pytest.mark.slow


def judged_by(site: Site, document: str) -> str:
    """Wait until a document is settled and return the flow version that judged it."""
    wait_until(site.settled, "the document is settled")
    with reading(site.house.engine) as tx:
        decision = documents.latest(tx, document, "decision")
    return str(decision["flow"]) if decision else ""


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_running_worker_takes_a_promotion_and_outlives_a_broken_one(site: Site, tmp_path: Path) -> None:
    content = copied(tmp_path / "content")
    adopted(content, "dev")
    first, *next_ones, last = site.invoices(8)
    worker = site.worker(content=content)
    by = [judged_by(site, *site.accept(first))]

    promoted(content, "dev", stricter_flow(content))
    # what is judged while the new content is being loaded is judged by the old one
    by.append(next(flow for one in next_ones if (flow := judged_by(site, *site.accept(one))) != by[0]))
    changed(content, "rules/sets/ap_invoice.v2.yaml", "version: 2", "versio: 2")
    live = live_file(content, "dev")
    live.write_text(live.read_text(encoding="utf-8") + "# promoted once more\n", encoding="utf-8")
    by.append(judged_by(site, *site.accept(last)))

    assert by == ["ap_invoice@1", "ap_invoice@2", "ap_invoice@2"]
    assert worker.poll() is None
    worker.terminate()
    _, told = worker.communicate(timeout=60)
    assert "promotion_not_taken" in told
    assert "ap_invoice.v2.yaml" in told
