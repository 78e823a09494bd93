"""Delivery to a real FTP server with TLS."""

import datetime as dt
import ipaddress
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]  # it has no types
from pyftpdlib.handlers import TLS_FTPHandler  # type: ignore[import-untyped]
from pyftpdlib.servers import FTPServer  # type: ignore[import-untyped]

from adapters.files.folder_ftps import FtpsFolder
from adapters.files.plug import PLUG
from adapters.files.settings import parse_settings
from engine.model.errors import Transient, Unauthorised
from tests.adapters.files.factories import operation
from tests.adapters.files.test_contract import TestContract as FilesContract


def certificate(folder: Path) -> Path:
    """Write a key and a certificate of 127.0.0.1 that signs itself into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return pem


class FtpServer:
    """pyftpdlib over a folder, with one user, control and data connections encrypted."""

    def __init__(self, home: Path) -> None:
        self.home, self.drop = home, home / "erp" / "in"

    def start(self) -> None:
        self.drop.mkdir(parents=True)
        self.pem = certificate(self.home.parent)
        authorizer = DummyAuthorizer()
        authorizer.add_user("erp", "wonderland-7", str(self.home), perm="elradfmwMT")
        settings = {
            "authorizer": authorizer, "certfile": str(self.pem), "tls_control_required": True, "tls_data_required": True,
            "ssl_context": None,
        }  # fmt: skip
        self._server = FTPServer(("127.0.0.1", 0), type("Handler", (TLS_FTPHandler,), settings))
        self._is_running = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while self._is_running:
            self._server.serve_forever(timeout=0.05, blocking=False)

    def stop(self) -> None:
        self._is_running = False
        self._thread.join(5)
        self._server.close_all()

    def settings(self) -> Mapping[str, Any]:
        host, port = self._server.address[:2]
        return {
            "delivery": "ftps", "host": host, "port": port, "username": "erp", "password": "wonderland-7",
            "folder": "/erp/in", "ca_file": str(self.pem),
        }  # fmt: skip

    def files(self) -> list[Path]:
        return sorted(self.drop.glob("*.csv"))


@pytest.mark.slow
class TestContract(FilesContract):
    def new_sandbox(self) -> Any:
        return FtpServer(self._folder / "ftp")

    def standing(self, sandbox: Any) -> Sequence[Path]:
        return list(sandbox.files())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FtpServer]:
    made = FtpServer(tmp_path / "ftp")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder(server: FtpServer) -> Iterator[FtpsFolder]:
    made = FtpsFolder(parse_settings(server.settings()))
    yield made
    made.close()


def test_a_file_that_was_taken_away_is_known(server: FtpServer) -> None:
    target = PLUG.target(server.settings())
    target.send(operation())
    for file in server.drop.glob("AP_*"):
        file.unlink()

    again = target.send(operation())
    target.close()

    assert (again.outcome, list(server.drop.glob("AP_*"))) == ("already_there", [])


def test_the_second_of_two_claims_is_told_so(server: FtpServer, folder: FtpsFolder) -> None:
    for name in ("one", "two", "three"):
        folder.write(f"/erp/in/{name}", name.encode())
    folder.claim("/erp/in/one", "/erp/in/journal")

    with pytest.raises(FileExistsError):
        folder.claim("/erp/in/two", "/erp/in/journal")
    folder.rename("/erp/in/journal", "/erp/in/aside")
    folder.claim("/erp/in/three", "/erp/in/journal")
    assert ((server.drop / "aside").read_bytes(), (server.drop / "journal").read_bytes()) == (b"one", b"three")


def test_a_claim_of_a_process_that_died_is_finished_by_the_next(server: FtpServer, folder: FtpsFolder) -> None:
    held = server.drop / "journal.claim"
    held.mkdir()
    (held / "taken").write_bytes(b"taken")
    (held / "file").write_bytes(b"the dead one's")
    folder.write("/erp/in/two", b"two")

    with pytest.raises(FileExistsError):
        folder.claim("/erp/in/two", "/erp/in/journal")
    assert (server.drop / "journal").read_bytes() == b"the dead one's"


def test_names_and_bytes_of_any_kind_come_back(server: FtpServer, folder: FtpsFolder, tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    folder.mkdir("/erp/größe & ß")
    folder.write("/erp/größe & ß/a b#%.bin", data)

    assert folder.read("/erp/größe & ß/a b#%.bin", limit=10**9) == data
    assert folder.fetch("/erp/größe & ß/a b#%.bin", tmp_path / "copy") == len(data)
    assert [(entry.name, entry.size) for entry in folder.list("/erp/größe & ß")] == [("a b#%.bin", len(data))]
    assert [entry.name for entry in folder.list("/erp")] == []
    assert (server.home / "erp/größe & ß/a b#%.bin").read_bytes() == data


@pytest.mark.parametrize("call", ["read", "remove", "rename"])
def test_what_is_not_there_is_said_so(folder: FtpsFolder, call: str) -> None:
    arguments: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
        "read": (("/erp/none",), {"limit": 1}), "remove": (("/erp/none",), {}), "rename": (("/erp/none", "/erp/b"), {}),
    }  # fmt: skip
    given, named = arguments[call]

    with pytest.raises(FileNotFoundError):
        getattr(folder, call)(*given, **named)
    assert (folder.exists("/erp/none"), folder.list("/erp/none")) == (False, ())


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"password": "another-word"}, Unauthorised), ({"ca_file": None}, Unauthorised), ({"port": 9}, Transient),
    ],
    ids=["wrong password", "unknown certificate", "nobody there"],
)  # fmt: skip
def test_a_server_that_is_wrong_or_away_was_sent_nothing(
    server: FtpServer, changed: dict[str, Any], error: type[Exception]
) -> None:
    folder = FtpsFolder(parse_settings({**server.settings(), **changed}))
    with pytest.raises(error) as told:
        folder.exists("/erp")

    assert "another-word" not in str(told.value) + getattr(told.value, "detail", "")
