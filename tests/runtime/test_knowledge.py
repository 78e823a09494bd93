"""A promotion while the hub runs: who notices it, what is in force, and which version a document keeps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.content.live import live_file
from engine.runtime import judging, steps
from engine.runtime.house import House
from engine.runtime.knowledge import Knowledge
from engine.store import documents
from engine.store.database import reading
from tests.content.content_folder import adopted, changed, copied, next_version, promoted, stricter_flow
from tests.durable.invoices import ubl_invoice
from tests.house import furnished_house
from tests.runtime.walks import understood

DEV = "environments/dev.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    root = copied(tmp_path / "content")
    adopted(root, "dev")
    return root


@pytest.fixture
def house(content: Path, tmp_path: Path) -> Iterator[House]:
    opened = furnished_house(tmp_path / "home", content=content)
    yield opened
    opened.close()


def test_without_a_promotion_the_house_stays_the_same(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    stricter_flow(content)

    assert knowledge.house() is house


def test_a_promotion_is_in_force_for_the_next_step(house: House, content: Path) -> None:
    knowledge = Knowledge(house)

    promoted(content, "dev", stricter_flow(content))

    assert "ap_invoice@2" in knowledge.house().library.environment.flows
    assert "ap_invoice@2" in knowledge.house().rulebooks
    assert house.library.environment.flows[0] == "ap_invoice@1"


def test_a_promotion_that_came_while_the_house_was_opened_is_noticed(house: House, content: Path) -> None:
    promoted(content, "dev", stricter_flow(content))

    assert Knowledge(house).house().library.environment.flows[0] == "ap_invoice@2"


def test_what_cannot_be_loaded_leaves_the_old_library_serving_and_says_why(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    promoted(content, "dev", stricter_flow(content))
    changed(content, "rules/sets/ap_invoice.v2.yaml", "version: 2", "versio: 2")

    assert knowledge.house() is house
    assert "ap_invoice.v2.yaml" in knowledge.problem


def test_a_live_file_that_vanished_leaves_the_old_library_serving(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    live_file(content, "dev").unlink()

    assert knowledge.house() is house
    assert "nothing is live" in knowledge.problem


def test_what_is_mended_and_promoted_again_is_taken(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    flow = stricter_flow(content)
    promoted(content, "dev", flow)
    changed(content, "rules/sets/ap_invoice.v2.yaml", 'total: "0.99"', 'total: "0.98"')
    assert knowledge.house() is house

    changed(content, "rules/sets/ap_invoice.v2.yaml", 'total: "0.98"', 'total: "0.99"')
    file = live_file(content, "dev")
    file.write_text(file.read_text(encoding="utf-8") + "# again\n", encoding="utf-8")

    assert knowledge.house().library.environment.flows[0] == "ap_invoice@2"
    assert knowledge.problem == ""


def test_connections_stay_while_their_bindings_do(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    connected = house.target("erp")

    promoted(content, "dev", stricter_flow(content))

    assert knowledge.house().target("erp") is connected


def test_connections_are_made_anew_with_new_bindings(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    connected = house.target("erp")
    changed(content, DEV, '"{out}/erp"', '"{out}/erp_new"')

    promoted(content, "dev", stricter_flow(content))

    assert knowledge.house().target("erp") is not connected


def test_a_document_that_was_judged_keeps_its_version_in_later_revisions(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    document = understood(house, ubl_invoice(house.settings.home, "RE-1"))
    judging.judge(house, document, 1)
    promoted(content, "dev", stricter_flow(content))

    known, record = steps.load_record(knowledge.house(), document, 1)

    assert (flow := judging.flow_of(knowledge.house(), known, record)) is not None
    assert flow.ref == "ap_invoice@1"
    assert (asked := judging.flow_of(knowledge.house(), known.model_copy(update={"flow": "ap_invoice@2"}), record))
    assert asked.ref == "ap_invoice@2"


def test_a_document_that_was_not_judged_takes_what_is_live(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    document = understood(house, ubl_invoice(house.settings.home, "RE-1"))
    promoted(content, "dev", stricter_flow(content))

    known, record = steps.load_record(knowledge.house(), document, 1)

    assert (flow := judging.flow_of(knowledge.house(), known, record)) is not None
    assert flow.ref == "ap_invoice@2"


def test_operations_of_a_decision_are_planned_with_its_version(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    document = understood(house, ubl_invoice(house.settings.home, "RE-1"))
    assert judging.judge(house, document, 1) == {"next": "plan"}
    next_version(content, "mappings/outbound/files.ap_invoice_csv.v1.yaml")
    flow = stricter_flow(content)
    changed(content, "rules/flows/ap_invoice.v2.yaml", "files.ap_invoice_csv@1", "files.ap_invoice_csv@2")
    promoted(content, "dev", flow)

    judging.plan(knowledge.house(), document, 1)

    with reading(house.engine) as tx:
        planned = documents.load(tx, document, 1, "plan")
    assert planned is not None
    assert [one["mapping"] for one in planned["operations"]] == ["files.ap_invoice_csv@1"]


def test_a_decision_names_what_its_record_was_read_with_and_what_judged_it(house: House, content: Path) -> None:
    knowledge = Knowledge(house)
    document = understood(house, ubl_invoice(house.settings.home, "RE-1"))
    next_version(content, "mappings/inbound/vocabulary.de.v1.yaml")
    promoted(content, "dev", stricter_flow(content))

    judging.judge(knowledge.house(), document, 1)

    with reading(house.engine) as tx:
        decision = documents.load(tx, document, 1, "decision")
    assert decision is not None
    digests = dict(decision["digests"])
    assert {"vocabulary/de@1", "ruleset/ap_invoice@2", "environment/dev", "facts/facts@1"} <= set(digests)
    assert "vocabulary/de@2" not in digests
