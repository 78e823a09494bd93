"""A stand-in for an SAP S/4HANA system: its OData V2 services, as strict as their metadata, with faults by switch."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from adapters.sap.sandbox import functions, session
from adapters.sap.sandbox.checks import Complaint, complaints, stored
from adapters.sap.sandbox.documents import finished, missing, objections
from adapters.sap.sandbox.entities import EntitySet, entity_sets
from adapters.sap.sandbox.filters import BadFilter, Test, compiled
from adapters.sap.sandbox.multipart import answered
from adapters.sap.sandbox.wording import refusal, shown, unknown_set
from adapters.shared.sandbox.server import Call, Reply, Sandbox

ROOT = "/sap/opu/odata/sap"
_KEYED = re.compile(r"^(?P<set>\w+)\((?P<key>.*)\)$")
_PAIR = re.compile(r"(?:(\w+)=)?'((?:[^']|'')*)'")


class SapSandbox(Sandbox):
    """`objects` holds entities by the name of their entity set, those created within another below it."""

    title = "SAP S/4HANA"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.sessions = session.Sessions()
        self.checks_twice = False
        """Whether invoices are checked for duplicates, as the customer's configuration says."""
        self.page_size = 1000
        """Rows that one answer holds at most."""

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits."""
        return {
            "url": self.url, "client": "100", "token_url": self.url + session.TOKEN_PATH,
            "client_id": session.CLIENT_ID, "client_secret": session.CLIENT_SECRET,
        }  # fmt: skip

    def add(self, name: str, **properties: Any) -> dict[str, Any]:
        """Put an entity there by hand, whatever its properties are filled by."""
        kind = next(one for (_, known), one in entity_sets().items() if known == name)
        below = {key: properties.pop(key) for key in list(properties) if key in kind.below}
        entity = stored(kind, properties)
        for key, rows in below.items():
            inner = entity_sets()[kind.service, kind.below[key]]
            entity[key] = [_deep(inner, row) for row in rows]
        with self.lock:
            self.objects.setdefault(name, []).append(entity)
        return entity

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something. A token is given out, and a batch of reads answered, without a change."""
        if call.method != "POST" or call.path == session.TOKEN_PATH:
            return False
        return not call.path.endswith("/$batch") or b"POST " in call.body

    def expire_tokens(self) -> None:
        """End all sessions."""
        self.sessions.expire()

    def refused_login(self) -> Reply:
        """Return how SAP refuses who is not logged on."""
        return session.login_needed()

    def throttled(self, seconds: int) -> Reply:
        """Return how SAP's API management says that it is asked too often."""
        return refusal(429, "429", "Too many requests", headers={"retry-after": str(seconds)})

    def reply(self, call: Call) -> Reply:
        """Answer one call."""
        if call.path == session.TOKEN_PATH and call.method == "POST":
            return self.sessions.token(call)
        if refused := self.sessions.refused(call):
            return refused
        if call.path.endswith("/$batch") and call.method == "POST":
            return answered(call, self._served, self._undo)
        reply = self._served(call)
        return Reply(reply.status, reply.data, reply.body, {**reply.headers, **self.sessions.fetched(call)})

    def _undo(self) -> Callable[[], None]:
        before = {name: list(rows) for name, rows in self.objects.items()}  # what is created only adds rows

        def take_back() -> None:
            self.objects = before

        return take_back

    def _served(self, call: Call) -> Reply:
        service, _, rest = call.path.removeprefix(f"{ROOT}/").partition("/")
        if not call.path.startswith(ROOT) or service not in functions.SERVICES | {name for name, _ in entity_sets()}:
            return refusal(
                403, "/IWFND/MED/170", f"No service found for namespace '', name '{service}', version '0001'"
            )
        if function := functions.FUNCTIONS.get((call.method, service, rest)):
            return function(self.objects, call)
        if not rest:
            return Reply(200, {"d": {"EntitySets": [name for known, name in entity_sets() if known == service]}})
        return self._of_set(service, rest, call)

    def _of_set(self, service: str, rest: str, call: Call) -> Reply:
        match = _KEYED.match(unquote(rest))
        kind = entity_sets().get((service, match["set"] if match else rest))
        if kind is None:
            return unknown_set(rest)
        if call.method in {"GET", "HEAD"}:
            return self._one(kind, match["key"], call) if match else self._listed(kind, call)
        if call.method == "POST" and not match:
            return self._made(kind, call)
        return refusal(405, "/IWBEP/CM_MGW_RT/000", f"Method '{call.method}' is not implemented for '{kind.name}'")

    def _made(self, kind: EntitySet, call: Call) -> Reply:
        if not kind.is_made:
            return refusal(405, "/IWBEP/CM_MGW_RT/000", f"'{kind.name}' cannot be created by itself")
        try:
            body = call.data()
        except ValueError:
            return refusal(400, "/IWBEP/CM_MGW_RT/021", "Malformed request body")
        others = self.objects.setdefault(kind.name, [])
        wrong = [*complaints(kind, body)]
        if not wrong:
            wrong = missing(kind.name, body)
        entity = stored(kind, body) if not wrong else {}
        wrong = wrong or objections(kind.name, entity, others, checks_twice=self.checks_twice)
        if wrong:
            return refusal(400, wrong[0].code, wrong[0].message, wrong)
        finished(kind.name, entity, others)
        others.append(entity)
        data = {"d": shown(kind, entity, root=self.url + ROOT, expand=[name for name in kind.below if name in body])}
        return Reply(201, data, headers={"sap-message-id": f"M{len(others):08d}"})

    def _one(self, kind: EntitySet, key: str, call: Call) -> Reply:
        pairs = [(name or kind.key[0], value.replace("''", "'")) for name, value in _PAIR.findall(key)]
        for entity in self.objects.get(kind.name, ()):
            if all(str(entity.get(name)) == value for name, value in pairs):
                return Reply(200, {"d": shown(kind, entity, root=self.url + ROOT, expand=_expanded(call))})
        return refusal(404, "/IWBEP/CM_MGW_RT/020", f"Resource not found for the segment '{kind.name}'")

    def _listed(self, kind: EntitySet, call: Call) -> Reply:
        try:
            test: Test = compiled(call.query["$filter"], kind) if call.query.get("$filter") else lambda _: True
        except BadFilter as e:
            return refusal(400, "/IWBEP/CM_MGW_RT/176", str(e), [Complaint("/IWBEP/CM_MGW_RT/176", str(e), "$filter")])
        found = [entity for entity in self.objects.get(kind.name, ()) if test(entity)]
        for part in reversed([one for one in call.query.get("$orderby", "").split(",") if one]):
            name, _, way = part.strip().partition(" ")
            found.sort(key=lambda entity, prop=name: str(entity.get(prop)), reverse=way == "desc")  # type: ignore[misc]
        skip = int(call.query.get("$skip", call.query.get("$skiptoken", "0")))
        top = int(call.query.get("$top", len(found)))
        page = found[skip : skip + min(top, self.page_size)]
        data: dict[str, Any] = {
            "results": [shown(kind, row, root=self.url + ROOT, expand=_expanded(call)) for row in page]
        }
        if len(page) == self.page_size and skip + len(page) < min(len(found), skip + top):
            data["__next"] = f"{self.url}{call.path}?$skiptoken={skip + len(page)}"
        return Reply(200, {"d": data})


def _deep(kind: EntitySet, row: Mapping[str, Any]) -> dict[str, Any]:
    entity = stored(kind, {key: value for key, value in row.items() if key not in kind.below})
    for key, rows in row.items():
        if key in kind.below:
            entity[key] = [_deep(entity_sets()[kind.service, kind.below[key]], one) for one in rows]
    return entity


def _expanded(call: Call) -> list[str]:
    return [path.strip() for path in call.query.get("$expand", "").split(",") if path.strip()]
