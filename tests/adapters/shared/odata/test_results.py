"""Answers of OData services."""

import contextlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

import pytest

from adapters.shared.answers import Answer, NotData
from adapters.shared.http import Api
from adapters.shared.odata.literals import OData
from adapters.shared.odata.results import children, entity, etag, next_link, pages, rows, told
from adapters.shared.sandbox.server import Call, Reply, Sandbox
from engine.model.errors import Transient


class Pages(Sandbox):
    """Answers what a test put under a path and its query."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__()
        self.answers = answers

    def reply(self, call: Call) -> Reply:
        asked = call.path + (f"?{call.query['p']}" if call.query else "")
        return Reply(200, self.answers[asked])


@pytest.fixture
def served() -> Iterator[Pages]:
    with Pages({}) as sandbox:
        yield sandbox


def read(sandbox: Pages, version: Any = "v2") -> list[str]:
    with contextlib.closing(Api(sandbox.url, name="SAP")) as api:
        return [row["id"] for page in pages(api, "/A", version, base_url=sandbox.url) for row in page]


def test_every_page_is_followed_in_both_versions(served: Pages) -> None:
    served.answers = {
        "/A": {"d": {"results": [{"id": "1"}], "__next": f"{served.url}/A?p=2"}}, "/A?2": {"d": {"results": [{"id": "2"}]}},
    }  # fmt: skip
    assert read(served) == ["1", "2"]
    served.answers = {"/A": {"value": [{"id": "1"}], "@odata.nextLink": "A?p=2"}, "/A?2": {"value": [{"id": "2"}]}}
    assert read(served, "v4") == ["1", "2"]


@pytest.mark.parametrize("link", ["https://evil.example/A", "//evil.example/A", "http://127.0.0.1:1/A"])
def test_a_next_page_elsewhere_is_not_visited(served: Pages, link: str) -> None:
    served.answers = {"/A": {"d": {"results": [], "__next": link}}}

    with pytest.raises(Transient, match="without a list"):
        read(served)


def test_a_circle_of_pages_ends(served: Pages) -> None:
    served.answers = {
        "/A": {"d": {"results": [], "__next": "A?p=2"}},
        "/A?2": {"d": {"results": [], "__next": "A?p=2"}},
    }

    with pytest.raises(Transient, match="without end"):
        read(served)


@pytest.mark.parametrize("said", [{}, {"d": {}}, {"d": {"results": None}}, [], {"d": {"results": ["x"]}}, "text", None])
def test_what_is_no_list_is_not_an_empty_one(said: Any) -> None:
    for version in get_args(OData):
        with pytest.raises(NotData):
            rows(said, version)


def test_a_list_is_not_one_entity() -> None:
    assert entity({"d": {"A": 1}}, "v2") == {"A": 1}
    assert entity({"value": "a text of that name"}, "v4") == {"value": "a text of that name"}
    wrong: list[tuple[Any, Any]] = [({"d": {"results": []}}, "v2"), ({"value": []}, "v4"), ([], "v4")]
    for data, version in wrong:
        with pytest.raises(NotData):
            entity(data, version)


@pytest.mark.parametrize(
    ("parent", "version", "found"),
    [
        ({"to_Item": {"results": [{"a": 1}]}}, "v2", [{"a": 1}]),
        ({"to_Item": [{"a": 1}]}, "v2", [{"a": 1}]),
        ({"to_Item": {"__deferred": {"uri": "x"}}}, "v2", None),
        ({"lines": []}, "v4", None),
        ({"to_Item": []}, "v4", []),
    ],
)
def test_children_that_were_not_sent_along_are_not_taken_for_none(parent: Any, version: Any, found: Any) -> None:
    assert children(parent, "to_Item", version) == found


def test_versions_stand_in_the_entity_or_in_the_header() -> None:
    answer = Answer(201, {"etag": 'W/"3"'}, b"", "POST", "")

    assert etag({"__metadata": {"etag": 'W/"1"'}}, "v2") == 'W/"1"'
    assert (etag({"@odata.etag": 'W/"2"'}, "v4"), etag({}, "v4", answer), etag({}, "v2")) == ('W/"2"', 'W/"3"', "")


def test_the_last_page_has_no_next() -> None:
    assert (next_link({"d": []}, "v2"), next_link({"d": {"__next": None}}, "v2"), next_link([], "v4")) == ("", "", "")


def error(body: Any) -> Answer:
    return Answer(400, {}, json.dumps({"error": body}).encode(), "POST", "")


def test_an_error_of_v2_is_read_with_its_fields() -> None:
    details = [
        {
            "code": "M8/534",
            "message": "Balance not zero",
            "propertyref": "",
            "target": "InvoiceGrossAmount",
            "severity": "error",
        },
        {"code": "X/1", "message": "A word"},
    ]
    said = told(
        error({"code": "M8/534", "message": {"lang": "en", "value": "No"}, "innererror": {"errordetails": details}})
    )

    assert (said.code, said.message, said.fields) == ("M8/534", "No", {"InvoiceGrossAmount": "Balance not zero"})


def test_an_error_of_v4_is_read_with_its_fields() -> None:
    details = [{"code": "1", "message": "is too long", "target": "number"}]
    said = told(error({"code": "BadRequest", "message": "No", "target": "vendor", "details": details}))

    assert (said.message, said.fields) == ("No", {"number": "is too long", "vendor": "No"})


def test_numbers_of_an_answer_stay_exact() -> None:
    answer = Answer(200, {}, b'{"d": {"Amount": 1234567890.12345678}}', "GET", "")

    assert entity(answer.data(), "v2")["Amount"] == Decimal("1234567890.12345678")
