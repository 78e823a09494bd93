"""Calls to the data entities of one legal entity, and what their errors mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.dynamics_fo.settings import FoSettings
from adapters.shared.answers import Answer, ErrorTable, Meaning, NotData, Told
from adapters.shared.http import Api, Dialect, Patience
from adapters.shared.odata.batch import Part, multipart
from adapters.shared.odata.literals import Comparison, Plain, entity_path, query, where
from adapters.shared.odata.results import followed, next_link, pages, rows, told
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient

Condition = tuple[str, Comparison, Plain]
_CREATED, _FORBIDDEN, _NOT_FOUND = 201, 403, 404
ERRORS: ErrorTable = {
    "409": Meaning(Rejected, "A record with the same key stands there, or somebody changed it."),
    "412": Meaning(Rejected, "Somebody changed it meanwhile."),
}
_THERE = "already exists"


def tell(answer: Answer) -> Told:
    """Read `{"error": {"code", "message", "innererror": {"message"}}}`: the inner message is the one of the application."""
    said = told(answer)
    inner = answer.mapping()["error"].get("innererror") or {}
    words = str(inner.get("message") or said.message)
    return Told(code=said.code, message=words[:500], fields=said.fields)


class Finance:
    """The calls that the parts of the target and the directory make."""

    def __init__(self, settings: FoSettings) -> None:
        self.settings = settings
        self.api = Api(
            settings.root, name="Dynamics 365 Finance", auth=settings.sign_in(), dialect=Dialect(tell, ERRORS),
            secrets=settings.secrets, headers={"odata-version": "4.0", "odata-maxversion": "4.0"},
            patience=Patience(read=settings.timeout_seconds),
        )  # fmt: skip

    @property
    def company(self) -> str:
        """The legal entity."""
        return self.settings.company

    def close(self) -> None:
        """Let go of the connections."""
        self.api.close()

    def rows(self, entity_set: str, *only: Condition, top: int = 0) -> list[dict[str, Any]]:
        """Return the rows of this legal entity that fulfil every condition, over all pages."""
        address = self._address(entity_set, only, top=top)
        return [row for page in pages(self.api, address, "v4", base_url=self.settings.root) for row in page]

    def seen(self, entity_set: str, *only: Condition) -> list[dict[str, Any]] | None:
        """Return the first rows that fulfil every condition, or None when this environment does not show that entity to us.

        A refusal says nothing of what stands there: it is no empty list.
        """
        answer = self.api.read(self._address(entity_set, only), expect=(200, _FORBIDDEN, _NOT_FOUND))
        if answer.status == _NOT_FOUND:
            self._surely_absent(answer)
        return None if answer.status in {_FORBIDDEN, _NOT_FOUND} else self._listed(answer)

    def page(
        self, entity_set: str, *only: Condition, following: str = "", order: str = ""
    ) -> tuple[list[dict[str, Any]], str]:
        """Return one page and the link to the next."""
        answer = self.api.read(following or self._address(entity_set, only, order=order))
        found = self._listed(answer)
        return found, followed(self.settings.root, answer.url, next_link(answer.data(), "v4"))

    def one(self, entity_set: str, key: Mapping[str, str]) -> dict[str, Any] | None:
        """Return a row of this legal entity by its key; None when there surely is none."""
        path = entity_path(entity_set, {"dataAreaId": self.company, **key}, "v4")
        answer = self.api.read(f"/{path}?cross-company=true", expect=(200, _NOT_FOUND))
        if answer.status == _NOT_FOUND:
            self._surely_absent(answer)
            return None
        data = self.api.object(answer)
        if any(str(data.get(name, "")).casefold() != value.casefold() for name, value in key.items()):
            raise Transient("Finance answered with another record than the one that was asked for.")
        return data

    def create(self, parts: Sequence[Part]) -> dict[str, Any]:
        """Write records in one changeset, whole or not at all, and return the first. Raises what Finance refuses it with."""
        batch = multipart([parts])
        answer = self.api.write(
            "POST", "/$batch", content=batch.content, headers={"content-type": batch.content_type}, expect=(200,)
        )
        try:
            answers = batch.answers(answer)
        except NotData as e:
            raise Ambiguous("Finance answered a changeset with something else.", detail=str(e)) from e
        for part in answers:
            if part is None:
                raise Ambiguous("Finance's answer to a changeset does not speak of each part.")
            if part.status != _CREATED:
                raise self.api.error(part, is_write=True)
        first = answers[0]
        return self.api.object(first, is_write=True) if first is not None else {}

    def _address(self, entity_set: str, only: Sequence[Condition], *, top: int = 0, order: str = "") -> str:
        options = {
            "cross-company": "true", "$filter": where("v4", ("dataAreaId", "eq", self.company), *only),
            **({"$top": str(top)} if top else {}), **({"$orderby": order} if order else {}),
        }  # fmt: skip
        return f"/{entity_set}?{query(options)}"

    @staticmethod
    def _listed(answer: Answer) -> list[dict[str, Any]]:
        try:
            return rows(answer.data(), "v4")
        except NotData as e:
            raise Transient("Finance answered without a list.", detail=str(e)) from e

    def _surely_absent(self, answer: Answer) -> None:
        """Refuse a 404 that is not Finance's own: a proxy that lost its way proves no absence."""
        try:
            tell(answer)
        except (NotData, KeyError, TypeError) as e:
            raise Transient("Something before Finance answered 404.", detail=self.api.hide(answer.text[:200])) from e


def is_duplicate(error: TargetError) -> bool:
    """Whether Finance refused a record because its key stands there."""
    return isinstance(error, Rejected) and _THERE in f"{error.message} {error.detail}"
