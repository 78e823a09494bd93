"""Refresh tokens that rotate: never lost, never spent twice."""

import json
import multiprocessing
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from adapters.shared.auth.oauth2 import Refresh
from adapters.shared.auth.rotation import RefreshStore
from adapters.shared.auth.tokens import Token, TokenCache
from adapters.shared.http import Unsent
from adapters.shared.sandbox.server import Call, Reply
from engine.model.errors import Unauthorised
from tests.adapters.shared.auth.identity import Identity, at_once


def refresh(identity: Identity, folder: Path) -> Refresh:
    return Refresh(f"{identity.url}/token", "client", "secret", "r0", store=folder)


def kept(folder: Path) -> dict[str, Any]:
    (file,) = folder.glob("refresh-*.json")
    return dict(json.loads(file.read_text()))


class Server:
    """Takes each refresh token once, as strict servers do."""

    def __init__(self) -> None:
        self.good, self.count = "r0", 0

    def spend(self, refresh: str) -> Token:
        if refresh != self.good:
            raise Unauthorised("The sign-in refused our credentials (invalid_grant).")
        self.count += 1
        self.good = f"r{self.count}"
        return Token(f"a{self.count}", 3600, self.good)


def store(folder: Path, seed: str = "r0", **more: Any) -> RefreshStore:
    return RefreshStore(folder, seed=seed, of=("url", "client"), **more)


def test_the_next_token_is_on_the_disk_before_the_first_call_is_made(
    identity: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    was = identity.reply

    def reply(call: Call) -> Reply:
        if call.path == "/x":
            seen.append(kept(tmp_path)["refresh"])
        return was(call)

    monkeypatch.setattr(identity, "reply", reply)
    identity.api(refresh(identity, tmp_path)).read("/x")

    assert seen == ["r1"]


def test_a_new_process_goes_on_where_the_old_one_stopped(tmp_path: Path) -> None:
    server = Server()
    first = store(tmp_path).renewed(server.spend)
    second = store(tmp_path).renewed(server.spend)
    third = store(tmp_path).renewed(server.spend, refused=second.text)

    assert (first.text, second.text, third.text, server.count) == ("a1", "a1", "a2", 2)


def test_an_access_token_that_has_ended_is_not_taken_over(tmp_path: Path) -> None:
    server, now = Server(), 0.0
    store(tmp_path, clock=lambda: now).renewed(server.spend)
    now = 3590.0

    assert store(tmp_path, clock=lambda: now).renewed(server.spend).text == "a2"


def test_only_we_can_read_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    old = os.umask(0)
    try:
        store(folder).renewed(Server().spend)
    finally:
        os.umask(old)

    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.glob("*.json"))] == [0o700, 0o600]


def test_a_server_that_keeps_the_token_is_asked_with_it_again(tmp_path: Path) -> None:
    spent: list[str] = []

    def spend(refresh: str) -> Token:
        spent.append(refresh)
        return Token(f"a{len(spent)}", 3600)

    one = store(tmp_path)
    one.renewed(spend)
    one.renewed(spend, refused="a1")

    assert spent == ["r0", "r0"]


def test_a_new_consent_starts_anew(tmp_path: Path) -> None:
    server = Server()
    store(tmp_path).renewed(server.spend)
    server.good = "by hand"

    assert store(tmp_path, "by hand").renewed(server.spend).text == "a2"


def test_a_consent_that_ended_is_said_to_a_person(identity: Identity, tmp_path: Path) -> None:
    identity.refresh = "r7"

    with pytest.raises(Unauthorised, match="give it again"):
        identity.api(refresh(identity, tmp_path)).write("POST", "/x")


def test_nothing_is_spent_while_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    server = Server()

    with pytest.raises(Unsent, match="cannot be written"):
        store(tmp_path / "file" / "folder").renewed(server.spend)

    assert server.count == 0


def test_a_disk_that_fills_up_at_the_wrong_moment_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, one = Server(), store(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    def spend_then_full(refresh: str) -> Token:
        token = server.spend(refresh)
        monkeypatch.setattr(os, "fsync", full)
        return token

    with pytest.raises(Unsent):
        one.renewed(spend_then_full)
    monkeypatch.undo()

    assert (one.renewed(server.spend, refused="a1").text, server.count, kept(tmp_path)["refresh"]) == ("a2", 2, "r2")


@pytest.mark.parametrize("call", range(1, 5))
def test_a_death_at_any_write_leaves_a_token_that_is_good(
    tmp_path: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Except between the server's answer and the rename: there the old one is left, for servers with a grace."""
    server, fsync, calls = Server(), os.fsync, 0

    class Died(BaseException):
        pass

    def dying(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise Died
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", dying)
    with pytest.raises(Died):
        store(tmp_path).renewed(server.spend)
    monkeypatch.undo()

    left = [json.loads(file.read_text())["refresh"] for file in tmp_path.glob("*.json")] or ["r0"]
    assert left == ["r0" if call < 4 else "r1"]
    assert server.good == ("r0" if call < 3 else "r1")


def test_a_damaged_file_is_told_and_not_overwritten(tmp_path: Path) -> None:
    store(tmp_path).renewed(Server().spend)
    (file,) = tmp_path.glob("*.json")
    file.write_text('{"refresh": "r')

    with pytest.raises(Unsent, match="damaged"):
        store(tmp_path).renewed(Server().spend)

    assert file.read_text() == '{"refresh": "r'


def test_threads_with_stores_of_their_own_spend_each_token_once(tmp_path: Path) -> None:
    server = Server()
    results = at_once(
        lambda: TokenCache(lambda refused: store(tmp_path).renewed(server.spend, refused=refused)).token()
    )

    assert (set(results), server.count) == ({"a1"}, 1)


def _renew(url: str, folder: str, count: int) -> None:
    from adapters.shared.http import Api
    from tests.adapters.shared.auth.identity import PATIENCE

    auth = Refresh(f"{url}/token", "client", "secret", "r0", store=Path(folder))
    api = Api(url, name="ERP", auth=auth, patience=PATIENCE)
    for _ in range(count):
        api.read("/x")
    api.close()


@pytest.mark.slow
def test_processes_that_renew_at_once_spend_no_token_twice(identity: Identity, tmp_path: Path) -> None:
    identity.life = 61  # good for one more second when another process reads it: everybody renews all the time
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_renew, args=(identity.url, str(tmp_path), 5)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0, 0]
    spent = [form["refresh_token"] for form in identity.forms]
    assert len(spent) == len(set(spent))


def test_a_refresh_token_is_shown_nowhere(identity: Identity, tmp_path: Path) -> None:
    auth = refresh(identity, tmp_path)
    identity.api(auth).read("/x")
    identity.answer = Reply(400, {"error": "invalid_grant", "error_description": "r1 was r0, client has secret"})
    identity.expire_tokens()

    with pytest.raises(Unauthorised) as error:
        identity.api(auth).read("/x")

    assert {"secret", "r0", "r1", "token-1"} <= set(auth.secrets())
    assert "r1" not in error.value.detail
    assert "secret" not in error.value.detail
