from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.content.environment import Environment, load_environments
from engine.model.errors import ContentError

COMPANY = "company: {entities: [{code: '1000', name: Muster GmbH, country: DE}]}\n"


def text(name: str, kind: str, settings: str, more: str = "") -> str:
    return (
        f"name: {name}\nkind: {kind}\nflows: [ap_invoice@1]\n"
        f"targets:\n  erp: {{adapter: files, settings: {{{settings}}}}}\n{COMPANY}{more}"
    )


def load(folder: Path, **texts: str) -> Mapping[str, Environment]:
    for name, content in texts.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return load_environments(folder)


DEV = text("dev", "development", 'delivery: local, folder: "{out}/erp"')
PROD = text("prod", "production", "host: sftp.erp.internal, password: {env: ERP_PASSWORD}")


def test_environments_are_read_by_name(tmp_path: Path) -> None:
    found = load(tmp_path, dev=DEV, prod=PROD)

    assert list(found) == ["dev", "prod"]
    assert found["dev"].targets["erp"].settings == {"delivery": "local", "folder": "{out}/erp"}
    assert found["prod"].targets["erp"].settings["password"] == {"env": "ERP_PASSWORD"}


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "sandbox.erp.internal", "erp-test.internal", "dev.internal", "erp.staging.internal", "::1",
     "qa2.internal"],
)  # fmt: skip
def test_production_may_not_name_a_place_to_try_things(tmp_path: Path, host: str) -> None:
    with pytest.raises(
        ContentError, match=rf"prod\.yaml:5: targets\.erp\.settings\.host: production may not name {host}"
    ):
        load(tmp_path, prod=text("prod", "production", f'host: "{host}"'))


@pytest.mark.parametrize("url", ["https://sandbox.erp.internal/api", "https://user@localhost:8443/"])
def test_production_may_not_hide_such_a_place_in_an_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(ContentError, match="production may not name"):
        load(tmp_path, prod=text("prod", "production", f'endpoint: "{url}"'))


@pytest.mark.parametrize("host", ["contest.internal", "devon.internal", "latest-erp.internal"])
def test_a_word_that_only_contains_test_is_a_fine_production_host(tmp_path: Path, host: str) -> None:
    assert load(tmp_path, prod=text("prod", "production", f"host: {host}"))


@pytest.mark.parametrize("kind", ["development", "test"])
def test_no_other_environment_names_a_production_host(tmp_path: Path, kind: str) -> None:
    with pytest.raises(
        ContentError, match=r"uat\.yaml:5: targets\.erp\.settings\.host: sftp\.erp\.internal is a production host"
    ):
        load(tmp_path, prod=PROD, uat=text("uat", kind, "host: SFTP.erp.internal"))


@pytest.mark.parametrize("host", ["prod.erp.internal", "erp-production.internal", "live.erp.internal"])
def test_no_other_environment_names_what_reads_like_a_production_host(tmp_path: Path, host: str) -> None:
    with pytest.raises(ContentError, match="reads like a production host"):
        load(tmp_path, test=text("test", "test", f"host: {host}"))


@pytest.mark.parametrize("key", ["password", "passphrase", "private_key", "api_token", "client_secret", "api_key"])
def test_a_secret_may_not_be_written_out(tmp_path: Path, key: str) -> None:
    with pytest.raises(ContentError, match=rf"targets\.erp\.settings\.{key}: a secret may not stand in a file; write"):
        load(tmp_path, dev=text("dev", "development", f"{key}: hunter2"))


@pytest.mark.parametrize("reference", ["{env: A, file: b}", "{vault: x}", "{env: 5}", "{env: ''}", "[a]"])
def test_a_reference_to_a_secret_names_one_place(tmp_path: Path, reference: str) -> None:
    with pytest.raises(ContentError, match="a secret may not stand in a file"):
        load(tmp_path, dev=text("dev", "development", f"password: {reference}"))


def test_a_host_may_not_hide_behind_a_reference(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="a host stands here in plain text, so that it can be checked"):
        load(tmp_path, prod=text("prod", "production", "host: {env: HOST}"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (DEV.replace("name: dev", "name: test"), "dev.yaml:1: name: the file is called dev.yaml, so the name must be dev"),
        (DEV.replace("kind: development\n", ""), "kind: this key is required"),
        (DEV.replace("development", "staging"), "kind: Input should be 'development', 'test' or 'production' (found 'staging')"),
        (DEV.replace("[ap_invoice@1]", "[ap_invoice@1, ap_invoice@2]"), "flows: ap_invoice is live twice; one version of a flow is live at a time"),
        (DEV.replace("[ap_invoice@1]", "[ap_invoice]"), "flows[0]: 'ap_invoice' should match pattern"),
        (DEV.replace("country: DE", "country: Germany"), "company.entities[0].country: 'Germany' should match pattern"),
        (DEV.replace("code: '1000'", "code: 1000"), "company.entities[0].code: text belongs here; quote what looks like a number (found 1000)"),
        (DEV + "xref: {units: {C62: 5}}\n", "xref.units.C62: text belongs here; quote what looks like a number (found 5)"),
        (DEV + "password: x\n", "dev.yaml:7: password: unknown key; allowed here: name, kind, flows, targets, sources, company, promotion, xref"),
    ],
)  # fmt: skip
def test_a_broken_environment_stops_the_start(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(ContentError) as refused:
        load(tmp_path, dev=content)

    assert told in str(refused.value)


WINDOWED = """name: dev
kind: development
flows: [ap_invoice@1]
calendars:
  business: {zone: Europe/Berlin, hours: "08:00-18:00", holidays: [2026-12-25]}
targets:
  erp: {adapter: files, settings: {}, window: {calendar: CALENDAR, hours: "01:00-04:00"}}
company: {entities: [{code: "1000", name: A, country: DE}]}
expects:
  - {flow: ap_invoice, target: TARGET, within_hours: 24, on: ON}
"""


def windowed(folder: Path, *, calendar: str = "business", target: str = "erp", on: str = "business") -> Environment:
    text = WINDOWED.replace("CALENDAR", calendar).replace("TARGET", target).replace("ON", on)
    return load(folder, dev=text)["dev"]


def test_the_window_of_a_target_lies_over_the_calendar_that_it_names(tmp_path: Path) -> None:
    schedule = windowed(tmp_path).schedule("erp")

    assert schedule is not None
    assert (schedule.hours, schedule.zone, len(schedule.holidays)) == ("01:00-04:00", "Europe/Berlin", 1)


def test_a_target_without_window_is_open_at_any_time(tmp_path: Path) -> None:
    assert load(tmp_path, dev=DEV)["dev"].schedule("erp") is None


@pytest.mark.parametrize(
    ("written", "told"),
    [
        pytest.param({"calendar": "none"}, "no calendar none; there are: business", id="window"),
        pytest.param({"on": "none"}, "no calendar none; there are: business", id="expectation"),
        pytest.param({"target": "crm"}, "no target crm; there are: erp", id="target"),
    ],
)
def test_calendars_and_targets_that_are_not_there_are_refused(tmp_path: Path, written: Any, told: str) -> None:
    with pytest.raises(ContentError, match=told):
        windowed(tmp_path, **written)
