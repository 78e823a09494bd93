"""Every call goes to the version of the API that a binding names."""

import io
from collections.abc import Callable

import pytest

from adapters.hubspot.paths import Paths
from adapters.hubspot.plug import PLUG
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.sandbox.versions import unversioned
from engine.model.errors import ContentError
from engine.model.operation import Operation
from engine.ports import Surroundings

NUMBERED = {"/crm/v3/objects", "/crm/v3/properties", "/crm/v4/objects", "/files/v3/files", "/oauth/v1/token"}


def dated(date: str) -> set[str]:
    return {f"/crm/objects/{date}", f"/crm/properties/{date}", f"/files/{date}/files", f"/oauth/{date}/token"}


@pytest.mark.parametrize(
    ("version", "roots"),
    [(None, NUMBERED), ("v3", NUMBERED), ("2026-03", dated("2026-03")), ("2026-09", dated("2026-09"))],
    ids=["default", "v3", "2026-03", "2026-09"],
)
def test_every_call_is_one_of_the_version_that_the_binding_names(
    portal: HubSpotSandbox,
    surroundings: Surroundings,
    write: Callable[..., Operation],
    version: str | None,
    roots: set[str],
) -> None:
    target = PLUG.target({**portal.settings(), **({"api_version": version} if version else {})})
    target.move_in(surroundings)
    blob = surroundings.blobs.put(io.BytesIO(b"the paper"), limit=100)[0]
    company = write("companies", "1", {"name": "A"})
    about = [{"to": "companies", "id": target.send(company).external_id}]
    deal = write("deals", "1", {"dealname": "A"}, associations=about)
    contact = write("contacts", "1", {"email": "a@example.org"}, options={"by": "email"})
    paper = write("files", "1", {}).model_copy(update={"payload": {"name": "a.pdf", "sha256": blob}})
    outcomes = [(target.send(one).outcome, target.find(one) is not None) for one in (deal, contact, paper)]
    target.ping()
    target.close()

    assert outcomes == [("created", True)] * 3
    assert {next((root for root in roots if call.path.startswith(root)), call.path) for call in portal.calls} == roots


def test_changes_and_master_data_are_asked_in_that_version(portal: HubSpotSandbox, surroundings: Surroundings) -> None:
    binding = {**portal.settings(), "api_version": "2026-03"}
    directory, source = PLUG.directory(binding), PLUG.source(binding)
    for one in (directory, source):
        one.move_in(surroundings)
    directory.page("customers", after="", since=None)
    source.poll("")
    source.close()

    assert {"2026-03" in call.path for call in portal.calls} == {True}


def test_a_version_that_is_not_known_is_refused() -> None:
    with pytest.raises(ContentError, match="api_version"):
        PLUG.target({"private_app_token": "pat-1", "api_version": "2019-01"})


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v4/objects/deals", "/crm/v3/objects/deals/1/associations/default/notes/2", "/crm/2026-03/objects/deals",
        "/crm/objects/v3/deals", "/files/v4/files", "/crm/objects/2024-01/deals",
    ],
)  # fmt: skip
def test_the_stand_in_has_no_path_that_hubspot_has_not(path: str) -> None:
    assert unversioned(path.strip("/").split("/")) == []


def test_what_a_record_is_called_breaks_out_of_no_path() -> None:
    assert Paths("2026-03").objects("deals", "a/../b?c") == "/crm/objects/2026-03/deals/a%2F..%2Fb%3Fc"
