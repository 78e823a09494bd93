"""Nobody is told at an address of our own network, whatever it is called and however slowly it answers."""

import socket
import threading
from ipaddress import ip_address
from typing import Any

import pytest

from engine.content.webhook_policy import WebhookPolicy
from engine.runtime.webhooks import calling
from tests.runtime.webhooks.receiver import Receiver

NOBODY = WebhookPolicy()
HERE = WebhookPolicy(private_hosts=("127.0.0.1",))


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example.com/", "ftp://erp.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
        "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://100.64.0.1/", "https://224.0.0.1/",
        "https://user:password@erp.example.com/", "https://erp.example.com/#x", "https://", "nonsense", "https://a b/",
        "https://erp.example.com:99999/", "https://erp.example.com/\r\nHost: x", "https://" + "a" * 2000,
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_good_is_refused(url: str) -> None:
    assert calling.complaint(url, NOBODY)
    assert calling.post(url, {}, b"{}", policy=NOBODY).status is None


@pytest.mark.parametrize(
    "url", ["https://erp.example.com/told?a=b", "https://8.8.8.8/", "https://erp.example.com:8443/"]
)
def test_a_public_address_is_not(url: str) -> None:
    assert calling.complaint(url, NOBODY) is None


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "127.0.0.1", "::1", "fd00::1", "169.254.169.254", "::ffff:192.168.0.1"]
)
def test_a_name_that_leads_into_our_network_is_not_connected_to(
    address: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(0, 0, 0, "", ("8.8.8.8", port)), (0, 0, 0, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)

    answer = calling.post("https://rebound.example.com/", {"host": "rebound.example.com"}, b"{}", policy=NOBODY)

    assert (answer.status, "not on the public internet" in answer.error) == (None, True)


def test_what_the_environment_allows_is_reached(receiver: Receiver) -> None:
    answer = calling.post(receiver.url, {"host": "127.0.0.1", "content-length": "2"}, b"{}", policy=HERE)

    assert (answer.is_taken, receiver.heard[0].body) == (True, b"{}")


def test_an_answer_that_trickles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "SECONDS", 0.3)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=trickle, args=(server, over), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        answer = calling.post(url, {"host": "127.0.0.1", "content-length": "2"}, b"{}", policy=HERE)

        over.set()
    assert (answer.status, answer.error.startswith("No answer within")) == (None, True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("1.1.1.1", True), ("2606:4700::1111", True), ("192.168.1.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False)],
)  # fmt: skip
def test_an_address_is_looked_at_in_whatever_it_is_wrapped(address: str, expected: bool) -> None:
    assert calling.is_public(ip_address(address)) is expected


def trickle(server: socket.socket, over: threading.Event) -> None:
    connection, _ = server.accept()
    with connection:
        for sign in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
            if over.wait(0.05):
                return
            connection.sendall(bytes([sign]))
