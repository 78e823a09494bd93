"""The bad-config table: what is wrong in a file, and what its author reads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from engine.content import strict_yaml
from engine.model.errors import ContentError


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Send(Closed):
    target: str
    mode: Literal["csv", "xml"] = "csv"
    asserts: str | None = Field(default=None, alias="assert")


class Other(Closed):
    other: int


class Flow(Closed):
    name: Annotated[str, Field(pattern="^[a-z]+$")]
    version: int
    live: bool = False
    amount: str = ""
    sends: tuple[Send, ...] = ()
    by_name: Mapping[str, Annotated[Send, Field()]] = {}
    either: Send | Other | None = None


def write(folder: Path, text: str) -> Path:
    file = folder / "flow.yaml"
    file.write_bytes(text.encode())
    return file


def read(folder: Path, text: str) -> Any:
    return strict_yaml.load(write(folder, text)).data


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "flow.yaml: the file is empty"),
        ("# nothing\n", "flow.yaml: the file is empty"),
        ("name: a\nversion: one\n", "flow.yaml:2: version: a whole number belongs here"),
        ("name: a\nversion: 1.0\n", "(found '1.0')"),
        ("name: a\nversion: 010\n", "(found '010')"),
        ("name: a\nversion: 0x10\n", "(found '0x10')"),
        ("name: a\nversion: 1_000\n", "(found '1_000')"),
        ("name: a\nversion: 12:30\n", "(found '12:30')"),
        ("name: a\nversion: '1'\n", "(found '1')"),
        ("name: a\nversion:\n", "version: a whole number belongs here (found nothing)"),
        ("name: a\n", "flow.yaml:1: version: this key is required"),
        ("name: NAME\nversion: 1\n", "flow.yaml:1: name: 'NAME' should match pattern ^[a-z]+$"),
        ("name: 5\nversion: 1\n", "name: text belongs here; quote what looks like a number (found 5)"),
        ("name: a\nversion: 1\nlive: yes\n", "live: true or false belongs here (found 'yes')"),
        ("name: a\nversion: 1\nlive: 1\n", "live: true or false belongs here (found 1)"),
        ("name: a\nversion: 1\nlive: 'true'\n", "live: true or false belongs here (found 'true')"),
        ("name: a\nversion: 1\namount: 5000\n", "amount: text belongs here; quote what looks like a number (found 5000)"),
        ("name: a\nversion: 1\nlives: true\n", "flow.yaml:3: lives: unknown key; allowed here: name, version, live, amount, sends"),
        ("name: a\nversion: 1\nsends:\n  - {target: erp, mod: csv}\n", "flow.yaml:4: sends[0].mod: unknown key; allowed here: target, mode, assert"),
        ("name: a\nversion: 1\nsends:\n  - {target: erp, mode: pdf}\n", "sends[0].mode: Input should be 'csv' or 'xml' (found 'pdf')"),
        ("name: a\nversion: 1\nsends:\n  - {target: erp}\n  - {mode: csv}\n", "flow.yaml:5: sends[1].target: this key is required"),
        ("name: a\nversion: 1\nby_name:\n  erp: {target: erp, x: y}\n", "flow.yaml:4: by_name.erp.x: unknown key; allowed here: target, mode, assert"),
        ("name: a\nverison: 1\n", "flow.yaml:2: verison: unknown key; allowed here: name, version"),
        ("name: a\nversion: 1\nsends: {target: erp}\n", "flow.yaml:3: sends: a list belongs here"),
        ("name: a\nversion: 1\neither: {other: 1, x: y}\n", "flow.yaml:3: either"),
        ("name: a\nname: b\nversion: 1\n", "flow.yaml:2: name: key 'name' stands twice"),
        ("name: a\nversion: 1\nsends:\n  - target: a\n    target: b\n", "flow.yaml:5: sends[0].target: key 'target' stands twice"),
        ("name: &a b\nversion: 1\n", "flow.yaml:1: anchors, aliases and tags are not allowed"),
        ("name: !!str a\nversion: 1\n", "flow.yaml:1: anchors, aliases and tags are not allowed"),
        ("name: !!python/object/apply:os.system [ls]\n", "anchors, aliases and tags are not allowed"),
        ("name: a\n---\nname: b\n", "flow.yaml:2: but found another document"),
        ("name: [a\nversion: 1\n", "flow.yaml:2: "),
        ("name: a\n\tversion: 1\n", "flow.yaml:2: "),
        ("name: a\nversion: 1\nsends: [{target: erp, then this}]\n", "flow.yaml:3: sends[0].then this: 'then this' has no value; text with a comma inside { } must be quoted"),
        ("name: a\n[x]: 1\n", "flow.yaml:2: a key is plain text"),
        ("- a\n- b\n", "keys with values belong here"),
        ("just text\n", "keys with values belong here"),
        ("name: a\x07\n", "is no YAML text"),
        ("[" * 5000, "flow.yaml"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_with_line_path_and_what_is_allowed(tmp_path: Path, text: str, told: str) -> None:
    file = write(tmp_path, text)

    with pytest.raises(ContentError) as refused:
        strict_yaml.parse(strict_yaml.load(file), Flow)

    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("True", "True"), ("true", True), ("false", False),
        ("010", "010"), ("0", 0), ("-7", -7), ("+7", "+7"), ("-0", "-0"), ("1e3", "1e3"), ("5000.00", "5000.00"),
        ("12:30", "12:30"), ("2026-01-31", "2026-01-31"), (".5", ".5"), ("0o17", "0o17"), (".inf", ".inf"), ("'5'", "5"),
        ('"true"', "true"), ("null", None), ("~", None), ("Null", "Null"), ("9" * 18, int("9" * 18)), ("9" * 19, "9" * 19),
        ("=", "="), ("1,000", "1,000"), ("''", ""),
    ],
)  # fmt: skip
def test_a_plain_word_means_what_it_looks_like(tmp_path: Path, text: str, value: object) -> None:
    read_value = read(tmp_path, f"key: {text}\n")["key"]

    assert (type(read_value), read_value) == (type(value), value)


def test_block_text_stays_text(tmp_path: Path) -> None:
    assert read(tmp_path, "key: |\n  5\n")["key"] == "5\n"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffname: a\r\nversion: 1\r\n") == {"name": "a", "version": 1}


def test_a_file_that_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"name: caf\xe9\n")

    with pytest.raises(ContentError, match=r"latin\.yaml: cannot be read as UTF-8 text"):
        strict_yaml.load(file)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.yaml: cannot be read"):
        strict_yaml.load(tmp_path / "gone.yaml")


def test_a_good_file_becomes_its_model(tmp_path: Path) -> None:
    file = write(tmp_path, "name: a\nversion: 1\nsends:\n  - {target: erp, assert: x}\neither: {other: 5}\n")

    flow = strict_yaml.parse(strict_yaml.load(file), Flow)

    assert (flow.sends[0].asserts, flow.either) == ("x", Other(other=5))
