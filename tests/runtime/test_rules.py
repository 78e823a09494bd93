"""What admins do with rules: explain, test and try them on real stored documents, without any effect."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model.document import Document
from engine.model.errors import ContentError
from engine.runtime import rules, story
from engine.runtime.house import House, open_house
from engine.runtime.rules import Trial
from tests.durable.invoices import ubl_invoice
from tests.house import running_hub, test_settings

ROOT = Path(__file__).parents[2]
SET = ROOT / "rules" / "sets" / "ap_invoice.v1.yaml"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which one invoice was posted and one stays with people: same number, other bytes and date."""
    folder = tmp_path_factory.mktemp("judged")
    with running_hub(folder / "home") as hub:
        first = ubl_invoice(folder, "TRY-1")
        assert hub.process(first).route == "posted"
        again = folder / "again.xml"
        again.write_text(first.read_text(encoding="utf-8").replace("2026-10-15", "2026-10-16"), encoding="utf-8")
        assert "number_used_twice" in hub.process(again).reasons
        hub.house.close()
    return folder / "home"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    house = open_house(test_settings(home), out=home / "out")
    yield house
    house.close()


def edited(folder: Path, *changes: tuple[str, str]) -> Path:
    text = SET.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "edited.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def named(house: House, name: str) -> Document:
    return next(document for document in rules.last(house, 10) if document.name == name)


def by_name(trials: list[Trial]) -> dict[str, Trial]:
    return {trial.document.name: trial for trial in trials}


def content_of(home: Path) -> dict[str, str]:
    """Return a digest of every file of the data folder."""
    return {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(home.rglob("*")) if file.is_file() and "cache" not in file.parts
    }  # fmt: skip


def test_a_stored_decision_is_explained_by_the_rules_that_made_it(house: House) -> None:
    told = rules.explained(house, named(house, "again.xml").id)

    assert (told.decision.route, told.changed_since) == ("review", False)
    deciding = next(rule for rule in told.rules if rule.decides)
    assert deciding.id == "number_used_twice"
    assert [(test.test, test.holds) for test in deciding.because] == [
        ("is_first_claim", False), ("is_same_as_first", False)
    ]  # fmt: skip


def test_a_revision_without_decision_is_said_to_have_none(house: House) -> None:
    with pytest.raises(LookupError, match="no decision by rules in revision 7"):
        rules.explained(house, named(house, "again.xml").id, revision=7)


def test_the_same_rules_change_nothing(house: House) -> None:
    trials = rules.tried(house, SET, rules.last(house, 10))

    assert len(trials) == 2
    assert all(trial.old == trial.new and not trial.rules and not trial.skipped for trial in trials)


def test_an_edited_rule_shows_which_documents_would_go_elsewhere(house: House, tmp_path: Path) -> None:
    file = edited(tmp_path, ("when: type_confidence < 500", "when: document_type == 'invoice'"))

    trials = by_name(rules.tried(house, file, rules.last(house, 10)))

    posted, held = trials["TRY-1.xml"], trials["again.xml"]
    assert (posted.old, posted.new) == (("post", None, ()), ("review", "intake", ("type_unsure",)))
    assert [(change.id, change.change) for change in posted.rules] == [("type_unsure", "fires")]
    assert held.new == ("review", "intake", ("type_unsure", "number_used_twice", "maybe_copy_of_earlier"))
    assert held.is_moved


def test_a_rule_that_is_dropped_or_leads_elsewhere_is_told(house: House, tmp_path: Path) -> None:
    queue = (
        "missing: fires\n    then: {route: review, queue: ap_duplicates, waive: approver}",
        "missing: fires\n    then: {route: reject}",
    )

    trials = by_name(rules.tried(house, edited(tmp_path, queue), rules.last(house, 10)))

    assert [(change.id, change.change) for change in trials["again.xml"].rules] == [
        ("number_used_twice", "other effect")
    ]
    assert trials["again.xml"].new == ("reject", None, ("number_used_twice",))


def test_an_edited_head_changes_the_facts_that_rest_on_it(house: House, tmp_path: Path) -> None:
    limit = ('large_without_order: {EUR: "5000.00"', 'large_without_order: {EUR: "100.00"')

    trials = by_name(rules.tried(house, edited(tmp_path, limit), rules.last(house, 10)))

    assert [change.id for change in trials["TRY-1.xml"].rules] == ["large_without_order"]


def test_trying_writes_nothing_at_all(home: Path, tmp_path: Path) -> None:
    """Byte for byte: no ledger entry, no claim, no document, no file."""
    settings = test_settings(home)
    open_house(settings, out=home / "out").close()  # whatever opening alone does is done
    before = content_of(home)

    house = open_house(settings, out=home / "out")
    trials = rules.tried(house, edited(tmp_path, ("unsure_count > 0", "unsure_count >= 0")), rules.last(house, 10))
    rules.explained(house, trials[0].document.id)
    house.close()

    assert len(trials) == 2
    assert content_of(home) == before


def test_a_broken_file_is_refused_before_anything_is_judged(house: House, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="unknown fact `unsure_cont`"):
        rules.tried(house, edited(tmp_path, ("when: unsure_count > 0", "when: unsure_cont > 0")), rules.last(house, 1))


def test_a_document_of_other_rules_is_skipped_with_the_reason(house: House, tmp_path: Path) -> None:
    (trial,) = rules.tried(house, edited(tmp_path, ("name: ap_invoice", "name: orders")), rules.last(house, 1))

    assert (trial.new, trial.skipped) == (None, "judged by ap_invoice@1")


def test_examples_of_all_sets_run_and_a_failing_one_is_told_by_its_line(tmp_path: Path) -> None:
    file = edited(tmp_path, ("when: type_confidence < 500", "when: type_confidence <= 500"))

    (shipped,) = rules.examples(ROOT, ["ap_invoice"])
    (broken,) = rules.examples(ROOT, [str(file)])

    assert (shipped.failures, shipped.examples > 50) == ((), True)
    assert [failure.rule for failure in broken.failures] == ["type_unsure"]
    assert (
        file.read_text(encoding="utf-8").splitlines()[(broken.lines[0] or 0) - 1]
        == "      - passes: {type_confidence: 500}"
    )


@pytest.mark.parametrize("wanted", ["ap_invoice", "ap_invoice@1", str(SET)])
def test_a_set_is_found_by_name_version_or_file(wanted: str) -> None:
    assert rules.files(ROOT, [wanted]) == [SET]


@pytest.mark.parametrize("wanted", ["ap_invoic", "ap_invoice@2", "ap_invoice@", "nowhere.yaml"][:2])
def test_a_set_that_is_not_there_is_refused_with_those_that_are(wanted: str) -> None:
    with pytest.raises(ContentError, match=r"there are: .*ap_invoice\.v1\.yaml"):
        rules.files(ROOT, [wanted])


def test_the_story_of_a_document_and_its_explanation_agree(house: House) -> None:
    document = named(house, "TRY-1.xml")

    assert story.story(house, document.id).decision == rules.explained(house, document.id).decision
