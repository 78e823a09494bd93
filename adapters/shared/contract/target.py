"""The contract of every target, as tests. An adapter binds it in about ten lines and writes no such test itself.

    class TestContract(TargetContract):
        plug = PLUG
        kind = "vendorBill"

        def operation(self, n, *, text="", price="", number=""):
            return bill(n, memo=text or "goods", amount=price or "10.50", tran_id=number or f"RE-{n}")

        def shown(self, standing):
            return standing["memo"], str(standing["amount"]), standing["tranId"]

        def alter(self, standing):
            standing["amount"] = Decimal("99999.99")

Targets that are called over HTTP bind `HttpTargetContract` (adapters/shared/contract/http.py), which adds every fault.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from jsonschema import Draft202012Validator

from adapters.shared.contract.surroundings import QUICK, MemoryBlobs
from adapters.shared.http import Api
from engine.model.errors import Ambiguous, ContentError, Rejected, TargetError
from engine.model.operation import Operation, Receipt
from engine.ports import HasDirectory, HasSource, MovesIn, Pings, Plug, Surroundings, Target

TEXTS = {
    "umlauts": "Mühle & Söhne GmbH, Größe 3½ ″ ŁÓDŹ",
    "han": "請求書 発行 合同会社 東京",
    "right to left": "فاتورة رقم ٤٢ · חשבונית מס",
    "emoji": "spare parts 🚢🔩👩‍🔧",
    "combining": "Ame\u0301lie e\u0301te\u0301",
    "signs of syntax": """a'b"c<d>&amp; \\n {{x}} ${y} %00 -- ; /*z*/""",
}


