"""What an environment binds: resolved without effects, and adopted into a live set."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from admin.cli.main import app
from engine.content.library import Library
from engine.content.live import read_live
from engine.model.errors import ContentError, PostroomError
from engine.runtime.adoption import adopt
from engine.runtime.bindings import Bound, checked
from engine.runtime.plugs import discover
from tests.content.content_folder import MOMENT, changed, copied, lean

TEST, FLOW = "environments/test.yaml", "rules/flows/ap_invoice.v1.yaml"
KEY = "private_key: {file: /run/secrets/erp_sftp_key}"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return lean(copied(tmp_path / "content"))


def found(content: Path, environment: str, *, ping: bool = False) -> dict[str, Bound]:
    out = content.parent / "out"
    return {one.name: one for one in checked(content, environment, discover(), out=out, ping=ping)}


def test_each_binding_is_told_with_its_source(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(content, TEST, KEY, "private_key: {env: ERP_KEY}")
    monkeypatch.setenv("ERP_KEY", "never shown")

    bound = found(content, "test")

    assert (bound["erp.private_key"].state, bound["erp.private_key"].source) == (
        "found",
        "environment variable ERP_KEY",
    )
    assert (bound["erp.host"].needed_by, bound["erp.host"].note) == ("ap_invoice@1", "sftp.erp-test.internal")
    assert "never shown" not in str(bound)


@pytest.mark.parametrize(
    ("reference", "source", "note"),
    [
        ("{env: ERP_KEY}", "environment variable ERP_KEY", "environment variable ERP_KEY is not set"),
        ("{file: /nowhere/key}", "file /nowhere/key", "file /nowhere/key is not there"),
        ("{keyring: erp/key}", "keyring entry erp/key", "keyring"),
    ],
)
def test_a_credential_that_is_not_there_is_missing(
    content: Path, monkeypatch: pytest.MonkeyPatch, reference: str, source: str, note: str
) -> None:
    monkeypatch.delenv("ERP_KEY", raising=False)
    changed(content, TEST, KEY, f"private_key: {reference}")

    bound = found(content, "test")["erp.private_key"]

    assert (bound.state, bound.source) == ("missing", source)
    assert note in bound.note


def test_a_credential_that_is_empty_is_missing(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERP_KEY", "")
    changed(content, TEST, KEY, "private_key: {env: ERP_KEY}")

    assert found(content, "test")["erp.private_key"].state == "missing"


def test_a_setting_that_the_adapter_requires_is_missing_when_it_is_not_written(content: Path) -> None:
    changed(content, TEST, "      delivery: sftp\n", "")

    assert found(content, "test")["erp.delivery"].state == "missing"


def test_content_that_cannot_be_loaded_is_told(content: Path) -> None:
    changed(content, TEST, "flows: [ap_invoice@1]", "flows: [ap_invoice@7]")

    (only,) = found(content, "test").values()

    assert (only.state, "unknown 'ap_invoice@7'" in only.note) == ("missing", True)


NEEDS = [
    ("{company: '2000'}", "company.entities", "needs company 2000, which is none of: 1000"),
    ("{xref: erp_units}", "xref", "needs xref erp_units, which is none of: none"),
    (
        "{setting: erp.port, type: integer}",
        "targets.erp.settings.port",
        "which is not written here; what the adapter takes",
    ),
    ("{setting: erp.username, type: credential}", "targets.erp.settings.username", "as a reference to a credential"),
    ("{setting: erp.folder, type: host}", "targets.erp.settings.folder", "as the name of one machine"),
    ("{setting: crm.host}", "targets.crm.settings.host", "and there is no target crm"),
]


@pytest.mark.parametrize(("need", "path", "told"), NEEDS, ids=[need for need, _, _ in NEEDS])
def test_a_flow_is_not_live_where_what_it_needs_is_not_bound(content: Path, need: str, path: str, told: str) -> None:
    changed(content, FLOW, "sends:\n", f"needs: [{need}]\nsends:\n")

    with pytest.raises(ContentError) as refused:
        Library.load(content, "test")

    assert f"test.yaml: {path}: ap_invoice@1 needs" in str(refused.value)
    assert told in str(refused.value)


def test_what_is_bound_as_needed_is_found(content: Path) -> None:
    changed(content, FLOW, "sends:\n", "needs: [{company: '1000'}, {setting: erp.host, type: host, why: x}]\nsends:\n")

    bound = found(content, "test")

    assert [(bound[name].state, bound[name].needed_by) for name in ("company 1000",)] == [("found", "ap_invoice@1")]


def test_a_ping_leaves_nothing_behind(content: Path) -> None:
    out = content.parent / "out"
    (out / "erp").mkdir(parents=True)

    bound = found(content, "dev", ping=True)

    assert bound["erp (ping)"].note == f"{out}/erp can be written to"
    assert bound["erp_json (ping)"].note.endswith("the first delivery makes it")
    assert [path.name for path in out.rglob("*")] == ["erp"]


def test_a_target_that_is_not_there_is_unreachable(content: Path) -> None:
    changed(content, "environments/dev.yaml", 'folder: "{out}/erp"}', 'folder: "{out}/erp", create: false}')

    assert found(content, "dev", ping=True)["erp (ping)"].state == "unreachable"


def test_the_command_tells_and_ends_with_one_when_something_is_missing(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTROOM_CONTENT", str(content))

    test = CliRunner().invoke(app, ["env", "check", "test", "--json"])
    dev = CliRunner().invoke(app, ["env", "check", "dev"])

    states = {one["name"]: one["state"] for one in json.loads(test.stdout)["bindings"]}
    assert (test.exit_code, dev.exit_code, states["erp.private_key"]) == (1, 0, "missing")


def test_written_flows_become_the_live_set(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_CONTENT", str(content))
    before = (content / TEST).read_text(encoding="utf-8")

    done = CliRunner().invoke(app, ["env", "adopt", "test", "--by", "anna"])

    assert (done.exit_code, done.stdout) == (0, "test: set 1 is live with ap_invoice@1.\n")
    assert (content / TEST).read_text(encoding="utf-8") == before.replace("flows: [ap_invoice@1]\n", "")
    assert Library.load(content, "test").environment.flows == ("ap_invoice@1",)


def test_flows_of_several_lines_are_taken_out_too(content: Path) -> None:
    changed(content, TEST, "flows: [ap_invoice@1]\n", "flows:\n  # the only one\n  - ap_invoice@1\n")

    adopt(content, "test", by="anna", at=MOMENT)

    assert "ap_invoice@1" not in (content / TEST).read_text(encoding="utf-8")


def test_an_adoption_that_was_cut_off_is_finished_again(content: Path) -> None:
    text = (content / TEST).read_text(encoding="utf-8")
    adopt(content, "test", by="anna", at=MOMENT)
    (content / TEST).write_text(text, encoding="utf-8")

    with pytest.raises(PostroomError, match="has a live set already"):
        adopt(content, "test", by="anna", at=MOMENT)
    adopt(content, "test", by="anna", at=MOMENT, again=True)

    live = read_live(content, "test")
    assert live is not None
    assert (live.number, [one.number for one in live.before]) == (2, [1])
    assert Library.load(content, "test").live == live


def test_there_is_nothing_to_adopt_twice(content: Path) -> None:
    adopt(content, "test", by="anna", at=MOMENT)

    with pytest.raises(PostroomError, match="there is nothing to adopt"):
        adopt(content, "test", by="anna", at=MOMENT)
