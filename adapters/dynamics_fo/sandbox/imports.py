"""The package API of a stand-in: a place for archives, imports that take their time, and what came of them."""

import csv
import io
import json
import secrets
import uuid
import zipfile
from typing import Any, Protocol
from xml.etree import ElementTree as ET

from adapters.shared.sandbox.server import Call, Reply

_ENTITIES = {"Vendor invoice header": "HEADERREFERENCE", "Vendor invoice line": "HEADERREFERENCE"}
_BAD_REQUEST, _FORBIDDEN = 400, 403


class _Environment(Protocol):
    objects: dict[str, list[dict[str, Any]]]

    @property
    def url(self) -> str: ...

    def import_rows(self, rows: dict[str, list[dict[str, str]]]) -> None: ...


class Imports:
    """Archives that were put, and executions by id."""

    def __init__(self, environment: _Environment) -> None:
        self._environment = environment
        self._signature = secrets.token_hex(16)
        self._archives: dict[str, bytes] = {}
        self._states: dict[str, str] = {}
        self._errors: dict[str, str] = {}
        self.looks_before_the_end = 0
        """How often an import is said to run before it is over."""
        self._looks: dict[str, int] = {}
        self.activity = str(uuid.uuid4())
        """The one recurring data job that there is."""
        self._queue: dict[str, bytes] = {}

    def put(self, call: Call) -> Reply:
        """Take an archive at a place that was given, with its signature."""
        if call.query.get("sig") != self._signature or call.method != "PUT":
            return Reply(_FORBIDDEN, body=b"<Error><Code>AuthenticationFailed</Code></Error>")
        if call.headers.get("x-ms-blob-type") != "BlockBlob" or "authorization" in call.headers:
            return Reply(_BAD_REQUEST, body=b"<Error><Code>InvalidHeaderValue</Code></Error>")
        self._archives[call.path] = call.body
        return Reply(201, body=b"")

    def enqueue(self, call: Call) -> Reply:
        """Put an archive into the queue of the recurring data job, and name the message."""
        if call.path.rpartition("/")[2] != self.activity:
            return Reply(404, {"error": {"code": "", "message": "The recurring data job does not exist."}})
        if not call.query.get("entity") or call.query.get("company") != "usmf":
            return Reply(_BAD_REQUEST, {"error": {"code": "", "message": "Entity or company is missing."}})
        message = str(uuid.uuid4())
        self._queue[message] = call.body
        name = call.headers.get("x-ms-dyn-externalidentifier", "")
        self._environment.objects.setdefault("messages", []).append({"message": message, "name": name})
        return Reply(200, message)

    def process(self) -> None:
        """Import what waits in the queue, as the recurring data job does when it is its turn."""
        for message in [one for one in self._queue if one not in self._states]:
            try:
                self._environment.import_rows(_rows(self._queue[message]))
                self._states[message] = "Processed"
            except (KeyError, ValueError, zipfile.BadZipFile, ET.ParseError) as e:
                self._states[message] = "ProcessedWithErrors"
                self._errors[message] = json.dumps([{"ErrorMessage": str(e)}])

    def act(self, call: Call) -> Reply:
        """Carry an action of the package API out."""
        action, body = call.path.rpartition(".")[2], call.data()
        if action == "GetAzureWriteUrl":
            url = f"{self._environment.url}/blobs/{body['uniqueFileName']}?sig={self._signature}"
            return Reply(200, {"value": json.dumps({"BlobId": secrets.token_hex(8), "BlobUrl": url})})
        if action == "GetMessageStatus":
            message = str(body.get("messageId") or "")
            return Reply(200, {"value": self._states.get(message, "Enqueued" if message in self._queue else "")})
        execution = str(body.get("executionId") or "")
        if action == "GetExecutionSummaryStatus":
            return Reply(200, {"value": self._state(execution)})
        if action == "GetExecutionErrors":
            return Reply(200, {"value": self._errors.get(execution, "[]")})
        if action == "ImportFromPackage":
            return self._import(execution, body)
        return Reply(404, {"error": {"code": "", "message": f"No action {action}"}})

    def _state(self, execution: str) -> str:
        if execution not in self._states:
            return "Unknown"
        self._looks[execution] = self._looks.get(execution, 0) + 1
        return "Executing" if self._looks[execution] <= self.looks_before_the_end else self._states[execution]

    def _import(self, execution: str, body: dict[str, Any]) -> Reply:
        if execution in self._states:
            return Reply(_BAD_REQUEST, {"error": {"code": "", "message": f"Execution {execution} already exists."}})
        path = str(body["packageUrl"]).removeprefix(self._environment.url).partition("?")[0]
        try:
            rows = _rows(self._archives[path])
            self._environment.objects.setdefault("packages", []).append({"execution": execution, "rows": rows})
            self._states[execution] = "Succeeded"
        except (KeyError, ValueError, zipfile.BadZipFile, ET.ParseError) as e:
            self._states[execution] = "Failed"
            self._errors[execution] = json.dumps([{"ErrorMessage": str(e)}])
        return Reply(200, {"value": execution})


def _rows(archive: bytes) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each entity that the manifest names. Raises ValueError for what cannot be imported."""
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        manifest = ET.fromstring(package.read("Manifest.xml"))  # noqa: S314 - our own package, in a stand-in
        ET.fromstring(package.read("PackageHeader.xml"))  # noqa: S314 - as above
        found: dict[str, list[dict[str, str]]] = {}
        for entity in manifest.iter():
            if not entity.tag.endswith("}EntityName"):
                continue
            name = str(entity.text)
            if name not in _ENTITIES:
                raise ValueError(f"Entity {name} is not found")
            text = package.read(f"{name}.csv").decode("utf-8")
            found[name] = list(csv.DictReader(io.StringIO(text, newline="")))
            if any(not row.get(_ENTITIES[name]) for row in found[name]):
                raise ValueError(f"{_ENTITIES[name]} is missing in {name}")
    return found
