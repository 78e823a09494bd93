"""The manifest says what the adapter does."""

from importlib.metadata import entry_points
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from adapters.files.formats import options as typed
from adapters.files.formats.options import parse_options
from adapters.files.plug import PLUG
from adapters.files.settings import FilesSettings, parse_settings
from engine.model.errors import ContentError, Rejected
from engine.ports import Plug, Target
from tests.adapters.files.factories import CONTROL, CSV, local

MODELS: dict[str, type[BaseModel]] = {
    "csv": typed.CsvOptions, "fixed": typed.FixedOptions, "xml": typed.XmlOptions, "json": typed.JsonOptions,
    "idoc_flat": typed.IdocFlatOptions, "idoc_xml": typed.IdocXmlOptions,
}  # fmt: skip
OPTIONS = Draft202012Validator(dict(PLUG.manifest.options_schema))
SETTINGS = Draft202012Validator(dict(PLUG.manifest.settings_schema))
SFTP = {"delivery": "sftp", "folder": "/in", "host": "h", "username": "u", "password": "p", "known_hosts": "/k"}
FIXED = {"format": "fixed", "name": "{key}", "records": [{"fields": [{"path": "header.a", "start": 1, "length": 2}]}]}


def test_the_plug_fits_its_socket() -> None:
    target: Target = PLUG.target(local("/nowhere"))

    assert isinstance(PLUG, Plug)
    assert target is not None
    with pytest.raises(LookupError):
        PLUG.reader()


def test_both_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(dict(PLUG.manifest.options_schema))
    Draft202012Validator.check_schema(dict(PLUG.manifest.settings_schema))


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_of_a_format_has_the_keys_of_its_model(name: str) -> None:
    assert set(PLUG.manifest.options_schema["$defs"][name]["properties"]) == set(MODELS[name].model_fields)


@pytest.mark.parametrize(("definition", "model"), [("column", typed.Column), ("field", typed.FixedField)])
def test_the_schema_of_a_cell_has_the_keys_of_its_model(definition: str, model: type[BaseModel]) -> None:
    assert set(PLUG.manifest.options_schema["$defs"][definition]["properties"]) == set(model.model_fields)


def test_the_schema_of_the_binding_has_the_keys_of_its_model() -> None:
    assert set(PLUG.manifest.settings_schema["properties"]) == set(FilesSettings.model_fields)
    assert set(PLUG.manifest.secrets) <= set(FilesSettings.model_fields)


@pytest.mark.parametrize(
    "options",
    [
        CSV,
        {**CSV, "delimiter": ",", "quoting": "all", "decimal": ",", "encoding": "cp1252", "max_lines": 10},
        FIXED,
        {"format": "xml", "name": "{key}.xml"},
        {"format": "json", "name": "{key}.json"},
        {"format": "idoc_flat", "name": "{key}.txt", "control": CONTROL, "segment_names": {"E1EDP01": "E2EDP01012"}},
        {"format": "idoc_xml", "name": "{key}.xml", "control": CONTROL, "encoding": "latin-1"},
    ],
)
def test_good_options_pass_schema_and_adapter(options: dict[str, Any]) -> None:
    assert [error.message for error in OPTIONS.iter_errors(options)] == []
    assert parse_options(options).name == options["name"]


@pytest.mark.parametrize(
    "options",
    [
        {}, {**CSV, "format": "edifact"}, {**CSV, "name": "a.csv"}, {**CSV, "columns": []}, {**CSV, "delimiter": ";;"},
        {**CSV, "encoding": "utf-7"}, {**CSV, "max_lines": 0}, {**CSV, "typo": 1}, {**CSV, "date_format": "%c"},
        {**CSV, "columns": [{"name": "A", "path": "header.a", "value": "b"}]}, {**CSV, "columns": [{"name": "A"}]},
        {**CSV, "columns": [{"name": "A", "path": "vendor.id"}]}, {**CSV, "done_marker": "/../x"},
        {**FIXED, "records": [{"fields": [{"path": "header.a", "start": 0, "length": 2}]}]},
        {"format": "xml", "name": "{key}", "max_lines": 1}, {"format": "idoc_xml", "name": "{key}"},
        {"format": "idoc_xml", "name": "{key}", "control": CONTROL, "type": "DELVRY07"},
    ],
)  # fmt: skip
def test_bad_options_pass_neither_schema_nor_adapter(options: dict[str, Any]) -> None:
    assert not OPTIONS.is_valid(options)
    with pytest.raises(Rejected):
        parse_options(options)


@pytest.mark.parametrize(
    "settings",
    [local("/in"), local("/in", ack_folder="/ack", create=False, file_mode="0640"), SFTP],
    ids=["local", "with answers", "sftp"],
)
def test_good_bindings_pass_schema_and_adapter(settings: dict[str, Any]) -> None:
    assert [error.message for error in SETTINGS.iter_errors(settings)] == []
    assert parse_settings(settings).folder == "/in"


@pytest.mark.parametrize(
    "settings",
    [
        {}, {"delivery": "ftp", "folder": "/in"}, {"delivery": "local"}, local("/in", typo=1), local("/in", file_mode="rw"),
        local("/in", host="h"), {**SFTP, "host_key": "SHA256:" + "A" * 43}, {**SFTP, "port": 0},
        {key: value for key, value in SFTP.items() if key != "known_hosts"},
        {key: value for key, value in SFTP.items() if key != "password"},
        {key: value for key, value in SFTP.items() if key != "host"},
    ],
)  # fmt: skip
def test_bad_bindings_pass_neither_schema_nor_adapter(settings: dict[str, Any]) -> None:
    assert not SETTINGS.is_valid(settings)
    with pytest.raises(ContentError):
        parse_settings(settings)


def test_the_plug_is_found_by_its_entry_point() -> None:
    found = [point for point in entry_points(group="postroom.adapters") if point.name == "files"]
    if not found:
        pytest.skip("postroom is not installed here, only checked out")

    assert found[0].load() is PLUG
