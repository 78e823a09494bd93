"""What SAP says late: a refusal mended over there, a yes to what we had sent anew, and old messages that come again."""

from pathlib import Path
from typing import Any

import pytest

from engine.model.errors import Ambiguous
from engine.model.operation import Acknowledgement
from tests.adapters.files.test_status_idocs import House, idoc, number, systat

FIRST, SECOND = idoc(1), idoc(2)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.target.send(FIRST)
    return made


def heard(house: House, name: str, code: str, *, generation: int = 1, settle: bool = True) -> Acknowledgement:
    """Have SAP say something of the first operation, and hear it as the hub does."""
    house.told(name, systat((number(1, generation), code)))
    (answer,) = house.answers()
    if settle:
        house.target.settle(answer)
    return answer


def delivered(house: House) -> list[str]:
    return sorted(path.name.rpartition("_")[2] for path in (house.home / "in").glob("*.idoc"))


def test_a_yes_after_a_no_makes_the_first_delivery_stand(house: House) -> None:
    heard(house, "O_1.xml", "51")
    answer = heard(house, "O_2.xml", "53")

    assert (answer.accepted, answer.is_superseded, answer.payload_digest) == (True, False, FIRST.payload_digest)
    assert house.target.find(FIRST) is not None
    assert house.target.send(FIRST).outcome == "already_there"
    assert len(delivered(house)) == 1


def test_a_yes_that_nobody_heard_yet_keeps_a_corrected_delivery_back(house: House) -> None:
    heard(house, "O_1.xml", "51")
    house.told("O_2.xml", systat((number(1), "53")))

    with pytest.raises(Ambiguous, match="took an earlier delivery"):
        house.target.send(FIRST)
    house.answers()
    with pytest.raises(Ambiguous, match="took an earlier delivery"):
        house.target.send(FIRST)
    assert len(delivered(house)) == 1


def test_a_yes_to_a_delivery_that_was_followed_by_another_says_so(house: House) -> None:
    heard(house, "O_1.xml", "51")
    house.target.send(FIRST)

    answer = heard(house, "O_2.xml", "53")

    assert (answer.accepted, answer.is_superseded) == (True, True)
    assert (len(delivered(house)), house.target.send(FIRST).outcome) == (2, "already_there")


def test_both_answers_are_told_when_both_deliveries_were_taken(house: House) -> None:
    heard(house, "O_1.xml", "51")
    house.target.send(FIRST)
    house.told("O_2.xml", systat((number(1), "53"), (number(1, 2), "53")))

    told = []
    for _ in range(2):
        (answer,) = house.answers()
        house.target.settle(answer)
        told.append((answer.accepted, answer.is_superseded))
    assert told == [(True, False), (True, True)]


def test_an_old_no_that_comes_again_is_known(house: House) -> None:
    heard(house, "O_1.xml", "51")
    again = heard(house, "O_2.xml", "51")
    house.target.send(FIRST)
    third = heard(house, "O_3.xml", "51")

    assert [(one.accepted, one.is_superseded) for one in (again, third)] == [(False, True)] * 2
    assert house.target.find(FIRST) is not None


def test_what_was_refused_twice_and_taken_once_is_told_by_its_own_number(house: House) -> None:
    heard(house, "O_1.xml", "51")
    house.target.send(FIRST)
    heard(house, "O_2.xml", "51", generation=2)

    answer = heard(house, "O_3.xml", "53", generation=2)

    assert (answer.accepted, answer.is_superseded) == (True, False)
    assert house.target.find(FIRST) is not None


def test_a_no_says_what_was_delivered_under_it(house: House) -> None:
    changed = FIRST.model_copy(update={"payload_digest": "0" * 64})
    answer = heard(house, "O_1.xml", "51", settle=False)

    assert (answer.payload_digest, answer.payload_digest == changed.payload_digest) == (FIRST.payload_digest, False)


def test_other_content_after_a_late_yes_is_not_sent(house: House) -> None:
    heard(house, "O_1.xml", "51")
    heard(house, "O_2.xml", "53")
    edited: Any = FIRST.model_copy(update={"payload_digest": "0" * 64})

    for call in (house.target.find, house.target.send):
        with pytest.raises(Ambiguous, match="Other content was delivered"):
            call(edited)


def test_operations_do_not_hear_each_others_answers(house: House) -> None:
    house.target.send(SECOND)
    heard(house, "O_1.xml", "51")
    house.told("O_2.xml", systat((number(2), "53")))

    assert house.target.send(FIRST).outcome == "created"
