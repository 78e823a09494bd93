"""IDocs over HTTP: what SAP surely did not take may be sent again, what it may have taken waits for a person."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from lxml import etree

from adapters.files.folder_local import LocalFolder
from adapters.files.idoc_http import IdocHttpTarget
from adapters.files.plug import PLUG
from adapters.files.sandbox.idoc_service import IdocService
from adapters.files.settings import parse_settings
from adapters.shared.http import Patience
from adapters.shared.sandbox.faults import NOTHING_DONE, Fault, FaultKind
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised
from engine.model.operation import Operation
from tests.adapters.contract import HttpTargetContract
from tests.adapters.files.factories import CONTROL, operation
from tests.adapters.files.formats.test_idoc import PAYLOAD

AFTER = tuple(kind for kind in get_args(FaultKind) if kind not in NOTHING_DONE | {"delay", "drip", "answer_twice"})
SURE = ("cut_before", "throttle", "expire_token")
"""Faults of which we know that nothing was done: no connection taken, turned away, not let in."""
OPENED: dict[IdocService, list[IdocHttpTarget]] = {}
PATIENCE = Patience(connect=1, read=0.3, whole=1, sleep=lambda _: None)


def idoc(n: int = 1, **changed: Any) -> Operation:
    options = {"format": "idoc_xml", "name": "INV_{key}.xml", "control": CONTROL, **changed.pop("options", {})}
    return operation({**PAYLOAD, **changed}, key=f"ap/sap/invoice/{n}", **options)


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "idocs"
    is_unique = False
    number = "R'6/8 +ä&=?#%"
    longest = 70

    renews = False
    can_look = False

    def new_sandbox(self) -> Any:
        return IdocService(folder=self._folder)

    def refused(self) -> tuple[Operation, str]:
        return idoc(9, options={"control": {**CONTROL, "RCVPRN": "NOBODY"}}), "Partner unknown"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        texts = [{"TDID": "Z001", "E1EDKT2": [{"TDLINE": text or "goods"}]}]
        header = [{"QUALF": "009", "BELNR": number or f"RE-{n}"}]
        sums = [{"SUMID": "010", "SUMME": price or "10.50"}]
        return idoc(n, E1EDKT1=texts, E1EDK02=header, E1EDS01=sums)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        root = etree.fromstring(standing["xml"].encode())
        return (
            str(root.findtext(".//TDLINE")), str(root.findtext(".//SUMME")), str(root.findtext(".//E1EDK02/BELNR")),
        )  # fmt: skip

    def samples(self) -> Sequence[Operation]:
        return (self.operation(1),)

    def test_somebody_elses_object_under_our_natural_key_is_not_taken_for_ours(self, sandbox: Any, target: Any) -> None:
        """Here: another payload under our key, which the journal tells."""
        target.send(self.operation(1))
        with pytest.raises(Ambiguous, match="Other content"):
            self.connect(sandbox).find(self.operation(1, price="99.99"))


@pytest.fixture
def sap(tmp_path: Path) -> Iterator[IdocService]:
    with IdocService(folder=tmp_path) as service:
        yield service
        for target in OPENED.pop(service, []):
            target.close()


def connect(sap: IdocService, **more: Any) -> Any:
    target = IdocHttpTarget(LocalFolder(), parse_settings({**sap.settings(), **more}), patience=PATIENCE)
    OPENED.setdefault(sap, []).append(target)
    return target


@pytest.mark.parametrize("kind", AFTER)
def test_an_idoc_that_sap_may_have_is_never_sent_twice(sap: IdocService, kind: FaultKind) -> None:
    sap.faults.add(Fault(kind, on="writes", times=1))

    with pytest.raises(Ambiguous):
        connect(sap).send(idoc())
    for call in ("find", "send"):
        with pytest.raises(Ambiguous, match="WE02"):
            getattr(connect(sap), call)(idoc())
    assert sap.count("idocs") == 1


@pytest.mark.parametrize("kind", sorted(NOTHING_DONE - set(SURE)))
def test_an_answer_that_settles_nothing_is_unknown(sap: IdocService, kind: FaultKind) -> None:
    sap.faults.add(Fault(kind, on="writes", times=9))

    with pytest.raises(Ambiguous):
        connect(sap).send(idoc())
    with pytest.raises(Ambiguous):
        connect(sap).find(idoc())


@pytest.mark.parametrize(("status", "error"), [(429, Transient), (401, Unauthorised)])
def test_what_surely_did_nothing_can_be_sent_again(sap: IdocService, status: int, error: type[TargetError]) -> None:
    sap.faults.add(Fault("throttle" if status == 429 else "expire_token", on="writes", times=9))
    with pytest.raises(error):
        connect(sap).send(idoc())
    assert connect(sap).find(idoc()) is None
    sap.faults.clear()

    assert (connect(sap).send(idoc()).outcome, sap.count("idocs")) == ("created", 1)


def test_a_service_that_is_away_was_sent_nothing(sap: IdocService) -> None:
    target = connect(sap, url="http://127.0.0.1:9/sap/bc/idoc_xml")

    with pytest.raises(Transient):
        target.send(idoc())
    assert target.find(idoc()) is None


def test_a_refusal_carries_the_words_of_sap(sap: IdocService) -> None:
    wrong = {**CONTROL, "RCVPRN": "NOBODY"}

    with pytest.raises(Rejected, match="Partner unknown"):
        connect(sap).send(idoc(options={"control": wrong}))
    assert connect(sap).find(idoc()) is None


def test_only_xml_goes_to_the_service(sap: IdocService) -> None:
    with pytest.raises(Rejected, match="as XML"):
        connect(sap).send(idoc(options={"format": "idoc_flat"}))


def test_the_environments_client_and_partners_are_sent(sap: IdocService) -> None:
    connect(sap).send(idoc())

    assert "<MANDT>200</MANDT>" in sap.objects["idocs"][0]["xml"]


def test_a_wrong_password_is_said(sap: IdocService) -> None:
    target = connect(sap, password="another-word")
    for call in (target.ping, lambda: target.send(idoc())):
        with pytest.raises(Unauthorised) as error:
            call()
        assert "another-word" not in error.value.message + error.value.detail


def test_a_status_message_settles_an_idoc_that_got_no_answer(sap: IdocService, tmp_path: Path) -> None:
    sap.faults.add(Fault("commit_then_cut", on="writes"))
    (tmp_path / "ack").mkdir()
    target = connect(sap, ack_folder=str(tmp_path / "ack"))
    with pytest.raises(Ambiguous):
        target.send(idoc())
    number = etree.fromstring(sap.objects["idocs"][0]["xml"].encode()).findtext(".//DOCNUM")
    status = f"<SYSTAT01><IDOC><E1STATS><DOCNUM>{number}</DOCNUM><STATUS>53</STATUS></E1STATS></IDOC></SYSTAT01>"
    (tmp_path / "ack" / "O_1.xml").write_text(status)

    answers = [list(target.acknowledgements()) for _ in range(4)][-1]
    assert [(answer.short_key, answer.accepted) for answer in answers] == [(idoc().short_key, True)]
