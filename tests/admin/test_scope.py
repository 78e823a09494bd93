"""Scopes and masks over HTTP: what is out of reach is not there, what is masked is uncovered by right and told."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import get_args

import pytest
from fastapi.testclient import TestClient

from admin.http import who
from engine.model.operation import Lineage, short_key
from engine.model.rights import ROLES, FieldGroup, Grant, Role
from engine.model.sensitive import GROUPS
from engine.runtime.people import tokens
from engine.store import desk, documents, ledger, operations, reviews
from engine.store.database import reading, transaction
from engine.store.reviews import Urgency
from tests.admin.visitors import HAND, OWN_TOKEN, house_of, opened
from tests.stages.records import record
from tests.store.factories import NOON, document, document_id, operation

pytestmark = pytest.mark.slow

IBAN, TAX = "DE89370400440532013000", "DE129273398"
INVOICE, ORDER = document_id("an invoice"), document_id("an order")
KEY = "ap_invoice/erp/vendor_invoice/V1/RE-1"
OWN = {"Authorization": f"Bearer {OWN_TOKEN}"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A hub with an invoice that the team `ap` reviews and of which an operation waits, and an order."""
    with opened(tmp_path_factory.mktemp("house")) as client:
        with transaction(house_of(client).engine) as tx:
            for name, kind in (("an invoice", "invoice"), ("an order", "purchase_order")):
                one = record(type=kind, vendor_iban=IBAN, vendor_tax_id=TAX, invoice_number="RE-1", total="119.00")
                documents.add(tx, document(name))
                stored = one.model_copy(update={"document_id": document_id(name)}).model_dump(mode="json")
                documents.save(tx, document_id(name), 1, "record", stored)
            reviews.open_review(
                tx, document_id=INVOICE, revision=1, queue="ap", reasons=["iban"], message=f"{IBAN} is not known.", at=NOON,
                urgency=Urgency(team="ap"),
            )  # fmt: skip
            planned = operation(
                KEY, document_id=INVOICE, payload={"bank": {"KONT": "0532013000"}}, after=(),
                lineage=(Lineage(path="bank.KONT", row="m@1", fields=("vendor_iban",)),),
            )  # fmt: skip
            operations.plan(tx, planned, at=NOON)
            operations.move(tx, KEY, "sending", at=NOON)
            operations.move(tx, KEY, "rejected", at=NOON, error=f"Account {IBAN} of {TAX} is blocked.")
            desk.comment(tx, INVOICE, by="anna", text=f"Is {IBAN} theirs?", at=NOON)
            told = {"to": None, "text": f"Is {IBAN} of {TAX} theirs?"}
            ledger.append(tx, at=NOON, document_id=INVOICE, kind="comment", actor="anna", data=told)
        yield client


def program(client: TestClient, name: str, *grants: Grant) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.add(house_of(client), name, grants, days=1, hand=HAND)}"}


def listed(client: TestClient, headers: dict[str, str]) -> set[str]:
    return {one["id"] for one in client.get("/api/v1/documents", headers=headers).json()["documents"]}


@pytest.mark.parametrize(
    ("name", "scope", "seen"),
    [
        pytest.param("all", {}, {INVOICE, ORDER}, id="no scope"),
        pytest.param("orders", {"types": ("purchase_order",)}, {ORDER}, id="a type"),
        pytest.param("team", {"team": "ap"}, {INVOICE}, id="a team"),
        pytest.param("company", {"entities": ("1000",)}, {INVOICE, ORDER}, id="our one company"),
        pytest.param("other", {"entities": ("2000",)}, set(), id="another company"),
    ],
)
def test_what_is_out_of_reach_is_not_there(
    client: TestClient, name: str, scope: dict[str, object], seen: set[str]
) -> None:
    headers = program(client, f"reads-{name}", Grant.model_validate({"role": "viewer", **scope}))

    assert listed(client, headers) == seen
    for one in (INVOICE, ORDER):
        status = client.get(f"/api/v1/documents/{one}/story", headers=headers).status_code
        assert status == (200 if one in seen else 404)
    page = client.get("/api/v1/operations", headers=headers).json()
    assert [one["key"] for one in page["operations"]] == ([KEY] if INVOICE in seen else [])
    assert sum(page["counts"].values()) == (1 if INVOICE in seen else 0)


def test_who_may_read_everything_and_correct_some_is_refused_for_the_rest(client: TestClient) -> None:
    headers = program(
        client, "corrects-orders", Grant(role="viewer"), Grant(role="reviewer", types=("purchase_order",))
    )
    body = {"values": [{"path": "total", "value": "1.00"}]}

    assert client.post(f"/api/v1/documents/{INVOICE}/corrections", headers=headers, json=body).status_code == 403
    assert client.post(f"/api/v1/documents/{ORDER}/corrections", headers=headers, json=body).status_code == 422


