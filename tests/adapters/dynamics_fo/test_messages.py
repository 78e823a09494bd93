"""Recurring integrations: what was put into a queue is known by the id that the queue gave, and settled by what came of it."""

import pytest

from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.target import FoTarget
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, ContentError, Rejected, Transient
from engine.model.operation import Operation
from tests.adapters.dynamics_fo.test_packages import package


def message(n: int, *, attempts: int = 0) -> Operation:
    return package(n).model_copy(update={"object": "messages", "attempts": attempts})


def test_a_message_waits_for_its_answer_and_gets_it(target: FoTarget, environment: FoSandbox) -> None:
    receipt = target.send(message(1))
    before = list(target.acknowledgements())
    environment.imports.process()
    (answer,) = target.acknowledgements()

    assert (receipt.awaits_acknowledgement, before) == (True, [])
    assert (answer.short_key, answer.accepted) == (message(1).short_key, True)
    target.settle(answer)
    assert list(target.acknowledgements()) == []


def test_a_message_that_failed_is_refused_in_the_words_of_finance(target: FoTarget, environment: FoSandbox) -> None:
    wrong = {**package(1).payload, "entities": [{"name": "Vendors", "rows": [{"A": "1"}]}]}
    target.send(message(1).model_copy(update={"payload": wrong}))
    environment.imports.process()

    (answer,) = target.acknowledgements()
    assert not answer.accepted
    assert "Entity Vendors is not found" in answer.message
    with pytest.raises(Rejected, match="ProcessedWithErrors"):
        target.find(message(1, attempts=1))


def test_another_worker_knows_the_message_by_its_folder(target: FoTarget, environment: FoSandbox) -> None:
    sent = target.send(message(1))
    found = target.find(message(1, attempts=1))

    assert found is not None
    assert (found.external_id, found.response["message"]) == (sent.external_id, sent.response["message"])
    assert target.send(message(1)).outcome == "already_there"
    assert environment.count("messages") == 1


def test_a_message_without_a_name_is_for_a_person_until_its_invoice_stands_there(
    target: FoTarget, environment: FoSandbox
) -> None:
    target.find(message(1))
    environment.faults.add(Fault("commit_then_cut"))
    with pytest.raises(Ambiguous):
        target.send(message(1))

    with pytest.raises(Ambiguous, match="may wait in the queue"):
        target.find(message(1, attempts=1))
    environment.imports.process()
    found = target.find(message(1, attempts=1))

    assert found is not None
    assert not found.awaits_acknowledgement
    assert environment.count("messages") == 1


def test_a_lost_message_whose_invoice_people_posted_is_never_put_in_again(
    target: FoTarget, environment: FoSandbox
) -> None:
    target.find(message(1))
    environment.faults.add(Fault("commit_then_cut"))
    with pytest.raises(Ambiguous):
        target.send(message(1))
    environment.imports.process()
    environment.post("RE-1")

    with pytest.raises(Ambiguous, match="posted in Finance already"):
        target.find(message(1, attempts=1))


def test_what_surely_never_left_may_be_sent_again(target: FoTarget, environment: FoSandbox) -> None:
    target.find(message(1))
    environment.faults.add(Fault("throttle", seconds=60, times=9))
    with pytest.raises(Transient):
        target.send(message(1))
    environment.faults.clear()

    assert target.find(message(1, attempts=1)) is None
    assert target.send(message(1, attempts=1)).outcome == "created"


def test_a_data_project_without_a_recurring_job_is_a_fault_of_the_binding(target: FoTarget) -> None:
    with pytest.raises(ContentError, match="no recurring data job"):
        target.send(message(1).model_copy(update={"payload": {**package(1).payload, "definition_group": "Other"}}))
