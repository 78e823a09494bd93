"""Calls to the Dataverse Web API, and what its errors mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.dataverse.settings import DataverseSettings
from adapters.shared.answers import Answer, ErrorTable, Meaning, NotData
from adapters.shared.http import Api, Dialect, Patience, Unsent
from adapters.shared.odata.batch import Part, multipart
from adapters.shared.odata.literals import entity_path, query
from adapters.shared.odata.results import followed, next_link, rows, told
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised

_NOT_FOUND = 404
DUPLICATE = "0x80040237"
"""A row with this primary key or alternate key stands there."""
_ABSENT = "0x80040217"
ERRORS: ErrorTable = {
    "0x80072322": Meaning(Unsent, "Its limit of calls in five minutes is reached."),
    "0x80072321": Meaning(Unsent, "Its limit of execution time in five minutes is reached."),
    "0x80072326": Meaning(Unsent, "Its limit of calls at once is reached."),
    "0x80044151": Meaning(Ambiguous, "Its database timed out."),
    "0x80040220": Meaning(Unauthorised, "The application user lacks a privilege."),
    "0x80042f09": Meaning(Unauthorised, "The application user lacks a privilege."),
    DUPLICATE: Meaning(Rejected, "A row with the same key stands there."),
    "0x80060892": Meaning(Rejected, "A row with the same key stands there."),
    "0x80040333": Meaning(Rejected, "Its duplicate detection found the same record."),
    "0x80060882": Meaning(Rejected, "Somebody changed the row meanwhile."),
    _ABSENT: Meaning(Rejected, "It does not know what is referred to."),
}
"""Codes of Microsoft's web service error reference; the first three are service protection."""
_ANNOTATED = {"prefer": "return=representation", "odata-version": "4.0", "odata-maxversion": "4.0"}


class Dataverse:
    """The calls that the target, the directory and the source make."""

    def __init__(self, settings: DataverseSettings, *, patience: Patience | None = None) -> None:
        self.settings = settings
        self.api = Api(
            settings.root, name="Dataverse", auth=settings.sign_in(), dialect=Dialect(told, ERRORS), secrets=settings.secrets,
            headers={"odata-version": "4.0", "odata-maxversion": "4.0"},
            patience=patience or Patience(read=settings.timeout_seconds),
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the connections."""
        self.api.close()

    def get(
        self, path: str, key: Mapping[str, str] | str, *, select: Sequence[str], expand: str = ""
    ) -> dict[str, Any] | None:
        """Return a row by its id (a GUID) or by an alternate key; None when there surely is none."""
        asked = query({name: text for name, text in (("$select", ",".join(select)), ("$expand", expand)) if text})
        answer = self.api.read(f"/{_one(path, key)}?{asked}", expect=(200, _NOT_FOUND))
        if answer.status == _NOT_FOUND:
            self._surely_absent(answer)
            return None
        return self.row(answer, is_write=False)

    def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a row with its lines and return it."""
        return self.row(
            self.api.write("POST", f"/{path}", json=dict(body), headers=_ANNOTATED, expect=(201,)), is_write=True
        )

    def upsert(self, path: str, key: Mapping[str, str], body: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """Create or change a row by an alternate key. Returns it and whether it is new."""
        answer = self.api.write("PATCH", f"/{_one(path, key)}", json=dict(body), headers=_ANNOTATED, expect=(200, 201))
        return self.row(answer, is_write=True), answer.status == 201  # noqa: PLR2004 - created

    def create_many(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> list[Answer | None]:
        """Create rows in one call. Returns the answer of each; None: it did not come, nobody knows."""
        parts = [Part("POST", path, body, {"prefer": "return=representation"}) for body in bodies]
        batch = multipart([[part] for part in parts])
        answer = self.api.write(
            "POST", "/$batch", content=batch.content, expect=(200,),
            headers={"content-type": batch.content_type, "prefer": "odata.continue-on-error"},
        )  # fmt: skip
        try:
            return list(batch.answers(answer))
        except NotData as e:
            raise Ambiguous("Dataverse answered a batch with something else.", detail=str(e)) from e

    def page(
        self, address: str, *, headers: Mapping[str, str] | None = None
    ) -> tuple[list[dict[str, Any]], str, dict[str, Any]]:
        """Return the rows of one page, the link to the next, and the whole answer."""
        answer = self.api.read(address, headers=headers)
        try:
            data = answer.data()
            return rows(data, "v4"), followed(self.settings.root, answer.url, next_link(data, "v4")), data
        except NotData as e:
            raise Transient("Dataverse answered without a list.", detail=str(e)) from e

    def who(self) -> str:
        """Return the id of the user that we are there."""
        return str(self.api.object(self.api.read("/WhoAmI")).get("UserId") or "")

    def refusal(self, answer: Answer) -> TargetError:
        """Return what the answer of one part of a batch means."""
        return self.api.error(answer, is_write=True)

    def row(self, answer: Answer, *, is_write: bool) -> dict[str, Any]:
        """Return a row that names itself; anything else is no success."""
        data = self.api.object(answer, is_write=is_write)
        if not data.get("@odata.etag") and not data.get("@odata.context"):
            kind: type[TargetError] = Ambiguous if is_write else Transient
            raise kind("Dataverse answered without a row.", detail=self.api.hide(answer.text[:200]))
        return data

    def _surely_absent(self, answer: Answer) -> None:
        """Refuse a 404 that is not Dataverse's own: a proxy that lost its way proves no absence."""
        try:
            code = told(answer).code
        except (NotData, KeyError, TypeError):
            code = ""
        if code.lower() != _ABSENT:
            raise Transient("Something before Dataverse answered 404.", detail=self.api.hide(answer.text[:200]))


def _one(path: str, key: Mapping[str, str] | str) -> str:
    return f"{path}({key})" if isinstance(key, str) else entity_path(path, dict(key), "v4")