def test_operations_out_of_reach_are_neither_shown_nor_touched(client: TestClient) -> None:
    headers = program(client, "operates-orders", Grant(role="operator", types=("purchase_order",)))

    assert client.get(f"/api/v1/operations/{KEY.rpartition('/')[2]}", headers=headers).status_code == 404
    answer = client.post("/api/v1/operations/RE-1/park", headers=headers, json={"why": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["", "/story"])
def test_bank_and_identity_are_masked_even_for_who_may_see_them(client: TestClient, path: str) -> None:
    text = client.get(f"/api/v1/documents/{INVOICE}{path}", headers=OWN).text

    for secret in (IBAN, TAX, "0532013000"):
        assert secret not in text


def test_in_the_story_of_an_operation_too(client: TestClient) -> None:
    answer = client.get("/api/v1/operations/RE-1", headers=OWN)

    assert answer.status_code == 200
    assert "0532013000" not in answer.text


def test_who_holds_the_right_uncovers_and_the_ledger_tells(client: TestClient) -> None:
    headers = program(client, "sees-banks", Grant(role="viewer", types=("invoice",), fields=("bank",)))
    address = f"/api/v1/documents/{INVOICE}/story"

    text = client.get(address, headers=headers, params={"reveal": "bank"}).text

    assert (IBAN in text, TAX in text) == (True, False)
    with reading(house_of(client).engine) as tx:
        told = [one for one in ledger.story(tx, INVOICE) if one.kind == "data_revealed"]
    assert (told[-1].actor, told[-1].data["fields"]) == ("token:sees-banks", ["bank"])


@pytest.mark.parametrize(
    ("name", "grant"),
    [
        pytest.param("plain", Grant(role="viewer"), id="no right"),
        pytest.param("orders-banks", Grant(role="viewer", types=("purchase_order",), fields=("bank",)), id="elsewhere"),
    ],
)
def test_who_does_not_is_refused_and_nothing_is_told(client: TestClient, name: str, grant: Grant) -> None:
    headers = program(client, f"sees-{name}", Grant(role="viewer"), grant)

    answer = client.get(f"/api/v1/documents/{INVOICE}", headers=headers, params={"reveal": "bank"})

    assert (answer.status_code, IBAN in answer.text) == (403, False)
    with reading(house_of(client).engine) as tx:
        assert [one for one in ledger.story(tx, INVOICE) if one.actor == f"token:sees-{name}"] == []


SECRETS: Mapping[FieldGroup, tuple[str, ...]] = {"bank": (IBAN, "0532013000"), "identity": (TAX,)}
SHOWN = {"document_id": INVOICE, "key": short_key(KEY), "operation": short_key(KEY)}
REVEALS = ("/api/v1/documents/{document_id}", "/api/v1/documents/{document_id}/story")


def addresses(client: TestClient) -> list[str]:
    """Return every address that is asked for with GET, of the API and of pages, about what the hub holds."""
    paths = {one.path for one in who.routes(client.app.routes) if "GET" in (one.methods or ())}  # type: ignore[attr-defined]
    return sorted(re.sub(r"\{(\w+)(:\w+)?\}", lambda found: SHOWN.get(found[1], "1"), path) for path in paths)


@pytest.mark.parametrize("role", get_args(Role))
def test_no_address_shows_a_masked_value_to_a_role(client: TestClient, role: Role) -> None:
    headers = program(client, f"blind-{role.replace('_', '-')}", Grant(role=role))
    showing = []
    for address in addresses(client):
        text = client.get(address, headers=headers, follow_redirects=False).text
        showing += [(address, one) for values in SECRETS.values() for one in values if one in "".join(text.split())]

    assert showing == []


@pytest.mark.parametrize("role", get_args(Role))
def test_a_field_is_revealed_to_exactly_who_holds_it_where_it_is_asked_for(client: TestClient, role: Role) -> None:
    wrong = []
    for held in ((), ("bank",), ("identity",), ("bank", "identity")):
        name = f"sees-{role.replace('_', '-')}-{'-'.join(held)}-"
        headers = program(client, name, Grant(role=role, fields=held))
        for path, asked in product(REVEALS, ((), ("bank",), ("identity",), ("bank", "identity"))):
            answer = client.get(path.format(**SHOWN), headers=headers, params={"reveal": asked})
            may = "read_documents" in ROLES[role] and set(asked) <= set(held)
            shown = {group for group in GROUPS if any(one in answer.text for one in SECRETS[group])}
            if (answer.status_code == 200) is not may or not shown <= set(asked if may else ()):
                wrong.append((role, held, path, asked, answer.status_code, shown))
            if may and path.endswith("story") and shown != set(asked):
                wrong.append((role, held, path, asked, "hidden", shown))

    assert wrong == []
