import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dataverse.plug import PLUG
from adapters.dataverse.sandbox.organisation import DataverseSandbox
from adapters.dataverse.target import DataverseTarget
from adapters.shared.contract.surroundings import ATTACHED, ATTACHED_SHA256, MemoryBlobs
from adapters.shared.sandbox.faults import Fault
from adapters.shared.sandbox.server import Call, Reply
from engine.model.errors import Ambiguous, Rejected, Transient
from engine.model.operation import Receipt
from engine.ports import Surroundings
from tests.adapters.dataverse.test_contract import operation, order


@pytest.fixture
def organisation() -> Iterator[DataverseSandbox]:
    with PLUG.sandbox(host="127.0.0.1", port=0) as sandbox:
        yield sandbox


@pytest.fixture
def target(organisation: DataverseSandbox, tmp_path: Path) -> Iterator[DataverseTarget]:
    target = PLUG.target({**organisation.settings(), "timeout_seconds": 0.5})
    target.move_in(Surroundings(MemoryBlobs(), tmp_path))
    yield target
    target.close()


def test_the_primary_key_is_made_of_the_operations_key(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    first, second = target.send(order(1)), PLUG.target(organisation.settings()).send(order(1))

    assert (first.outcome, second.outcome, first.external_id) == ("created", "already_there", second.external_id)
    assert organisation.count("salesorders") == 1


def test_an_account_is_found_by_its_number_and_brought_up_to_date(
    target: DataverseTarget, organisation: DataverseSandbox
) -> None:
    first = operation("accounts", "1", {"name": "Old", "accountnumber": "47'11"}, by="accountnumber")
    second = operation("accounts", "2", {"name": "New", "accountnumber": "47'11"}, by="accountnumber")

    outcomes = [target.send(first).outcome, target.find(second), target.send(second).outcome]

    assert outcomes == ["created", None, "updated"]
    assert [row["name"] for row in organisation.objects["accounts"]] == ["New"]


def test_lines_that_come_back_in_another_order_are_the_same_lines(target: DataverseTarget) -> None:
    lines = [
        {"productdescription": name, "quantity": "1", "priceperunit": price}
        for name, price in (("A", "1.10"), ("B", "2"))
    ]
    two = operation("salesorders", "2", {"name": "Two", "order_details": lines})
    target.send(two)

    assert target.find(two) is not None


def test_a_line_more_is_another_order(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    target.send(order(1))
    organisation.objects["salesorders"][0]["order_details"] *= 2

    with pytest.raises(Ambiguous, match="it has 2 lines, not 1"):
        target.find(order(1))


def test_a_batch_tells_of_each_row_by_itself(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    target.send(order(2))
    wrong = operation("salesorders", "wrong", {"name": "x" * 301})

    first, second, third = target.send_many([order(1), wrong, order(2)])

    assert isinstance(first, Receipt)
    assert isinstance(second, Rejected)
    assert "maximum allowed length of '300'" in second.message
    assert isinstance(third, Receipt)
    assert third.outcome == "already_there"
    assert organisation.count("salesorders") == 2


def test_a_batch_whose_answer_was_lost_can_be_found(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    organisation.faults.add(Fault("commit_then_cut", on="*$batch"))

    with pytest.raises(Ambiguous):
        target.send_many([order(1), order(2)])

    assert all(target.find(order(n)) is not None for n in (1, 2))


def test_a_note_carries_the_bytes_of_the_document(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    payload = {"subject": "Invoice", "filename": "a.pdf", "mimetype": "application/pdf", "isdocument": True}
    note = operation("annotations", "1", {**payload, "sha256": ATTACHED_SHA256})
    target.send(note)

    assert base64.b64decode(organisation.objects["annotations"][0]["documentbody"]) == ATTACHED
    assert target.find(note) is not None


def test_a_reference_cannot_break_out_of_its_literal(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    bind = {"customerid_account": {"table": "accounts", "by": "accountnumber", "value": "x')/evil('"}}
    target.send(operation("opportunities", "1", {"name": "A", "bind": bind}))

    (row,) = organisation.objects["opportunities"]
    assert row["customerid_account@odata.bind"].count("'") == 6  # each of ours doubled, and the two around


def test_a_404_of_a_proxy_proves_no_absence(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    target.ping()
    organisation.reply = lambda call: _proxied(organisation, call)  # type: ignore[method-assign]

    with pytest.raises(Transient, match="before Dataverse"):
        target.find(order(1))


def test_master_data_comes_in_our_columns_and_pages(target: DataverseTarget, organisation: DataverseSandbox) -> None:
    for n in range(600):
        target.send(
            operation("accounts", str(n), {"name": f"A{n}", "accountnumber": str(n)})
        ) if n < 2 else organisation.objects["accounts"].append(
            {**organisation.objects["accounts"][0], "accountid": f"{n:08x}-0000-4000-8000-000000000000"}
        )
    directory = PLUG.directory(organisation.settings())

    first = directory.page("customers", after="", since=None)
    second = directory.page("customers", after=first.next, since=None)
    (found,) = directory.look_up("customer", {"id": "1"})

    assert (len(first.rows), len(second.rows), second.next) == (500, 100, "")
    assert (found.id, found.name) == ("1", "A1")


def test_change_tracking_tells_what_changed_and_begins_anew_when_it_forgot(
    target: DataverseTarget, organisation: DataverseSandbox
) -> None:
    source = PLUG.source({**organisation.settings(), "poll": ["accounts"]})
    target.send(operation("accounts", "1", {"name": "A"}))
    first = source.poll("")
    target.send(operation("accounts", "2", {"name": "B"}))
    second = source.poll(first.cursor)
    forgotten = source.poll(second.cursor.replace("$deltatoken=2", "$deltatoken=99"))

    assert [len(changes.rows) for changes in (first, second, forgotten)] == [1, 1, 2]


def _proxied(organisation: DataverseSandbox, call: Call) -> Reply:
    if "/login/" in call.path:
        return DataverseSandbox.reply(organisation, call)
    return Reply(404, body=b"<html>no such backend</html>", headers={"content-type": "text/html"})
