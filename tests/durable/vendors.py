"""A schedule of faults over the stand-ins of every vendor: their adapters, our posting, and workers that are killed.

Used by the slow test and by `bench/posting_faults.py --vendors`.
"""

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.shared.contract.target import TargetContract
from adapters.shared.sandbox.faults import KINDS, Fault, FaultBook
from adapters.shared.sandbox.server import Call, Reply
from engine.model.call_limits import CallLimits
from engine.model.document import Blob, Document
from engine.model.operation import Operation
from engine.ports import Manifest, Plug, Reader, Target
from engine.runtime.house import House, open_house
from engine.store import documents, ledger, operations, outbox
from engine.store.database import reading, transaction
from tests.adapters.dataverse.test_contract import TestContract as Dataverse
from tests.adapters.dynamics_bc import test_contract as business_central
from tests.adapters.dynamics_bc.test_contract import Bills as BusinessCentral
from tests.adapters.dynamics_bc.test_contract import TestPayments as Payments
from tests.adapters.dynamics_fo.test_target import TestContract as Finance
from tests.adapters.files.test_idoc_http import TestContract as Idocs
from tests.adapters.hubspot.test_contract import TestContract as HubSpot
from tests.adapters.netsuite.test_contract import TestContract as NetSuite
from tests.adapters.notify.test_contract import TestMail as Mail
from tests.adapters.notify.test_contract import TestSlack as Slack
from tests.adapters.sap.test_contract import TestContract as Sap
from tests.durable import drops, load
from tests.durable.siege import LIMITS, hub_settings, storm

SLOW = frozenset({"drip"})
"""A byte a second holds a worker for minutes."""


@dataclass(frozen=True)
class Vendor:
    """One vendor, or one way to hand files over, as a target of the development environment."""

    plug: str
    contract: type[TargetContract]
    number: Callable[[Mapping[str, Any]], str]
    """The document number of an object that stands there."""
    also: str = ""
    """Another list of the stand-in in which its objects stand: people take them on."""
    can_look: bool = True
    """Whether it can be asked what it has; else what got no answer waits for a person."""


class Accountants(FoSandbox):
    """People at Finance who post whatever is pending, while answers get lost: an invoice leaves the pending ones then."""

    def reply(self, call: Call) -> Reply:
        reply = super().reply(call)
        for row in list(self.objects.get("VendorInvoiceHeaders", ())):
            self.post(row["InvoiceNumber"])
        return reply


class PostedFinance(Finance):
    """Pending invoices that are posted at once."""

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        plain = super().operation(n, text=text, price=price, number=number)
        return plain.model_copy(update={"payload": {**plain.payload, "InvoiceDescription": f"Postroom {n}"}})

    def new_sandbox(self) -> Any:
        return Accountants()


class Credits(BusinessCentral):
    """Credit memos instead of bills."""

    kind = "purchaseCreditMemos"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        line = {"lineType": "Item", "lineObjectNumber": "A-1", "description": text or "A", "quantity": "1", "unitCost": price or "2.5"}  # fmt: skip
        memo = {
            "vendorNumber": "V10000",
            "vendorCreditMemoNumber": number or f"CN-{n}",
            "purchaseCreditMemoLines": [line],
        }
        return business_central.operation(self.kind, f"{n}{number}", memo)


VENDORS = {
    "netsuite": Vendor("netsuite", NetSuite, lambda one: str(one["tranId"])),
    "sap": Vendor("sap", Sap, lambda one: str(one["SupplierInvoiceIDByInvcgParty"])),
    "hubspot": Vendor("hubspot", HubSpot, lambda one: str(one["properties"]["po_number"])),
    "bc_bills": Vendor("dynamics_bc", BusinessCentral, lambda one: str(one["vendorInvoiceNumber"])),
    "bc_credits": Vendor("dynamics_bc", Credits, lambda one: str(one["vendorCreditMemoNumber"])),
    "bc_payments": Vendor("dynamics_bc", Payments, lambda one: str(one["externalDocumentNumber"])),
    "dataverse": Vendor("dataverse", Dataverse, lambda one: str(one["ordernumber"])),
    "finance": Vendor(
        "dynamics_fo",
        PostedFinance,
        lambda one: str(one.get("InvoiceNumber") or one["InvoiceId"]),
        "VendInvoiceJourBiEntities",
    ),
    "idoc_http": Vendor("files", Idocs, lambda one: Idocs().shown(one)[2], can_look=False),
    "mail": Vendor("notify", Mail, lambda one: Mail().shown(one)[2], can_look=False),
    "slack": Vendor("notify", Slack, lambda one: Slack().shown(one)[2], can_look=False),
    "bucket": Vendor("files", drops.Bucket, drops.number),
    "put": Vendor("files", drops.Put, drops.number),
    "webdav": Vendor("files", drops.Dav, drops.number),
    "ftps": Vendor("files", drops.Ftps, drops.number),
    "sftp": Vendor("files", drops.Sftp, drops.number),
    "folder": Vendor("files", drops.Local, drops.number),
}
"""By the name of the target."""


