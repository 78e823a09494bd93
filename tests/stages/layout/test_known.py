"""Of a file and of corrections, what was taught later counts."""

from datetime import UTC, datetime, timedelta

from engine.content.layout_book import LayoutBook, Paper, Place, Taught
from engine.model.layout import LearnedPlacing, Placing
from engine.stages.layout.known import known

MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WHO = ("vendor_tax_id:gb1", "vendor_iban:gb2")


def place(shape: str) -> Place:
    return Place(kind="text", shape=shape, words=1, page=1, x0=0.5, top=0.5, taught=Taught(at=MOMENT, document="a"))


def books(**fields: str) -> dict[str, LayoutBook]:
    paper = Paper(id="gb1", known_by=WHO[:1], fields={field: place(shape) for field, shape in fields.items()})
    return {"suppliers": LayoutBook(name="suppliers", version=3, vendors=(paper,))}


def learned(field: str, shape: str, *, later: int = 0, identity: str = WHO[0]) -> LearnedPlacing:
    placing = Placing(field=field, kind="text", shape=shape, words=1, anchors=(), x0=0.5, top=0.5, page=1)
    at = MOMENT + timedelta(seconds=later)
    return LearnedPlacing(placing=placing, identity=identity, document_id="b" * 64, learned_at=at)


def said(found: tuple[LearnedPlacing, ...]) -> dict[str, tuple[str, str]]:
    return {one.placing.field: (one.placing.shape, one.origin) for one in found}


def test_without_a_file_what_the_database_holds_is_all() -> None:
    held = (learned("total", "9"), learned("issue_date", "9-9"))

    assert known({}, WHO, held) == held


def test_a_file_goes_before_what_it_was_made_of() -> None:
    assert said(known(books(total="9.9"), WHO, [learned("total", "9")])) == {"total": ("9.9", "suppliers@3")}


def test_a_correction_that_came_later_goes_before_the_file() -> None:
    found = known(books(total="9.9", po_number="a9"), WHO, [learned("total", "9", later=1)])

    assert said(found) == {"po_number": ("a9", "suppliers@3"), "total": ("9", "b" * 12)}


def test_fields_of_which_the_file_says_nothing_come_from_the_database() -> None:
    found = known(books(total="9.9"), WHO, [learned("po_number", "9", later=-9, identity=WHO[1])])

    assert said(found) == {"total": ("9.9", "suppliers@3"), "po_number": ("9", "b" * 12)}


def test_a_stranger_is_not_read_by_the_file() -> None:
    assert known(books(total="9.9"), ["vendor_tax_id:gb9"], []) == ()
