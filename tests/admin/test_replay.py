"""`postroom replay` as an admin types it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import PostroomError
from engine.runtime.house import House, open_house
from tests.house import test_settings
from tests.runtime.processed import dump, furnish, some_mail

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house in which some mail was judged, and a content folder with a stricter draft of the flow beside the live one."""
    content = tmp_path / "content"
    for folder in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / folder, content / folder)
    for kind, old, new in (("sets", 'EUR: "5000.00"', 'EUR: "10.00"'), ("flows", "ap_invoice@1", "ap_invoice@2")):
        text = (content / "rules" / kind / "ap_invoice.v1.yaml").read_text(encoding="utf-8")
        draft = text.replace("version: 1", "version: 2", 1).replace(old, new, 1)
        (content / "rules" / kind / "ap_invoice.v2.yaml").write_text(draft, encoding="utf-8")
    monkeypatch.setenv("POSTROOM_CONTENT", str(content))
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    house = open_house(test_settings(tmp_path / "home", content=content))
    furnish(house)
    some_mail(house, tmp_path)
    yield house
    house.close()


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, arguments)], catch_exceptions=False)


def test_a_draft_is_held_against_what_was_done_and_nothing_is_written(house: House) -> None:
    before = dump(house)

    same, stricter = call("--last", 5), call("--last", 5, "--with", "ap_invoice@2")
    told = [json.loads(line) for line in call("--with", "ap_invoice@2", "--json").stdout.splitlines()]

    assert "5 judged again" in same.stderr
    assert same.stdout == ""
    assert stricter.stdout.count("route: post -> review") == 2
    assert stricter.stdout.count(" EUR: route post -> review") == 2
    assert sum(one["route"] == "post" for one in told) == 1
    assert dump(house) == before


@pytest.mark.parametrize(
    "arguments", [("--last", 3, "--effects", "--reason", "x"), ("ab", "--effects")], ids=["not by name", "no reason"]
)
def test_effects_need_names_and_a_reason(house: House, arguments: tuple[object, ...]) -> None:
    before = dump(house)

    with pytest.raises(PostroomError, match="--effects needs the documents by name, and a --reason"):
        call(*arguments)

    assert dump(house) == before
