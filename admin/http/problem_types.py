"""The kinds of problems that the API answers with (RFC 9457): one name each, its status, and what to do about it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from engine.model.value import Value

_URN = "urn:postroom:problem:"
MEDIA_TYPE = "application/problem+json"


class Kind(Value):
    """One kind of problem."""

    name: str
    status: int
    title: str
    help: str
    """What the caller does about it."""

    @property
    def urn(self) -> str:
        """The `type` of a problem: stable, for programs to compare."""
        return _URN + self.name


KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        Kind(name="bad-request", status=400, title="Bad request", help="Mend the request; sent as it is it is never taken."),
        Kind(name="unauthorised", status=401, title="Unauthorised", help="Send `Authorization: Bearer TOKEN` with a token that is good."),
        Kind(name="not-allowed", status=403, title="Not allowed", help="Ask who manages people for the right, or have somebody do it who holds it."),
        Kind(name="not-found", status=404, title="Not found", help="Look the id up in the list; what is out of your reach is not there for you."),
        Kind(name="method-not-allowed", status=405, title="Method not allowed", help="Use one of the methods that the header Allow names."),
        Kind(name="no-such-form", status=406, title="Not in this form", help="Take another form; the detail says what this hub lacks for the one that was asked for."),
        Kind(name="conflict", status=409, title="Not as it stands", help="Read it again and decide anew; the detail says what stands in the way."),
        Kind(name="in-flight", status=409, title="Still being answered", help="Wait as Retry-After says, then send the same request with the same key."),
        Kind(name="key-reused", status=409, title="Key of another request", help="Send another Idempotency-Key: this one stands for another request."),
        Kind(name="answer-lost", status=409, title="The answer was lost", help="The first call began to take effect before the server died. Look at what it was about, then use a new key."),
        Kind(name="changed", status=412, title="Changed meanwhile", help="Read it again: somebody or something was faster. Then send the new ETag or revision."),
        Kind(name="too-large", status=413, title="Too large", help="Send less at once."),
        Kind(name="media-type", status=415, title="Unsupported media type", help="Send the Content-Type that the documentation names."),
        Kind(name="invalid", status=422, title="Invalid", help="Mend what `errors` or the detail names."),
        Kind(name="too-many", status=429, title="Too many requests", help="Wait as Retry-After says."),
        Kind(name="internal", status=500, title="Our fault", help="Nothing you can mend. Tell who runs this hub the time and the address; the log has the rest."),
        Kind(name="unavailable", status=503, title="Not at this moment", help="Try again later."),
    )
}  # fmt: skip
"""By name. The first of a status is what a plain refusal with that status is."""

BY_STATUS: Mapping[int, Kind] = {one.status: one for one in reversed([*KINDS.values()])}


class Place(BaseModel):
    """One thing that is wrong with a request."""

    pointer: str
    """Where: `#/body/values/0/path`, `#/query/limit`."""
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[str, Field(examples=[KINDS["not-found"].urn])]
    """Which kind of problem; stable, for programs to compare."""
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    """What is wrong this time, in a sentence."""
    help: str
    """What to do about it."""
    errors: list[Place] | None = None
    """Each thing that is wrong, when there are several or a place can be named."""


class Told(HTTPException):
    """A refusal of a kind of its own."""

    def __init__(self, name: str, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(KINDS[name].status, detail, headers=dict(headers or {}))
        self.kind = KINDS[name]


def kind_of(status: int) -> Kind:
    """Return the kind of a plain refusal; a status that has none stands for itself."""
    known = BY_STATUS.get(status)
    if known is not None:
        return known
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    instead = BY_STATUS[500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400]
    return Kind(name=phrase.lower().replace(" ", "-"), status=status, title=phrase, help=instead.help)


def body(kind: Kind, detail: str, errors: list[Place] | None = None) -> dict[str, Any]:
    """Return the JSON of a problem."""
    told = Problem(
        type=kind.urn, title=kind.title, status=kind.status, detail=detail, help=kind.help, errors=errors or None
    )
    return told.model_dump(mode="json", exclude_none=True)
