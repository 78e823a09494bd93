"""Field accuracy: of the values that somebody looked at, those that a person left as the machine had read them."""

from datetime import date
from pathlib import Path

from engine.model.correction import Correction
from engine.model.record import Record
from engine.runtime import corrections, judging, kpi, steps
from engine.runtime.house import House
from engine.runtime.kpi import Wanted
from engine.store import documents
from engine.store.database import reading
from tests.runtime.processed import TEXT_INVOICE, walked


def counts(house: House) -> tuple[int, int, float | None]:
    day: date = house.clock.now().date()
    now = kpi.kpi(house, Wanted(step="day", day=day)).total.now
    return now.counts["values_seen"], now.counts["values_wrong"], now.figures["accuracy"]


def test_a_corrected_value_counts_against_those_that_were_right(empty_house: House, tmp_path: Path) -> None:
    for number in ("1", "2"):
        (tmp_path / f"{number}.txt").write_text(TEXT_INVOICE.format(number=number), encoding="utf-8")
    paper, _ = walked(empty_house, tmp_path / "1.txt"), walked(empty_house, tmp_path / "2.txt")
    with reading(empty_house.engine) as tx:
        read = Record.model_validate(documents.load(tx, paper, 1, "record"))
    filled = {path for path, field in read.walk() if field.value}
    assert counts(empty_house) == (0, 0, None)  # nobody has looked at either

    change = [Correction(path="issue_date", value="2026-10-11"), Correction(path="delivery_date", value="2026-10-10")]
    revision = corrections.correct(empty_house, paper, change, by="anna")
    steps.read(empty_house, paper, revision)
    steps.understand(empty_house, paper, revision)
    judging.judge(empty_house, paper, revision)

    assert "issue_date" in filled
    assert "delivery_date" not in filled
    seen = len(filled) + 1
    assert counts(empty_house) == (seen, 2, round((seen - 2) / seen, 4))
