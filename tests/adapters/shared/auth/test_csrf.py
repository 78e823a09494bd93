"""SAP's token against forged requests."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from mocksap import Config, make_server

from adapters.shared.auth.basic import Basic
from adapters.shared.auth.csrf import SapCsrf, service_root
from adapters.shared.http import Api, Unsent
from adapters.shared.sandbox.faults import Fault
from adapters.shared.sandbox.server import Call, Reply
from engine.model.errors import Ambiguous, Unauthorised
from tests.adapters.shared.auth.identity import PATIENCE, Identity, at_once

ROOT = "/sap/opu/odata/sap/API_X_SRV/"


class Gateway(Identity):
    """Gives tokens with cookies out, and takes a token only with the cookies it was given with."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions = 0
        self.alive: set[int] = set()
        self.knows_head = True

    def is_write(self, call: Call) -> bool:
        return call.method not in {"GET", "HEAD"}

    def expire_tokens(self) -> None:
        self.alive.clear()

    def reply(self, call: Call) -> Reply:
        if call.headers.get("authorization") != "Basic dXNlcjpwYXNzd29yZA==":
            return Reply(401, body=b"<html>logon", headers={"content-type": "text/html"})
        if self.is_write(call):
            fits = any(
                call.headers.get("x-csrf-token") == f"token-{n}" and call.headers.get("cookie") == f"A=a{n}; B=b{n}"
                for n in self.alive
            )
            return Reply(201, {}) if fits else Reply(403, body=b"no", headers={"X-CSRF-Token": "Required"})
        if call.headers.get("x-csrf-token", "").lower() != "fetch":
            return Reply(200, {})
        if call.method == "HEAD" and not self.knows_head:
            return Reply(405)
        if self.answer is not None:
            return self.answer
        self.sessions += 1
        self.alive.add(self.sessions)
        cookies = f"A=a{self.sessions}; path=/; HttpOnly\nB=b{self.sessions}; secure"
        return Reply(404, {}, headers={"x-csrf-token": f"token-{self.sessions}", "set-cookie": cookies})


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as served:
        yield served


def api(gateway: Gateway) -> Api:
    return gateway.api(SapCsrf(Basic("user", "password")))


def post(api: Api) -> int:
    return api.write("POST", ROOT + "A_X?$format=json", json={}).status


def asked(gateway: Gateway) -> list[str]:
    return [f"{call.method} {call.path}" for call in gateway.calls]


def test_a_token_is_fetched_once_and_sent_with_its_cookies(gateway: Gateway) -> None:
    sap = api(gateway)
    sap.read(ROOT + "A_X")
    assert [post(sap), post(sap)] == [201, 201]

    assert asked(gateway) == [f"GET {ROOT}A_X", f"HEAD {ROOT}", f"POST {ROOT}A_X", f"POST {ROOT}A_X"]


def test_a_gateway_without_head_is_asked_by_get(gateway: Gateway) -> None:
    gateway.knows_head = False

    assert post(api(gateway)) == 201
    assert asked(gateway)[:2] == [f"HEAD {ROOT}", f"GET {ROOT}"]


def test_a_session_that_ended_is_renewed_once(gateway: Gateway) -> None:
    sap = api(gateway)
    post(sap)
    gateway.expire_tokens()

    assert (post(sap), gateway.sessions) == (201, 2)


def test_a_token_that_is_never_taken_is_said(gateway: Gateway) -> None:
    gateway.answer = Reply(200, {}, headers={"x-csrf-token": "stale", "set-cookie": "A=1"})

    with pytest.raises(Unauthorised):
        post(api(gateway))

    assert asked(gateway).count(f"POST {ROOT}A_X") == 2


def test_threads_share_no_half_of_a_session(gateway: Gateway) -> None:
    sap = api(gateway)
    post(sap)
    gateway.expire_tokens()

    assert at_once(lambda: post(sap)) == [201] * 8


def test_a_wrong_password_is_said_before_the_write_leaves(gateway: Gateway) -> None:
    with pytest.raises(Unauthorised):
        post(gateway.api(SapCsrf(Basic("user", "wrong"))))

    assert asked(gateway) == [f"HEAD {ROOT}"]


@pytest.mark.parametrize("kind", ["cut_before", "unavailable", "throttle", "html_500"])
def test_a_token_that_cannot_be_fetched_leaves_no_write_unknown(gateway: Gateway, kind: Any) -> None:
    gateway.faults.add(Fault(kind, on="reads", times=100, seconds=30))

    with pytest.raises(Unsent) as error:
        post(api(gateway))

    assert error.value.retry_after in {None, 1, 30}
    assert not any(line.startswith("POST") for line in asked(gateway))


def test_a_write_that_was_cut_is_still_unknown(gateway: Gateway) -> None:
    gateway.faults.add(Fault("commit_then_cut", on="writes"))

    with pytest.raises(Ambiguous):
        post(api(gateway))


def test_token_cookies_and_password_are_secrets(gateway: Gateway) -> None:
    auth = SapCsrf(Basic("user", "password"))
    post(gateway.api(auth))

    assert {"password", "dXNlcjpwYXNzd29yZA==", "token-1", "a1", "b1"} <= set(auth.secrets())


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("/sap/opu/odata/sap/API_X_SRV/A_X('1')?$top=1", "/sap/opu/odata/sap/API_X_SRV/"),
        ("/sap/opu/odata/sap/API_X_SRV/$batch?sap-client=100", "/sap/opu/odata/sap/API_X_SRV/?sap-client=100"),
        ("/proxy/sap/opu/odata/sap/X/A", "/proxy/sap/opu/odata/sap/X/"),
        ("/sap/opu/odata4/sap/api_x/srvd_a2x/sap/x/0001/X", "/sap/opu/odata4/sap/api_x/srvd_a2x/sap/x/0001/"),
        ("/elsewhere/x", "/"),
    ],
)
def test_the_token_is_fetched_at_the_root_of_the_service(url: str, root: str) -> None:
    assert str(service_root(httpx.URL(f"https://sap{url}"))) == f"https://sap{root}"


@pytest.fixture
def mock_sap() -> Iterator[str]:
    server = make_server(Config(host="127.0.0.1", port=0, db_path=":memory:"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_mock_sap_takes_the_token(mock_sap: str) -> None:
    """An independent author's double: it refuses writes without a token that it gave out."""
    path = "/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder"
    plain = Api(mock_sap, name="SAP", auth=Basic("SAPUSER", "sappass"), patience=PATIENCE)
    sap = Api(mock_sap, name="SAP", auth=SapCsrf(Basic("SAPUSER", "sappass")), patience=PATIENCE)
    with pytest.raises(Unauthorised) as refused:
        plain.write("POST", path, json={})
    answer = sap.write("POST", path, json={}, expect=(201, 400))
    plain.close()
    sap.close()

    assert "403" in refused.value.detail
    assert answer.status in {201, 400}
