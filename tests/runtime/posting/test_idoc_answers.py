"""Status messages of SAP, in a folder, settle operations in the database: late, again, and against each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from adapters.files.sandbox.idoc_service import IdocService
from adapters.shared.sandbox.faults import Fault
from engine.model.document import Blob, Document
from engine.model.operation import Operation, Receipt
from engine.runtime import alarms, dispatcher, operations, steps
from engine.runtime.house import House
from engine.runtime.posting import answers
from engine.store import documents
from engine.store import operations as store
from engine.store.database import transaction
from tests.adapters.files.test_idoc_http import connect, idoc
from tests.adapters.files.test_status_idocs import aleaud, systat

IDOC = idoc(1)


class Post:
    """A house, SAP's service, and the folder in which SAP leaves its messages."""

    def __init__(self, house: House, sap: IdocService, acks: Path) -> None:
        self.house, self.sap, self.acks = house, sap, acks
        self._told = 0

    def post(self) -> str:
        """Try until it is over, as the outbox does."""
        for attempt in range(5):
            if dispatcher.post(self.house, IDOC.key, attempt=attempt).verdict == "over":
                break
        steps.settle(self.house, IDOC.document_id, 1)
        return self.state

    def say(self, code: str, *, at: int = 0, posted: str = "") -> str:
        """Have SAP speak of one of the IDocs that it has, and hear it."""
        number = str(etree.fromstring(self.sap.objects["idocs"][at]["xml"].encode()).findtext(".//DOCNUM"))
        self._told += 1
        text = aleaud(number, code, posted) if posted else systat((number, code))
        (self.acks / f"O_{self._told}.xml").write_text(text)
        for _ in range(4):
            answers.collect(self.house, settle=lambda one: steps.settle(self.house, one.document_id, one.revision))
        return self.state

    @property
    def state(self) -> str:
        with transaction(self.house.engine) as tx:
            operation = store.get(tx, IDOC.key)
        assert operation is not None
        return operation.state

    @property
    def document(self) -> str:
        with transaction(self.house.engine) as tx:
            document = documents.get(tx, IDOC.document_id)
        assert document is not None
        return document.state

    @property
    def receipt(self) -> Receipt | None:
        with transaction(self.house.engine) as tx:
            return store.receipt(tx, IDOC.key)

    @property
    def alarms(self) -> list[str]:
        return [one.subject for one in alarms.look(self.house) if one.kind == "answer_contradicts"]


@pytest.fixture
def post(empty_house: House, tmp_path: Path) -> Iterator[Post]:
    house = empty_house
    (tmp_path / "ack").mkdir()
    with IdocService(folder=tmp_path) as sap:
        house._targets["erp"] = connect(sap, ack_folder=str(tmp_path / "ack"))
        plan(house, IDOC.model_copy(update={"target": "erp"}))
        yield Post(house, sap, tmp_path / "ack")


def plan(house: House, operation: Operation) -> None:
    now = house.clock.now()
    blob = Blob(sha256=operation.document_id, size=1, media_type="application/xml")
    document = Document(id=operation.document_id, name="a.xml", blob=blob, source="test", received_at=now)
    with transaction(house.engine) as tx:
        documents.add(tx, document)
        for state in ("processing", "posting"):
            documents.move(tx, document.id, state, at=now)
        store.plan(tx, operation, now)


def test_an_idoc_without_an_answer_that_sap_refuses_comes_to_people_and_is_sent_once_more(post: Post) -> None:
    post.sap.faults.add(Fault("commit_then_cut", on="writes", times=1))
    assert post.post() == "parked"

    assert (post.say("51"), post.document) == ("rejected", "in_review")

    operations.retry(post.house, [IDOC.key], by="anna", why="The period is open again")
    assert (post.post(), post.sap.count("idocs")) == ("delivered", 2)
    assert (post.say("53", at=1, posted="51056001232026"), post.document, post.alarms) == ("committed", "posted", [])


def test_a_refusal_that_is_mended_in_sap_settles_without_anybody_here(post: Post) -> None:
    post.post()
    assert (post.say("51"), post.document) == ("rejected", "in_review")

    assert (post.say("53", posted="51056001232026"), post.document) == ("committed", "posted")
    assert post.receipt is not None
    assert (post.receipt.external_id, post.sap.count("idocs")) == ("51056001232026", 1)


def test_a_yes_that_arrives_while_the_operation_is_sent_again_makes_no_second_one(post: Post) -> None:
    post.post()
    post.say("51")
    operations.retry(post.house, [IDOC.key], by="anna")

    assert (post.say("53"), post.document) == ("committed", "posted")
    assert (post.post(), post.sap.count("idocs")) == ("committed", 1)


def test_a_yes_that_nobody_heard_before_the_retry_makes_no_second_one(post: Post) -> None:
    post.post()
    post.say("51")
    operations.retry(post.house, [IDOC.key], by="anna")
    number = str(etree.fromstring(post.sap.objects["idocs"][0]["xml"].encode()).findtext(".//DOCNUM"))
    (post.acks / "O_late.xml").write_text(systat((number, "53")))

    post.post()

    assert (post.say("53"), post.sap.count("idocs")) == ("committed", 1)


def test_a_yes_to_what_was_sent_anew_since_is_an_alarm_until_somebody_looked(post: Post) -> None:
    post.post()
    post.say("51")
    operations.retry(post.house, [IDOC.key], by="anna")
    assert (post.post(), post.sap.count("idocs")) == ("delivered", 2)

    assert (post.say("53"), post.document, post.alarms) == ("delivered", "in_review", [IDOC.key])
    assert (post.say("53", at=1), post.alarms) == ("committed", [IDOC.key])

    operations.settle(post.house, IDOC.key, stands=True, by="anna", why="MR8M for the first", external_id="5105600124")
    assert (post.state, post.document, post.alarms) == ("committed", "posted", [])


def test_a_no_after_a_yes_is_an_alarm_and_changes_no_state(post: Post) -> None:
    post.post()
    post.say("53")

    assert (post.say("51"), post.document, post.alarms) == ("committed", "in_review", [IDOC.key])

    operations.settle(post.house, IDOC.key, stands=False, by="anna", why="FB03: nothing there")
    assert (post.post(), post.sap.count("idocs"), post.alarms) == ("delivered", 2, [])
