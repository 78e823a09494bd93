"""Servers of files that others wrote, over a folder of this machine."""

import datetime as dt
import ipaddress
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]  # it has no types
from pyftpdlib.handlers import TLS_FTPHandler  # type: ignore[import-untyped]
from pyftpdlib.servers import FTPServer  # type: ignore[import-untyped]
from wsgidav.wsgidav_app import WsgiDAVApp  # type: ignore[import-untyped]

from tests.adapters.files.wsgi_server import WsgiServer


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
        self.home = self.disk = home
        self.drop = home / "erp" / "in"

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


class DavServer(WsgiServer):
    """wsgidav over a folder, with one user."""

    def __init__(self, home: Path) -> None:
        self.home = self.disk = home
        self.drop = home / "erp" / "in"

    def start(self) -> None:
        self.drop.mkdir(parents=True)
        logging.getLogger("wsgidav").setLevel(logging.CRITICAL)
        app = WsgiDAVApp(
            {
                "provider_mapping": {"/share": str(self.home)}, "verbose": 0, "logging": {"enable": False},
                "simple_dc": {"user_mapping": {"*": {"erp": {"password": "wonderland-7"}}}},
                "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            }
        )  # fmt: skip
        self.serve(app)

    def settings(self) -> Mapping[str, Any]:
        return {
            "delivery": "webdav", "url": f"{self.address}/share", "username": "erp", "password": "wonderland-7",
            "folder": "/erp/in",
        }  # fmt: skip

    def files(self) -> list[Path]:
        return sorted(self.drop.glob("*.csv"))