@dataclass(frozen=True)
class Found:
    """What was found at one vendor after a siege."""

    planned: int
    states: Mapping[str, int]
    standing: int
    doubled: Sequence[str]
    """Document numbers of which more than one object stands."""
    missing: Sequence[str]
    """Document numbers that are said to be committed and stand nowhere."""
    unexplained: Sequence[str]
    """Keys that are parked without a reason."""
    reasons: Mapping[str, int]
    """What is parked, by the beginning of its reason."""
    faults: Mapping[str, int]

    can_look: bool = True

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept: one object for each operation that is said to be committed.

        Of those that were handed to a person, with the reason, one may stand there too: that is what the person looks for.
        """
        committed, parked = self.states.get("committed", 0), self.states.get("parked", 0)
        parked += self.states.get("rejected", 0) + (0 if self.can_look else self.states.get("unknown", 0))
        is_whole = not (self.doubled or self.missing or self.unexplained)
        return is_whole and committed <= self.standing <= committed + parked


class ChaosBook(FaultBook):
    """Spoils some of a thousand calls, by chance."""

    def __init__(self, kinds: Sequence[str], permille: int, seed: int) -> None:
        super().__init__()
        self._kinds, self._permille = tuple(kinds), permille
        self._chance = random.Random(seed)  # noqa: S311 - chance is the point here
        self.given: Counter[str] = Counter()

    def next(self, path: str, *, is_write: bool) -> Fault | None:
        """Return a fault, or none."""
        del path, is_write
        if self._chance.randrange(1000) >= self._permille:
            return None
        kind = self._chance.choice(self._kinds)
        self.given[kind] += 1
        return Fault(kind, seconds=0.05)  # type: ignore[arg-type]  # one of KINDS

    def listed(self) -> list[dict[str, Any]]:
        """Return how often each fault was given."""
        return [{"kind": kind, "times": times} for kind, times in self.given.items()]


class VendorPlug:
    """Stands in for the files adapter: each target of the environment is a vendor's."""

    def __init__(self, files: Plug, bound: Mapping[str, tuple[Plug, Mapping[str, Any]]], limits: CallLimits) -> None:
        self._files, self._bound = files, bound
        self.manifest: Manifest = files.manifest.model_copy(update={"limits": limits})

    def reader(self) -> Reader:
        return self._files.reader()

    def target(self, settings: Mapping[str, Any]) -> Target:
        name = str(settings["folder"]).rpartition("/")[2]
        if name not in self._bound:
            return self._files.target(settings)
        plug, binding = self._bound[name]
        return plug.target(binding)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        return ()


def besiege(
    home: Path, database_url: str | None, *, count: int, workers: int = 3, permille: int = 100, kill_every: float = 2.0,
    seed: int = 1, patience: float = 3600, only: Sequence[str] = (),
) -> tuple[dict[str, Found], float, int]:  # fmt: skip
    """Bring operations to all vendors. Returns what was found at each, the seconds, and how many workers were killed."""
    context = multiprocessing.get_context("fork")
    asked = {name: one for name, one in VENDORS.items() if not only or name in only}
    beside = ExitStack()
    served = {
        name: _serve(context, one, permille, seed + at, home.parent / f"{home.name}-{name}", beside)
        for at, (name, one) in enumerate(asked.items())
    }
    house = _bound(open_house(hub_settings(home, database_url), out=home / "out"), asked, served)
    try:
        planned = _plant(house, count, asked)
        house.engine.dispose()
        began = time.monotonic()
        kills = storm(house, workers=workers, kill_every=kill_every, chance=random.Random(seed), patience=patience)  # noqa: S311 - as above
        seconds = time.monotonic() - began
        return (
            {name: _found(house, asked[name], planned[name], served[name][1]) for name in asked},
            seconds,
            kills,
        )
    finally:
        house.close()
        for process, _, _ in served.values():
            process.kill()
            process.join()
        beside.close()


Served = tuple[Any, str, Mapping[str, Any]]
"""The process of a stand-in, its address, and a binding that fits."""


