"""Calls to Business Central's API v2.0, and what its errors mean."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from adapters.dynamics_bc.settings import BcSettings
from adapters.shared.answers import Answer, ErrorTable, Meaning, NotData, Told
from adapters.shared.http import Api, Dialect, Patience
from adapters.shared.odata.batch import Part, in_json
from adapters.shared.odata.literals import query, where
from adapters.shared.odata.results import followed, next_link, pages, rows
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OK, _CREATED = 200, 201
_FIELD = re.compile(r"[\"']([A-Za-z][A-Za-z0-9]+)[\"']")
ERRORS: ErrorTable = {
    "Internal_RecordNotFound": Meaning(Rejected, "It does not know what is referred to."),
    "Internal_InvalidTableRelation": Meaning(Rejected, "A code does not stand in its table."),
    "Internal_EntityWithSameKeyExists": Meaning(Rejected, "Something with the same number stands there."),
    "Internal_CompanyNotFound": Meaning(Unauthorised, "The company is not there, or not for us."),
    "Request_EntityChanged": Meaning(Rejected, "Somebody changed it meanwhile."),
    "Authorization_RequestDenied": Meaning(Unauthorised, "The app lacks a permission set."),
    "409": Meaning(Rejected, "Somebody changed it meanwhile."),
    "412": Meaning(Rejected, "Somebody changed it meanwhile."),
}
"""Codes of Microsoft's table of API errors. Three are errors of data although they are named `Internal`."""


def tell(answer: Answer) -> Told:
    """Read `{"error": {"code", "message"}}`; the message ends with a correlation id and quotes the field it is about."""
    error = answer.mapping()["error"]
    message = str(error.get("message") or "").partition("CorrelationId:")[0].strip()
    target = str(error.get("target") or "")
    names = [target] if target else _FIELD.findall(message)
    return Told(code=str(error.get("code") or ""), message=message, fields=dict.fromkeys(names[:2], message))


