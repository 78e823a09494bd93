"""What came of a document in the few values that a frozen case is held against, and the differences in words. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.decision import Route
from engine.model.document import DocumentType
from engine.model.judged import Judged
from engine.model.record import Record
from engine.model.value import Value
from engine.stages.items import item_of

_LONGEST = 60


class Write(Value):
    """One write that the document leads to."""

    target: str
    object: str
    mapping: str
    """`name@version`; not compared, a new version may write the same."""
    payload: Mapping[str, Any]
    item: str = ""
    """Which item of the document it writes, `lines/3`; empty for a write of the whole."""

    @property
    def place(self) -> str:
        """What tells writes apart: `crm/line_items/lines/3`."""
        return "/".join(part for part in (self.target, self.object, self.item) if part)


class Outcome(Value):
    """What came of a document."""

    type: DocumentType
    flow: str
    """`name@version`; not compared."""
    route: Route
    queue: str | None
    reasons: tuple[str, ...]
    fired: tuple[str, ...]
    """Rules that fired, in the order of the set."""
    vendor: str | None
    order: str | None
    writes: tuple[Write, ...]
    held: tuple[str, ...]
    """Codes of findings that kept it from being mapped."""

    @property
    def bare(self) -> "Outcome":
        """The same without the values of payloads, only their places: what masking must not change."""
        writes = tuple(
            one.model_copy(update={"payload": dict.fromkeys(leaves(one.payload), "")}) for one in self.writes
        )
        return self.model_copy(update={"writes": writes})


def outcome(judged: Judged) -> Outcome:
    """Return what came of a document that was judged."""
    decision = judged.decision
    return Outcome(
        type=judged.record.type, flow=decision.flow, route=decision.route, queue=decision.queue, reasons=decision.reasons,
        fired=tuple(rule.id for rule in decision.rules if rule.fired),
        vendor=judged.vendor.chosen.id if judged.vendor and judged.vendor.chosen else None,
        order=judged.order.chosen.id if judged.order and judged.order.chosen else None,
        writes=tuple(
            Write(
                target=one.target, object=one.object, mapping=one.mapping, payload=one.payload, item=item_of(one.key)
            )
            for one in judged.operations
        ),
        held=tuple(dict.fromkeys(finding.code for finding in judged.findings)),
    )  # fmt: skip


def differences(then: Outcome, now: Outcome) -> tuple[str, ...]:
    """Return what is otherwise, one sentence each; nothing when all is the same."""
    return tuple(_differences(then, now))


def record_differences(then: Record, now: Record) -> Iterator[str]:
    """Yield what is read otherwise, value by value."""
    was, is_now = ({"type": one.type, **{path: field.value for path, field in one.walk()}} for one in (then, now))
    for path in dict.fromkeys((*was, *is_now)):
        if was.get(path) != is_now.get(path):
            yield f"record {path}: {_shown(was.get(path))} -> {_shown(is_now.get(path))}"


def _differences(then: Outcome, now: Outcome) -> Iterator[str]:
    if then.type != now.type:
        yield f"it is a {now.type} instead of a {then.type}"
    if (then.route, then.queue) != (now.route, now.queue):
        yield f"it goes to {_where(now)} instead of {_where(then)}"
    elif then.reasons != now.reasons:
        yield f"it goes there because of {_listed(now.reasons)} instead of {_listed(then.reasons)}"
    yield from (f"rule {one} fires" for one in now.fired if one not in then.fired)
    yield from (f"rule {one} fires no longer" for one in then.fired if one not in now.fired)
    for what, old, new in (("vendor", then.vendor, now.vendor), ("order", then.order, now.order)):
        if old != new:
            yield f"the {what} is {new or 'none'} instead of {old or 'none'}"
    if then.held != now.held:
        yield f"mapping finds {_listed(now.held)} instead of {_listed(then.held)}"
    yield from _writes(then, now)


def _writes(then: Outcome, now: Outcome) -> Iterator[str]:
    before = {one.place: one for one in then.writes}
    after = {one.place: one for one in now.writes}
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            yield f"{name} is not written any more"
        elif name not in before:
            yield f"{name} is written"
        else:
            old, new = leaves(before[name].payload), leaves(after[name].payload)
            for path in dict.fromkeys([*old, *new]):
                if old.get(path) != new.get(path):
                    yield f"{name} {path}: {_shown(old.get(path))} -> {_shown(new.get(path))}"


def leaves(payload: Any, at: str = "") -> dict[str, Any]:
    """Return the leaves of JSON data by path: `lines[0].amount`."""
    if isinstance(payload, Mapping):
        inner = [leaves(one, f"{at}.{name}" if at else str(name)) for name, one in payload.items()]
    elif isinstance(payload, list | tuple):
        inner = [leaves(one, f"{at}[{index}]") for index, one in enumerate(payload)]
    else:
        return {at: payload}
    return {path: value for one in inner for path, value in one.items()}


def _where(one: Outcome) -> str:
    queue = f" {one.queue}" if one.queue else ""
    return f"{one.route}{queue} ({_listed(one.reasons)})" if one.reasons else f"{one.route}{queue}"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
