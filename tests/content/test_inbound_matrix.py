"""What is wrong with an inbound matrix, and with a source that names one, is said when it is loaded."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from engine.content.followed import SourceBinding
from engine.content.inbound_matrix import inbound_files, load_inbound
from engine.content.library import Library
from engine.model.errors import ContentError

ROOT = Path(__file__).parents[2]
MATRIX: dict[str, Any] = {
    "name": "crm.deals", "version": 1, "source": {"adapter": "hubspot", "object": "deals"}, "to": "purchase_order",
    "owner": "finance", "rows": [{"to": "po_number", "from": "number"}],
    "examples": [{"name": "one", "event": {"number": "1"}, "record": {"po_number": "1"}}],
}  # fmt: skip


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "mappings" / "canonical", tmp_path / "mappings" / "canonical")
    shutil.copy(ROOT / "mappings" / "ownership.yaml", tmp_path / "mappings")
    (tmp_path / "mappings" / "inbound").mkdir()
    return tmp_path


def load(content: Path, **changes: Any) -> None:
    file = content / "mappings" / "inbound" / "crm.deals.v1.yaml"
    written = {name: value for name, value in {**MATRIX, **changes}.items() if value is not None}
    file.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    load_inbound(file, root=content)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"version": 2}, "must be called crm.deals.v2.yaml", id="another version"),
        pytest.param({"to": "letter"}, "no record 'letter'; there are", id="no such record"),
        pytest.param({"owner": "nobody"}, "is not a team of ownership.yaml", id="no such team"),
        pytest.param({"rows": [{"to": "colour", "from": "c"}]}, "the target has no colour", id="no such field"),
        pytest.param({"rows": [{"to": "lines", "each": "items", "rows": [{"to": "colour", "from": "c"}]}]}, "no colour", id="no such cell"),
        pytest.param({"rows": [{"to": "po_number", "from": "n", "via": "value | shout"}]}, "shout", id="no such converter"),
        pytest.param({"rows": [{"to": "po_number", "from": "receipts.x.external_id"}]}, "no receipts", id="a receipt"),
        pytest.param({"rows": [{"to": "po_number", "from": "n", "via": "value | xref('t@1')"}]}, "of the environment only", id="a shipped table"),
        pytest.param({"where": "record.stage ==="}, "rows", id="a condition that cannot be read"),
        pytest.param({"examples": []}, "examples", id="no example"),
        pytest.param({"colour": "red"}, "unknown key", id="an unknown key"),
    ],
)  # fmt: skip
def test_a_broken_matrix_is_refused_with_what_is_wrong(content: Path, changes: dict[str, Any], said: str) -> None:
    load(content)
    with pytest.raises(ContentError, match=said):
        load(content, **changes)


def test_vocabularies_and_other_words_are_no_matrices() -> None:
    assert [file.name for file in inbound_files(ROOT) if "vocabulary" in file.name or "terms" in file.name] == []
    assert "hubspot.deals.v1.yaml" in [file.name for file in inbound_files(ROOT)]


@pytest.mark.parametrize(
    ("binding", "said"),
    [
        ({"target": "crm", "objects": {}}, "at least 1"), ({"target": "crm", "objects": {"deals": {}}}, "either"),
        ({"target": "crm", "objects": {"deals": {"reads": "a.b", "refreshes": ["orders"]}}}, "either"),
        ({"target": "crm", "objects": {"deals": {"reads": "a.b"}}, "webhook": "hub/x?y=1"}, "webhook"),
    ],
    ids=["nothing is followed", "nothing is done", "two things are done", "no address"],
)  # fmt: skip
def test_a_source_says_what_becomes_of_each_object(binding: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SourceBinding.model_validate(binding)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"target": "nobody"}, "no target nobody"), ({"objects": {"deals": {"reads": "hubspot.tickets"}}}, "unknown .hubspot.tickets."),
        ({"objects": {"tickets": {"reads": "hubspot.deals"}}}, "reads deals of hubspot, not tickets of hubspot"),
        ({"settings": {"webhook_secret": "written out"}}, "secret"),
    ],
    ids=["no target", "no matrix", "another object", "a secret"],
)  # fmt: skip
def test_an_environment_names_what_is_there(tmp_path: Path, source: dict[str, Any], said: str) -> None:
    for part in ("rules", "mappings"):
        (tmp_path / part).symlink_to(ROOT / part)
    written = yaml.safe_load((ROOT / "environments" / "dev.yaml").read_text(encoding="utf-8"))
    written["targets"]["crm"] = {"adapter": "hubspot", "settings": {"private_app_token": {"env": "TOKEN"}}}
    written["sources"] = {"crm": {"target": "crm", "objects": {"deals": {"reads": "hubspot.deals"}}, **source}}
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")

    with pytest.raises(ContentError, match=said):
        Library.load(tmp_path, "dev")
