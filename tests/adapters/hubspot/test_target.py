import hashlib
import io
from collections.abc import Callable

import pytest

from adapters.hubspot.plug import PLUG
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.target import HubSpotTarget
from adapters.shared.sandbox.faults import Fault
from adapters.shared.sandbox.server import Call, Reply
from engine.model.errors import Ambiguous, ContentError, Rejected, Transient, Unauthorised
from engine.model.operation import Operation, Receipt
from engine.ports import Surroundings

Write = Callable[..., Operation]


def test_a_deal_is_made_once_with_its_key(target: HubSpotTarget, portal: HubSpotSandbox, write: Write) -> None:
    deal = write("deals", "1", {"dealname": "Übung ✓", "amount": "1204.5"})

    made, again = target.send(deal), target.send(deal)

    assert (made.outcome, again.outcome, made.external_id) == ("created", "already_there", again.external_id)
    assert [record["properties"]["postroom_key"] for record in portal.objects["deals"]] == [deal.short_key]


def test_numbers_days_and_capitals_that_hubspot_respells_are_recognised(target: HubSpotTarget, write: Write) -> None:
    deal = write("deals", "1", {"dealname": "A", "amount": "1204.5000", "closedate": "2026-03-04"})
    company = write("companies", "1", {"name": "A", "domain": "Example.ORG"})
    target.send(deal)
    target.send(company)

    assert target.find(deal) is not None
    assert target.find(company) is not None


def test_another_deal_under_our_key_is_for_a_person(
    target: HubSpotTarget, portal: HubSpotSandbox, write: Write
) -> None:
    deal = write("deals", "1", {"dealname": "A", "amount": "10"})
    target.send(deal)
    portal.objects["deals"][0]["properties"]["amount"] = "11"

    with pytest.raises(Ambiguous, match="amount is 11, not 10"):
        target.find(deal)


def test_a_contact_is_found_by_its_address_and_brought_up_to_date(
    target: HubSpotTarget, portal: HubSpotSandbox, write: Write
) -> None:
    first = write("contacts", "1", {"email": "Ada@Example.org", "firstname": "Ada"}, options={"by": "email"})
    second = write("contacts", "2", {"email": "ada@example.org", "firstname": "Augusta"}, options={"by": "email"})

    outcomes = [target.send(first).outcome, target.find(second), target.send(second).outcome]

    assert outcomes == ["created", None, "updated"]
    assert [record["properties"]["firstname"] for record in portal.objects["contacts"]] == ["Augusta"]


def test_a_note_that_was_cut_off_before_its_relation_is_finished(
    target: HubSpotTarget, portal: HubSpotSandbox, write: Write
) -> None:
    deal = target.send(write("deals", "1", {"dealname": "A"}))
    note = write(
        "notes", "1", {"hs_note_body": "x", "hs_timestamp": "2026-03-04"},
        associations=[{"to": "deals", "id": deal.external_id}],
    )  # fmt: skip
    portal.faults.add(Fault("cut_before", on="/crm/v4/*"))
    with pytest.raises(Ambiguous):
        target.send(note)

    assert target.find(note) is None
    assert target.send(note).outcome == "already_there"
    assert target.find(note) is not None
    assert portal.count("notes") == 1


def test_a_relation_to_nobody_is_refused_before_anything_is_written(
    target: HubSpotTarget, portal: HubSpotSandbox, write: Write
) -> None:
    note = write(
        "notes", "1", {"hs_note_body": "x", "hs_timestamp": "2026-03-04"},
        associations=[{"to": "contacts", "by": "email", "value": "nobody@example.org"}],
    )  # fmt: skip

    with pytest.raises(Rejected, match="no contact with email nobody"):
        target.send(note)

    assert portal.count("notes") == 0


def test_a_batch_tells_of_each_record_by_itself(target: HubSpotTarget, portal: HubSpotSandbox, write: Write) -> None:
    batch = [write("deals", str(n), {"dealname": f"D{n}", "amount": "x" if n == 1 else "2"}) for n in range(3)]

    first, second, third = target.send_many(batch)

    assert isinstance(first, Receipt)
    assert isinstance(third, Receipt)
    assert isinstance(second, Rejected)
    assert second.fields == {"amount": "x was not a valid number."}
    assert portal.count("deals") == 2


