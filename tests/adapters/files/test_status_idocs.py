"""Status messages of SAP settle the operations whose IDocs they name."""

from pathlib import Path
from typing import Any

import pytest

from adapters.files.formats.idoc import document_number
from adapters.files.plug import PLUG
from adapters.files.status_idocs import read_statuses
from engine.model.operation import Acknowledgement, Operation
from tests.adapters.files.factories import CONTROL, local, operation
from tests.adapters.files.formats.test_idoc import PAYLOAD


def idoc(n: int = 1) -> Operation:
    return operation(PAYLOAD, key=f"ap/erp/invoice/{n}", format="idoc_flat", name="INV_{key}.idoc", control=CONTROL)


def number(n: int, generation: int = 1) -> str:
    return document_number(idoc(n).short_key, generation)


def systat(*told: tuple[str, str], more: str = "") -> str:
    segments = "".join(
        f"<E1STATS SEGMENT='1'><DOCNUM>{of}</DOCNUM><STATUS>{code}</STATUS>{more}</E1STATS>" for of, code in told
    )
    return f"<SYSTAT01><IDOC BEGIN='1'><EDI_DC40 SEGMENT='1'/>{segments}</IDOC></SYSTAT01>"


def aleaud(of: str, code: str, document: str) -> str:
    state = f"<E1STATE SEGMENT='1'><DOCNUM>{of}</DOCNUM><STATUS>{code}</STATUS><E1PRTOB><OBJKEY>{document}</OBJKEY></E1PRTOB></E1STATE>"
    return f"<ALEAUD01><IDOC BEGIN='1'><EDI_DC40 SEGMENT='1'/><E1ADHDR>{state}</E1ADHDR></IDOC></ALEAUD01>"


CONTROL_RECORD = f"{'EDI_DC40  100':524}"


def data_record(name: str, *cells: tuple[int, str], of: str = "0000000000000042") -> str:
    body = list(" " * 1000)
    for start, text in cells:
        body[start : start + len(text)] = text
    return f"{name:<30}100{of}{1:06d}{0:06d}02{''.join(body)}"


def flat(name: str, of: str, code: str, **at: Any) -> str:
    cells = ((int(key[1:]), text) for key, text in at.items())
    return f"{CONTROL_RECORD}\r\n{data_record(name, (13, of), (43, code), *cells)}\r\n"


def flat_aleaud(*told: tuple[str, str, str], release: str = "002") -> list[str]:
    """Return the records of an audit message about (number, status, document)."""
    records = [CONTROL_RECORD, data_record("E2ADHDR001", (0, "INVOIC"), (12, "INVOIC"))]
    for of, code, document in told:
        words = [(26, "Vendor & blocked"), (96, "V1")] if code == "51" else []
        records.append(data_record(f"E2STATE{release}", (0, of), (16, code), *words))
        records.append(
            data_record("E2PRTOB", (0, "0000000000004711"), (16, "TSTCLNT200"), (26, "BUS2081"), (36, document))
        )
    return records


