"""A schedule of faults over the stand-ins of every vendor: their adapters, our posting, and workers that are killed.

Used by the slow test and by `bench/posting_faults.py --vendors`.
"""

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
from tests.adapters.dynamics_bc.test_contract import Bills as BusinessCentral
from tests.adapters.dynamics_fo.test_target import TestContract as Finance
from tests.adapters.hubspot.test_contract import TestContract as HubSpot
from tests.adapters.netsuite.test_contract import TestContract as NetSuite
from tests.adapters.sap.test_contract import TestContract as Sap
from tests.durable import load
from tests.durable.siege import LIMITS, hub_settings, storm

SLOW = frozenset({"drip"})
"""A byte a second holds a worker for minutes."""


@dataclass(frozen=True)
class Vendor:
    """One vendor in the place of a target of the development environment."""

    name: str
    contract: type[TargetContract]
    number: Callable[[Mapping[str, Any]], str]
    """The document number of an object that stands there."""
    also: str = ""
    """Another list of the stand-in in which its objects stand: people take them on."""


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


VENDORS = {
    "erp": Vendor("netsuite", NetSuite, lambda one: str(one["tranId"])),
    "erp_fixed": Vendor("sap", Sap, lambda one: str(one["SupplierInvoiceIDByInvcgParty"])),
    "erp_idoc": Vendor("hubspot", HubSpot, lambda one: str(one["properties"]["po_number"])),
    "erp_idoc_xml": Vendor("dynamics_bc", BusinessCentral, lambda one: str(one["vendorInvoiceNumber"])),
    "erp_xml": Vendor("dataverse", Dataverse, lambda one: str(one["ordernumber"])),
    "erp_json": Vendor(
        "dynamics_fo",
        PostedFinance,
        lambda one: str(one.get("InvoiceNumber") or one["InvoiceId"]),
        "VendInvoiceJourBiEntities",
    ),
}


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

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept: one object for each operation that is said to be committed.

        Of those that were handed to a person, with the reason, one may stand there too: that is what the person looks for.
        """
        committed, parked = self.states.get("committed", 0), self.states.get("parked", 0)
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
    asked = {name: one for name, one in VENDORS.items() if not only or one.name in only}
    served = {name: _serve(context, one, permille, seed + at) for at, (name, one) in enumerate(asked.items())}
    house = open_house(hub_settings(home, database_url), out=home / "out")
    bound = {name: (house.plugs[asked[name].name], binding) for name, (_, _, binding) in served.items()}
    house = replace(house, plugs={**house.plugs, "files": VendorPlug(house.plugs["files"], bound, LIMITS)})
    try:
        planned = _plant(house, count, asked)
        house.engine.dispose()
        began = time.monotonic()
        kills = storm(house, workers=workers, kill_every=kill_every, chance=random.Random(seed), patience=patience)  # noqa: S311 - as above
        seconds = time.monotonic() - began
        return (
            {asked[name].name: _found(house, asked[name], planned[name], served[name][1]) for name in asked},
            seconds,
            kills,
        )
    finally:
        house.close()
        for process, _, _ in served.values():
            process.kill()
            process.join()


def _serve(context: Any, vendor: Vendor, permille: int, seed: int) -> tuple[Any, str, Mapping[str, Any]]:
    """Start a stand-in in a process of its own. Returns the process, the address and a binding that fits."""
    here, there = context.Pipe()

    def serve() -> None:
        contract = vendor.contract()
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
        unexplained=unexplained, reasons=reasons,
        faults={one["kind"]: one["times"] for one in _get(f"{url}/__sandbox__/faults")},
    )  # fmt: skip


def is_chain_whole(house: House) -> bool:
    """Whether the ledger's hashes hold."""
    with reading(house.engine) as tx:
        return ledger.verify(tx).broken_at is None


def _get(url: str) -> Any:
    with urlopen(url, timeout=60) as answer:  # noqa: S310 - our own stand-in on this machine
        return json.loads(answer.read())