class TargetContract:
    """What every target keeps, however it is reached."""

    plug: Plug
    kind: ClassVar[str] = ""
    """The list of the sandbox's objects in which an operation's object stands."""
    is_unique: ClassVar[bool] = True
    """Whether the system itself refuses a second object under our key, also from two calls at once."""
    price: ClassVar[str] = "1234.5678"
    """A price with as many decimals as the system keeps."""
    number: ClassVar[str] = "R'6/8 +ä&=?#%"
    """A document number full of signs that addresses and filters give a meaning to; as long as the system allows."""
    longest: ClassVar[int] = 4000
    """Signs that fit into the text that `operation` takes."""

    # -- what an adapter tells of itself

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        """Return the n-th operation, with another key and natural key for each n.

        `text` and `price` go into some free text and some amount; `number` is the document number of the natural key.
        Empty means: as you like.
        """
        raise NotImplementedError

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        """Return text, price and number as they stand in an object of the sandbox."""
        raise NotImplementedError

    def alter(self, standing: Any) -> None:
        """Make an object of the sandbox somebody else's: another amount, another day, no key of ours."""
        raise NotImplementedError

    def samples(self) -> Sequence[Operation]:
        """Return one operation for each object of the manifest."""
        return (self.operation(1),)

    def prepare(self, sandbox: Any) -> None:
        """Put into a fresh sandbox what operations refer to (vendors, orders). Most need nothing."""

    def new_sandbox(self) -> Any:
        """Return a stand-in, not started."""
        return self.plug.sandbox(host="127.0.0.1", port=0)  # type: ignore[attr-defined]  # HasSandbox, checked by a test

    def standing(self, sandbox: Any) -> Sequence[Any]:
        """Return the objects that operations made."""
        return list(sandbox.objects.get(self.kind, ()))

    # -- how it is connected

    @pytest.fixture(autouse=True)
    def _house(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Give the target little patience and a private folder, and close what was opened."""
        self._folder = tmp_path
        self._opened: list[Any] = []
        self.patience = QUICK
        monkeypatch.setattr(Api, "_patience", property(lambda _: self.patience, lambda *_: None), raising=False)
        yield
        for target in self._opened:
            target.close()

    @pytest.fixture
    def sandbox(self, _house: None) -> Iterator[Any]:
        """Serve a fresh stand-in."""
        sandbox = self.new_sandbox()
        sandbox.start()
        try:
            self.prepare(sandbox)
            yield sandbox
        finally:
            sandbox.stop()

    @pytest.fixture
    def target(self, sandbox: Any) -> Target:
        """Connect the target to the stand-in."""
        return self.connect(sandbox)

    def connect(self, sandbox: Any, **changed: Any) -> Target:
        """Return another target for the same stand-in, as another worker has one."""
        target = self.plug.target({**sandbox.settings(), **changed})
        if isinstance(target, MovesIn):
            folder = self._folder / "private"
            target.move_in(Surroundings(blobs=MemoryBlobs(), folder=folder))
        self._opened.append(target)
        return target

    # -- once

    def test_find_on_an_empty_system_is_none(self, target: Target) -> None:
        """Sure absence is None, not an error."""
        assert target.find(self.operation(1)) is None

    def test_what_was_sent_is_found_under_the_same_id(self, sandbox: Any, target: Target) -> None:
        """The receipt of a send and of a later find name the same object, also to another worker."""
        sent = target.send(self.operation(1))
        found = self.connect(sandbox).find(self.operation(1))

        assert found is not None
        assert (sent.outcome, found.outcome, found.external_id) == ("created", "already_there", sent.external_id)

    def test_a_receipt_is_complete(self, target: Target) -> None:
        """Key and id are there, and what is kept is plain JSON."""
        for receipt in (target.send(self.operation(1)), target.find(self.operation(1))):
            assert receipt is not None
            assert (receipt.key, bool(receipt.external_id.strip())) == (self.operation(1).key, True)
            assert json.loads(receipt.model_dump_json())["request"]

    def test_the_same_key_twice_is_one_object(self, sandbox: Any, target: Target) -> None:
        """A second send, by whomever, makes no second object and no second id."""
        first = target.send(self.operation(1))
        second = self.once(self.connect(sandbox), self.operation(1))

        assert (second.external_id, len(self.standing(sandbox))) == (first.external_id, 1)

    def test_other_keys_are_other_objects(self, sandbox: Any, target: Target) -> None:
        """What stands there for one operation is never taken for another's."""
        first = target.send(self.operation(1))
        assert target.find(self.operation(2)) is None
        second = target.send(self.operation(2))

        assert (first.external_id != second.external_id, len(self.standing(sandbox))) == (True, 2)

    def test_two_workers_at_once_make_one_object(self, sandbox: Any) -> None:
        """Both looked, both found nothing, both send."""
        if not self.is_unique:
            pytest.skip("the system has no key of ours that it keeps unique; the hub's ledger lets one worker send")
        operation, gate = self.operation(1), threading.Barrier(2)
        ids: list[str] = []

        def work(target: Target) -> None:
            assert target.find(operation) is None
            gate.wait(10)
            ids.append(self.once(target, operation).external_id)

        threads = [threading.Thread(target=work, args=(self.connect(sandbox),)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

        assert (len(ids), len(set(ids)), len(self.standing(sandbox))) == (2, 1, 1)

    def test_somebody_elses_object_under_our_natural_key_is_not_taken_for_ours(
        self, sandbox: Any, target: Target
    ) -> None:
        """It is unknown, and a person decides: neither a receipt nor a second object."""
        target.send(self.operation(1))
        self.alter(sandbox.objects[self.kind][0] if self.kind else self.standing(sandbox)[0])

        with pytest.raises(Ambiguous):
            self.connect(sandbox).find(self.operation(1))

    # -- unspoilt

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_any_script_survives(self, sandbox: Any, target: Target, text: str) -> None:
        """What people read there is what stood on the document, sign for sign."""
        text = text[: self.longest]
        target.send(self.operation(1, text=text))

        assert self.shown(self.standing(sandbox)[0])[0] == text

    def test_a_text_as_long_as_it_may_be_survives(self, sandbox: Any, target: Target) -> None:
        """Nothing is cut off in silence."""
        text = ("Größe é 請 " * (self.longest // 10 + 1))[: self.longest - 1] + "Z"
        target.send(self.operation(1, text=text))

        assert self.shown(self.standing(sandbox)[0])[0] == text

    def test_a_price_keeps_every_decimal(self, sandbox: Any, target: Target) -> None:
        """No binary fraction touches an amount."""
        target.send(self.operation(1, price=self.price))

        assert self.shown(self.standing(sandbox)[0])[1] == self.price

    def test_a_number_full_of_signs_is_found_again(self, sandbox: Any, target: Target) -> None:
        """Filters and addresses are written so that no sign of a number means something in them."""
        operation = self.operation(1, number=self.number)
        assert target.find(operation) is None
        target.send(operation)
        found = self.connect(sandbox).find(operation)

        assert found is not None
        assert (self.shown(self.standing(sandbox)[0])[2], len(self.standing(sandbox))) == (self.number, 1)

    @pytest.mark.parametrize("wild", ["A*1", "A%1", "A_1", "A?1"])
    def test_a_number_is_no_pattern(self, target: Target, wild: str) -> None:
        """A sign that stands for others in a search finds only itself."""
        target.send(self.operation(1, number="AB1"))

        assert target.find(self.operation(2, number=wild)) is None

    # -- the manifest says what the code does

    def test_every_object_of_the_manifest_can_be_sent_and_found(self, sandbox: Any, target: Target) -> None:
        """The list of objects is what the code writes, no more and no less."""
        listed = set(self.plug.manifest.objects) - {"*"}
        samples = {operation.object: operation for operation in self.samples()}
        assert listed <= samples.keys(), "samples() has one operation for each object of the manifest"
        for name, operation in samples.items():
            assert name in listed or "*" in self.plug.manifest.objects
            sent = target.send(operation)
            found = self.connect(sandbox).find(operation)
            assert found is not None, name
            assert found.external_id == sent.external_id, name

    def test_an_object_that_the_manifest_does_not_name_is_refused(self, sandbox: Any, target: Target) -> None:
        """Nothing leaves for it."""
        if "*" in self.plug.manifest.objects:
            pytest.skip("the mapping names the objects")
        with pytest.raises(Rejected):
            target.send(self.operation(1).model_copy(update={"object": "no_such_object"}))

        assert len(self.standing(sandbox)) == 0

    def test_the_manifest_says_what_the_plug_has(self) -> None:
        """Kinds, credentials and how it is safe to repeat."""
        manifest = self.plug.manifest
        properties = manifest.settings_schema.get("properties", {})

        assert "target" in manifest.kind
        assert manifest.repeat.strip()
        assert ("directory" in manifest.kind) == isinstance(self.plug, HasDirectory)
        assert ("source" in manifest.kind) == isinstance(self.plug, HasSource)
        assert set(manifest.secrets) <= set(properties)

    def test_the_schema_of_the_binding_takes_the_binding(self, sandbox: Any) -> None:
        """What the sandbox prints for people to paste is a binding; one with a wrong key is none."""
        schema = dict(self.plug.manifest.settings_schema)
        Draft202012Validator.check_schema(schema)

        assert list(Draft202012Validator(schema).iter_errors(sandbox.settings())) == []
        # an environment is checked before its credentials are read: their form is the plug's to judge
        unread = {name: "given" for name in self.plug.manifest.secrets if name in sandbox.settings()}
        assert list(Draft202012Validator(schema).iter_errors({**sandbox.settings(), **unread})) == []
        with pytest.raises(ContentError):
            self.plug.target({**sandbox.settings(), "no_such_setting": "x"})

    def test_the_schema_of_the_options_takes_the_options(self) -> None:
        """Options of a matrix are checked before anything is sent."""
        schema = dict(self.plug.manifest.options_schema)
        Draft202012Validator.check_schema(schema)

        assert [list(Draft202012Validator(schema).iter_errors(dict(one.options))) for one in self.samples()] == [
            [] for _ in self.samples()
        ]

    # -- around it

    def test_a_ping_says_what_it_found_and_leaves_nothing(self, sandbox: Any, target: Target) -> None:
        """People ask before they go live."""
        assert isinstance(target, Pings)
        assert target.ping().strip()
        assert len(self.standing(sandbox)) == 0

    def test_there_are_no_late_answers_of_a_system_that_was_sent_nothing(self, target: Target) -> None:
        """The list of acknowledgements is a list."""
        assert list(target.acknowledgements()) == []

    def test_it_can_be_closed_twice(self, target: Any) -> None:
        """Whoever is last closes."""
        target.send(self.operation(1))
        target.close()
        target.close()

    # -- as the hub does it

    @staticmethod
    def once(target: Target, operation: Operation, *, tries: int = 5) -> Receipt:
        """Do what the hub does after an unknown outcome: wait, look, and send only what surely is not there."""
        for number in range(tries):
            # another worker may have the same operation in hand: it needs a moment to end
            time.sleep(0.03 * number)
            try:
                return target.find(operation) or target.send(operation)
            except TargetError as e:
                last = e
        raise last
