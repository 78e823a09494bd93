"""This machine in every spelling: production is never bound to a sandbox that is served on it."""

import pytest

from engine.content.hosts import hosts_in, is_loopback, misplaced


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.8.9.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0.0.0.0", "0", "::1", "::",  # noqa: S104 - not bound to
     "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::1%lo"],
)  # fmt: skip
def test_every_spelling_of_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "128.0.0.1", "erp.example.org", "2001:db8::1", "::ffff:10.0.0.1", "", "127.corp"]
)
def test_another_machine_is_not_this_one(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8765", "http://localhost:8765/x", "http://[::1]:8765", "https://user@127.1/", "http://2130706433:8765",
     "http://[::ffff:127.0.0.1]:8765/", "http://ip6-localhost:8765"],
)  # fmt: skip
def test_production_may_not_be_bound_to_a_sandbox(address: str) -> None:
    hosts = [host for _, host in hosts_in({"base_url": address}, ("settings",))]

    assert hosts
    assert all(misplaced("production", host, set()) for host in hosts)
    assert not any(misplaced("development", host, set()) for host in hosts)
