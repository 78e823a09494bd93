"""Whatever is told, in which order, how often and by whatever way: each version is one event, and the last one stands."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from engine.model.errors import Transient
from engine.ports import Change, Changes
from engine.runtime.house import House
from engine.runtime.sources import gate, hooks, polling, standing
from engine.store import database, documents, sources, tables
from engine.store.database import reading
from tests.runtime.sources.following import document
from tests.runtime.sources.teller import TellingPlug, following

Step = tuple[Literal["change", "call", "poll", "fail", "crash", "reset"], str]
KEYS = "ab"
STEPS = st.lists(
    st.tuples(st.sampled_from(["change", "change", "call", "poll", "fail", "crash", "reset"]), st.sampled_from(KEYS)),
    min_size=1, max_size=14,
)  # fmt: skip


class Untidy(TellingPlug):
    """Repeats what it told, two changes a page, and now and then answers nothing."""

    def accept(self, *_: object, **__: object) -> Changes:
        return Changes(rows=tuple(self.made[-1:]), cursor="")


@pytest.fixture(scope="module")
def kept_house(knowing_house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    engine = database.connect(f"sqlite:///{tmp_path_factory.mktemp('order') / 'postroom.sqlite'}")
    database.migrate(engine)
    yield replace(knowing_house, engine=engine, _targets={})
    engine.dispose()


def forget(house: House) -> None:
    """Leave nothing of what sources told; documents stay, and those of the next example have other keys."""
    with database.transaction(house.engine) as tx:
        for table in (tables.source_calls, tables.source_changes, tables.sources):
            tx.execute(delete(table))


def take(house: House, plug: Untidy, steps: Sequence[Step]) -> list[Change]:
    """Take the steps and return the changes that were made, in order."""
    made: list[Change] = []
    for what, key in steps:
        if what == "change":
            made.append(plug.change(key, len(made) + 1))
        elif what == "call" and plug.made:
            hooks.take(house, "crm", b"", {}, method="POST", url="")
        elif what == "reset":
            standing.reset(house, "crm", begin="everything", by="anna", why="try")
        elif what == "crash":
            with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
                patch.setattr(sources, "close_calls", _die)  # after what was told was noted, before the commit
                polling.poll(house, "crm", by="one", at_once=True)
        elif what in ("poll", "fail"):
            plug.errors = [Transient("away")] if what == "fail" else []
            polling.poll(house, "crm", by="one", at_once=True)
            plug.errors = []
    polling.poll(house, "crm", by="one", at_once=True)
    return made


@settings(max_examples=20, deadline=None)
@given(steps=STEPS)
def test_each_version_is_one_event_and_only_the_last_goes_on(kept_house: House, steps: list[Step]) -> None:
    forget(kept_house)
    plug = Untidy(page=2, overlap=2)
    house = following(kept_house, plug)
    before = _count(house)
    made = take(house, plug, [(what, f"{key}{before}") for what, key in steps])
    with reading(house.engine) as tx:
        ids = tx.execute(select(tables.source_changes.c.document_id)).scalars().all()
        told = [sources.of_document(tx, one) for one in ids]
    noted = {one.version: one for one in told if one is not None}

    assert _count(house) - before == len(made)
    assert sorted(noted) == sorted(change.version for change in made)
    last = {change.id: change.version for change in made}
    for change in made:
        found = noted[change.version].document_id or ""
        _begin(house, found)
        assert gate.ended(house, document(house, found), 1) is (last[change.id] != change.version)


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _count(house: House) -> int:
    with reading(house.engine) as tx:
        return sum(documents.counts(tx).values())


def _begin(house: House, document_id: str) -> None:
    with database.transaction(house.engine) as tx:
        documents.move(tx, document_id, "processing", at=house.clock.now())
