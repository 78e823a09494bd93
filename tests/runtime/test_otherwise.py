"""What need not be judged again is taken over, and only that."""

from collections.abc import Callable, Iterator
from dataclasses import replace as changed
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from engine.content.library import Library
from engine.model.gate import GateReport
from engine.runtime import history, marks, program, replay
from engine.runtime.history import Kept
from engine.runtime.house import House
from engine.runtime.marks import NOTHING, Standing
from engine.runtime.otherwise import Trust, otherwise, standing
from engine.runtime.promotion.look import Versions, look
from engine.runtime.replaying import compare_many, processes, sieve
from engine.stages.compare import compare
from engine.store import database, documents
from engine.store.database import reading, transaction
from tests.runtime.processed import furnish, some_mail

FLOW, RULES, MATRIX = "ap_invoice@1", "ap_invoice@1", "files.ap_invoice_csv@1"
EVERY, NONE, BLIND = Trust(permille=1000), Trust(permille=0), Trust(is_blind=True)


@pytest.fixture(scope="module")
def home(knowing_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which some mail was judged."""
    folder = tmp_path_factory.mktemp("judged")
    house = opened(knowing_house, folder)
    database.migrate(house.engine)
    furnish(house)
    some_mail(house, folder)
    house.close()
    return folder


@pytest.fixture
def house(knowing_house: House, home: Path, tmp_path: Path) -> Iterator[House]:
    """A house of which each test has its own copy of the database."""
    (tmp_path / "postroom.sqlite").write_bytes((home / "postroom.sqlite").read_bytes())
    house = opened(knowing_house, tmp_path)
    yield house
    house.close()


def opened(house: House, home: Path) -> House:
    settings = house.settings.model_copy(update={"home": home})
    return changed(house, settings=settings, engine=database.connect(settings.sql_url()), _targets={})


def all_kept(house: House) -> list[Kept]:
    with reading(house.engine) as tx:
        return history.kept(tx, history.ids(tx))


def ids(house: House) -> list[str]:
    return [one.document.id for one in all_kept(house)]


def without_rules(library: Library) -> Library:
    """Only the first rule is left; nothing objects to these documents."""
    made = library.rulesets[RULES].model_copy(update={"rules": library.rulesets[RULES].rules[:1]})
    return changed(library, rulesets={**library.rulesets, RULES: made})


def with_limit(library: Library) -> Library:
    ruleset = library.rulesets[RULES]
    limits = ruleset.limits.model_copy(update={"large_without_order": {"EUR": Decimal(10)}})
    return changed(library, rulesets={**library.rulesets, RULES: ruleset.model_copy(update={"limits": limits})})


def with_bars(library: Library) -> Library:
    """The file is written with another delimiter."""
    matrix = library.matrices[MATRIX]
    made = matrix.model_copy(update={"options": {**matrix.options, "delimiter": "|"}})
    return changed(library, matrices={**library.matrices, MATRIX: made})


def rows_less(library: Library) -> Library:
    matrix = library.matrices[MATRIX]
    (header, *others) = matrix.rows
    made = matrix.model_copy(update={"rows": (header.model_copy(update={"rows": header.rows[:-1]}), *others)})
    return changed(library, matrices={**library.matrices, MATRIX: made})


EDITS: dict[str, Callable[[Library], Library]] = {
    "nothing": lambda one: one, "rules": without_rules, "a limit": with_limit, "how a file is written": with_bars,
    "rows": rows_less, "rules and rows": lambda one: rows_less(without_rules(one)),
}  # fmt: skip


def forge(house: House, document_id: str) -> None:
    """Let a stored decision say something else, with a mark that fits it."""
    with transaction(house.engine) as tx:
        decision: Any = documents.load(tx, document_id, 1, "decision")
        documents.save(tx, document_id, 1, "decision", {**decision, "reasons": ["because"], "message": "No."})
        mark: Any = documents.load(tx, document_id, 1, "judged_by")
        results = documents.stored(tx, [document_id], marks.JUDGED)[document_id][1]
        mark = {**mark, "content": marks.content_digest(results, marks.JUDGED)}
        documents.save(tx, document_id, 1, "judged_by", mark)


def test_what_was_judged_by_this_content_stands(house: House) -> None:
    found = {one.document.name: standing(house.library, one, {}) for one in all_kept(house)}

    assert set(found.values()) == {Standing(facts=True, rules=True, plan=True)}
    assert len(found) == 5


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_is_taken_over_is_what_judging_in_full_comes_to(house: House, edit: Callable[[Library], Library]) -> None:
    there, live = replay.under(house, edit(house.library)), house.library.digests

    for one in all_kept(house):
        short = otherwise(there, one, standing(there.library, one, live), live=live)
        whole = replay.judged(there, one.opened(house.engine), live=live)
        assert compare(short or replay.done(one.opened(house.engine)), whole) is None
        assert short is None or short.decision.digests == whole.decision.digests


@pytest.mark.parametrize(
    ("edit", "stands"),
    [(without_rules, (True, False, True)), (with_bars, (True, True, False)), (with_limit, (False, False, False))],
    ids=["rules", "rows", "a limit"],
)
def test_only_the_stages_that_an_edit_touches_fall(
    house: House, edit: Callable[[Library], Library], stands: tuple[bool, bool, bool]
) -> None:
    posted = [one for one in all_kept(house) if (one.data("judged_by") or {})["route"] == "post"]

    assert {standing(edit(house.library), one, {}) for one in posted} == {Standing(*stands)}


def test_another_program_is_not_believed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "digest", lambda: "another")

    assert {standing(house.library, one, {}) for one in all_kept(house)} == {NOTHING}


@pytest.mark.parametrize("kind", ["record", "witness", "match", "decision"])
def test_a_stored_result_that_was_touched_is_not_believed(house: House, kind: documents.StepKind) -> None:
    first = ids(house)[0]
    with transaction(house.engine) as tx:
        data: Any = documents.load(tx, first, 1, kind)
        documents.save(tx, first, 1, kind, {**data, "touched": True})

    assert [standing(house.library, one, {}) == NOTHING for one in all_kept(house)] == [True, *[False] * 4]


def test_a_plan_that_was_touched_is_made_again(house: House) -> None:
    first = next(one for one in all_kept(house) if "plan" in one.results)
    with transaction(house.engine) as tx:
        documents.save(tx, first.document.id, 1, "plan", {**(first.data("plan") or {}), "operations": []})
        (again,) = history.kept(tx, [first.document.id])

    stands = standing(house.library, again, {})
    made = otherwise(house, again, stands, live={})

    assert stands == Standing(facts=True, rules=True, plan=False)
    assert made is not None
    assert made.operations == replay.done(first.opened(house.engine)).operations


def test_other_words_are_read_again(house: House) -> None:
    digests = {
        ref: "other" if ref.startswith("vocabulary/") else digest for ref, digest in house.library.digests.items()
    }

    assert {standing(changed(house.library, digests=digests), one, {}) for one in all_kept(house)} == {NOTHING}


def test_it_is_told_what_was_taken_over(house: House) -> None:
    told = {trust: list(compare_many(house, house.library, ids(house), trust=trust)) for trust in (NONE, EVERY, BLIND)}

    assert [sum(one.is_taken_over for one in some) for some in told.values()] == [5, 0, 0]
    assert {one.change for some in told.values() for one in some} == {None}
    routes = [[(one.document_id, one.route) for one in some] for some in told.values()]
    assert routes[0] == routes[1] == routes[2]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_changes_are_the_same_whether_stages_are_taken_over_or_not(
    house: House, edit: Callable[[Library], Library]
) -> None:
    library = edit(house.library)

    short, whole = (
        [one.change for one in compare_many(house, library, ids(house), trust=trust)] for trust in (NONE, BLIND)
    )

    assert short == whole


def test_a_mark_that_should_not_be_believed_is_seen_when_the_document_is_drawn(house: House) -> None:
    forge(house, ids(house)[0])

    believed, drawn = (list(compare_many(house, house.library, ids(house), trust=trust)) for trust in (NONE, EVERY))

    assert [one.is_doubtful for one in believed] == [False] * 5
    assert [one.is_doubtful for one in drawn] == [True, *[False] * 4]
    assert drawn[0].change is not None


def looked(house: House, edit: Callable[[Library], Library], trust: Trust) -> GateReport:
    return look(house, Versions("ap_invoice", house.library, edit(house.library)), by="anna", trust=trust)


@pytest.mark.parametrize("name", ["nothing", "rules and rows"])  # the gate also runs every check of content: seconds
def test_the_gate_finds_the_same_whether_stages_are_taken_over_or_not(house: House, name: str) -> None:
    short, whole = (looked(house, EDITS[name], trust) for trust in (NONE, BLIND))

    assert (short.effect, short.groups, short.subjects) == (whole.effect, whole.groups, whole.subjects)
    assert whole.taken_over == 0


def test_the_gate_judges_everything_once_an_outcome_was_wrongly_believed(house: House) -> None:
    forge(house, first := ids(house)[0])

    believed, drawn = (looked(house, with_bars, trust) for trust in (NONE, EVERY))

    assert (believed.doubted, believed.taken_over) == ((), 2)  # what goes to people is not mapped
    assert (drawn.doubted, drawn.taken_over) == ((first,), 0)
    assert len(drawn.changes) == 3


def test_from_the_pages_everything_is_judged(house: House) -> None:
    told = compare_many(house, house.library, ids(house), from_="pages", trust=NONE)

    assert [one.is_taken_over for one in told] == [False] * 5


def test_processes_are_started_only_for_much_work(house: House) -> None:
    (few, *_) = sieve(house, [house.library], ids(house), NONE).values()

    assert processes([few] * 100_000, 8) == 1
    assert processes([("rules",)] * 100, 8) == 1
    assert processes([("facts", "facts")] * 10_000, 8) == 8


def test_judging_reads_nothing_of_the_library_that_the_keys_do_not_know(house: House) -> None:
    seen = _Watched(house.library)
    there = changed(replay.under(house, house.library), library=cast("Library", seen))

    for one in all_kept(house):
        replay.judged(there, one.opened(house.engine), from_="extraction")

    assert seen.asked <= {
        "digests", "digests_of", "environment", "facts", "flow_for", "flows", "matrices", "parties", "rulesets", "schemas",
        "tables_of", "tolerances", "vocabularies", *_OF_READING,
    }  # fmt: skip


_OF_READING = frozenset({"calibration", "inbound", "layouts"})
"""What documents are read with: by its digests it is known whether they have to be read again."""


class _Watched:
    """A library that notes what it is asked for."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.asked.add(name)
        return getattr(self._library, name)
