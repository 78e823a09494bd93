"""Tokens that are shared, renewed by one, and never shown."""

import gzip
import tracemalloc
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.shared.auth.oauth2 import ClientCredentials
from adapters.shared.auth.tokens import Token, TokenCache
from adapters.shared.http import Unsent
from adapters.shared.sandbox.faults import Fault
from adapters.shared.sandbox.server import Reply
from engine.model.errors import Ambiguous, TargetError, Unauthorised
from tests.adapters.shared.auth.identity import Identity, at_once

SECRET = "s3cret-of-the-client"


def credentials(identity: Identity, **more: Any) -> ClientCredentials:
    return ClientCredentials(f"{identity.url}/token", "client", SECRET, "all", **more)


def test_a_token_is_got_once_and_used_by_every_target_of_the_process(identity: Identity) -> None:
    one, two = identity.api(credentials(identity)), identity.api(credentials(identity))
    for api in (one, two, one):
        api.read("/x")
        api.write("POST", "/x")

    assert identity.forms == [
        {"grant_type": "client_credentials", "scope": "all", "client_id": "client", "client_secret": SECRET}
    ]


def test_other_credentials_have_a_token_of_their_own(identity: Identity) -> None:
    one, two = credentials(identity), credentials(identity, more={"resource": "erp"})
    for auth in (one, two):
        identity.api(auth).read("/x")

    assert identity.given == 2


def test_one_thread_asks_while_the_others_wait(identity: Identity) -> None:
    identity.slow = 0.2
    auth = credentials(identity)
    results = at_once(lambda: identity.api(auth).read("/x").status)

    assert (results, identity.given) == ([200] * 8, 1)


def test_one_thread_renews_what_all_were_refused_with(identity: Identity) -> None:
    auth = credentials(identity)
    api = identity.api(auth)
    api.read("/x")
    identity.expire_tokens()
    results = at_once(lambda: api.write("POST", "/x").status)

    assert (results, identity.given) == ([200] * 8, 2)


def test_a_refusal_is_shared_too_and_locks_no_account(identity: Identity) -> None:
    identity.slow, identity.answer = 0.5, Reply(401, {"error": "invalid_client"})
    auth = credentials(identity)
    results = at_once(lambda: identity.api(auth).read("/x"))

    assert all(isinstance(result, Unauthorised) for result in results)
    assert len(identity.forms) < 8


def test_a_token_is_renewed_before_it_ends() -> None:
    now = 0.0
    given: list[str] = []

    def fetch(refused: str) -> Token:
        given.append(refused)
        return Token(f"t{len(given)}", 3600)

    cache = TokenCache(fetch, clock=lambda: now)
    for now, expected in ((0.0, "t1"), (3539.0, "t1"), (3541.0, "t2"), (3600.0, "t2")):  # noqa: B007 - the clock reads it
        assert cache.token() == expected


def test_a_token_of_seconds_is_used_for_most_of_them() -> None:
    now = 0.0
    cache = TokenCache(lambda _: Token(f"at {now}", 10), clock=lambda: now)
    first = cache.token()
    now = 7.0
    assert cache.token() == first
    now = 8.5
    assert cache.token() == "at 8.5"


