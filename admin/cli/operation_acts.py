"""The verbs of `postroom operations`: each is a person's word, and stands in the ledger with the name."""

import getpass
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import typer

from admin.cli import operations as shown
from admin.cli.house import opened
from admin.cli.operation_options import BY, JSON, KEY, KEYS, WHY
from engine.model.errors import PostroomError
from engine.runtime import operation_edit, operations
from engine.runtime.house import House
from engine.runtime.operations import Answer
from engine.runtime.worker import Worker
from engine.store import operation_list, outbox, targets
from engine.store.database import reading
from engine.store.operation_list import OperationLine

app = shown.app
PATIENCE_SECONDS = 120
"""How long a command watches what it sent again; workers go on afterwards."""


@app.command("retry")
def retry(
    keys: Annotated[list[str] | None, KEYS] = None,
    target: Annotated[str | None, typer.Option(help="With --failed: only of this target.")] = None,
    by: Annotated[str | None, BY] = None,
    why: Annotated[str, WHY] = "",
    *,
    failed: Annotated[bool, typer.Option("--failed", help="Exactly what failed: rejected or parked.")] = False,
    now: Annotated[bool, typer.Option("--now", help="In spite of closed windows and freezes; needs --why.")] = False,
    leave: Annotated[bool, typer.Option("--leave", help="Leave it to the workers, do not send from here.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Send operations again that failed or wait. What may have left before is looked for first. Ends with 1 when refused."""
    if bool(keys) is failed:
        raise PostroomError("Name operations, or say --failed for all that failed.")
    with opened() as house:
        wanted = (
            operations.failed(house, target=target)
            if failed
            else [operations.find(house, one).key for one in keys or ()]
        )
        answers = _sent(
            house, wanted, lambda: operations.retry(house, wanted, by=by or _me(), why=why, at_once=now), leave=leave
        )
        lines = _lines(house, wanted)
    shown.report(answers, lines, as_json=as_json)


@app.command("edit")
def edit(
    key: Annotated[str, KEY],
    changes: Annotated[list[str], typer.Option("--set", help="PATH=VALUE of one leaf, such as lines[0].amount=12.50.")],
    why: Annotated[str, WHY],
    by: Annotated[str | None, BY] = None,
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Change what is sent of an operation that failed; the target's schema is held against it. `retry` sends it."""
    pairs = [one.partition("=") for one in changes]
    if wrong := [path for path, sign, _ in pairs if not sign or not path]:
        raise PostroomError(f"Write PATH=VALUE, not {wrong[0]!r}.")
    wanted = {path.strip(): value for path, _, value in pairs}
    with opened() as house:
        operation = operation_edit.edit(house, operations.find(house, key).key, wanted, by=by or _me(), why=why)
        lines = _lines(house, [operation.key])
    shown.report([Answer(operation.key, operation.state)], lines, as_json=as_json)


@app.command("settle")
def settle(
    key: Annotated[str, KEY],
    outcome: Annotated[Literal["committed", "absent"], typer.Option("--as", help="It stands there, or surely not.")],
    why: Annotated[str, WHY],
    external_id: Annotated[str, typer.Option(help="Its name in the target, when it stands there.")] = "",
    link: Annotated[str, typer.Option(help="Where people see it there.")] = "",
    by: Annotated[str | None, BY] = None,
    *,
    leave: Annotated[bool, typer.Option("--leave", help="Leave what follows to the workers.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say what you saw in the target. What does not stand there is sent again without being looked for."""
    with opened() as house:
        found = operations.find(house, key).key

        def say() -> list[Answer]:
            stands = outcome == "committed"
            return [
                operations.settle(
                    house, found, stands=stands, external_id=external_id, link=link, by=by or _me(), why=why
                )
            ]

        answers = _sent(house, [found], say, leave=leave)
        lines = _lines(house, [found])
    shown.report(answers, lines, as_json=as_json)


@app.command("cancel")
def cancel(
    key: Annotated[str, KEY], why: Annotated[str, WHY], by: Annotated[str | None, BY] = None, *,
    as_json: Annotated[bool, JSON] = False,
) -> None:  # fmt: skip
    """Call an operation off that surely did not leave; what comes after it is parked."""
    with opened() as house:
        answers = operations.cancel(house, operations.find(house, key).key, by=by or _me(), why=why)
        lines = _lines(house, [one.key for one in answers])
    shown.report(answers, lines, as_json=as_json)


@app.command("park")
def park(
    key: Annotated[str, KEY], why: Annotated[str, WHY], by: Annotated[str | None, BY] = None, *,
    as_json: Annotated[bool, JSON] = False,
) -> None:  # fmt: skip
    """Keep an operation here until somebody brings it forward."""
    with opened() as house:
        answer = operations.park(house, operations.find(house, key).key, by=by or _me(), why=why)
        lines = _lines(house, [answer.key])
    shown.report([answer], lines, as_json=as_json)


def _sent(house: House, keys: Sequence[str], act: Callable[[], list[Answer]], *, leave: bool) -> list[Answer]:
    """Do what a person asked, and bring the operations forward from here until each is over or waits for a time."""
    if leave or not keys:
        return act()
    worker = Worker(house)
    worker.start()
    try:
        answers = act()
        moving = [one.key for one in answers if not one.refused]
        patience = time.monotonic() + PATIENCE_SECONDS
        while _is_moving(house, moving) and time.monotonic() < patience:
            time.sleep(0.1)
    finally:
        worker.stop(wait_seconds=5)
    return answers


def _is_moving(house: House, keys: Sequence[str]) -> bool:
    """Tell whether one of the operations is being sent, or waits for nothing but its turn."""
    now = house.clock.now()
    with reading(house.engine) as tx:
        left_alone = {one.name for one in targets.everyone(tx) if one.is_shut(now)}
        on_the_way = [outbox.get(tx, key) for key in keys]
    return any(
        one.call_id is not None or not (one.waits_for or one.tries or one.target in left_alone)
        for one in on_the_way
        if one is not None
    )


def _lines(house: House, keys: Sequence[str]) -> list[OperationLine]:
    with reading(house.engine) as tx:
        found = [operation_list.line(tx, key) for key in keys]
    return [one for one in found if one is not None]


def _me() -> str:
    return getpass.getuser()