def test_a_batch_whose_answer_was_lost_leaves_every_record_unknown(
    target: HubSpotTarget, portal: HubSpotSandbox, write: Write
) -> None:
    batch = [write("deals", str(n), {"dealname": f"D{n}"}) for n in range(3)]
    portal.faults.add(Fault("commit_then_cut"))

    answers = target.send_many(batch)

    assert [type(answer) for answer in answers] == [Ambiguous] * 3
    assert all(target.find(operation) is not None for operation in batch)
    assert portal.count("deals") == 3


def test_the_ten_second_window_says_when_to_come_back(
    target: HubSpotTarget, portal: HubSpotSandbox, write: Write
) -> None:
    portal.faults.add(Fault("throttle", seconds=12))

    with pytest.raises(Transient) as caught:
        target.send(write("deals", "1", {"dealname": "A"}))

    assert caught.value.retry_after == 12


def test_a_ping_names_the_objects_without_our_property(target: HubSpotTarget, portal: HubSpotSandbox) -> None:
    assert "postroom_key is unique" in target.ping()

    portal.undeclared.add("deals")

    with pytest.raises(Rejected, match="unique values on: deals"):
        target.ping()


def test_a_missing_property_is_a_refusal_and_not_an_absence(
    target: HubSpotTarget, portal: HubSpotSandbox, write: Write
) -> None:
    portal.undeclared.add("deals")

    with pytest.raises(Rejected, match="not a unique property"):
        target.find(write("deals", "1", {"dealname": "A"}))


def test_a_404_of_a_proxy_proves_no_absence(target: HubSpotTarget, portal: HubSpotSandbox, write: Write) -> None:
    portal.reply = lambda call: _proxied(portal, call)  # type: ignore[method-assign]

    with pytest.raises(Transient, match="before HubSpot"):
        target.find(write("deals", "1", {"dealname": "A"}))


def test_a_file_is_uploaded_once_and_found_by_its_folder(
    target: HubSpotTarget, portal: HubSpotSandbox, surroundings: Surroundings
) -> None:
    content = b"%PDF-1.7 scan"
    sha256, _ = surroundings.blobs.put(io.BytesIO(content), limit=1000)
    payload = {
        "name": "Rechnung 1.pdf",
        "sha256": sha256,
    }
    upload = Operation(
        key="flow/crm/files/1", document_id="d1", revision=1, target="crm", object="files", payload=payload,
        mapping="hubspot.file@1", payload_digest="x",
    )  # fmt: skip
    portal.faults.add(Fault("commit_then_cut"))
    with pytest.raises(Ambiguous):
        target.send(upload)

    found = target.find(upload)

    assert found is not None
    assert target.send(upload).external_id == found.external_id
    assert [record["sha256"] for record in portal.objects["files"]] == [hashlib.sha256(content).hexdigest()]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({}, "exactly one of these is needed: private_app_token, or client_id", id="no credential"),
        pytest.param({"private_app_token": "a", "portal": "1"}, "'portal' was unexpected", id="unknown setting"),
        pytest.param({"private_app_token": "a", "portal_id": "secret-x"}, "does not fit", id="wrong shape"),
    ],
)
def test_a_wrong_binding_is_refused_without_its_values(settings: dict[str, str], words: str) -> None:
    with pytest.raises(ContentError, match=words) as caught:
        PLUG.target(settings)

    assert "secret-x" not in str(caught.value)


def test_a_wrong_private_token_is_unauthorised(portal: HubSpotSandbox, write: Write) -> None:
    target = PLUG.target({"base_url": portal.url, "private_app_token": "pat-wrong"})

    with pytest.raises(Unauthorised):
        target.send(write("deals", "1", {"dealname": "A"}))


def test_a_private_token_is_enough(portal: HubSpotSandbox, write: Write) -> None:
    target = PLUG.target({"base_url": portal.url, "private_app_token": portal.private_app_token})

    assert target.send(write("deals", "1", {"dealname": "A"})).outcome == "created"


def _proxied(portal: HubSpotSandbox, call: Call) -> Reply:
    if call.path.startswith("/crm/"):
        return Reply(404, body=b"<html>no such backend</html>", headers={"content-type": "text/html"})
    return HubSpotSandbox.reply(portal, call)
