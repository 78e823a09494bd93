from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dynamics_fo.exports import FoExports
from adapters.dynamics_fo.plug import PLUG
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.shared.contract.surroundings import MemoryBlobs
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import ReadError, TargetError, Transient
from engine.ports import Exports, Surroundings

ROWS = "VENDORACCOUNTNUMBER,VENDORORGANIZATIONNAME\r\n1001,Acme\r\n"


@pytest.fixture
def exports(environment: FoSandbox, tmp_path: Path) -> Iterator[FoExports]:
    one = {"activity": environment.queue.activity, "entity": "Vendors V2", "kinds": {"vendors": {}}}
    made = PLUG.directory({**environment.settings(), "exports": [one], "timeout_seconds": 0.5})
    assert isinstance(made, FoExports)
    made.move_in(Surroundings(MemoryBlobs(), tmp_path / "private"))
    yield made
    made.close()


def brought(exports: FoExports, tmp_path: Path) -> list[str]:
    """Return what a whole pick-up brings in."""
    found = []
    for one in exports.waiting():
        taken = exports.take(one)
        assert taken is not None
        exports.fetch(taken, tmp_path / "rows.csv")
        found.append((tmp_path / "rows.csv").read_bytes().decode())
        exports.archive(taken)
    return found


def test_a_package_is_brought_in_once(exports: FoExports, environment: FoSandbox, tmp_path: Path) -> None:
    environment.queue.export("Vendors V2", ROWS)

    assert isinstance(exports, Exports)
    assert [brought(exports, tmp_path) for _ in range(2)] == [[ROWS], []]
    assert environment.queue.waiting == {}


def test_a_look_alone_takes_nothing_away(exports: FoExports, environment: FoSandbox, tmp_path: Path) -> None:
    environment.queue.export("Vendors V2", ROWS)
    first, again = exports.waiting(), exports.waiting()
    exports.fetch(first[0], tmp_path / "rows.csv")

    assert [one.kept_as for one in first] == [one.kept_as for one in again]
    assert (tmp_path / "rows.csv").read_bytes().decode() == ROWS
    assert len(environment.queue.waiting) == 1


def test_what_was_taken_and_not_imported_is_found_again(
    exports: FoExports, environment: FoSandbox, tmp_path: Path
) -> None:
    environment.queue.export("Vendors V2", ROWS)
    exports.take(exports.waiting()[0])

    assert environment.queue.waiting == {}
    assert [one.is_taken for one in exports.waiting()] == [True]
    assert brought(exports, tmp_path) == [ROWS]


def test_an_acknowledgement_that_got_lost_brings_nothing_in_twice(
    exports: FoExports, environment: FoSandbox, tmp_path: Path
) -> None:
    environment.queue.export("Vendors V2", ROWS)
    (one,) = exports.waiting()
    environment.faults.add(Fault("cut_before", on="*/ack/*", times=9))
    with pytest.raises(Transient):
        exports.take(one)
    environment.faults.clear()
    exports.archive(one)
    environment.queue.half_an_hour_later()

    assert brought(exports, tmp_path) == []
    assert environment.queue.waiting == {}


@pytest.mark.parametrize("kind", ["html_200", "empty", "truncate", "schema_changed", "throttle"])
def test_a_question_that_went_wrong_is_no_empty_queue(exports: FoExports, environment: FoSandbox, kind: str) -> None:
    environment.queue.export("Vendors V2", ROWS)
    environment.faults.add(Fault(kind, on="*/dequeue/*", times=9, seconds=60))  # type: ignore[arg-type]

    with pytest.raises(TargetError):
        exports.waiting()


def test_a_package_without_the_entity_is_refused_with_a_report(
    exports: FoExports, environment: FoSandbox, tmp_path: Path
) -> None:
    environment.queue.export("Customers V3", ROWS)
    taken = exports.take(exports.waiting()[0])
    assert taken is not None

    with pytest.raises(ReadError, match=r"no Vendors V2\.csv"):
        exports.fetch(taken, tmp_path / "rows.csv")
    exports.refuse(taken, "no vendors")
    assert exports.waiting() == ()
    assert len(list((tmp_path / "private").rglob("*.report.txt"))) == 1


def test_without_queues_there_are_lists(environment: FoSandbox) -> None:
    assert not isinstance(PLUG.directory(environment.settings()), Exports)
