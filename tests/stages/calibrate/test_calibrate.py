from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from engine.content.calibration import Calibration, Scale
from engine.model.field import Alternative, Box, Field, Provenance
from engine.model.finding import Finding
from engine.model.page import Page, Reading, Word
from engine.model.record import Classification, Record
from engine.stages.calibrate.calibrate import calibrate
from engine.stages.calibrate.features import of_absence, of_cell, of_header, surroundings

BOX = Box(100, 100, 150, 110)
SURE = Scale(weights={"sure": 1.0}, intercept=0.0, knots=(), levels=())
MODEL = Calibration(name="confidence", version=1, values=SURE, absences=SURE, documents=SURE)


def field(name: str, value: str, *, how: str = "read", confidence: float = 0.8, **rest: object) -> Field:
    origin = TypeAdapter(Provenance).validate_python({"how": how, "page": 1, "box": BOX, "by": rest.pop("by", "")})
    return TypeAdapter(Field).validate_python(
        {"name": name, "value": value, "raw": value, "confidence": confidence, "provenance": origin, **rest}
    )


def record(*fields: Field, lines: tuple[tuple[Field, ...], ...] = ()) -> Record:
    kind = Classification(type="invoice", type_confidence=0.9, language="en", language_confidence=0.9)
    return Record(document_id="d" * 64, revision=1, classification=kind, fields=fields, lines=lines)


def reading(*words: Word, how: str = "text_layer") -> Reading:
    page = Page.model_validate({"number": 1, "width": 595, "height": 842, "words": words, "how": how})
    return Reading(pages=(page,), page_count=1)


CLEAR = reading(Word("119.00", *BOX, 0.99), Word("Total", 50, 100, 90, 110, 0.5))


def test_without_a_model_nothing_changes() -> None:
    before = record(field("total", "119.00"))

    assert calibrate(before, CLEAR, None) is before


@pytest.mark.parametrize("how", ["embedded", "human", "event", "looked_up"])
def test_what_was_not_read_stays_as_sure_as_it_says(how: str) -> None:
    after = calibrate(record(field("total", "119.00", how=how, confidence=1.0)), CLEAR, MODEL)

    assert [one.confidence for one in after.fields] == [1.0]


def test_a_value_from_a_learned_layout_stays_as_sure_as_it_says() -> None:
    after = calibrate(record(field("total", "119.00", confidence=0.97, by="pdf+layout@abc")), CLEAR, MODEL)

    assert after.fields[0].confidence == 0.97


def test_a_disputed_value_is_not_made_sure_again() -> None:
    said = Finding(code="contradiction", severity="error", message="The QR code says otherwise.", fields=("total",))
    values = record(field("total", "119.00", confidence=0.3), field("subtotal", "100.00", confidence=0.3))
    eager = MODEL.model_copy(update={"values": Scale(weights={}, intercept=3.0, knots=(), levels=())})

    after = calibrate(values.model_copy(update={"findings": (said,)}), CLEAR, eager)

    assert [one.confidence > 0.9 for one in after.fields] == [False, True]


def test_other_readings_share_less_than_what_is_left_of_certainty() -> None:
    others = (Alternative(value="1", raw="1", confidence=0.6), Alternative(value="2", raw="2", confidence=0.2))

    after = calibrate(record(field("total", "119.00", alternatives=others)), CLEAR, MODEL).fields[0]

    assert sum(other.confidence for other in after.alternatives) < 1 - after.confidence
    assert after.alternatives[0].confidence > after.alternatives[1].confidence


def test_fields_that_were_not_found_are_answers_with_a_confidence() -> None:
    after = calibrate(record(field("total", "119.00")), CLEAR, MODEL)

    names = {absence.name for absence in after.absent}
    assert {"invoice_number", "issue_date"} <= names
    assert "total" not in names
    assert after.confidence is not None


def test_the_letters_of_the_value_count_and_not_those_beside_it() -> None:
    scan = reading(*CLEAR.pages[0].words, how="ocr")
    value = field("total", "119.00")

    signs = of_header(value, surroundings(record(value), scan))

    assert signs["ocr_least"] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("total", "sign"), [("119.00", "amount:sums_fit"), ("118.00", "amount:sums_clash")], ids=["fit", "clash"]
)
def test_sums_that_fit_and_sums_that_clash_are_told_apart(total: str, sign: str) -> None:
    values = (field("subtotal", "100.00"), field("tax_total", "19.00"), field("total", total))

    signs = of_header(values[2], surroundings(record(*values), CLEAR))

    assert signs[sign] == 1.0


def test_a_row_that_multiplies_out_is_told_from_one_that_does_not() -> None:
    def row(amount: Decimal) -> tuple[Field, ...]:
        return (field("quantity", "2"), field("unit_price", "5.00"), field("amount", f"{amount:f}"))

    around = surroundings(record(lines=(row(Decimal(10)),)), CLEAR)

    assert of_cell(row(Decimal(10))[2], row(Decimal(10)), around)["row_fits"] == 1.0
    assert of_cell(row(Decimal(11))[2], row(Decimal(11)), around)["row_clashes"] == 1.0


def test_a_page_that_is_hard_to_read_makes_an_absence_doubtful() -> None:
    blurred = reading(Word("T0tal", *BOX, 0.3), how="ocr")

    signs = of_absence("due_date", record(), surroundings(record(), blurred))

    assert signs["illegible"] == pytest.approx(0.7)


def test_a_key_value_that_may_have_been_missed_makes_the_document_less_sure() -> None:
    keys = [
        field(name, value, confidence=0.98) for name, value in (("invoice_number", "A1"), ("issue_date", "2024-05-04"))
    ]
    found = field("total", "119.00", confidence=0.98)
    missed = Scale(weights={"absent:total": -1.0}, intercept=0.0, knots=(), levels=())
    model = MODEL.model_copy(
        update={"absences": missed, "documents": Scale(weights={"all": 1.0}, intercept=0.0, knots=(), levels=())}
    )

    whole, part = (calibrate(record(*fields), CLEAR, model).confidence for fields in ((*keys, found), keys))

    assert whole == pytest.approx(0.98**3, abs=0.001)
    assert part == pytest.approx(0.98**2 * 0.2689, abs=0.001)
