"""What is compared: versions with all that they pin, folders, and git revisions."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from admin.cli.main import app
from engine.model.errors import ContentError, PostroomError
from engine.runtime.differing import compared
from tests.content.content_folder import changed, copied, next_version, stricter_flow

RULES = "rules/sets/ap_invoice.v1.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return copied(tmp_path / "content")


def test_two_versions_of_a_flow_are_compared_with_all_that_they_pin(content: Path) -> None:
    stricter_flow(content)

    found = compared(content, "ap_invoice@1", "ap_invoice@2")

    assert [(one.ref, one.words) for one in found] == [
        ("flow/ap_invoice@2", "ruleset: ap_invoice@1 -> ap_invoice@2"),
        ("ruleset/ap_invoice@2", "threshold total: 0.8 -> 0.99"),
    ]


def test_versions_of_anything_are_compared(content: Path) -> None:
    next_version(content, "rules/tolerances/sap_like.v1.yaml", ('CZK: "1.25"', 'CZK: "1.5"'))

    (only,) = compared(content, "sap_like@1", "sap_like@2")

    assert only.words == "check BD limits.1.both.amount.CZK: 1.25 -> 1.5"


def test_a_rule_is_not_compared_with_a_matrix(content: Path) -> None:
    with pytest.raises(ContentError, match="are not of one kind"):
        compared(content, "ruleset/ap_invoice@1", "files.ap_invoice_csv@1")


def test_of_two_folders_a_new_version_is_told_by_what_is_different_from_the_one_before(
    content: Path, tmp_path: Path
) -> None:
    after = tmp_path / "after"
    shutil.copytree(content, after)
    next_version(after, RULES, ('total: "0.80"', 'total: "0.99"'))
    (after / "rules/flows/ap_invoice_json.v1.yaml").unlink()
    changed(after, "environments/dev.yaml", ", ap_invoice_json@1", "")

    words = [one.words for one in compared(content, str(content), str(after))]

    assert words == [
        "flow: removed ap_invoice_json@1", "flow/ap_invoice_json@1 removed", "ruleset/ap_invoice@2 added",
        "threshold total: 0.8 -> 0.99",
    ]  # fmt: skip


def test_a_git_revision_is_compared_with_the_folder(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-C", str(content), "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
            check=True,
            capture_output=True,
        )

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    changed(content, RULES, "type_confidence < 500", "type_confidence < 450")
    monkeypatch.setenv("POSTROOM_CONTENT", str(content))

    told = CliRunner().invoke(app, ["diff", "HEAD", str(content), "--json"])
    same = CliRunner().invoke(app, ["diff", "HEAD", "HEAD"])

    assert [one["words"] for one in json.loads(told.stdout)["changes"]] == [
        "rule type_unsure: type_confidence below 500 -> below 450"
    ]
    assert (told.exit_code, same.exit_code, same.stdout) == (1, 0, "No difference.\n")


@pytest.mark.parametrize("name", ["nowhere", "--output=x"])
def test_what_is_no_version_folder_or_revision_is_refused(content: Path, name: str) -> None:
    with pytest.raises(PostroomError, match="is no version such as ap_invoice@1, no folder and no git revision"):
        compared(content, name, str(content))
