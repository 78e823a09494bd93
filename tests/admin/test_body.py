import io

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from admin.http.body import copy
from engine.model.errors import ReadError

LIMIT = 100_000


async def _echo(request: Request) -> JSONResponse:
    body = io.BytesIO()
    try:
        name = await copy(request, body, limit=LIMIT)
    except ReadError as e:
        return JSONResponse({"code": e.code}, status_code=413)
    return JSONResponse({"name": name, "size": len(body.read())})


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/", _echo, methods=["POST"])]))


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/octet-stream", "text/plain", "application/pdf"]
)
def test_a_body_is_the_document_whatever_it_says_it_is(content_type: str, client: TestClient) -> None:
    answer = client.post("/", content=b"{}" * 40, headers={"Content-Type": content_type})

    assert answer.json() == {"name": None, "size": 80}


def test_the_file_of_a_form_is_the_document(client: TestClient) -> None:
    answer = client.post("/", files={"file": ("result.json", b"x" * LIMIT, "application/json")}, data={"note": "hello"})

    assert answer.json() == {"name": "result.json", "size": LIMIT}


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    note = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n--b--\r\n'

    answer = client.post("/", content=note, headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert answer.status_code == 400


def test_a_broken_form_is_refused(client: TestClient) -> None:
    assert client.post("/", content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code == 400


def test_two_files_are_refused(client: TestClient) -> None:
    assert client.post("/", files=[("a", ("a", b"1")), ("b", ("b", b"2"))]).status_code == 400


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT + 200_000], ids=["by one", "by far"])
@pytest.mark.parametrize("as_form", [True, False], ids=["form", "body"])
def test_more_than_allowed_is_refused(size: int, as_form: bool, client: TestClient) -> None:
    answer = client.post("/", files={"f": ("f", bytes(size))}) if as_form else client.post("/", content=bytes(size))

    assert (answer.status_code, answer.json()) == (413, {"code": "too_large"})
