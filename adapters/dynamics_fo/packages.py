"""Data packages of the data management framework: many rows of several entities, imported under an id of ours.

The flow is that of Microsoft's package API: ask for a place, put the archive there, have it imported, ask what came of it.
The execution id is ours, so that an import can be found again, and is not begun twice.
"""

import csv
import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from adapters.dynamics_fo.storage import storage
from adapters.shared.http import Api
from engine.model.errors import Ambiguous, Rejected, Transient
from engine.model.operation import Operation, Receipt

PACKAGES = "packages"
_ACTION = "/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities."
_WAITING = frozenset({"NotRun", "Executing"})
_NEVER = frozenset({"Unknown", ""})
_SCHEMA = "http://schemas.microsoft.com/dynamics/2015/01/DataManagement"
_DAY_ONE = (1980, 1, 1, 0, 0, 0)
"""Every archive has the same time: the same rows are the same bytes."""


class Packages:
    """Imports packages. Safe to share between threads."""

    def __init__(
        self, api: Api, company: str, *, polls: int = 10, pause: float = 3, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Take the calls of one binding. An import that is not over after so many `polls` is looked for later."""
        self._api = api
        self._company = company
        self._polls = polls
        self._pause = pause
        self._sleep = sleep

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an import that succeeded, None for one that surely never began.

        Raises Transient for one that still runs, Rejected for one that failed, Ambiguous for one that took effect in part.
        """
        state = self._state(operation)
        if state in _NEVER:
            return None
        if state in _WAITING:
            raise Transient("Finance still imports the package.", retry_after=30)
        return self._ended(operation, state, "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Upload the package and import it; wait for a while for what comes of it."""
        state = self._state(operation)
        if state in _NEVER:
            self._begin(operation)
            state = self._waited(operation)
        if state in _WAITING:
            raise Ambiguous("Finance has not finished importing the package; it is looked for later.")
        return self._ended(operation, state, "created")

    def _begin(self, operation: Operation) -> None:
        name = f"{operation.short_key}.zip"
        place = self.asked("GetAzureWriteUrl", {"uniqueFileName": name})
        try:
            url = str(json.loads(place)["BlobUrl"])
        except (ValueError, KeyError, TypeError) as e:
            raise Transient("Finance named no place for a package.") from e
        _put(url, archive(operation.payload, operation.short_key), self._api.name)
        body = {
            "packageUrl": url, "definitionGroupId": str(operation.payload["definition_group"]),
            "executionId": _execution(operation), "execute": True, "overwrite": True, "legalEntityId": self._company,
        }  # fmt: skip
        answer = self._api.write("POST", f"{_ACTION}ImportFromPackage", json=body, expect=(200,))
        said = str(self._api.object(answer, is_write=True).get("value") or "")
        if said != _execution(operation):
            raise Ambiguous("Finance imports under another id than ours.", detail=said[:100])

    def _waited(self, operation: Operation) -> str:
        for _ in range(self._polls):
            state = self._state(operation)
            if state not in _WAITING and state not in _NEVER:
                return state
            self._sleep(self._pause)
        return "Executing"

    def _state(self, operation: Operation) -> str:
        return self.asked("GetExecutionSummaryStatus", {"executionId": _execution(operation)})

    def _ended(self, operation: Operation, state: str, outcome: str) -> Receipt:
        execution = _execution(operation)
        if state == "Succeeded":
            return Receipt.model_validate(
                {
                    "key": operation.key, "external_id": f"{self._company}/{execution}", "outcome": outcome,
                    "request": {"object": PACKAGES, "digest": operation.payload_digest}, "response": {"status": state},
                }
            )  # fmt: skip
        errors = self.asked("GetExecutionErrors", {"executionId": execution})[:500]
        if state == "PartiallySucceeded":
            raise Ambiguous(
                f"Finance imported a part of the package: {errors}. A person must decide.", detail=execution
            )
        raise Rejected(f"Dynamics 365 Finance: the import ended as {state}: {errors}", fields={"entities": errors})

    def asked(self, action: str, body: Mapping[str, Any]) -> str:
        """Call an action that changes nothing of ours, and return its value as text. Raises Transient for another shape."""
        answer = self._api.read(f"{_ACTION}{action}", method="POST", json=dict(body))
        data = self._api.object(answer)
        if "value" not in data:
            raise Transient("Finance answered an action without a value.", detail=self._api.hide(answer.text[:200]))
        value = data["value"]
        return value if isinstance(value, str) else json.dumps(value)


def archive(payload: Mapping[str, Any], key: str) -> bytes:
    """Return the package: a manifest, a header, and a CSV of each entity. The key column of each row carries our key."""
    entities: Sequence[Mapping[str, Any]] = payload["entities"]
    named = str(payload["definition_group"])
    files = {
        "Manifest.xml": _manifest(named, [str(one["name"]) for one in entities]),
        "PackageHeader.xml": _header(named),
    }
    files |= {f"{one['name']}.csv": _csv(one, key) for one in entities}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(zipfile.ZipInfo(name, _DAY_ONE), text.encode())
    return out.getvalue()


def _csv(entity: Mapping[str, Any], key: str) -> str:
    rows = [{**({str(entity["key"]): key.upper()} if entity.get("key") else {}), **row} for row in entity["rows"]]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _manifest(group: str, entities: Sequence[str]) -> str:
    listed = "".join(
        f"<DataManagementPackageEntityData><DefinitionGroupId>{escape(group)}</DefinitionGroupId>"
        f"<EntityName>{escape(name)}</EntityName><InputFilePath>{escape(name)}.csv</InputFilePath>"
        f"<SourceFormat>CSV-Unicode</SourceFormat></DataManagementPackageEntityData>"
        for name in entities
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><DataManagementPackageManifest xmlns={quoteattr(_SCHEMA)}>'
        f"<DefinitionGroupName>{escape(group)}</DefinitionGroupName><PackageEntityList>{listed}</PackageEntityList>"
        "</DataManagementPackageManifest>"
    )


def _header(group: str) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><DataManagementPackageHeader xmlns={quoteattr(_SCHEMA)}>'
        f"<Description>{escape(group)}</Description><PackageType>DefinitionGroup</PackageType>"
        "<PackageVersion>2</PackageVersion></DataManagementPackageHeader>"
    )


def _put(url: str, content: bytes, name: str) -> None:
    """Put an archive at the address that was given for it. Our credentials do not go there: the address carries its own."""
    blob = storage(url, name)
    try:
        blob.write("PUT", url, content=content, headers={"x-ms-blob-type": "BlockBlob"}, expect=(201,))
    finally:
        blob.close()


def _execution(operation: Operation) -> str:
    return f"postroom-{operation.short_key}"
