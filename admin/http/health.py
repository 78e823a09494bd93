"""Health, readiness and metrics."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from admin.http.who import Needs
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.overview import overview, set_gauges
from engine.runtime.workflow import content_problem
from engine.store import database

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="The process lives")
def healthz() -> dict[str, str]:
    """Answer as long as the process can."""
    return {"status": "ok"}


@router.get("/readyz", summary="The hub can take documents", responses={503: {"description": "The database is away"}})
def readyz(request: Request, response: Response) -> dict[str, str]:
    """Answer 200 when the database answers, else 503. `content` says why what was promoted last is not in force."""
    house: House = request.app.state.house
    try:
        database.probe(house.engine)
    except SQLAlchemyError:
        response.status_code = 503
        return {"status": "database away"}
    problem = content_problem()
    return {"status": "ready", "content": problem} if problem else {"status": "ready"}


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
def metrics(request: Request, _asker: Annotated[Asker, Depends(Needs("read_status"))]) -> Response:
    """Return counters of this process and gauges over the database."""
    set_gauges(overview(request.app.state.house))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
