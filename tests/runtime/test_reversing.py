"""What took effect is taken back by an operation of its own, once, and only then written otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.model.correction import Correction
from engine.model.document import Document
from engine.model.operation import Operation, Receipt
from engine.runtime import corrections, judging, replay, reversing, steps
from engine.runtime.house import House
from engine.runtime.replay_for_good import Stands, begin
from engine.stages.reversal import is_reversal
from engine.store import documents, ledger, operations, outbox
from engine.store.database import reading, transaction
from tests.content.content_folder import copied
from tests.durable.invoices import ubl_invoice
from tests.house import running_hub
from tests.runtime.processed import dump, furnish, walked

FILE = "AP_KR_70000_abc.csv"


def posted(house: House, folder: Path) -> str:
    """Return a document whose invoice the target committed to."""
    furnish(house)
    one = walked(house, ubl_invoice(folder, "RE-1001"))
    (planned,) = written(house, one)
    commit(house, planned, FILE)
    with transaction(house.engine) as tx:
        documents.move(tx, one, "posted", at=house.clock.now())
    return one


def commit(house: House, operation: Operation, external_id: str) -> None:
    now = house.clock.now()
    with transaction(house.engine) as tx:
        operations.move(tx, operation.key, "sending", at=now)
        receipt = Receipt(key=operation.key, external_id=external_id, outcome="created")
        operations.move(tx, operation.key, "committed", at=now)
        operations.record_receipt(tx, receipt, now)


def written(house: House, document_id: str) -> list[Operation]:
    with reading(house.engine) as tx:
        return operations.of_document(tx, document_id)


def judged(house: House, document_id: str, revision: int) -> list[Operation]:
    """Judge and plan a revision, and return what was written down in it, reversals first."""
    steps.read(house, document_id, revision)
    steps.understand(house, document_id, revision)
    judging.judge(house, document_id, revision)
    judging.plan(house, document_id, revision)
    found = [one for one in written(house, document_id) if one.revision == revision]
    return sorted(found, key=lambda one: not is_reversal(one.key))


def corrected(house: House, document_id: str) -> None:
    """Let a person say another due date; what stands in the target is another one now."""
    revision = corrections.correct(house, document_id, [Correction(path="due_date", value="2027-01-15")], by="carl")
    judged(house, document_id, revision)


def test_what_stands_is_taken_back_before_it_is_written_otherwise(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path)
    corrected(empty_house, one)
    assert [op.state for op in written(empty_house, one)] == ["committed"], "a correction alone takes nothing back"

    revision = begin(empty_house, one, by="anna", reason="due date", reverse=True)
    back, again = judged(empty_house, one, revision)

    (first,) = [op for op in written(empty_house, one) if op.revision == 1]
    assert (back.key, again.key) == (f"{first.key}/reversal/1", f"{first.key}/again/1")
    assert (back.object, back.mapping) == ("vendor_invoice_reversal", "files.ap_invoice_reversal_csv@1")
    assert (back.payload["header"]["reverses"], back.payload["header"]["invoice_no"]) == (FILE, "RE-1001")
    assert (again.after, again.payload["header"]["due_date"]) == ((back.key,), "2027-01-15")


def test_the_new_write_leaves_only_when_the_reversal_is_committed(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path)
    corrected(empty_house, one)
    back, again = judged(empty_house, one, begin(empty_house, one, by="anna", reason="due date", reverse=True))

    def on_their_way() -> list[str]:
        steps.settle(empty_house, one, back.revision)
        with reading(empty_house.engine) as tx:
            return [key for key in (back.key, again.key) if outbox.get(tx, key) is not None]

    assert on_their_way() == [back.key]
    with transaction(empty_house.engine) as tx:
        outbox.withdraw(tx, back.key)
    commit(empty_house, back, "AP_REVERSE.csv")
    assert on_their_way() == [again.key]


def test_a_plan_that_is_made_twice_writes_nothing_twice(
    empty_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = posted(empty_house, tmp_path)
    corrected(empty_house, one)
    revision = begin(empty_house, one, by="anna", reason="due date", reverse=True)
    with monkeypatch.context() as broken:
        broken.setattr(steps, "keep", _dies_at_the_plan(steps.keep))
        with pytest.raises(InterruptedError):
            judged(empty_house, one, revision)
    assert [op.state for op in written(empty_house, one)] == ["committed", "planned", "planned"]
    before = [op.key for op in written(empty_house, one)]

    judging.plan(empty_house, one, revision)

    assert [op.key for op in written(empty_house, one)] == before


def _dies_at_the_plan(keep: Callable[..., None]) -> Callable[..., None]:
    def dies(
        house: House, document: Document, revision: int, results: object, event: str, *rest: object, **more: object
    ) -> None:
        if event == "operations_planned":
            raise InterruptedError
        keep(house, document, revision, results, event, *rest, **more)

    return dies


def test_what_would_be_written_the_same_is_not_taken_back(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path)

    revision = begin(empty_house, one, by="anna", reason="just so", reverse=True)
    judged(empty_house, one, revision)

    assert [op.state for op in written(empty_house, one)] == ["committed"]


def test_it_can_be_taken_back_again(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path)
    corrected(empty_house, one)
    for operation in judged(empty_house, one, begin(empty_house, one, by="anna", reason="a", reverse=True)):
        commit(empty_house, operation, f"{operation.object}.csv")
    with transaction(empty_house.engine) as tx:
        documents.move(tx, one, "posted", at=empty_house.clock.now())
    revision = corrections.correct(empty_house, one, [Correction(path="due_date", value="2027-02-28")], by="carl")
    assert judged(empty_house, one, revision) == []

    back, again = judged(empty_house, one, begin(empty_house, one, by="anna", reason="b", reverse=True))

    assert (back.key.endswith("/again/1/reversal/1"), again.key.endswith("/again/2")) == (True, True)
    assert back.payload["header"]["reverses"] == "vendor_invoice.csv"


def test_the_ledger_tells_who_asked_and_what_is_taken_back(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path)
    (first,) = written(empty_house, one)

    begin(empty_house, one, by="anna", reason="wrong account", reverse=True)

    with reading(empty_house.engine) as tx:
        event = next(event for event in ledger.story(tx, one) if event.kind == "replay_begun")
    assert (event.actor, event.data["reverses"]) == ("anna", [first.key])


def test_a_flow_that_does_not_say_how_is_told_what_to_declare(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path)
    content = copied(tmp_path / "content")
    file = content / "rules/flows/ap_invoice.v1.yaml"
    file.write_text(file.read_text(encoding="utf-8").partition("reversals:")[0], encoding="utf-8")
    house = replay.under(empty_house, Library.load(content, "dev"))
    before = dump(house)

    with pytest.raises(reversing.Refused, match=r"reversals: \[\{reverses: vendor_invoice,"):
        begin(house, one, by="anna", reason="again", reverse=True)

    assert dump(house) == before


def test_what_the_target_did_not_answer_for_yet_is_not_taken_back(empty_house: House, tmp_path: Path) -> None:
    furnish(empty_house)
    one = walked(empty_house, ubl_invoice(tmp_path, "RE-1001"))
    (planned,) = written(empty_house, one)
    with transaction(empty_house.engine) as tx:
        for state in ("sending", "delivered"):
            operations.move(tx, planned.key, state, at=empty_house.clock.now())
        documents.move(tx, one, "parked", at=empty_house.clock.now())

    with pytest.raises((Stands, reversing.Refused), match=r"did not answer yet|does not tell"):
        begin(empty_house, one, by="anna", reason="again", reverse=True)


@pytest.mark.slow
def test_files_leave_one_after_the_other_each_once(tmp_path: Path) -> None:
    from engine.runtime import workflow

    with running_hub(tmp_path / "home") as hub:
        line = hub.process(ubl_invoice(tmp_path, "RE-1001"))
        hub.correct(line.id, due_date="2027-01-15")
        workflow.enqueue(line.id, begin(hub.house, line.id, by="anna", reason="due date", reverse=True))
        end = hub.settled(line.id)
        files = sorted(one for one in (tmp_path / "home/out").rglob("*.csv") if ".postroom" not in one.parts)

    assert end.state == "posted"
    assert sorted(file.name[:8] for file in files) == ["AP_KR_70", "AP_KR_70", "AP_REVER"]
    (back,) = [file for file in files if file.name.startswith("AP_REVERSE_")]
    head, row = back.read_text(encoding="utf-8").splitlines()
    assert (head.split(";")[0], row.split(";")[0]) == ("ACTION", "REVERSE")
    assert row.split(";")[9] in {file.name for file in files}
