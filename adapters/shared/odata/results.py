"""Answers of OData services: entities, rows, pages, versions and errors, in the shapes of V2 and V4."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from adapters.shared.answers import Answer, NotData, Told
from adapters.shared.http import Api
from adapters.shared.odata.literals import OData
from engine.model.errors import Transient

_MOST_PAGES = 10_000


def entity(data: Any, version: OData) -> dict[str, Any]:
    """Return the one entity of an answer. Raises NotData for any other shape."""
    inner = _inside(data) if version == "v2" else data
    if not isinstance(inner, dict) or "results" in inner or isinstance(inner.get("value"), list):
        raise NotData("one entity was expected")
    return inner


def rows(data: Any, version: OData) -> list[dict[str, Any]]:
    """Return the entities of a list. Raises NotData for any other shape: that is no empty list."""
    inner = _inside(data) if version == "v2" else data
    found = inner if version == "v2" and isinstance(inner, list) else None
    if isinstance(inner, dict):
        found = inner.get("results" if version == "v2" else "value")
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise NotData("a list of entities was expected")
    return found


def children(parent: Mapping[str, Any], name: str, version: OData) -> list[dict[str, Any]] | None:
    """Return the entities below another (a deep insert's answer, `$expand`); None when they were not sent along."""
    inner = parent.get(name)
    if version == "v2" and isinstance(inner, dict):
        inner = inner.get("results")
    if inner is None:
        return None
    if not isinstance(inner, list) or not all(isinstance(row, dict) for row in inner):
        raise NotData(f"a list was expected below {name}")
    return inner


def next_link(data: Any, version: OData) -> str:
    """Return the address of the next page as the service wrote it, empty on the last one."""
    said = _inside(data).get("__next") if version == "v2" and isinstance(_inside(data), dict) else None
    if version == "v4" and isinstance(data, dict):
        said = data.get("@odata.nextLink")
    return said if isinstance(said, str) else ""


def etag(row: Mapping[str, Any], version: OData, answer: Answer | None = None) -> str:
    """Return the version of an entity for `If-Match`; empty when the service keeps none."""
    said = row.get("@odata.etag")
    if version == "v2":
        said = (row.get("__metadata") or {}).get("etag")
    if not said and answer is not None:
        said = answer.headers.get("etag")
    return said if isinstance(said, str) else ""


def pages(
    api: Api, path: str, version: OData, *, base_url: str, most: int = _MOST_PAGES
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of every page of a list.

    Raises Transient when the service answers with something else, leads in a circle, or to another place: our credentials
    go nowhere but to `base_url`.
    """
    seen: set[str] = set()
    while path:
        answer = api.read(path)
        try:
            data = answer.data()
            yield rows(data, version)
            path = followed(base_url, answer.url, next_link(data, version))
        except NotData as e:
            raise Transient(f"{api.name} answered without a list.", detail=f"{e}: {api.shown(answer, 200)}") from e
        if path in seen or len(seen) >= most:
            raise Transient(f"{api.name} leads from page to page without end.", detail=path)
        seen.add(path)


def told(answer: Answer) -> Told:
    """Read an error: V2 `{"error": {"code", "message": {"value"}, "innererror"}}`, V4 with a plain message.

    Raises KeyError, TypeError or NotData for any other shape.
    """
    error = answer.mapping()["error"]
    message = error["message"]
    words = message["value"] if isinstance(message, dict) else message
    inner = error.get("innererror") or {}
    details = error.get("details") or inner.get("errordetails") or []
    fields: dict[str, str] = {}
    for detail in details if isinstance(details, list) else []:
        name = detail.get("propertyref") or detail.get("target")
        if name and detail.get("message"):
            fields[str(name)] = str(detail["message"])
    if error.get("target"):
        fields.setdefault(str(error["target"]), str(words))
    return Told(code=str(error.get("code") or ""), message=str(words or ""), fields=fields)


def _inside(data: Any) -> Any:
    if not isinstance(data, dict) or "d" not in data:
        raise NotData("this is no OData V2")
    return data["d"]


def followed(base_url: str, here: str, link: str) -> str:
    """Return the address of the next page, empty for none. Raises NotData for one that leads elsewhere."""
    if not link:
        return ""
    base, there = httpx.URL(base_url), httpx.URL(here).join(link)
    if (there.scheme, there.host, there.port) != (base.scheme, base.host, base.port):
        raise NotData(f"the next page is at {there.host}, which is not {base.host}")
    return str(there)
