"""The contract of what tells of changes: nothing is missed, also when a poll goes wrong, and nobody else is believed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.shared.contract.surroundings import HASTY, QUICK, MemoryBlobs
from adapters.shared.http import Api
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, Transient, Unauthorised
from engine.ports import Changes, Fetches, MovesIn, Plug, Source, Surroundings

MISSED = ("cut_before", "hang", "html_500", "html_200", "unavailable", "redirect", "throttle", "expire_token", "truncate",
          "empty", "schema_changed", "strange_status")  # fmt: skip
FOREVER = 1000
POLLS = 5


class SourceContract:
    """What every source keeps. An adapter binds it with `plug` and `change`."""

    plug: Plug

    def change(self, sandbox: Any, n: int) -> str:
        """Change the n-th object in the stand-in, now; return its id as the source tells it."""
        raise NotImplementedError

    def new_sandbox(self) -> Any:
        """Return a stand-in, not started."""
        return self.plug.sandbox(host="127.0.0.1", port=0)  # type: ignore[attr-defined]  # HasSandbox

    @pytest.fixture(autouse=True)
    def _patience(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Give the source little patience and a private folder, and close what was opened."""
        self._folder, self.patience = tmp_path, QUICK
        self._opened: list[Any] = []
        monkeypatch.setattr(Api, "_patience", property(lambda _: self.patience, lambda *_: None), raising=False)
        yield
        for opened in self._opened:
            getattr(opened, "close", bool)()

    @pytest.fixture
    def sandbox(self, _patience: None) -> Iterator[Any]:
        """Serve a fresh stand-in."""
        with self.new_sandbox() as sandbox:
            yield sandbox

    def connect(self, sandbox: Any) -> Source:
        """Return a source as another worker has one."""
        source: Source = self.plug.source(sandbox.settings())  # type: ignore[attr-defined]  # HasSource
        if isinstance(source, MovesIn):
            source.move_in(Surroundings(blobs=MemoryBlobs(), folder=self._folder / "private"))
        self._opened.append(source)
        return source

    def told(self, source: Source, cursor: str) -> tuple[set[str], str]:
        """Return the ids of all that is told behind a cursor, and the next cursor."""
        ids: set[str] = set()
        for _ in range(POLLS):
            changes: Changes = source.poll(cursor)
            ids, cursor = ids | {change.id for change in changes.rows}, changes.cursor
            if changes.is_all:
                break
        return ids, cursor

    def test_a_system_in_which_nothing_changed_tells_nothing_and_gives_a_cursor(self, sandbox: Any) -> None:
        """The cursor of the first poll is good for the next."""
        source = self.connect(sandbox)
        _, cursor = self.told(source, "")

        assert cursor
        assert self.told(source, cursor)[1]

    def test_what_changed_since_is_told_to_whoever_has_the_cursor(self, sandbox: Any) -> None:
        """Each change, with object and id, also to another worker."""
        _, cursor = self.told(self.connect(sandbox), "")
        ids = {self.change(sandbox, n) for n in range(1, 4)}
        changes = self.connect(sandbox).poll(cursor)

        assert ids <= {change.id for change in changes.rows}
        assert all(change.object and change.id for change in changes.rows)

    def test_what_changed_after_a_poll_is_told_by_the_next(self, sandbox: Any) -> None:
        """Poll after poll."""
        source = self.connect(sandbox)
        cursor = self.told(source, "")[1]
        for n in range(1, 4):
            changed = self.change(sandbox, n)
            ids, cursor = self.told(source, cursor)
            assert changed in ids

    @pytest.mark.parametrize("kind", MISSED)
    def test_a_poll_that_went_wrong_is_an_error_and_misses_nothing(self, sandbox: Any, kind: Any) -> None:
        """An empty or foreign answer is not "nothing changed": the cursor stays where it is."""
        _, cursor = self.told(self.connect(sandbox), "")
        changed = self.change(sandbox, 1)
        self.patience = HASTY if kind == "hang" else QUICK
        source = self.connect(sandbox)
        sandbox.faults.add(Fault(kind, on="reads", times=FOREVER))
        with pytest.raises((Transient, Ambiguous, Unauthorised)):
            source.poll(cursor)
        sandbox.faults.clear()
        self.patience = QUICK

        assert changed in self.told(self.connect(sandbox), cursor)[0]

    def test_what_is_told_can_be_fetched_as_it_stands(self, sandbox: Any) -> None:
        """Under the names by which it is told, also by those who only call; what is not there is nothing, and no guess."""
        source = self.connect(sandbox)
        if not isinstance(source, Fetches):
            pytest.skip("it tells the whole object")
        changed = self.change(sandbox, 1)
        told = next(one for one in source.poll("").rows if one.id == changed)
        found = source.fetch(told.object, told.id)

        assert found is not None
        assert (found.object, found.id, found.version != "") == (told.object, told.id, True)
        assert source.fetch(told.object, self.missing(told.id)) is None
        sandbox.faults.add(Fault("html_500", on="reads", times=FOREVER))
        with pytest.raises((Transient, Ambiguous, Unauthorised)):
            source.fetch(told.object, told.id)

    def missing(self, id: str) -> str:  # noqa: A002 - as in Change
        """Return an id of the same form that nothing has."""
        return "".join("9" if one.isdigit() else one for one in id)

    def test_a_message_that_is_not_signed_is_refused(self, sandbox: Any) -> None:
        """Also by systems that send none."""
        with pytest.raises(Unauthorised):
            self.connect(sandbox).accept(
                b'[{"objectId": 1}]', {}, method="POST", url="https://hub.example.org/hook", now=datetime.now(UTC)
            )

    def test_a_cursor_holds_no_secret(self, sandbox: Any) -> None:
        """It is kept in the database and shown."""
        _, cursor = self.told(self.connect(sandbox), "")
        secrets = [str(sandbox.settings().get(name, "-" * 9)) for name in self.plug.manifest.secrets]

        assert not any(secret in cursor for secret in secrets)
