"""Who asks, and whether they may: every route names the verb that it needs."""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from engine.model.person import Asker
from engine.model.rights import Verb


class Unknown(HTTPException):
    """Nobody has proved who they are; a page leads to the sign-in."""

    def __init__(self) -> None:
        super().__init__(401, "Send the header Authorization: Bearer with a token, or sign in.")


def current_person(request: Request) -> Asker:
    """Return who asks. Raises Unknown when nobody has proved who they are."""
    asker: Asker | None = getattr(request.state, "asker", None)
    if asker is None:
        raise Unknown
    return asker


class Needs:
    """The dependency of a route: who asks must hold one of the verbs, for some documents at least.

    Whether it is held for the one document that is asked about is for `reach.document` to say.
    """

    def __init__(self, *verbs: Verb) -> None:
        self.verbs = verbs

    def __call__(self, request: Request) -> Asker:
        """Return who asks. Raises Unknown, or HTTPException 403 naming what is missing."""
        asker = current_person(request)
        if not any(asker.may(verb) for verb in self.verbs):
            wanted = " or ".join(one.replace("_", " ") for one in self.verbs)
            raise HTTPException(403, f"You have not the right to {wanted}.")
        return asker


def routes(among: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """Yield every route that calls a function, also those of routers that were included whole."""
    for one in among:
        inner = getattr(one, "original_router", None)
        if isinstance(inner, APIRouter):
            yield from routes(inner.routes)
        elif isinstance(one, APIRoute):
            yield one


def needed(dependant: Dependant) -> Iterator[Needs]:
    """Yield what a route asks of the person, however deep it stands."""
    for one in dependant.dependencies:
        if isinstance(one.call, Needs):
            yield one.call
        yield from needed(one)