def _bound(house: House, vendors: Mapping[str, Vendor], served: Mapping[str, Served]) -> House:
    """Return a house whose targets are these and no others."""
    bound = {name: (house.plugs[vendors[name].plug], binding) for name, (_, _, binding) in served.items()}
    some = next(iter(house.library.environment.targets.values()))
    targets = {
        name: some.model_copy(update={"adapter": "files", "settings": {"delivery": "local", "folder": f"/x/{name}"}})
        for name in vendors
    }
    environment = house.library.environment.model_copy(update={"targets": targets})
    return replace(
        house,
        library=replace(house.library, environment=environment),
        plugs={**house.plugs, "files": VendorPlug(house.plugs["files"], bound, LIMITS)},
    )


def _serve(context: Any, vendor: Vendor, permille: int, seed: int, folder: Path, beside: ExitStack) -> Served:
    """Start a stand-in in a process of its own, and beside this one what has to be."""
    here, there = context.Pipe()
    contract = vendor.contract()
    folder.mkdir(parents=True)
    contract._folder = folder  # what its fixture gives it in a test
    if isinstance(contract, drops.Dropped) and (server := contract.beside(folder)) is not None:
        beside.callback(server.stop)

    def serve() -> None:
        sandbox = contract.new_sandbox()
        contract.prepare(sandbox)
        kinds = [kind for kind in KINDS if kind not in SLOW and (contract.is_unique or kind != "answer_twice")]
        sandbox.faults = ChaosBook(kinds, permille, seed)
        there.send((sandbox.url, dict(sandbox.settings())))
        sandbox.serve()

    process = context.Process(target=serve, daemon=True)
    process.start()
    url, binding = here.recv()
    return process, url, binding


def _plant(house: House, count: int, vendors: Mapping[str, Vendor]) -> dict[str, list[tuple[str, str]]]:
    """Plan operations and put them on their way. Returns (key, document number) by target."""
    planned: dict[str, list[tuple[str, str]]] = {name: [] for name in vendors}
    names, now = list(vendors), house.clock.now()
    for start in range(0, count, 500):
        with transaction(house.engine) as tx:
            for n in range(start, min(start + 500, count)):
                name = names[n % len(names)]
                number = f"RE-{n}"
                made = vendors[name].contract().operation(n, number=number)
                operation = made.model_copy(update={"target": name, "document_id": f"{n:064x}"})
                _document(tx, operation, house)
                operations.plan(tx, operation, now + timedelta(microseconds=n))
                outbox.release(tx, [operation], now)
                planned[name].append((operation.key, number))
    return planned


def _document(tx: Any, operation: Operation, house: House) -> None:
    now, name = house.clock.now(), operation.document_id
    blob = Blob(sha256=name, size=1, media_type="application/xml")
    documents.add(tx, Document(id=name, name="a.xml", blob=blob, source="test", received_at=now))
    for state in ("processing", "posting"):
        documents.move(tx, name, state, at=now)


def _found(house: House, vendor: Vendor, planned: Sequence[tuple[str, str]], url: str) -> Found:
    lists = _get(f"{url}/__sandbox__/objects")
    objects = [*lists.get(vendor.contract.kind, ()), *lists.get(vendor.also, ())]
    standing = Counter(vendor.number(one) for one in objects)
    numbers = dict(planned)
    there = list(load.found(house, list(numbers)))
    reasons: Counter[str] = Counter()
    unexplained: list[str] = []
    with reading(house.engine) as tx:
        for one in there:
            if one.state not in {"committed", "delivered"}:
                why = operations.error(tx, one.key) or ""
                reasons[why[:90]] += 1
                if not why:
                    unexplained.append(one.key)
    return Found(
        planned=len(planned), states=Counter(one.state for one in there), standing=sum(standing.values()),
        doubled=[number for number, times in standing.items() if times > 1],
        missing=[numbers[one.key] for one in there if one.state == "committed" and not standing[numbers[one.key]]],
        unexplained=unexplained, reasons=reasons, can_look=vendor.can_look,
        faults={one["kind"]: one["times"] for one in _get(f"{url}/__sandbox__/faults")},
    )  # fmt: skip


def is_chain_whole(house: House) -> bool:
    """Whether the ledger's hashes hold."""
    with reading(house.engine) as tx:
        return ledger.verify(tx).broken_at is None


def _get(url: str) -> Any:
    with urlopen(url, timeout=60) as answer:  # noqa: S310 - our own stand-in on this machine
        return json.loads(answer.read())
