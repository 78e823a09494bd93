"""The page that adds a type of documents works as it stands: content alone, from a schema to a written file."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.runtime import mappings
from engine.runtime.house import House
from engine.stages.examples import run_examples
from engine.store import operations
from engine.store.database import reading
from tests.house import furnished_house
from tests.runtime.posting.test_new_types import walked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/add-a-document-type.md").read_text(encoding="utf-8")
_SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page works, after all its commands but those of the hub."""
    folder = tmp_path_factory.mktemp("claims")
    script = "\n".join(_SHELL.findall(PAGE)).replace("/tmp/postroom-claims", str(folder))
    subprocess.run(["bash", "-c", f"set -e\npostroom() {{ :; }}\n{script}"], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def house(folder: Path) -> House:
    return furnished_house(folder / "home", content=folder / "content")


def test_the_examples_of_the_new_content_hold(folder: Path) -> None:
    content = folder / "content"
    library = Library.load(content, "dev")

    assert run_examples(library.rulesets["warranty_claim@1"], library.facts) == []
    tested = mappings.examples(content, ["paper.warranty_claim", "files.warranty_claim_json"])
    assert [(one.matrix, one.failures) for one in tested] == [
        ("files.warranty_claim_json@1", ()), ("paper.warranty_claim@1", ()),
    ]  # fmt: skip


def test_a_claim_becomes_a_file_of_the_service_system_once(house: House, folder: Path, tmp_path: Path) -> None:
    text = (folder / "claim.txt").read_text(encoding="utf-8")

    (key,), asked = walked(house, tmp_path, "claim", text)
    again = walked(house, tmp_path, "again", text + "\n")

    with reading(house.engine) as tx:
        written = operations.of_keys(tx, [key])[key].payload
    assert (asked, again) == ([], ([], []))
    assert dict(written) == {
        "claim": "W-91", "serial": "SN-10046", "bought": "2026-03-02", "fault": "No light", "refund": False, "amount": "20.00",
        "currency": "EUR", "parts": [{"part": "P-300", "quantity": "1"}],
    }  # fmt: skip
    (file,) = (folder / "home" / "out" / "service").glob("CLAIM_*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["claim"] == "W-91"


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        pytest.param("2 March 2026", "2 March 2019", ["out_of_warranty"], id="bought long ago"),
        pytest.param("Serial number: SN-10046", "Serial number:", ["not_complete"], id="a field left empty"),
    ],
)
def test_the_rules_of_the_page_hold_a_claim(
    house: House, folder: Path, tmp_path: Path, old: str, new: str, reasons: list[str]
) -> None:
    text = (folder / "claim.txt").read_text(encoding="utf-8").replace("W-91", f"W-{len(new)}")

    assert walked(house, tmp_path, "held", text.replace(old, new)) == ([], reasons)
