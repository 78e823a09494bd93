"""A vendor with an HTTP interface that keeps whatever it is given, doubled or not, and a plug that writes there.

The vendor shares no code with the plug. It never refuses a second object with the same key: it is the hub that must not
send one.
"""

import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.shared.http import Api, Patience
from adapters.shared.sandbox.faults import Fault, FaultBook, FaultKind
from adapters.shared.sandbox.server import Call, Reply, Sandbox
from engine.model.call_limits import CallLimits
from engine.model.errors import Ambiguous, TargetError
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.ports import Manifest, Plug, Reader, Target

QUICK = Patience(connect=5, read=1, whole=2, tries=2, wait=0.2)
KINDS: tuple[FaultKind, ...] = (
    "cut_before", "throttle", "html_500", "unavailable", "redirect", "strange_status", "commit_then_cut",
    "commit_then_500", "commit_then_503", "commit_then_504", "commit_then_html", "html_200", "delay", "truncate",
    "empty", "schema_changed",
)  # fmt: skip
"""What goes wrong by chance. `hang`, `drip` and `commit_then_hang` cost seconds each and are drawn more seldom."""
SLOW_KINDS: tuple[FaultKind, ...] = ("hang", "commit_then_hang", "drip")


class ByChance(FaultBook):
    """Faults on a share of the calls, the same for the same seed and order of calls."""

    def __init__(self, *, permille: int, seed: int = 1) -> None:
        super().__init__()
        self._permille = permille
        self._chance = random.Random(seed)  # noqa: S311 - chance is the point here
        self._turn = threading.Lock()
        self.given: dict[str, int] = {}

    def next(self, path: str, *, is_write: bool) -> Fault | None:
        """Return a fault, or None."""
        with self._turn:
            if self._chance.randrange(1000) >= self._permille:
                return super().next(path, is_write=is_write)
            kind = self._chance.choice(SLOW_KINDS if self._chance.randrange(50) == 0 else KINDS)
            self.given[kind] = self.given.get(kind, 0) + 1
        seconds = {"throttle": 1.0, "hang": 1.5, "commit_then_hang": 1.5, "drip": 0.3}.get(kind, 0.02)
        return Fault(kind, seconds=seconds)


class Desk(Sandbox):
    """The vendor: `POST /objects`, `POST /batch`, `GET /objects?key=`, `GET /ping`."""

    def __init__(self, *, permille: int = 0, seed: int = 1, slow_seconds: float = 0) -> None:
        super().__init__()
        self._slow_seconds = slow_seconds
        self._arrivals: deque[float] = deque()
        self.most_in_a_second = 0
        chance = ByChance(permille=permille, seed=seed)
        self.faults, self.given = chance, chance.given
        self.objects["objects"] = []
        self.by_key: dict[str, list[str]] = {}
        self.running = 0
        self.most_running = 0

    def answered(self, call: Call) -> tuple[Reply | None, Fault | None]:
        """Answer, and count how many calls run at once."""
        if call.path == "/counts":
            with self.lock:
                counts = {
                    "keys": self.by_key, "most_running": self.most_running, "faults": self.given,
                    "most_in_a_second": self.most_in_a_second,
                }  # fmt: skip
                return Reply(200, counts), None
        with self.lock:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            self._note_arrival(time.monotonic())
        try:
            time.sleep(self._slow_seconds)
            return super().answered(call)
        finally:
            with self.lock:
                self.running -= 1
                self.calls.clear()

    def _note_arrival(self, at: float) -> None:
        self._arrivals.append(at)
        while self._arrivals[0] <= at - 1:
            self._arrivals.popleft()
        self.most_in_a_second = max(self.most_in_a_second, len(self._arrivals))

    def reply(self, call: Call) -> Reply:
        """Do what a call asks."""
        if call.method == "GET" and call.path == "/objects":
            return Reply(200, {"items": [{"id": one, "key": call.query["key"]} for one in self._of(call.query["key"])]})
        if call.path == "/ping":
            return Reply(200, {"is": "here"})
        wanted = call.data()
        items = wanted["items"] if call.path == "/batch" else [wanted]
        return Reply(201, {"items": [self._write(item) for item in items]})

    def _of(self, key: str) -> list[str]:
        return self.by_key.get(key, [])

    def _write(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        made = uuid.uuid4().hex[:12]
        self.by_key.setdefault(item["key"], []).append(made)
        return {"id": made, "key": item["key"]}


class DeskTarget:
    """Writes one object a call."""

    def __init__(self, url: str, *, patience: Patience = QUICK) -> None:
        self._api = Api(url, name="desk", patience=patience)

    def find(self, operation: Operation) -> Receipt | None:
        answer = self._api.read("/objects", params={"key": operation.key})
        items = self._items(answer)
        if len(items) > 1:
            raise Ambiguous(f"It stands there {len(items)} times.")
        return self._receipt(operation, items[0], "already_there") if items else None

    def send(self, operation: Operation) -> Receipt:
        answer = self._api.write("POST", "/objects", json={"key": operation.key})
        items = self._items(answer, is_write=True)
        if len(items) != 1:
            raise Ambiguous("It did not say what it keeps.")
        return self._receipt(operation, items[0], "created")

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        del acknowledgement

    def ping(self) -> str:
        self._api.read("/ping")
        return "it is here"

    def close(self) -> None:
        self._api.close()

    def _items(self, answer: Any, *, is_write: bool = False) -> list[dict[str, Any]]:
        items = self._api.object(answer, is_write=is_write).get("items")
        if not isinstance(items, list):
            raise Ambiguous("The answer has another shape than promised.")
        return items

    @staticmethod
    def _receipt(operation: Operation, item: Any, outcome: str) -> Receipt:
        if not isinstance(item, dict) or item.get("key") != operation.key:
            raise Ambiguous("It answered about something else.")
        return Receipt.model_validate({"key": operation.key, "external_id": str(item["id"]), "outcome": outcome})


class BatchTarget(DeskTarget):
    """Writes twenty objects a call."""

    most_at_once = 20

    def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
        answer = self._api.write("POST", "/batch", json={"items": [{"key": one.key} for one in operations]})
        items = self._items(answer, is_write=True)
        if len(items) != len(operations):
            raise Ambiguous("It did not say what became of each.")
        return [self._receipt(one, item, "created") for one, item in zip(operations, items, strict=True)]


class DeskPlug:
    """Stands in for the files adapter: the targets that are named in `urls` are desks, the others real folders."""

    def __init__(
        self, files: Plug, urls: Mapping[str, str], *, limits: CallLimits, batching: Sequence[str] = ()
    ) -> None:
        self._files, self._urls, self._batching = files, urls, batching
        self.manifest: Manifest = files.manifest.model_copy(update={"limits": limits})

    def reader(self) -> Reader:
        return self._files.reader()

    def target(self, settings: Mapping[str, Any]) -> Target:
        name = str(settings["folder"]).rpartition("/")[2]
        if name not in self._urls:
            return self._files.target(settings)
        return BatchTarget(self._urls[name]) if name in self._batching else DeskTarget(self._urls[name])

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        return ()
