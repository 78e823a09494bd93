"""The contract of what lists master data over HTTP: nothing twice, nothing lost, and no error is an empty list."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from structlog.testing import capture_logs

from adapters.shared.contract.surroundings import QUICK, MemoryBlobs
from adapters.shared.contract.target import TEXTS
from adapters.shared.http import Api
from adapters.shared.sandbox.faults import Fault
from adapters.shared.sandbox.server import Reply
from engine.model import master_kinds
from engine.model.errors import TargetError, Transient, Unauthorised
from engine.ports import Directory, MovesIn, Plug, Surroundings

SPOILT = ("cut_before", "html_500", "html_200", "unavailable", "redirect", "throttle", "truncate", "empty",
          "schema_changed", "strange_status")  # fmt: skip
"""Faults after which nothing is known."""
WRONG = "wrong-word-of-nobody"
FOREVER = 1000
ROWS = 5
PAGES = 20


class DirectoryContract:
    """What every directory keeps. An adapter binds it with `plug`, `kind`, `looked_up`, `keys`, `lay` and `empty`."""

    plug: Plug
    kind: ClassVar[str]
    """The kind of master data whose rows `lay` makes."""
    looked_up: ClassVar[str]
    """The same as `look_up` calls it."""
    keys: ClassVar[Sequence[str]]
    """Columns of ours that rows are looked up by."""
    pages: ClassVar[Mapping[str, int]] = {}
    """Where the sizes of pages are written (`module.NAME`), and what to make of them, so that five rows take three pages."""
    short: ClassVar[Sequence[str]] = ()
    """Keys that hold letters and digits only, in the system and here (tax ids)."""

    def lay(self, sandbox: Any, n: int, **values: str) -> str:
        """Put the n-th row into the stand-in, with some of our columns; return its id as the directory tells it."""
        raise NotImplementedError

    def empty(self, sandbox: Any) -> None:
        """Take every row of the kind out of the stand-in."""
        raise NotImplementedError

    def new_sandbox(self) -> Any:
        """Return a stand-in, not started."""
        return self.plug.sandbox(host="127.0.0.1", port=0)  # type: ignore[attr-defined]  # HasSandbox

    def settings(self, sandbox: Any) -> Mapping[str, Any]:
        """Return the binding."""
        return dict(sandbox.settings())

    def wrong_settings(self, sandbox: Any) -> Mapping[str, Any]:
        """Return settings that make the system refuse us, over those of the binding."""
        return {name: WRONG for name in self.plug.manifest.secrets if name in self.settings(sandbox)}

    @pytest.fixture(autouse=True)
    def _patience(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Give the directory little patience and a private folder, make pages small, and close what was opened."""
        self._folder, self.patience = tmp_path, QUICK
        self._opened: list[Any] = []
        monkeypatch.setattr(Api, "_patience", property(lambda _: self.patience, lambda *_: None), raising=False)
        for name, size in self.pages.items():
            monkeypatch.setattr(name, size)
        yield
        for opened in self._opened:
            getattr(opened, "close", bool)()

    @pytest.fixture
    def sandbox(self, _patience: None) -> Iterator[Any]:
        """Serve a fresh stand-in without rows of the kind."""
        with self.new_sandbox() as sandbox:
            self.empty(sandbox)
            yield sandbox

    def connect(self, sandbox: Any, **changed: Any) -> Directory:
        """Return a directory as another worker has one."""
        directory: Directory = self.plug.directory({**self.settings(sandbox), **changed})  # type: ignore[attr-defined]
        if isinstance(directory, MovesIn):
            directory.move_in(Surroundings(blobs=MemoryBlobs(), folder=self._folder / "private"))
        self._opened.append(directory)
        return directory

    def warm(self, sandbox: Any) -> Directory:
        """Return a directory that is signed in, so that a fault meets the call that is meant."""
        directory = self.connect(sandbox)
        directory.page(self.kind, after="", since=None)
        return directory

    def all(self, sandbox: Any) -> list[Mapping[str, str]]:
        """Return the rows of all pages, each page asked by another worker."""
        rows, after = list[Mapping[str, str]](), ""
        for _ in range(PAGES):
            page = self.connect(sandbox).page(self.kind, after=after, since=None)
            rows += page.rows
            if not page.next:
                return rows
            after = page.next
        raise AssertionError("the list has no end")

    # -- lists

    def test_an_empty_list_is_empty(self, sandbox: Any) -> None:
        """It has no rows and no next page."""
        page = self.connect(sandbox).page(self.kind, after="", since=None)

        assert (page.rows, page.next) == ((), "")

    @pytest.mark.parametrize("count", range(1, ROWS + 1))
    def test_pages_miss_nothing_and_repeat_nothing(self, sandbox: Any, count: int) -> None:
        """Also where the last page is full, and whoever asks for the next one."""
        ids = [self.lay(sandbox, n) for n in range(1, count + 1)]

        assert sorted(row["id"] for row in self.all(sandbox)) == sorted(ids)

    def test_a_list_takes_more_than_one_page(self, sandbox: Any) -> None:
        """Else the test before says nothing."""
        for n in range(1, ROWS + 1):
            self.lay(sandbox, n)

        assert self.connect(sandbox).page(self.kind, after="", since=None).next

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_any_script_survives(self, sandbox: Any, text: str) -> None:
        """What stands there comes sign for sign."""
        self.lay(sandbox, 1, name=text)

        assert [row["name"] for row in self.all(sandbox)] == [text]

    def test_every_kind_comes_in_columns_of_ours(self, sandbox: Any) -> None:
        """The kinds that it says it lists are kinds of ours, and answer."""
        self.lay(sandbox, 1)
        directory = self.connect(sandbox)
        assert self.kind in directory.kinds()
        for kind in directory.kinds():
            columns = {column.name for column in master_kinds.kind(kind).columns}
            for row in directory.page(kind, after="", since=None).rows:
                assert row.keys() <= columns, kind

    def test_a_kind_that_it_does_not_list_is_said_with_those_that_it_does(self, sandbox: Any) -> None:
        """Whoever wrote it into a binding sees what to write."""
        directory = self.connect(sandbox)
        with pytest.raises(LookupError) as told:
            directory.page("no_such_kind", after="", since=None)

        assert [kind for kind in ("no_such_kind", *directory.kinds()) if kind not in str(told.value)] == []

    # -- look-ups

    def test_every_key_finds_the_one_row(self, sandbox: Any) -> None:
        """And no other."""
        self.lay(sandbox, 2)
        for at, key in enumerate(self.keys):
            value = f"AB{at}77X"
            laid = self.lay(sandbox, 10 + at, **{key: value})
            wanted = value if key != "id" else laid
            found = self.connect(sandbox).look_up(self.looked_up, {key: wanted})
            assert [one.id for one in found] == [laid], key

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_a_key_full_of_signs_finds_only_itself(self, sandbox: Any, text: str) -> None:
        """Quotes and commas of a value mean nothing in the question."""
        self.lay(sandbox, 1)
        for at, key in enumerate(key for key in self.keys if key not in {"id", *self.short}):
            laid = self.lay(sandbox, 10 + at, **{key: text})
            found = self.connect(sandbox).look_up(self.looked_up, {key: text})
            assert [one.id for one in found] == [laid], key

    @pytest.mark.parametrize(
        "hostile", ["' or 1 eq 1 or '", "x' OR '1'='1", "*", "%", "_B1", "A%1", "A?1", '"', "')", "\\", "' --", "\n"]
    )
    def test_a_value_is_no_part_of_the_question(self, sandbox: Any, hostile: str) -> None:
        """It finds nothing, or is refused; never somebody else."""
        for n, key in enumerate(self.keys, start=1):
            self.lay(sandbox, n, **{key: "AB1"} if key != "id" else {})
        for key in self.keys:
            try:
                found = self.connect(sandbox).look_up(self.looked_up, {key: hostile})
            except TargetError:
                continue
            assert list(found) == [], key

    @pytest.mark.parametrize("by", [{}, {"no_such_column": "x"}], ids=["nothing", "a column that it has not"])
    def test_a_question_without_a_key_finds_nothing(self, sandbox: Any, by: Mapping[str, str]) -> None:
        """It is not a question for everybody."""
        self.lay(sandbox, 1)
        empty = dict.fromkeys(self.keys, "")

        assert [list(self.connect(sandbox).look_up(self.looked_up, one)) for one in (by, empty)] == [[], []]

    def test_a_kind_that_it_does_not_look_up_finds_nothing(self, sandbox: Any) -> None:
        """Somebody else is asked for it."""
        assert list(self.connect(sandbox).look_up("no_such_kind", {self.keys[0]: "AB1"})) == []

    # -- faults

    @pytest.mark.parametrize("kind", SPOILT)
    def test_an_answer_that_is_none_is_no_empty_list(self, sandbox: Any, kind: Any) -> None:
        """Rows that do not come would go out of use."""
        self.lay(sandbox, 1)
        directory = self.warm(sandbox)
        sandbox.faults.add(Fault(kind, times=FOREVER, on="all", seconds=1))

        for ask in self._questions(directory):
            with pytest.raises((Transient, Unauthorised)):
                ask()

    @pytest.mark.parametrize(
        "shape", [{}, {"message": "ok"}, {"results": None, "value": None, "items": None, "d": None}]
    )
    def test_an_object_without_rows_is_no_empty_list(
        self, sandbox: Any, monkeypatch: pytest.MonkeyPatch, shape: Mapping[str, Any]
    ) -> None:
        """It is good JSON, and says nothing."""
        self.lay(sandbox, 1)
        directory = self.warm(sandbox)
        monkeypatch.setattr(sandbox, "changed_schema", lambda reply: Reply(reply.status, dict(shape)))
        sandbox.faults.add(Fault("schema_changed", times=FOREVER, on="all"))

        for ask in self._questions(directory):
            with pytest.raises(Transient):
                ask()

    def test_a_page_that_fails_in_the_middle_is_asked_again(self, sandbox: Any) -> None:
        """What came before it stands, and nothing is lost."""
        ids = [self.lay(sandbox, n) for n in range(1, ROWS + 1)]
        directory = self.warm(sandbox)
        first = directory.page(self.kind, after="", since=None)
        sandbox.faults.add(Fault("truncate", times=FOREVER, on="all"))
        with pytest.raises(Transient):
            directory.page(self.kind, after=first.next, since=None)
        sandbox.faults.clear()
        rows, after = list(first.rows), first.next
        while after:
            page = directory.page(self.kind, after=after, since=None)
            rows, after = [*rows, *page.rows], page.next

        assert sorted(row["id"] for row in rows) == sorted(ids)

    def test_credentials_that_ended_are_renewed(self, sandbox: Any) -> None:
        """Where they can be; else it says so."""
        laid = self.lay(sandbox, 1)
        directory = self.warm(sandbox)
        sandbox.faults.add(Fault("expire_token", on="all"))
        try:
            rows = directory.page(self.kind, after="", since=None).rows
        except Unauthorised:
            rows = directory.page(self.kind, after="", since=None).rows

        assert [row["id"] for row in rows] == [laid]

    def test_wrong_credentials_are_said_and_no_secret_is(self, sandbox: Any, caplog: pytest.LogCaptureFixture) -> None:
        """Neither in the message nor in a log."""
        caplog.set_level("DEBUG")
        names = [name for name in self.plug.manifest.secrets if name in self.settings(sandbox)]
        right = [line for name in names for line in str(self.settings(sandbox)[name]).splitlines() if "---" not in line]
        said: list[str] = []
        with capture_logs() as logs:
            self.warm(sandbox)
            for ask in self._asked(sandbox, self.wrong_settings(sandbox)):
                with pytest.raises(Unauthorised) as told:
                    ask()
                said += [told.value.message, told.value.detail, repr(told.value.__cause__)]

        everything = "\n".join((*said, json.dumps(logs, default=repr), caplog.text))
        assert names
        assert [secret[:3] for secret in (*right, WRONG) if secret in everything] == []

    def _questions(self, directory: Directory) -> Sequence[Any]:
        key = {self.keys[0]: "AB1"}
        return (
            lambda: directory.page(self.kind, after="", since=None),
            lambda: directory.look_up(self.looked_up, key),
        )

    def _asked(self, sandbox: Any, changed: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the questions of a directory with other settings; making it is part of the first."""
        yield from (lambda at=at: self._questions(self.connect(sandbox, **changed))[at]() for at in (0, 1))
