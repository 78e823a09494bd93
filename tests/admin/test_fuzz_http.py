"""Whatever is sent, the API answers as its description says. The long form: bench/fuzz_http.py."""

from collections.abc import Iterator
from itertools import cycle

import pytest
from fastapi.testclient import TestClient

from tests.admin import fuzzing
from tests.admin.visitors import OWN_TOKEN, opened

EXAMPLES = 1
COSTLY = "/api/v1/content"
"""Looks at the whole content folder with every call; the long form calls it."""
TARGETS = ("/api/v1/operations/retry", f"/api/v1/documents/{'0' * 64}/corrections", "/api/v1/webhooks")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("house"), api_calls_per_minute=1_000_000) as client:
        client.headers["Authorization"] = f"Bearer {OWN_TOKEN}"
        yield client


@pytest.mark.slow
def test_every_call_answers_as_described(client: TestClient) -> None:
    calls = fuzzing.operations(client, but=COSTLY)
    # right data for one call, wrong data for the next: the long form has both for all
    turns = zip(calls, cycle(fuzzing.MODES), strict=False)
    found = [
        one for each, mode in turns for one in fuzzing.complaints(each, OWN_TOKEN, examples=EXAMPLES, modes=[mode])
    ]

    assert not found, "\n\n".join(found)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"[" * 200_000, 400, id="deep"),
        pytest.param(b'{"a":' * 50_000, 400, id="deep and broken"),
        pytest.param(b"\xff\xfe\x00", 400, id="no UTF-8"),
        pytest.param(b"", 422, id="nothing"),
        pytest.param(b"null", 422, id="null"),
        pytest.param(b"[]", 422, id="a list"),
        pytest.param(b'{"keys": ["\\u0000\\ud800"], "url": "\\ud800", "events": ["\\u0000"], "values": []}', None, id="surrogates"),
        pytest.param(b'{"keys": [1e999], "url": NaN, "events": Infinity, "values": -Infinity}', 422, id="no numbers"),
        pytest.param(b'{"keys": [' + b"9" * 5000 + b'], "url": 1, "events": 1, "values": 1}', None, id="a huge number"),
        pytest.param(b'{"url": "https://a", "url": "https://b", "keys": {}, "values": {}}', 422, id="twice"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", TARGETS)
def test_hostile_bytes_are_refused_with_a_problem(
    client: TestClient, path: str, content: bytes, expected: int | None
) -> None:
    answer = client.post(path, content=content, headers=JSON)

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code in ({400, 404, 422} if expected is None else {expected})
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"])
def test_another_content_type_is_named(client: TestClient, kind: str) -> None:
    answer = client.post("/api/v1/webhooks", content=b"{}", headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["type"]) == (415, "urn:postroom:problem:media-type")


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/v1/nowhere", 404, "not-found"), ("DELETE", "/api/v1/documents", 405, "method-not-allowed"),
        ("GET", "/api/v1/documents?limit=x", 422, "invalid"), ("GET", "/api/v1/documents/%00", 404, "not-found"),
        ("GET", f"/api/v1/documents?limit={'9' * 400}", 422, "invalid"),
        ("GET", "/api/v1/operations/" + "a" * 5000, 404, "not-found"),
    ],
)  # fmt: skip
def test_errors_that_no_route_makes_are_problems_too(
    client: TestClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = client.request(method, path)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:postroom:problem:{kind}")
    assert answer.json()["help"]


def test_a_route_that_falls_over_tells_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("admin.http.documents.overview", fall)
    patient = TestClient(fuzzing.without_lifespan(client.app), raise_server_exceptions=False, headers=client.headers)

    answer = patient.get("/api/v1/status")

    assert (answer.status_code, answer.json()["type"]) == (500, "urn:postroom:problem:internal")
    assert "swordfish" not in answer.text
