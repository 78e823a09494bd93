"""Signatures are those of RFC 5849 and RFC 7523, by our client, by the stand-in, and by libraries that know neither."""

import json
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from adapters.netsuite.sandbox.identity import CERTIFICATE, CLIENT, CONSUMER, TOKEN, Gate
from adapters.netsuite.sandbox.server import NetSuiteSandbox
from adapters.netsuite.settings import parse_settings
from adapters.shared.sandbox.server import Call
from engine.model.errors import ContentError, Unauthorised
from tests.adapters.netsuite.operations import bill, connected, operation

URL = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/vendorBill"


def _call(method: str, url: str, authorization: str) -> Call:
    parts = urlsplit(url)
    query = dict(httpx.QueryParams(parts.query))
    return Call(method, parts.path, query, {"authorization": authorization, "host": parts.netloc}, b"")


def _signed(method: str, url: str, **changed: str) -> str:
    tba = {"consumer_key": CONSUMER[0], "consumer_secret": CONSUMER[1], "token_id": TOKEN[0], "token_secret": TOKEN[1]}
    auth = parse_settings({"account": "1234567_SB1", **tba, **changed}).auth()
    return str(next(auth.auth_flow(httpx.Request(method, url))).headers["authorization"])


@pytest.mark.parametrize("query", ["", "?limit=5&q=a b&x=%C3%A4%2B*~&x2=%3D&empty="], ids=["bare", "query"])
def test_a_signed_request_is_let_in(query: str) -> None:
    gate = Gate("1234567_SB1")

    assert gate.admits(_call("GET", URL + query, _signed("GET", URL + query)), URL)


@pytest.mark.parametrize(
    "changed",
    [{"consumer_secret": "x"}, {"token_secret": "x"}, {"token_id": "x"}, {"account": "1234567"}],
    ids=["consumer", "secret", "token", "realm"],
)
def test_another_secret_or_account_is_not(changed: dict[str, str]) -> None:
    assert not Gate("1234567_SB1").admits(_call("GET", URL, _signed("GET", URL, **changed)), URL)


def test_a_signature_counts_once_and_for_its_own_request() -> None:
    gate, signed = Gate("1234567_SB1"), _signed("GET", URL)

    assert not gate.admits(_call("POST", URL, signed), URL)
    assert gate.admits(_call("GET", URL, signed), URL)
    assert not gate.admits(_call("GET", URL, signed), URL)


def test_a_signature_of_yesterday_does_not_count() -> None:
    assert not Gate("1234567_SB1", clock=lambda: 1.0).admits(_call("GET", URL, _signed("GET", URL)), URL)


@pytest.mark.parametrize("algorithm", ["ES256", "ES512", "PS256"])
def test_an_assertion_is_what_an_independent_library_reads(algorithm: str) -> None:
    with NetSuiteSandbox(algorithm=algorithm) as sandbox:
        connected(sandbox).ping()
        asked = next(call for call in sandbox.calls if call.path.endswith("/token"))
        form = dict(httpx.QueryParams(asked.body.decode()))
        key = (RSAKey if algorithm.startswith("PS") else ECKey).import_key(sandbox.gate.private_key)

        said = jwt.decode(form["client_assertion"], key, algorithms=[algorithm])

    assert (said.header["kid"], said.header["alg"], said.claims["iss"]) == (CERTIFICATE, algorithm, CLIENT)
    assert said.claims["aud"] == f"{sandbox.url}/services/rest/auth/oauth2/v1/token"
    assert 0 < said.claims["exp"] - said.claims["iat"] < 3600


def test_a_key_that_the_account_does_not_know_is_refused() -> None:
    with NetSuiteSandbox() as sandbox, pytest.raises(Unauthorised):
        connected(sandbox, private_key=Gate("x").private_key).ping()


def test_a_key_of_another_kind_stops_the_start() -> None:
    sandbox = NetSuiteSandbox(algorithm="ES256")
    sandbox.stop_listening()

    with pytest.raises(ContentError, match="private_key"):
        connected(sandbox, algorithm="PS256")


def test_a_bill_is_written_with_signed_requests() -> None:
    with NetSuiteSandbox(auth="tba") as sandbox:
        receipt = connected(sandbox).send(operation("vendor_bill", bill()))

        assert sandbox.objects["vendorBill"][0]["id"] == receipt.external_id
        assert "secret" not in json.dumps([call.headers for call in sandbox.calls])
        with pytest.raises(Unauthorised):
            connected(sandbox, token_secret="wrong").ping()
