"""Batches, against two readers that others wrote: the standard library's mail parser and mock-sap."""

import email
import email.policy
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from mocksap import batch as theirs

from adapters.shared.answers import Answer, NotData
from adapters.shared.odata.batch import Batch, Part, in_json, multipart

READ = Part("GET", "A_Order?$filter=N%20eq%20%27x%27")
ONE = Part("POST", "A_Invoice", {"Amount": Decimal("12.3400"), "Text": "Müller\r\n--batch 請求書"})
TWO = Part("PATCH", "A_Order('1')", {"Text": "two"}, {"If-Match": 'W/"1"'})


def answered(batch: Batch, body: bytes, content_type: str) -> tuple[Answer | None, ...]:
    return batch.answers(Answer(202, {"content-type": content_type}, body, "POST", "http://sap/$batch"))


def http(status: int, body: bytes = b"", *, length: bool = True) -> bytes:
    said = b"Content-Length: %d\r\n" % len(body) if length else b""
    head = b"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    return head + b"HTTP/1.1 %d Word\r\nContent-Type: application/json\r\n" % status + said + b"\r\n" + body + b"\r\n"


def mixed(parts: Sequence[bytes], boundary: str = "r") -> bytes:
    mark = b"--" + boundary.encode()
    return b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def changeset(*parts: bytes) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n" + mixed(parts, "inner")


def test_mock_sap_reads_the_requests_that_were_meant() -> None:
    batch = multipart([[READ], [ONE, TWO], [ONE]])
    tops = [theirs.parse_part(raw) for raw in theirs.split_parts(batch.content, theirs.boundary_of(batch.content_type))]
    read = [
        [theirs.parse_http_request(part.body, "/srv") for part in (top.parts or [top])] for top in tops
    ]  # fmt: skip

    assert [[(method, path) for method, path, *_ in group] for group in read] == [
        [("GET", "/srv/A_Order")], [("POST", "/srv/A_Invoice"), ("PATCH", "/srv/A_Order('1')")], [("POST", "/srv/A_Invoice")],
    ]  # fmt: skip
    assert read[1][1][3]["if-match"] == 'W/"1"'
    assert json.loads(read[1][0][4], parse_float=Decimal) == ONE.body


def test_a_mail_parser_reads_the_parts_that_were_meant() -> None:
    batch = multipart([[READ], [ONE, TWO]])
    head = f"Content-Type: {batch.content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + batch.content, policy=email.policy.HTTP)

    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/mixed", "application/http", "multipart/mixed", "application/http", "application/http"]
    assert len({part["Content-ID"] for part in message.walk() if part["Content-ID"]}) == 2
    assert message.defects == []


def test_every_part_has_its_own_answer_in_order() -> None:
    batch = multipart([[READ], [ONE, TWO]])
    answers = answered(
        batch, mixed([http(200, b"{}"), changeset(http(201, b'{"d":1}'), http(204))]), "multipart/mixed; boundary=r"
    )

    assert [(one.status, one.body) for one in answers if one] == [(200, b"{}"), (201, b'{"d":1}'), (204, b"")]


def test_a_changeset_that_failed_has_one_answer_for_all_its_parts() -> None:
    batch = multipart([[ONE, TWO], [ONE]])
    answers = answered(batch, mixed([http(400, b"no"), changeset(http(201))]), 'multipart/mixed; boundary="r"')

    assert [one and one.status for one in answers] == [400, 400, 201]


def test_an_answer_that_is_missing_is_unknown_and_moves_no_other() -> None:
    batch = multipart([[ONE, TWO], [ONE], [TWO]])
    answers = answered(batch, mixed([changeset(http(201)), changeset(http(201))]), "multipart/mixed; boundary=r")

    assert [one and one.status for one in answers] == [None, None, 201, None]


@pytest.mark.parametrize("end", range(1, 400, 13))
def test_a_batch_that_was_cut_off_is_no_batch(end: int) -> None:
    whole = mixed([changeset(http(201, b"x" * 100)), changeset(http(201, b"y" * 100))])

    with pytest.raises(NotData):
        answered(multipart([[ONE], [TWO]]), whole[: -end - 2], "multipart/mixed; boundary=r")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/mixed; boundary=r"),
        (b"<html>", "text/html"),
        (b"{}", "application/json"),
        (b"x", "multipart/mixed"),
    ],
)
def test_what_is_no_batch_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(NotData):
        answered(multipart([[ONE]]), body, content_type)


def test_a_body_without_its_length_is_read_to_the_end_of_its_part() -> None:
    (one,) = answered(multipart([[READ]]), mixed([http(200, b'{"d": 1}', length=False)]), "multipart/mixed; boundary=r")

    assert one is not None
    assert one.data() == {"d": 1}


@pytest.mark.parametrize("group", [[], [READ, ONE], [READ, READ]])
def test_a_changeset_of_something_else_than_writes_is_refused(group: list[Part]) -> None:
    with pytest.raises(ValueError, match="changeset"):
        multipart([group])


def test_a_header_cannot_start_another_request() -> None:
    with pytest.raises(ValueError, match="line break"):
        multipart([[Part("POST", "A", {}, {"If-Match": "x\r\n\r\nPOST B"})]])


def test_a_batch_in_json_keeps_order_digits_and_groups() -> None:
    batch = in_json([[READ], [ONE, TWO]])
    requests = json.loads(batch.content, parse_float=Decimal)["requests"]

    assert [(one["id"], one["method"], one.get("atomicityGroup")) for one in requests] == [
        ("1", "GET", None), ("2", "POST", "g1"), ("3", "PATCH", "g1"),
    ]  # fmt: skip
    assert b"12.3400" in batch.content


def test_answers_in_json_are_found_by_their_id() -> None:
    said: dict[str, Any] = {
        "responses": [{"id": "3", "status": 204}, {"id": "1", "status": 400, "body": {"error": {}}}]
    }
    answers = answered(in_json([[ONE], [TWO], [TWO]]), json.dumps(said).encode(), "application/json; charset=utf-8")

    assert [one and one.status for one in answers] == [400, None, 204]
