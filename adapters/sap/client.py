"""SAP Gateway over HTTP: log on, ask, create, and read what it says when it does not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from adapters.sap.settings import SapSettings
from adapters.shared.answers import Answer, ErrorTable, Meaning, NotData, Told
from adapters.shared.http import Api, Dialect, Patience, Unsent
from adapters.shared.odata import results
from adapters.shared.odata.literals import query
from engine.model.errors import Ambiguous, Rejected, Transient

ROOT = "/sap/opu/odata/sap/"
_CLASS = re.compile(r"^[A-Z0-9_]{1,20}/[0-9]{3}$")
_WORDED_LOCK = re.compile(
    r"\block(ed)? by (user|another)|currently being processed|no dialog work process", re.IGNORECASE
)
LOCKED = "CM/LOCKED"
"""Our code of a lock or an overload that SAP only words."""


class Duplicate(Rejected):
    """SAP says that it has this object already."""


class Busy(Unsent):
    """SAP turned a call away before it did anything: locked, or no work process was free."""


_IN_USE = Meaning(Busy, "Somebody else works on it in SAP, or SAP is full.")
_KNOWN = Meaning(Duplicate, "SAP may have it already.")
_TABLE: Mapping[str, Meaning] = {
    # duplicate checks of invoice verification and accounting, where the customer switched them on
    "M8/108": _KNOWN, "M8/462": _KNOWN, "F5/117": _KNOWN,
    # locks: nothing was done
    "MC/601": _IN_USE, "ME/006": _IN_USE, "M3/023": _IN_USE, "M3/024": _IN_USE, "V1/042": _IN_USE, LOCKED: _IN_USE,
    "423": _IN_USE,
    "F5/201": Meaning(Rejected, "The posting period is closed."),
    "412": Meaning(Rejected, "It was changed in SAP meanwhile."),
    "428": Meaning(Rejected, "SAP wants to know which version is changed."),
    "404": Meaning(Rejected, "SAP knows no such service or object; is the service activated for our user?"),
}  # fmt: skip


class _Messages(Mapping[str, Meaning]):
    """Message classes of SAP and statuses. A message that is not listed is a refusal, also when it comes with a 500."""

    def __getitem__(self, code: str) -> Meaning:
        if code in _TABLE:
            return _TABLE[code]
        if _CLASS.match(code):
            return Meaning(Rejected)
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        return iter(_TABLE)

    def __len__(self) -> int:
        return len(_TABLE)


ERRORS: ErrorTable = _Messages()


def tell(answer: Answer) -> Told:
    """Return what a Gateway says: its code, its words, and its words by property. Raises KeyError for another shape.

    `{"error": {"code", "message": {"lang", "value"}, "innererror": {"errordetails": [...]}}}`; in V4 `message` is a text.
    """
    return told(answer.mapping()["error"])


def told(error: Mapping[str, Any]) -> Told:
    """Return what an error object says."""
    said = error["message"]
    text = str(said["value"] if isinstance(said, Mapping) else said)
    details = _details(error)
    codes = [str(error.get("code", "")), *(detail["code"] for detail in details)]
    known = next((code for code in codes if code in _TABLE), "") or (LOCKED if _WORDED_LOCK.search(text) else "")
    code = known or next((code for code in codes if _CLASS.match(code)), codes[0])
    others = [d["message"] for d in details if d["message"] and d["message"] not in text]
    return Told(
        code=code, message=" ".join([text, *others]), fields={d["at"]: d["message"] or text for d in details if d["at"]}
    )


def _details(error: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """Return the messages below the first, as {code, message, at}; warnings and notes are no reasons."""
    inner = error.get("innererror")
    rows = inner.get("errordetails") if isinstance(inner, Mapping) else None
    found = [
        {
            "code": str(row.get("code", "")), "message": str(row.get("message", "")),
            "at": str(row.get("propertyref") or row.get("target") or "").strip("/"),
        }
        for row in rows or () if isinstance(row, Mapping) and row.get("severity", "error") == "error"
    ]  # fmt: skip
    # the Gateway repeats the exception itself as the last detail
    return [one for one in found if one["at"] or not one["code"].startswith("/IWBEP/")]


class SapClient:
    """Calls of one SAP system. Safe to share between threads."""

    def __init__(self, settings: SapSettings, *, auth: httpx.Auth, patience: Patience | None = None) -> None:
        self.settings = settings
        self.api = Api(
            settings.url.rstrip("/") + ROOT, name="SAP", auth=auth, dialect=Dialect(tell=tell, errors=ERRORS),
            headers={"accept-language": settings.language.lower(), **_client_header(settings)}, secrets=settings.secrets,
            patience=patience or Patience(read=settings.timeout_seconds, whole=3 * settings.timeout_seconds),
        )  # fmt: skip

    def rows(self, path: str, **options: str) -> list[dict[str, Any]]:
        """Return the rows of a set; `filter`, `top` and the like are its system query options."""
        given = {f"${name}": value for name, value in options.items() if value}
        return self.rows_of(f"{path}?{query({**given, '$format': 'json'})}")

    def rows_of(self, path: str) -> list[dict[str, Any]]:
        """Return the rows that stand at a path with its query."""
        return self.rows_in(self.api.read(path))

    def rows_in(self, answer: Answer | None) -> list[dict[str, Any]]:
        """Return the rows of an answer, also of one in a batch. Raises Transient for anything else: that is no empty list."""
        if answer is None:
            raise Transient("SAP said nothing of this part of a batch.")
        if answer.status != httpx.codes.OK:
            raise self.api.error(answer, is_write=False)
        try:
            return results.rows(answer.data(), "v2")
        except NotData as e:
            raise Transient("SAP answered with something that is no list.", detail=self.api.hide(answer.text)) from e

    def create(self, path: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], Answer]:
        """Create an entity with what belongs to it. Returns what SAP made of it."""
        answer = self.api.write("POST", path, json=body, expect=(201,))
        return self.inner(answer), answer

    def call(self, path: str) -> tuple[dict[str, Any], Answer]:
        """Call a function import that changes something (parameters stand in the path)."""
        answer = self.api.write("POST", path, expect=(200,))
        return self.inner(answer), answer

    def inner(self, answer: Answer) -> dict[str, Any]:
        """Return the entity in the answer to a write. Raises Ambiguous for anything else."""
        try:
            return results.entity(answer.data(), "v2")
        except NotData as e:
            raise Ambiguous(
                "SAP answered with something that is no OData V2.", detail=self.api.hide(answer.text)
            ) from e


def _client_header(settings: SapSettings) -> Mapping[str, str]:
    return {"sap-client": settings.client} if settings.client else {}
