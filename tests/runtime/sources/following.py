"""A house that follows stand-ins of other systems, and events walked through its steps in this process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.sap.sandbox.sandbox import SapSandbox
from adapters.shared.signatures import packed_hmac
from engine.content.environment import Binding
from engine.content.followed import SourceBinding
from engine.model.document import Document
from engine.model.master_kinds import CUSTOMERS
from engine.runtime import dispatcher, judging, steps
from engine.runtime.house import House
from engine.runtime.sources import polling
from engine.runtime.sources.polling import Polled
from engine.store import documents, masterdata, operations
from engine.store.database import reading, transaction

WEBHOOK = "https://hub.example.org/api/v1/hooks/crm"
DEALS = {
    "poll": ["deals"], "poll_with": {"deals": ["line_items", "companies"]},
    "poll_properties": {
        "deals": ["dealname", "dealstage", "amount", "deal_currency_code", "closedate", "po_number", "description"],
        "line_items": ["hs_sku", "name", "quantity", "price"],
        "companies": ["name", "vat_number", "customer_number"],
    },
}  # fmt: skip
CRM = {"target": "crm", "settings": DEALS, "objects": {"deals": {"reads": "hubspot.deals"}}, "webhook": WEBHOOK, "begin": "everything"}  # fmt: skip


def at_home(house: House, targets: dict[str, dict[str, Any]], sources: dict[str, dict[str, Any]], *flows: str) -> House:
    """Return the house in an environment with other targets, sources and flows."""
    there = house.library.environment
    environment = there.model_copy(update={
        "flows": flows or there.flows, "sources": {name: SourceBinding.model_validate(one) for name, one in sources.items()},
        "targets": {**there.targets, **{name: Binding.model_validate(one) for name, one in targets.items()}},
    })  # fmt: skip
    return replace(house, library=replace(house.library, environment=environment), _targets={})


@contextmanager
def crm_and_erp(house: House, **source: Any) -> Iterator[tuple[House, HubSpotSandbox, SapSandbox]]:
    """Serve a CRM that is followed, and an ERP into which deals go that are won."""
    with HubSpotSandbox() as portal, SapSandbox() as sap:
        targets = {
            "crm": {"adapter": "hubspot", "settings": dict(portal.settings())},
            "sap": {"adapter": "sap", "settings": dict(sap.settings())},
        }
        with transaction(house.engine) as tx:
            masterdata.write(tx, CUSTOMERS, [{"id": "1000004", "name": "Berg & Co", "country": "DE"}])
        there = at_home(house, targets, {"crm": {**CRM, **source}}, "won_deal_sap@1")
        yield there, portal, sap
        for target in there._targets.values():
            getattr(target, "close", bool)()


class Portal:
    """What sales does in the CRM."""

    def __init__(self, portal: HubSpotSandbox) -> None:
        self._portal = portal

    def deal(self, number: str, *, stage: str = "presentationscheduled", customer: str = "1000004") -> str:
        """Open a deal with two line items and its company; return its id."""
        deal = self._make("deals", {
            "dealname": f"Deal {number}", "dealstage": stage, "po_number": number, "deal_currency_code": "EUR",
            "amount": "1200.50", "closedate": "2026-11-02",
        })  # fmt: skip
        self.complete(deal, customer=customer)
        return deal

    def complete(self, deal: str, *, customer: str = "1000004") -> None:
        """Give a deal two line items and its company."""
        lines = [
            self._make("line_items", {"hs_sku": "A-100", "name": "Chair", "quantity": "4", "price": "300.125"}),
            self._make("line_items", {"hs_sku": "A-900", "name": "Assembly", "quantity": "1", "price": "0"}),
        ]
        known = self._portal.objects.get("companies", [])
        company = next((str(one["id"]) for one in known if one["properties"].get("customer_number") == customer), "")
        company = company or self._make("companies", {"name": "Berg & Co", "customer_number": customer})
        for to, other in [*(("line_items", line) for line in lines), ("companies", company)]:
            self._portal._associate("deals", deal, to, other)

    def change(self, deal: str, **properties: str) -> None:
        """Change properties of a deal."""
        record = next(one for one in self._portal.objects["deals"] if one["id"] == deal)
        stamp = self._portal.stamp()
        record["properties"].update({**properties, "hs_lastmodifieddate": stamp, "lastmodifieddate": stamp})
        record["updatedAt"] = stamp

    def sign(self, events: list[dict[str, Any]], now: datetime) -> tuple[bytes, dict[str, str]]:
        """Return a call as HubSpot makes one: body and signed headers."""
        body, stamp = json.dumps(events).encode(), str(int(now.timestamp() * 1000))
        signed = packed_hmac(
            self._portal.client_secret, b"POST" + WEBHOOK.encode() + body + stamp.encode(), packing="base64"
        )
        return body, {"X-HubSpot-Signature-v3": signed, "X-HubSpot-Request-Timestamp": stamp}

    def _make(self, kind: str, properties: dict[str, str]) -> str:
        return str(self._portal._created(kind, {"properties": properties})["id"])


def ask(house: House, name: str = "crm") -> Polled:
    """Ask a source at once."""
    return polling.poll(house, name, by="worker", at_once=True)


def walk(house: House, document_id: str) -> Document:
    """Walk an event through the steps until it is settled, sending included, and return the document."""
    steps.read(house, document_id, 1)
    if document(house, document_id).state == "processing":
        steps.understand(house, document_id, 1)
        judged = judging.judge(house, document_id, 1)
        if judged["next"] == "plan" and judging.plan(house, document_id, 1)["next"] == "post":
            steps.settle(house, document_id, 1)
            for key in keys(house, document_id):
                dispatcher.post(house, key, attempt=1)
            steps.settle(house, document_id, 1)
    return document(house, document_id)


def keys(house: House, document_id: str) -> list[str]:
    """Return the keys of a document's operations."""
    with reading(house.engine) as tx:
        return [one.key for one in operations.of_document(tx, document_id)]


def document(house: House, document_id: str) -> Document:
    """Return a document."""
    with reading(house.engine) as tx:
        found = documents.get(tx, document_id)
    assert found is not None
    return found