class BusinessCentral:
    """The calls that the target, the directory and the source make."""

    def __init__(self, settings: BcSettings, *, patience: Patience | None = None) -> None:
        self.settings = settings
        self.api = Api(
            settings.root, name="Business Central", auth=settings.sign_in(), dialect=Dialect(tell, ERRORS),
            secrets=settings.secrets, patience=patience or Patience(read=settings.timeout_seconds),
        )  # fmt: skip
        self._company = settings.company if _GUID.fullmatch(settings.company) else ""

    def close(self) -> None:
        """Let go of the connections."""
        self.api.close()

    def company(self) -> str:
        """Return the GUID of the company. Raises Unauthorised when it is not there for us."""
        if not self._company:
            named = query({"$filter": where("v4", ("name", "eq", self.settings.company))})
            listed = pages(self.api, f"/companies?{named}", "v4", base_url=self.settings.root)
            found = [str(one["id"]) for page in listed for one in page]
            if len(found) != 1:
                raise Unauthorised(f"Business Central has no company {self.settings.company!r} for us.")
            self._company = found[0]
        return self._company

    def rows(self, path: str, only: str = "", *, expand: str = "", top: int = 0) -> list[dict[str, Any]]:
        """Return all rows of an entity set that a filter lets through, over all pages."""
        address = f"/{self.address(path, only, expand=expand, top=top)}"
        return [row for page in pages(self.api, address, "v4", base_url=self.settings.root) for row in page]

    def address(self, path: str, only: str = "", *, expand: str = "", top: int = 0) -> str:
        """Return the address of an entity set of the company, relative to the API, as a part of a batch has it."""
        options = {"$filter": only, "$expand": expand, "$top": str(top or "")}
        asked = query({name: text for name, text in options.items() if text})
        return f"companies({self.company()})/{path}" + (f"?{asked}" if asked else "")

    def many(self, parts: Sequence[Part], *, is_write: bool) -> tuple[Answer | None, ...]:
        """Send requests in one call, each for itself, and return the answer of each; None: it did not come."""
        batch = in_json([[part] for part in parts])
        headers = {"content-type": batch.content_type}
        if is_write:
            answer = self.api.write("POST", "/$batch", content=batch.content, headers=headers, expect=(200,))
        else:
            answer = self.api.read("/$batch", method="POST", content=batch.content, headers=headers)
        try:
            return batch.answers(answer)
        except NotData as e:
            kind: type[TargetError] = Ambiguous if is_write else Transient
            raise kind("Business Central answered a batch with something else.", detail=str(e)) from e

    def listed(self, answer: Answer) -> list[dict[str, Any]]:
        """Return the rows of one answer of a batch. Raises what a refusal means, Transient for another shape."""
        if answer.status != _OK:
            raise self.api.error(answer, is_write=False)
        try:
            return rows(answer.data(), "v4")
        except NotData as e:
            raise Transient("Business Central answered without a list.", detail=str(e)) from e

    def created(self, answer: Answer) -> dict[str, Any]:
        """Return the object of one answer of a batch. Raises what a refusal means."""
        if answer.status != _CREATED:
            raise self.api.error(answer, is_write=True)
        return self._named(answer, is_write=True)

    def page(self, path: str, only: str, *, following: str = "", expand: str = "") -> tuple[list[dict[str, Any]], str]:
        """Return one page and the link to the next."""
        answer = self.api.read(following or f"/{self.address(path, only, expand=expand)}")
        found = self.listed(answer)
        return found, followed(self.settings.root, answer.url, next_link(answer.data(), "v4"))

    def one(self, path: str, key: str, *, expand: str = "") -> dict[str, Any]:
        """Return one object by its id."""
        params = {"$expand": expand} if expand else {}
        return self._named(self.api.read(f"{self._set(path)}({quote(key)})", params=params), is_write=False)

    def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an object with its lines and return it."""
        return self._named(self.api.write("POST", self._set(path), json=dict(body), expect=(201,)), is_write=True)

    def change(self, path: str, key: str, body: Mapping[str, Any], etag: str) -> dict[str, Any]:
        """Write fields of an object that nobody changed since it was read, and return it. Doing it twice leaves the same."""
        answer = self.api.write(
            "PATCH",
            f"{self._set(path)}({quote(key)})",
            json=dict(body),
            headers={"if-match": etag or "*"},
            expect=(200,),
        )
        return self._named(answer, is_write=True)

    def act(self, path: str, key: str, action: str) -> None:
        """Call a bound action (`post`). It answers with nothing."""
        self.api.write("POST", f"{self._set(path)}({quote(key)})/Microsoft.NAV.{action}", expect=(204,))

    def set_dimension(self, path: str, key: str, code: str, value: str, *, line: str) -> None:
        """Give a document or a line a value of a dimension; `line` is the id of the one that it has of it, empty for none."""
        parent = f"{self._set(path)}({quote(key)})/dimensionSetLines"
        if line:
            body, headers = {"valueCode": value}, {"if-match": "*"}
            answer = self.api.write("PATCH", f"{parent}({quote(line)})", json=body, headers=headers, expect=(200,))
        else:
            answer = self.api.write("POST", parent, json={"code": code, "valueCode": value}, expect=(201,))
        if "valueCode" not in self.api.object(answer, is_write=True):
            raise Ambiguous("Business Central answered without a dimension.", detail=self.api.shown(answer, 200))

    def put_content(self, key: str, content: bytes, etag: str) -> None:
        """Fill an attachment. Doing it twice leaves the same bytes."""
        self.api.write(
            "PATCH", f"{self._set('documentAttachments')}({quote(key)})/attachmentContent", content=content,
            headers={"content-type": "application/octet-stream", "if-match": etag or "*"}, expect=(204,),
        )  # fmt: skip

    def _set(self, path: str) -> str:
        return f"/companies({self.company()})/{path}"

    def _named(self, answer: Answer, *, is_write: bool) -> dict[str, Any]:
        """Return an object that names itself; anything else is no success."""
        data = self.api.object(answer, is_write=is_write)
        if not _GUID.fullmatch(str(data.get("id") or "")):
            kind: type[TargetError] = Ambiguous if is_write else Transient
            raise kind(
                "Business Central answered without the id of an object.", detail=self.api.hide(answer.text[:200])
            )
        return data
