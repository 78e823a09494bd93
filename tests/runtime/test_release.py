"""Releasing versions: what stands in the way, who has to agree, and what is frozen then."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from admin.cli.main import app
from engine.content.release_record import read_record
from engine.content.released import read_lock
from engine.model.errors import ContentError, PostroomError
from engine.runtime.release import LOCK, all_of, release, standing
from tests.content.content_folder import MOMENT, changed, copied, next_version, stricter_flow

TEAMS = ("finance", "integration_admins", "procurement")
EVERYBODY = [(team, "anna") for team in TEAMS]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture
def unlinted(content: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for tests of agreement, which need not wait for lint and examples."""
    monkeypatch.setattr("engine.runtime.release._complaints", lambda *_: iter(()))
    return content


def released(content: Path, name: str) -> None:
    assert release(content, name, by="bert", approved_by=EVERYBODY, at=MOMENT).is_released


def test_a_flow_is_frozen_with_all_that_it_pins(content: Path) -> None:
    here = release(content, "ap_invoice@1", by="bert", approved_by=EVERYBODY, at=MOMENT)

    assert (here.is_released, here.missing) == (True, ())
    lock = read_lock(content / LOCK)
    assert set(lock) == {piece.ref for piece in here.pieces}
    assert {
        "flow/ap_invoice@1",
        "ruleset/ap_invoice@1",
        "schema/invoice",
        "vocabulary/de@1",
        "tolerance/sap_like@1",
    } <= set(lock)


def test_who_agreed_stands_beside_the_lock(unlinted: Path) -> None:
    released(unlinted, "ap_invoice@1")

    record = read_record(unlinted, "flow/ap_invoice@1")

    assert record is not None
    assert (record.by, record.at) == ("bert", MOMENT)
    assert {(one.team, one.who, one.digest) for one in record.approvals} == {
        (team, "anna", record.digest) for team in TEAMS
    }


def test_without_agreement_nothing_is_frozen_and_all_that_is_missing_is_told(unlinted: Path) -> None:
    here = release(unlinted, "ap_invoice@1", by="bert", approved_by=[], at=MOMENT)

    assert [text.split(";")[0] for text in here.missing] == [f"the team {team} has not agreed" for team in TEAMS]
    assert read_lock(unlinted / LOCK) == {}


def test_agreements_are_kept_until_the_last_one_comes(unlinted: Path) -> None:
    for team in TEAMS[:2]:
        assert release(unlinted, "ap_invoice@1", by="bert", approved_by=[(team, "anna")], at=MOMENT).missing

    assert release(unlinted, "ap_invoice@1", by="bert", approved_by=[(TEAMS[2], "carl")], at=MOMENT).is_released


def test_an_author_alone_releases_nothing(unlinted: Path) -> None:
    here = release(unlinted, "ap_invoice@1", by="anna", approved_by=EVERYBODY, at=MOMENT)

    assert len(here.missing) == len(TEAMS)
    assert all(text.endswith("(an author's own agreement does not count)") for text in here.missing)


def test_an_agreement_is_for_exactly_what_was_looked_at(unlinted: Path) -> None:
    release(unlinted, "ap_invoice@1", by="bert", approved_by=EVERYBODY[:2], at=MOMENT)
    changed(unlinted, "rules/sets/ap_invoice.v1.yaml", 'total: "0.80"', 'total: "0.81"')

    here = release(unlinted, "ap_invoice@1", by="bert", approved_by=EVERYBODY[2:], at=MOMENT)

    assert [text.split(";")[0] for text in here.missing] == [f"the team {team} has not agreed" for team in TEAMS[:2]]


def test_a_next_version_needs_only_those_who_own_what_is_new(unlinted: Path) -> None:
    released(unlinted, "ap_invoice@1")
    stricter_flow(unlinted)

    here = standing(unlinted, "ap_invoice@2", by="bert")

    assert [piece.ref for piece in here.pieces if not piece.is_released] == [
        "flow/ap_invoice@2",
        "ruleset/ap_invoice@2",
    ]
    assert [text.split(";")[0] for text in here.missing] == [
        "the team finance has not agreed", "the team integration_admins has not agreed",
    ]  # fmt: skip


