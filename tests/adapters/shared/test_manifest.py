from pathlib import Path

import pytest

from adapters.shared.manifest import load_manifest
from engine.model.errors import ContentError


def test_a_manifest_is_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_text("name: demo\ntitle: Demo\nkind: [reader]\nmedia_types: [image/*]\n")

    assert load_manifest(tmp_path).media_types == ("image/*",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name: demo\ntitle: Demo\nkind: [reader]\ncolour: red\n", "colour: .*keys of a manifest: name, title"),
        ("name: demo\n", "title: Field required"),
        ("- a\n- b\n", "a manifest is a mapping"),
        ("name: [\n", "the manifest is no YAML"),
        ("name: !!python/object:os.system x\n", "the manifest is no YAML"),
    ],
    ids=["unknown key", "missing key", "a list", "not closed", "python object"],
)
def test_a_broken_manifest_is_refused_with_its_file(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_text(text)

    with pytest.raises(ContentError, match=why) as error:
        load_manifest(tmp_path)

    assert error.value.file == str(tmp_path / "manifest.yaml")


def test_a_missing_manifest_is_refused_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"manifest\.yaml: the manifest cannot be read"):
        load_manifest(tmp_path)
