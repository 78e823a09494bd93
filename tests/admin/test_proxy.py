"""What a proxy in front says of a visitor is believed from a trusted one, and from nobody else: a hub of its own, over the wire."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from engine.runtime.house import open_house
from engine.store import audit
from engine.store.audit import Question
from engine.store.database import reading
from tests.house import PATIENCE_SECONDS, test_settings

pytestmark = pytest.mark.slow  # two processes are started
TOLD = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "Host": "postroom.example.com"}


@contextmanager
def hub(home: Path, **environment: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("postroom")), "serve", "--no-worker", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "POSTROOM_HOME": str(home), **environment})
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{address}/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def test_a_trusted_proxy_names_the_visitor_and_https(tmp_path: Path) -> None:
    with hub(tmp_path) as address, httpx.Client(base_url=address, headers=TOLD) as visitor:
        page = visitor.get("/sign-in")
        token = re.search(r'name="form_token" value="([^"]+)"', page.text)
        assert token is not None
        cookie = page.headers["set-cookie"]
        # the client speaks plain HTTP to the proxy's back, where a jar does not send Secure cookies
        visitor.post(
            "/sign-in", data={"form_token": token[1], "name": "eve", "password": "wrong"},
            headers={"Cookie": cookie.split(";")[0], "Origin": "https://postroom.example.com"},
        )  # fmt: skip

    assert (cookie.startswith("__Host-"), "Secure" in cookie) == (True, True)
    assert failed_from(tmp_path) == ["203.0.113.9"]


def test_anybody_else_who_says_so_is_not_believed(tmp_path: Path) -> None:
    with hub(tmp_path, FORWARDED_ALLOW_IPS="198.51.100.7") as address:
        page = httpx.get(f"{address}/sign-in", headers=TOLD)
        form = {"form_token": "x", "name": "eve", "password": "wrong"}
        refused = httpx.post(f"{address}/sign-in", data=form, headers=TOLD)

    assert "__Host-" not in page.headers.get("set-cookie", "")
    assert refused.status_code == 403
    assert "203.0.113.9" not in failed_from(tmp_path)


def failed_from(home: Path) -> list[str]:
    """Return the addresses from which somebody tried to sign in and failed."""
    house = open_house(test_settings(home))
    with reading(house.engine) as tx:
        found = [one for one in audit.page(tx, Question(), limit=50).entries if one.kind == "sign_in_failed"]
    house.close()
    return [str(one.data["from"]["address"]) for one in found]
