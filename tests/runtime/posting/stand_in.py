"""A target in this process that does as it is told, behind a plug, so that connecting anew finds it again."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.model.call_limits import CallLimits
from engine.model.errors import ContentError, TargetError
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.ports import Manifest, Plug, Reader, Target
from engine.runtime.house import House


class StandIn:
    """Holds what was written; `before` and `after` are errors to raise, the first first."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        self.sent: list[str] = []
        self.before: list[TargetError] = []
        self.after: list[TargetError] = []
        self.down: TargetError | None = None
        """Raised by every call."""
        self.pings = 0
        self.finds = 0
        self.most_running = 0
        self.meanwhile: Callable[[], object] = lambda: None
        self._running = 0
        self._lock = threading.Lock()

    def find(self, operation: Operation) -> Receipt | None:
        self.finds += 1
        if self.down is not None:
            raise self.down
        return self.receipt(operation, "already_there") if operation.key in self.held else None

    def send(self, operation: Operation) -> Receipt:
        with self._lock:
            self._running += 1
            self.most_running = max(self.most_running, self._running)
        try:
            self.meanwhile()
            return self._write(operation)
        finally:
            with self._lock:
                self._running -= 1

    def _write(self, operation: Operation) -> Receipt:
        with self._lock:
            self.sent.append(operation.key)
            if self.down is not None:
                raise self.down
            if self.before:
                raise self.before.pop(0)
            self.held[operation.key] = self.held.get(operation.key, 0) + 1
            if self.after:
                raise self.after.pop(0)
        return self.receipt(operation, "created")

    def receipt(self, operation: Operation, outcome: str) -> Receipt:
        return Receipt.model_validate(
            {"key": operation.key, "external_id": f"id-{operation.short_key}", "outcome": outcome}
        )

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        del acknowledgement


class Pinged(StandIn):
    """One that can be asked whether it is there."""

    def ping(self) -> str:
        self.pings += 1
        if self.down is not None:
            raise self.down
        return "it is here"

    def close(self) -> None:
        """Let go of nothing."""


class Batching(StandIn):
    """One that takes ten at once; `answers` makes what it says of a batch."""

    most_at_once = 10

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.answers: Callable[[list[Receipt | TargetError]], Any] = lambda told: told

    def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
        self.batches.append(len(operations))
        told: list[Receipt | TargetError] = []
        for operation in operations:
            try:
                told.append(self._write(operation))
            except TargetError as e:
                told.append(e)
        answer: Sequence[Receipt | TargetError] = self.answers(told)
        return answer


class StandInPlug:
    """Connects every target of the environment to the stand-in, unless `broken` says why it cannot."""

    def __init__(self, files: Plug, target: Target, limits: CallLimits) -> None:
        self.manifest: Manifest = files.manifest.model_copy(update={"limits": limits})
        self.broken = ""
        self._files, self._target = files, target

    def reader(self) -> Reader:
        return self._files.reader()

    def target(self, settings: Mapping[str, Any]) -> Target:
        if self.broken:
            raise ContentError(self.broken, file="target erp")
        return self._target

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        return ()


def patient(house: House, **settings: object) -> House:
    """Return a house with other settings."""
    return replace(house, settings=house.settings.model_copy(update=settings))


def with_stand_in(house: House, target: Target, limits: CallLimits) -> House:
    """Return a house whose targets are all this one."""
    return replace(
        house, plugs={**house.plugs, "files": StandInPlug(house.plugs["files"], target, limits)}, _targets={}
    )
