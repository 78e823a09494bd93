"""Answers of the receiver that come as files."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from adapters.files.plug import PLUG
from engine.model.operation import Acknowledgement, Operation
from tests.adapters.files.factories import PAYLOAD, local, operation
from tests.sftp_server import SftpServer

KEY = operation().short_key
STEM = f"AP_RE-2026-0815_{KEY}"


class House:
    """A target that waits for answers, and the folders of its receiver."""

    def __init__(self, home: Path, binding: dict[str, Any] | None = None) -> None:
        self.drop, self.acks, self.errors = home / "in", home / "ack", home / "err"
        for folder in (self.acks, self.errors):
            folder.mkdir(parents=True, exist_ok=True)
        more = {"ack_folder": str(self.acks), "error_folder": str(self.errors)}
        self.target: Any = PLUG.target({**(binding or local(self.drop)), **more})

    def answer(self, name: str, text: str | bytes = "", *, in_errors: bool = False) -> None:
        data = text.encode() if isinstance(text, str) else text
        ((self.errors if in_errors else self.acks) / name).write_bytes(data)

    def look_twice(self) -> list[Acknowledgement]:
        self.target.acknowledgements()
        return list(self.target.acknowledgements())


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.target.send(operation())
    return made


def test_a_receipt_awaits_an_answer_only_where_answers_come(house: House, tmp_path: Path) -> None:
    plain = PLUG.target(local(tmp_path / "plain")).send(operation())
    found = house.target.find(operation())

    assert found is not None
    assert (found.awaits_acknowledgement, plain.awaits_acknowledgement) == (True, False)


@pytest.mark.parametrize(
    ("name", "text", "accepted", "external_id", "message"),
    [
        (f"{STEM}.ack", "", True, None, ""),
        (f"{STEM}.csv.ack", "booked\nrest", True, None, "booked"),
        (f"{STEM}.ok", "", True, None, ""),
        (f"{STEM}.nak", "vendor is blocked", False, None, "vendor is blocked"),
        (f"{STEM}.ERR", "\r\n  period closed  ", False, None, "period closed"),
        (f"{STEM}.ack", f"{KEY};53;Document posted;5105600123", True, "5105600123", "Document posted"),
        (f"status_{KEY}.txt", f"{KEY};53;Document posted;5105600123", True, "5105600123", "Document posted"),
        (
            f"status_{KEY.upper()}.txt",
            f"{KEY.upper()};51;Account 4711 is locked",
            False,
            None,
            "Account 4711 is locked",
        ),
        (f"{STEM}.ack", f"{KEY};51;application error", False, None, "application error"),
        (f"{STEM}.nak", f"{KEY};NAK", False, None, "NAK"),
    ],
)
def test_an_answer_is_understood(
    name: str, text: str, accepted: bool, external_id: str | None, message: str, house: House
) -> None:
    house.answer(name, text)

    (answer,) = house.look_twice()

    assert (answer.short_key, answer.accepted, answer.external_id, answer.message) == (
        KEY,
        accepted,
        external_id,
        message,
    )
    assert answer.origin == str(house.acks / name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AP_somebody_else.ack", ""),
        ("AP_" + "0" * 20 + ".ack", ""),
        (f"AP_{KEY}0.ack", ""),
        (f"status_{KEY}.txt", "not for machines"),
        (f"status_{KEY}.txt", f"{KEY};64;ready to be processed"),
        (f"status_{KEY}.txt", "00000000000000000000;53;posted"),
    ],
    ids=["no key", "unknown key", "longer key", "no verdict", "not final", "other key inside"],
)
def test_what_is_no_answer_to_us_is_left_alone(name: str, text: str, house: House) -> None:
    house.answer(name, text)

    assert house.look_twice() == []
    assert (house.acks / name).exists()


def test_an_answer_is_read_only_when_it_stopped_growing(house: House) -> None:
    house.answer(f"{STEM}.nak", "vendor")
    first = house.target.acknowledgements()
    house.answer(f"{STEM}.nak", "vendor is blocked")
    second = house.target.acknowledgements()
    (third,) = house.target.acknowledgements()

    assert (list(first), list(second), third.message) == ([], [], "vendor is blocked")


def test_a_drop_moved_to_the_error_folder_is_a_refusal(house: House) -> None:
    name = f"{STEM}.csv"
    (house.drop / name).rename(house.errors / name)

    (answer,) = house.look_twice()

    assert (answer.accepted, answer.message) == (False, f"The receiver put {name} into its error folder.")


def test_the_file_that_explains_is_quoted_before_the_file_that_lies_there(house: House) -> None:
    (house.drop / f"{STEM}.csv").rename(house.errors / f"{STEM}.csv")
    house.answer(f"{STEM}.csv.err", "period closed", in_errors=True)

    (answer,) = house.look_twice()

    assert answer.message == "period closed"


@pytest.mark.parametrize(
    "raw", [b"\xfcberschritten\x00\x1b[2J", "\ufeffüberschritten".encode()], ids=["cp1252", "utf-8"]
)
def test_messages_are_decoded_leniently_and_made_printable(raw: bytes, house: House) -> None:
    house.answer(f"{STEM}.nak", raw)

    (answer,) = house.look_twice()

    assert answer.message.startswith("überschritten")
    assert answer.message.isprintable()


def test_a_huge_answer_gives_a_bounded_message(house: House) -> None:
    house.answer(f"{STEM}.nak", "x" * 1_000_000)

    (answer,) = house.look_twice()

    assert len(answer.message) == 500


def test_settling_moves_the_answer_to_the_archive(house: House, tmp_path: Path) -> None:
    house.answer(f"{STEM}.ack", "booked")
    (answer,) = house.look_twice()

    house.target.settle(answer)
    house.target.settle(answer)

    assert list(house.acks.iterdir()) == []
    assert [path.name for path in (house.drop / ".postroom" / "archive").iterdir()] == [f"{STEM}.ack"]
    assert house.look_twice() == []


def test_an_archive_on_another_file_system_gets_a_copy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "cross-device link")

    house.answer(f"{STEM}.ack", "booked")
    (answer,) = house.look_twice()
    monkeypatch.setattr(os, "replace", refuse)

    house.target.settle(answer)

    assert list(house.acks.iterdir()) == []
    assert (house.drop / ".postroom" / "archive" / f"{STEM}.ack").read_text() == "booked"


def test_an_answer_is_given_again_until_it_is_settled(house: House) -> None:
    house.answer(f"{STEM}.ack")

    assert house.look_twice() == house.look_twice()


def corrected() -> Operation:
    return operation({**PAYLOAD, "lines": [{"text": "corrected", "amount": "1.00"}]})


def test_after_a_refusal_the_corrected_operation_is_delivered_under_a_new_name(house: House) -> None:
    house.answer(f"{STEM}.nak", "vendor is blocked")
    (answer,) = house.look_twice()
    house.target.settle(answer)

    before = house.target.find(corrected())
    receipt = house.target.send(corrected())

    assert before is None
    assert receipt.external_id == f"{STEM}_r2.csv"
    assert "corrected" in (house.drop / receipt.external_id).read_text()


def test_an_answer_to_the_first_delivery_does_not_undo_the_second(house: House) -> None:
    house.answer(f"{STEM}.nak", "vendor is blocked")
    (first,) = house.look_twice()
    house.target.settle(first)
    house.target.send(corrected())

    house.target.settle(first)

    found = house.target.find(corrected())
    assert found is not None
    assert found.external_id == f"{STEM}_r2.csv"


def test_the_second_delivery_has_its_own_answer(house: House) -> None:
    house.answer(f"{STEM}.nak", "vendor is blocked")
    house.target.settle(house.look_twice()[0])
    house.target.send(corrected())
    house.answer(f"{STEM}_r2.ack", "booked")

    (answer,) = house.look_twice()
    house.target.settle(answer)

    assert (answer.accepted, answer.message) == (True, "booked")
    assert house.target.find(corrected()) is not None


def test_an_accepted_delivery_stays_delivered(house: House) -> None:
    house.answer(f"{STEM}.ack")
    house.target.settle(house.look_twice()[0])

    assert house.target.find(operation()) is not None


def test_parts_are_accepted_together_and_refused_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.target.send(operation(max_lines=2))
    house.answer(f"{STEM}_p01of02.ack")
    one = house.look_twice()
    house.answer(f"{STEM}_p02of02.ack")
    (both,) = house.look_twice()
    house.answer(f"{STEM}_p02of02.nak", "line 3 is wrong")
    (refused,) = house.look_twice()

    assert (one, both.accepted, refused.accepted, refused.message) == ([], True, False, "line 3 is wrong")


def test_answers_are_picked_up_over_sftp(tmp_path: Path, sftp_server: SftpServer) -> None:
    house = House(tmp_path, sftp_server.settings(tmp_path / "in"))
    house.target.send(operation())
    house.answer(f"{STEM}.ack", "booked")

    (answer,) = house.look_twice()
    house.target.settle(answer)
    house.target.close()

    assert answer.message == "booked"
    assert list(house.acks.iterdir()) == []