def test_of_a_changed_matrix_the_owners_of_the_changed_rows_are_asked(unlinted: Path) -> None:
    csv = "mappings/outbound/files.ap_invoice_csv.v1.yaml"
    released(unlinted, "matrix/files.ap_invoice_csv@1")
    next_version(unlinted, csv)

    assert standing(unlinted, "matrix/files.ap_invoice_csv@2", by="bert").pieces[0].owners == ("finance",)

    text = (unlinted / csv.replace("v1", "v2")).read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if "owner: procurement" in line and "to: " in line)
    changed(
        unlinted, csv.replace("v1", "v2"), row, row.replace("owner: procurement", 'why: "told", owner: procurement')
    )
    assert standing(unlinted, "matrix/files.ap_invoice_csv@2", by="bert").pieces[0].owners == ("finance", "procurement")


def test_a_failing_example_stands_in_the_way(content: Path) -> None:
    changed(
        content, "rules/sets/ap_invoice.v1.yaml", "- fires: {type_confidence: 499}", "- fires: {type_confidence: 501}"
    )

    missing = release(content, "ap_invoice@1", by="bert", approved_by=EVERYBODY, at=MOMENT).missing

    assert any("type_unsure, example 1" in text for text in missing)
    assert read_lock(content / LOCK) == {}


def test_what_lint_calls_an_error_stands_in_the_way(content: Path) -> None:
    changed(
        content,
        "rules/sets/ap_invoice.v1.yaml",
        "when: type_confidence < 500",
        "when: type_confidence < 0 and type_confidence > 5",
    )

    missing = standing(content, "ap_invoice@1", by="bert").missing

    assert any("ap_invoice.v1.yaml" in text and "error" in text for text in missing)


def test_what_is_released_and_was_changed_is_told(unlinted: Path) -> None:
    released(unlinted, "ap_invoice@1")
    changed(unlinted, "rules/sets/ap_invoice.v1.yaml", 'total: "0.80"', 'total: "0.81"')

    assert (
        "ruleset/ap_invoice@1 is released and its file was changed"
        in standing(unlinted, "ap_invoice@1", by="x").missing
    )
    assert all_of(unlinted)["ruleset/ap_invoice@1"] == "changed"


def test_a_version_that_is_not_there_is_told_which_there_are(content: Path) -> None:
    with pytest.raises(
        ContentError, match=r"there is no 'ap_invoice@7'; there is: flow/ap_invoice@1, ruleset/ap_invoice@1"
    ):
        standing(content, "ap_invoice@7", by="bert")


def test_a_team_that_is_not_there_cannot_agree(content: Path) -> None:
    with pytest.raises(PostroomError, match="There is no team 'sales'; there are: finance"):
        release(content, "ap_invoice@1", by="bert", approved_by=[("sales", "anna")], at=MOMENT)


def test_the_command_refuses_releases_and_draws(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_CONTENT", str(content))
    run = CliRunner()

    refused = run.invoke(app, ["release", "ap_invoice@1", "--by", "bert"])
    done = run.invoke(app, ["release", "ap_invoice@1", "--by", "bert", "--approved-by", "procurement:carl, anna"])
    tree = run.invoke(app, ["releases", "tree", "ap_invoice"])
    listed = run.invoke(app, ["releases", "list", "--json"])

    assert (refused.exit_code, done.exit_code, tree.exit_code, listed.exit_code) == (1, 0, 0, 0)
    assert "the team finance has not agreed" in refused.stderr
    assert "flow/ap_invoice@1 is released" in done.stdout
    assert "tolerance/sap_like@1" in tree.stdout
    states = {one["ref"]: one["state"] for one in json.loads(listed.stdout)["content"]}
    assert (states["ruleset/ap_invoice@1"], states["tolerance/oracle_like@1"]) == ("released", "draft")
