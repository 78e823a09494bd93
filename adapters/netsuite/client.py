"""NetSuite's REST web services: addresses, headers, errors and SuiteQL.

Written after Oracle's help ("SuiteTalk REST Web Services"): record service, query service, asynchronous jobs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.netsuite.settings import NetSuiteSettings
from adapters.shared.answers import Answer, ErrorTable, Meaning, NotData, Told
from adapters.shared.http import Api, Dialect, Patience, Unsent
from engine.model.errors import Ambiguous, Transient

RECORD = "/services/rest/record/v1"
DOCUMENT = "/services/rest/document/v1"
LIMITS = "/services/rest/system/v1/governanceLimits"
_QUERY = "/services/rest/query/v1/suiteql"
STRICT: Mapping[str, str] = {
    "content-type": "application/vnd.oracle.resource+json; type=singular",
    # the vendor's default drops what it does not know, with a warning nobody reads
    "x-netsuite-propertynamevalidation": "Error",
    "x-netsuite-propertyvaluevalidation": "Error",
}
"""Headers of every write of a record."""
PAGE = 1000
"""Rows of one answer of SuiteQL, at most."""
_BUSY = Meaning(Unsent, "All calls at once that the account may make are taken.")
ERRORS: ErrorTable = {
    "CONCURRENCY_LIMIT_EXCEEDED": _BUSY,
    "SSS_REQUEST_LIMIT_EXCEEDED": _BUSY,
    "WS_REQUEST_BLOCKED": _BUSY,
    "WS_CONCUR_SESSION_DISALLWD": _BUSY,
    "RCRD_HAS_BEEN_CHANGED": Meaning(Transient, "Somebody else changed the record at the same moment."),
}


def tell(answer: Answer) -> Told:
    """Read the vendor's error (`nsError`): the first code, all details, and each detail by where it belongs."""
    said = answer.mapping()
    details = [one for one in said.get("o:errorDetails") or () if isinstance(one, dict)]
    fields = {place: str(one.get("detail", "")) for one in details if (place := _place(one))}
    words = " ".join(dict.fromkeys(str(one["detail"]) for one in details if one.get("detail")))
    code = str(details[0].get("o:errorCode", "")) if details else ""
    return Told(code=code, message=words or str(said["title"]), fields=fields)


def _place(detail: Mapping[str, Any]) -> str:
    for name in ("o:errorPath", "o:errorQueryParam", "o:errorHeader"):
        if detail.get(name):
            return str(detail[name]).removeprefix("$.")
    return ""


class NetSuiteApi:
    """The web services of one account. Safe to share between threads."""

    def __init__(self, settings: NetSuiteSettings, *, patience: Patience | None = None) -> None:
        self.settings = settings
        self.http = Api(
            settings.url, name="NetSuite", auth=settings.auth(), dialect=Dialect(tell, ERRORS),
            secrets=settings.secrets(), patience=patience or Patience(read=settings.timeout_seconds, whole=900),
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()

    def record(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return a record by its id, or by `eid:` and its external id, with sublists; None when there surely is none.

        Raises Transient, Unauthorised or Rejected.
        """
        params = {"expandSubResources": "true", "simpleEnumFormat": "true"}
        answer = self.http.read(f"{RECORD}/{kind}/{name}", params=params, expect=(200, 404))
        if answer.status == 200:  # noqa: PLR2004 - found
            found = self.http.object(answer)
            if not str(found.get("id", "")).isdigit():
                raise Transient(
                    "NetSuite answered with a record that has no id.", detail=f"{answer.url}: {answer.text[:200]}"
                )
            return found
        try:
            is_absent = tell(answer).code == "NONEXISTENT_ID"
        except (NotData, KeyError, TypeError, AttributeError):
            is_absent = False
        if not is_absent:  # a gateway, or a wrong address: that says nothing of the record
            raise Transient("NetSuite's answer does not say whether the record is there.", detail=answer.text[:200])
        return None

    def rows(self, query: str, *, offset: int = 0) -> tuple[list[dict[str, str]], bool]:
        """Return up to 1,000 rows of a SuiteQL query and whether more follow. Raises Transient, Unauthorised or Rejected."""
        answer = self.http.read(
            _QUERY, method="POST", params={"limit": str(PAGE), "offset": str(offset)}, json={"q": query},
            headers={"prefer": "transient"},
        )  # fmt: skip
        said = self.http.object(answer)
        items, more = said.get("items"), said.get("hasMore")
        if not isinstance(items, list) or not isinstance(more, bool) or not all(isinstance(row, dict) for row in items):
            raise Transient(
                "NetSuite answered a query with something that is no list of rows.", detail=answer.text[:200]
            )
        return [_texts(row) for row in items], more

    def all_rows(self, query: str) -> Iterator[dict[str, str]]:
        """Yield every row of a SuiteQL query, page by page."""
        offset, more = 0, True
        while more:
            rows, more = self.rows(query, offset=offset)
            yield from rows
            offset += PAGE


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row with every value as text; columns that are empty are left out by NetSuite itself."""
    return {name: str(value) for name, value in row.items() if name != "links" and value is not None}


def id_in(answer: Answer, kind: str) -> str:
    """Return the id of the record that a good answer to a write names in `Location`. Raises Ambiguous when it names none."""
    place = answer.headers.get("location", "")
    found = re.fullmatch(rf"(?:https?://[^/]+)?/services/rest/[a-z]+/v1/{re.escape(kind)}/(\d+)/?", place)
    if found is None:
        raise Ambiguous(
            f"NetSuite answered {answer.status} and did not say what it made.",
            detail=f"{answer.method} {answer.url}: location {place[:200]!r}",
        )
    return found.group(1)