class House:
    """A target that waits for SAP, and the folder in which SAP leaves its messages."""

    def __init__(self, home: Path, **more: Any) -> None:
        self.home, self.acks = home, home / "ack"
        self.acks.mkdir(parents=True)
        self.target: Any = PLUG.target(local(home / "in", ack_folder=str(self.acks), **more))

    def told(self, name: str, text: str) -> None:
        (self.acks / name).write_text(text, encoding="utf-8")

    def answers(self) -> list[Acknowledgement]:
        """A message has to stand still, and then what was unpacked from it."""
        return [list(self.target.acknowledgements()) for _ in range(4)][-1]

    def archived(self) -> list[str]:
        return sorted(path.name for path in (self.home / "in/.postroom/archive").glob("*"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    for n in (1, 2):
        made.target.send(idoc(n))
    return made


@pytest.mark.parametrize(
    ("code", "accepted"), [("53", True), ("41", True), ("51", False), ("56", False), ("40", False), ("68", False)]
)
def test_a_status_settles_the_operation_whose_idoc_it_names(house: House, code: str, accepted: bool) -> None:
    house.told("O_900_1.xml", systat((number(1), code)))
    (answer,) = house.answers()
    house.target.settle(answer)

    assert (answer.short_key, answer.accepted) == (idoc(1).short_key, accepted)
    assert (house.answers(), set(house.archived())) == ([], {"O_900_1.xml", f"{idoc(1).short_key}.status"})


def test_one_message_speaks_of_many_idocs(house: House) -> None:
    house.told("O_900_2.xml", systat((number(1), "53"), ("0000000000000007", "51"), (number(2), "51")))

    assert {answer.short_key: answer.accepted for answer in house.answers()} == {
        idoc(1).short_key: True,
        idoc(2).short_key: False,
    }


def test_an_audit_message_names_the_document_that_was_posted(house: House) -> None:
    house.told("O_900_3.xml", aleaud(number(2), "53", "51056001232026"))

    assert [(answer.short_key, answer.external_id) for answer in house.answers()] == [
        (idoc(2).short_key, "51056001232026")
    ]


def test_the_words_of_sap_reach_people_with_their_parameters(house: House) -> None:
    more = "<STATXT>Period &amp;1/&amp;2 is closed; &amp;3</STATXT><STAPA1>06</STAPA1><STAPA2>2026</STAPA2>"
    house.told("O_900_4.xml", systat((number(1), "51"), more=more))

    assert house.answers()[0].message == "Period 06/2026 is closed,"


def test_a_status_that_says_neither_yes_nor_no_is_put_away(house: House) -> None:
    house.told("O_900_5.xml", systat((number(1), "64")))

    assert (house.answers(), house.archived()) == ([], ["O_900_5.xml"])


def test_an_error_that_is_mended_in_sap_refuses_nothing(tmp_path: Path) -> None:
    house = House(tmp_path / "mended", idoc_not_final=["51"])
    house.target.send(idoc(1))
    house.told("O_900_5.xml", systat((number(1), "51")))
    first = house.answers()
    house.told("O_900_6.xml", systat((number(1), "53")))

    assert (first, [answer.accepted for answer in house.answers()]) == ([], [True])


def test_the_later_of_two_statuses_counts(house: House) -> None:
    house.told("O_900_6.xml", systat((number(1), "51"), (number(1), "53")))

    assert [answer.accepted for answer in house.answers()] == [True]


@pytest.mark.parametrize("text", [systat(("0000000000000007", "53")), "<a", "<!DOCTYPE a []><a/>", "free text", ""])
def test_a_message_about_others_is_left_where_it_is(house: House, text: str) -> None:
    house.told("O_900_7.xml", text)

    assert (house.answers(), (house.acks / "O_900_7.xml").exists()) == ([], True)


def test_a_late_word_about_a_refused_delivery_does_not_settle_the_corrected_one(house: House) -> None:
    house.told("O_900_8.xml", systat((number(1), "51")))
    house.target.settle(house.answers()[0])
    house.target.send(idoc(1))
    delivered = sorted(path.name for path in (house.home / "in").glob("*.idoc") if idoc(1).short_key in path.name)
    house.told("O_900_9.xml", systat((number(1, 2), "53")))

    assert [path.rpartition("_")[2] for path in delivered][-1] == "r2.idoc"
    assert [answer.origin.rpartition("_")[2] for answer in house.answers()] == ["r2.status"]
    assert number(1, 2) in (house.home / "in" / delivered[-1]).read_text("iso-8859-15")


@pytest.mark.parametrize(
    ("segment", "at"), [("E2STATS", {"a103": "Vendor & blocked", "a185": "V1"}), ("E2STATS001", {"a272": "Vendor & blocked", "a72": "V1"})]
)  # fmt: skip
def test_flat_messages_are_read_in_both_layouts(segment: str, at: dict[str, str]) -> None:
    (status,) = read_statuses(flat(segment, number(1), "51", **at).encode())

    assert (status.number, status.code, status.message) == (number(1), "51", "Vendor V1 blocked")


@pytest.mark.parametrize("between", ["\n", "\r\n", ""], ids=["lines", "dos", "no line ends"])
@pytest.mark.parametrize("release", ["", "001", "002"])
def test_flat_audit_messages_are_read_with_their_documents(release: str, between: str) -> None:
    told = flat_aleaud((number(1), "53", "51056001232026"), (number(2), "51", ""), release=release)

    assert [tuple(status) for status in read_statuses(between.join(told).encode())] == [
        (number(1), "", "53", "", "51056001232026"),
        (number(2), "", "51", "Vendor V1 blocked", ""),
    ]


def test_a_flat_audit_message_settles_the_operations_that_it_names(house: House) -> None:
    house.told("O_900_b.txt", "\n".join(flat_aleaud((number(1), "53", "51056001232026"), (number(2), "51", ""))))

    told = {answer.short_key: (answer.accepted, answer.external_id) for answer in house.answers()}
    assert told == {idoc(1).short_key: (True, "51056001232026"), idoc(2).short_key: (False, None)}


def test_long_parameters_go_before_those_that_were_cut() -> None:
    long = "the period 06/2026 of company code 1000 is closed"
    record = data_record("E2STATE002", (0, number(1)), (16, "51"), (26, "No: &1"), (96, long[:20]), (203, long))

    assert read_statuses(f"{CONTROL_RECORD}\n{record}\n".encode())[0].message == f"No: {long}"


def test_the_columns_of_another_layout_say_nothing() -> None:
    record = data_record("E2STATE002", (13, number(1)), (43, "53"))

    assert read_statuses(f"{CONTROL_RECORD}\n{record}\n".encode()) == ()


def test_the_archive_key_stands_in_for_a_number_that_was_lost(house: House) -> None:
    house.told("O_900_a.xml", systat(("", "53"), more=f"<ARCKEY>{idoc(2).short_key}</ARCKEY>"))

    assert [answer.short_key for answer in house.answers()] == [idoc(2).short_key]