def test_a_401_renews_once_and_not_for_ever(identity: Identity) -> None:
    api = identity.api(credentials(identity))
    api.read("/x")
    identity.faults.add(Fault("expire_token", times=100, on="/x"))

    with pytest.raises(Unauthorised):
        api.write("POST", "/x")

    assert (identity.given, [call.path for call in identity.calls].count("/x")) == (2, 3)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Reply(401, {"error": "invalid_client", "error_description": f"{SECRET} is wrong"}), Unauthorised),
        (Reply(400, {"error": "invalid_scope"}), Unauthorised),
        (Reply(403), Unauthorised),
        (Reply(400, {"error": "temporarily_unavailable"}), Unsent),
        (Reply(400, body=b"<html>"), Unsent),
        (Reply(404, body=b"<html>"), Unsent),
        (Reply(429, headers={"retry-after": "7"}), Unsent),
        (Reply(503, body=b"<html>"), Unsent),
        (Reply(302, headers={"location": "https://evil.example/token"}), Unsent),
        (Reply(200, body=b"<html>welcome"), Unsent),
        (Reply(200, body=b""), Unsent),
        (Reply(200, ["token"]), Unsent),
        (Reply(200, {"token": "x"}), Unsent),
        (Reply(200, {"access_token": "a\r\nHost: evil", "expires_in": 10}), Unsent),
        (Reply(200, {"access_token": "x", "expires_in": "soon"}), Unsent),
        (Reply(200, {"access_token": "x", "expires_in": -1}), Unsent),
        (Reply(200, {"access_token": 7}), Unsent),
        (Reply(200, body=b'{"access_token":"x"' + b" " * 2**20 + b"}"), Unsent),
    ],
    ids=[
        "wrong secret", "wrong scope", "forbidden", "soon", "400 page", "404 page", "throttled", "away", "redirect", "page",
        "empty", "list", "no token", "line break", "no number", "negative", "no text", "endless",
    ],
)  # fmt: skip
def test_a_sign_in_that_fails_leaves_no_write_unknown(
    identity: Identity, answer: Reply, kind: type[TargetError]
) -> None:
    identity.answer = answer
    with pytest.raises(kind) as error:
        identity.api(credentials(identity)).write("POST", "/x", json={})

    assert not isinstance(error.value, Ambiguous)
    assert [call.path for call in identity.calls if call.path != "/token"] == []
    assert SECRET not in f"{error.value.message} {error.value.detail} {error.value!r}"
    assert getattr(error.value, "retry_after", None) == (7 if answer.status == 429 else None)


@pytest.mark.parametrize("kind", ["cut_before", "hang", "truncate"])
def test_a_sign_in_without_an_answer_leaves_no_write_unknown(
    identity: Identity, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.shared.auth.tokens._TIMEOUT", 0.3)
    identity.faults.add(Fault(kind, times=100, on="/token"))

    with pytest.raises(Unsent):
        identity.api(credentials(identity)).write("POST", "/x")


@pytest.mark.parametrize("life", [None, "3600", 0])
def test_lives_in_other_spellings_are_understood(identity: Identity, life: Any) -> None:
    identity.life = life

    assert identity.api(credentials(identity)).read("/x").status == 200


def test_a_secret_may_travel_in_a_header(identity: Identity) -> None:
    identity.api(credentials(identity, by_header=True)).read("/x")

    assert identity.forms[0] == {"grant_type": "client_credentials", "scope": "all", "basic": f"client:{SECRET}"}


def test_a_token_is_shown_nowhere(identity: Identity) -> None:
    auth = credentials(identity)
    api = identity.api(auth)
    api.read("/x")
    identity.faults.add(Fault("echo", times=100, on="/x"))

    with capture_logs() as logs, pytest.raises(Ambiguous) as error:
        api.write("POST", "/x", json={"secret": SECRET})

    said = f"{error.value.detail} {error.value!r} {logs} {auth!r} {vars(auth)!r} {Token('token-1', 1)!r}"
    assert "[redacted]" in error.value.detail
    assert "token-1" not in said
    assert SECRET not in error.value.detail


@pytest.mark.parametrize("headers", [{}, {"content-encoding": "gzip"}], ids=["long", "bomb"])
def test_what_comes_with_a_refused_token_is_not_read(
    identity: Identity, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    body = gzip.compress(bytes(100_000_000), 1) if headers else bytes(50_000_000)
    monkeypatch.setattr(identity, "refused_login", lambda: Reply(401, body=body, headers=headers))
    api = identity.api(credentials(identity))
    api.read("/x")
    identity.expire_tokens()
    tracemalloc.start()
    status = api.write("POST", "/x").status
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (status, most < 20_000_000) == (200, True)
