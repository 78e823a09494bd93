"""Drafts of several people: what is at work stays, nothing that is broken is saved, and nothing typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.model.errors import PostroomError
from engine.runtime import release
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts, examining, grids, pieces, releasing, taking_up, trying
from engine.runtime.knowledge_desk.drafts import Broken, Changed
from engine.store.database import reading
from tests.admin.pages.knowing import content_of_its_own
from tests.house import furnished_house

pytestmark = pytest.mark.slow
RULES = "ruleset/ap_invoice@1"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    content = content_of_its_own(tmp_path_factory.mktemp("content"))
    opened = furnished_house(tmp_path_factory.mktemp("home"), content=content)
    yield opened
    opened.close()


@pytest.fixture
def root(house: House) -> Iterator[Path]:
    """The content folder; what a test adds is taken away again."""
    folder = house.settings.content_folder()
    before = {file for file in folder.rglob("*") if file.is_file()}
    yield folder
    for file in [file for file in folder.rglob("*") if file.is_file() and file not in before]:
        file.unlink()


def test_a_draft_is_the_next_version_and_says_everything_else_as_before(house: House, root: Path) -> None:
    made = drafts.begin(house, RULES, by="anna")

    was, now = pieces.open_piece(root, RULES), pieces.open_piece(root, made)
    assert made == "ruleset/ap_invoice@2"
    assert now.text == was.text.replace("\nversion: 1\n", "\nversion: 2\n", 1)
    assert (was.piece.state, now.piece.state, now.piece.is_editable) == ("live", "draft", True)
    assert drafts.authors(house, [made]) == {made: frozenset({"anna"})}


def test_a_cell_changes_its_line_alone(house: House, root: Path) -> None:
    made = drafts.begin(house, RULES, by="anna")
    before = pieces.open_piece(root, made).text.splitlines()

    after = grids.with_cells(
        root,
        pieces.open_piece(root, made).piece,
        "\n".join(before) + "\n",
        {"limits.large_without_order.EUR:value": "10.00"},
    ).splitlines()

    differing = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new for _, new in differing] == [differing[0][0].replace('EUR: "5000.00"', 'EUR: "10.00"', 1)]


def test_what_is_live_is_not_edited(house: House, root: Path) -> None:
    live = pieces.open_piece(root, RULES)

    with pytest.raises(PostroomError, match="is live in dev"):
        drafts.save(house, RULES, live.text + "\n# more\n", seen=live.digest, by="anna")


def test_what_does_not_load_is_kept_for_its_author_and_harms_nobody(house: House, root: Path) -> None:
    made = drafts.begin(house, RULES, by="anna")
    found = pieces.open_piece(root, made)
    broken = found.text.replace("when: type_confidence < 500", "when: type_confidense < 500")

    with pytest.raises(Broken, match="type_confidense"):
        drafts.save(house, made, broken, seen=found.digest, by="anna")

    assert pieces.open_piece(root, made).text == found.text
    assert drafts.unfinished(house, made, by="anna") == broken
    assert drafts.unfinished(house, made, by="bert") is None
    assert Library.load(root, "dev").environment.flows == ("ap_invoice@1",)
    assert [one.subject for one in examining.lint(root, found.piece, broken) if one.severity == "error"] == [
        "type_unsure"
    ]


def test_two_people_at_one_draft_lose_nothing(house: House, root: Path) -> None:
    made = drafts.begin(house, RULES, by="anna")
    seen = pieces.open_piece(root, made)
    drafts.save(house, made, seen.text + "\n# of anna\n", seen=seen.digest, by="anna")

    with pytest.raises(Changed, match="changed by somebody else"):
        drafts.save(house, made, seen.text + "\n# of bert\n", seen=seen.digest, by="bert")

    assert "# of anna" in pieces.open_piece(root, made).text
    assert "# of bert" in (drafts.unfinished(house, made, by="bert") or "")


def test_a_table_is_taken_into_a_flow_by_way_of_its_rules(house: House, root: Path) -> None:
    made = drafts.begin(house, "table/approval_level@1", by="anna")

    flow = taking_up.take_up(house, made, "ap_invoice", by="anna")

    shelf = pieces.shelf_of(root)
    assert flow == "flow/ap_invoice@2"
    assert shelf.flows["ap_invoice@2"].ruleset == "ap_invoice@2"
    assert shelf.rulesets["ap_invoice@2"].tables == ("approval_level@2",)
    assert taking_up.flows_over(root, made) == ["ap_invoice@2"]
    assert trying.differences(root, pieces.open_piece(root, flow).piece)[0] == "flow/ap_invoice@1"
    with pytest.raises(PostroomError, match="is still needed"):
        drafts.discard(house, made, by="anna")


def test_a_draft_that_nothing_names_is_discarded(house: House, root: Path) -> None:
    made = drafts.begin(house, "table/approval_level@1", by="anna")

    drafts.discard(house, made, by="anna")

    assert made not in {one.ref for one in pieces.overview(root)}


def test_nobody_agrees_to_what_they_wrote(house: House, root: Path) -> None:
    made = drafts.begin(house, "table/approval_level@1", by="Carla")

    with pytest.raises(PostroomError, match="carla wrote a part of table/approval_level@2"):
        releasing.agree(house, made, team="finance", by="carla")
    releasing.agree(house, made, team="finance", by="dora")

    assert [one.who for one in release.pieces_of(root, made).approvals] == ["dora"]


def test_who_wrote_is_known_by_the_name_that_a_decision_keeps(house: House, root: Path) -> None:
    made = drafts.begin(house, RULES, by="eve")

    with reading(house.engine) as tx:
        assert "eve" in drafts.written_by(tx, {made.partition("/")[2]})
        assert "eve" not in drafts.written_by(tx, {"other@2"})
    assert root.is_dir()
