"""Machines in bindings: found wherever they stand."""

from typing import Any

import pytest

from engine.content.hosts import hosts_in, misplaced


@pytest.mark.parametrize(
    ("key", "value", "hosts"),
    [
        ("host", "SFTP.erp.internal", ["sftp.erp.internal"]),
        ("host", "sftp.erp.internal:2222", ["sftp.erp.internal"]),
        ("host", "::1", ["::1"]),
        ("host", "[::1]:22", ["::1"]),
        ("endpoint", "https://u@erp.internal:8443/x", ["erp.internal"]),
        ("dsn", "jdbc:postgresql://db.internal:5432/x", ["db.internal"]),
        ("folder", "//files.internal/share/in", ["files.internal"]),
        ("folder", r"\\files.internal\share", ["files.internal"]),
        ("folder", "/data//in", []),
        ("folder", "{out}/erp", []),
        ("command", "scp x anna@erp.internal:/in", ["erp.internal"]),
        ("note", "goes to 10.1.2.3, or 10.1.2.4:22", ["10.1.2.3", "10.1.2.4"]),
        ("note", "erp-test.internal:22", ["erp-test.internal"]),
        ("name", "AP_{vendor_id}.test.csv", []),
        ("mirrors", ["https://a.internal", {"url": "https://b.internal."}], ["a.internal", "b.internal"]),
        ("via", {"proxy": "proxy.internal:3128"}, ["proxy.internal"]),
        ("host", {"env": "ERP_HOST"}, ["{env}"]),
        ("host", {"keyring": "erp/host"}, ["{keyring}"]),
        ("known_hosts", "/etc/postroom/known_hosts", []),
        ("port", 22, []),
    ],
    ids=lambda one: str(one)[:30],
)  # fmt: skip
def test_a_machine_is_found_wherever_it_stands(key: str, value: Any, hosts: list[str]) -> None:
    assert [host for _, host in hosts_in(value, ("settings", key))] == hosts


@pytest.mark.parametrize(
    ("kind", "host", "is_refused"),
    [
        ("production", "127.0.0.1", True), ("production", "::ffff:127.0.0.1", True), ("production", "uat2.erp.internal", True),
        ("production", "erp.internal", False), ("test", "10.0.0.7", True), ("test", "10.0.0.8", False),
        ("development", "erp-prod.internal", True), ("test", "localhost", False),
    ],
)  # fmt: skip
def test_no_environment_names_a_machine_of_the_other_kind(kind: str, host: str, *, is_refused: bool) -> None:
    assert bool(misplaced(kind, host, {"10.0.0.7"})) is is_refused
