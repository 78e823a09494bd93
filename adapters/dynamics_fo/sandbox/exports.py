"""The queue of a recurring data job that exports: a package is offered, hidden for a while, and gone once acknowledged."""

import io
import uuid
import zipfile
from typing import Protocol

from adapters.shared.sandbox.server import Call, Reply


class _Environment(Protocol):
    @property
    def url(self) -> str: ...


class Queue:
    """One recurring data job, and the packages that wait in its queue."""

    def __init__(self, environment: _Environment) -> None:
        self._environment = environment
        self.activity = str(uuid.uuid4())
        self.waiting: dict[str, bytes] = {}
        """Packages by the correlation id of their message."""
        self._hidden: set[str] = set()

    def export(self, entity: str, rows: str) -> str:
        """Put a package with the rows of an entity (CSV) into the queue. Returns the correlation id of its message."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            package.writestr(f"{entity}.csv", rows)
            package.writestr("Manifest.xml", "<DataManagementPackageManifest/>")
        name = str(uuid.uuid4())
        self.waiting[name] = out.getvalue()
        return name

    def half_an_hour_later(self) -> None:
        """Offer again what was not acknowledged."""
        self._hidden.clear()

    def answered(self, call: Call) -> Reply:
        """Answer `dequeue`, `download` and `ack`."""
        what, activity = call.path.removeprefix("/api/connector/").split("/")
        if activity != self.activity:
            return Reply(404, {"error": {"code": "", "message": "The recurring data job does not exist."}})
        if what == "dequeue":
            return self._dequeue()
        if what == "download":
            return Reply(
                200,
                body=self.waiting.get(call.query["correlation-id"], b""),
                headers={"content-type": "application/zip"},
            )
        name = str(call.data().get("CorrelationId") or "")
        if not call.data().get("PopReceipt"):
            return Reply(400, {"error": {"code": "", "message": "The body is not the answer of dequeue."}})
        self.waiting.pop(name, None)
        return Reply(200, "")

    def _dequeue(self) -> Reply:
        name = next((one for one in self.waiting if one not in self._hidden), None)
        if name is None:
            return Reply(204)
        self._hidden.add(name)
        # behind a load balancer the address says http, whatever the environment is reached by
        location = f"{self._environment.url}/api/connector/download/{self.activity}?correlation-id={name}"
        return Reply(
            200,
            {
                "CorrelationId": name, "PopReceipt": uuid.uuid4().hex, "DownloadLocation": location,
                "IsDownLoadFileExist": True, "FileDownLoadErrorMessage": "", "LastDequeueDateTime": None,
            },
        )  # fmt: skip
