import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest

from adapters.dynamics_fo.packages import archive
from adapters.dynamics_fo.plug import PLUG
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.shared.contract.http import HttpTargetContract
from engine.model.errors import Ambiguous, Rejected, Transient
from engine.model.operation import Operation
from tests.adapters.dynamics_fo.test_target import TestContract as Invoices
from tests.adapters.dynamics_fo.test_target import operation


def package(n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
    header = {"INVOICEACCOUNT": "1001", "INVOICENUMBER": number or f"RE-{n}", "CURRENCY": "EUR"}
    line = {"INVOICELINENUMBER": "1", "LINEDESCRIPTION": text or "goods", "NETAMOUNT": price or "10.50"}
    payload = {
        "definition_group": "Postroom vendor invoices",
        "entities": [
            {"name": "Vendor invoice header", "key": "HEADERREFERENCE", "rows": [header]},
            {"name": "Vendor invoice line", "key": "HEADERREFERENCE", "rows": [line]},
        ],
    }
    return operation(f"p{n}{number}", payload).model_copy(update={"object": "packages"})


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "packages"
    longest = 1000

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return package(n, text=text, price=price, number=number)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        (line,), (header,) = standing["rows"]["Vendor invoice line"], standing["rows"]["Vendor invoice header"]
        return line["LINEDESCRIPTION"], line["NETAMOUNT"], header["INVOICENUMBER"]

    def samples(self) -> Sequence[Operation]:
        return Invoices().samples()

    def alter(self, standing: Any) -> None:
        pytest.skip("an import is known by its id alone; what people change afterwards is not looked at")

    def refused(self) -> tuple[Operation, str]:
        wrong = {**package(7).payload, "entities": [{"name": "Vendors", "rows": [{"A": "1"}]}]}
        return operation("refused", wrong).model_copy(update={"object": "packages"}), "Entity Vendors is not found"


def test_an_import_that_takes_its_time_is_looked_for_later() -> None:
    with FoSandbox() as environment:
        environment.imports.looks_before_the_end = 2
        target = PLUG.target({**environment.settings(), "package_polls": 1})
        target._packages._sleep = lambda _: None

        with pytest.raises(Ambiguous, match="not finished"):
            target.send(package(1))
        with pytest.raises(Transient, match="still imports"):
            target.find(package(1))
        found = target.find(package(1))

    assert found is not None
    assert environment.count("packages") == 1


def test_the_same_rows_are_the_same_bytes_and_carry_our_key() -> None:
    first, second = (archive(package(1).payload, "0abc") for _ in range(2))

    with zipfile.ZipFile(BytesIO(first)) as opened:
        text = opened.read("Vendor invoice header.csv").decode()
    assert first == second
    assert text == "HEADERREFERENCE,INVOICEACCOUNT,INVOICENUMBER,CURRENCY\r\n0ABC,1001,RE-1,EUR\r\n"


def test_a_failed_import_says_why() -> None:
    with FoSandbox() as environment:
        target = PLUG.target(environment.settings())
        wrong = {**package(1).payload, "entities": [{"name": "Vendor invoice header", "rows": [{"CURRENCY": "EUR"}]}]}

        with pytest.raises(Rejected, match="HEADERREFERENCE is missing"):
            target.send(operation("x", wrong).model_copy(update={"object": "packages"}))
