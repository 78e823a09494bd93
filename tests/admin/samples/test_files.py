"""E-invoices, hybrids, mail and master data."""

import csv
import random
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Literal

import pikepdf
import pytest

from adapters.einvoice.plug import PLUG
from admin.samples import master
from admin.samples.compose import Wish, write
from admin.samples.make import make, paper
from admin.samples.model import Kind
from admin.samples.recipe import Form, Recipe
from admin.samples.truth import fields, lines, taxes
from admin.samples.world import vendor
from admin.samples.xml import invoice as xml
from engine.ports import Limits

_RICH = Wish(
    lines=(4, 6),
    discount=True,
    freight=True,
    line_discounts=True,
    mixed_rates=True,
    details=True,
    po_number="4500017301",
)


@pytest.mark.parametrize(
    "wish", [_RICH, Wish(tax="reverse"), Wish(type="credit_note", references="RE-1")], ids=["rich", "reverse", "credit"]
)
@pytest.mark.parametrize("syntax", ["ubl", "cii"])
def test_an_e_invoice_is_read_back_to_its_truth(tmp_path: Path, syntax: Literal["ubl", "cii"], wish: Wish) -> None:
    written = write(random.Random(6), vendor("V1001"), wish)
    file = tmp_path / "invoice.xml"
    file.write_bytes(xml.write(written, syntax))

    embedded = PLUG.reader().read(file, "application/xml", pages=None, limits=Limits()).embedded

    assert embedded is not None
    read = {field.name: field.value for field in embedded.fields}
    # the reader joins addresses in its own way and does not look for the invoice that a credit note corrects
    expected = {
        name: value
        for name, value in fields(written, None).items()
        if name not in {"vendor_address", "preceding_invoice_number"}
    }
    assert {name: read.get(name) for name in expected} == expected
    told = [dict(line) for line in lines(written, xml.COLUMNS, glue=" - ")]
    assert [
        {field.name: field.value for field in row if field.name in line}
        for row, line in zip(embedded.lines, told, strict=True)
    ] == told
    assert [{field.name: field.value for field in row} for row in embedded.taxes] == [
        dict(row) for row in taxes(written)
    ]


def _embedded_total(data: bytes) -> str:
    with pikepdf.open(BytesIO(data)) as document:
        text = bytes(document.attachments["factur-x.xml"].get_file().read_bytes()).decode()
        assert document.Root.AF[0].AFRelationship == pikepdf.Name.Alternative
    return text.split("<ram:GrandTotalAmount>")[1].split("<")[0]


def test_a_hybrid_carries_the_printed_total() -> None:
    made = make(Recipe(name="h", kind="hybrid", vendor="V1001", layout="slate"), 7, name="h")

    assert _embedded_total(made.data) == made.samples[0].fields["total"]


def test_a_contradicting_hybrid_carries_another_total() -> None:
    made = make(Recipe(name="h", kind="hybrid", vendor="V1001", layout="slate", flaw="contradiction"), 7, name="h")

    assert _embedded_total(made.data) != made.samples[0].fields["total"]


def test_a_mail_has_two_attachments_and_a_logo_that_is_none() -> None:
    made = make(Recipe(name="m", kind="mail", vendor="V1004"), 7, name="m")

    mail = message_from_bytes(made.data, policy=default)

    names = [part.get_filename() for part in mail.iter_attachments()]
    assert [sample.file for sample in made.samples] == [f"m.eml#{name}" for name in names]
    assert len(names) == 2
    logos = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part.get_content_disposition() for part in logos] == ["inline"]


@pytest.mark.parametrize("kind", ["hybrid", "mail", "photo", "scan", "png", "tiff"])
def test_a_recipe_makes_the_same_bytes_every_time(kind: Kind) -> None:
    recipe = Recipe(name="r", kind=kind, vendor="V1003", layout="slate", form=Form(dpi=72))

    assert make(recipe, 7, name="r").data == make(recipe, 7, name="r").data
    assert make(recipe, 7, name="r").data != make(recipe, 8, name="r").data


def test_an_encrypted_pdf_opens_only_with_its_password() -> None:
    made = make(Recipe(name="e", kind="broken", vendor="V1001", flaw="encrypted"), 7, name="e")

    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(made.data))
    pikepdf.open(BytesIO(made.data), password="lindenhof").close()


def test_a_flaw_changes_only_what_it_is_about() -> None:
    recipe = Recipe(name="w", kind="digital", vendor="V1004")
    good, wrong = paper(recipe, 7), paper(recipe.model_copy(update={"flaw": "wrong_sum"}), 7)

    assert wrong.sums.total == good.sums.total + 90
    assert wrong.model_copy(update={"sums": good.sums}) == good


@pytest.mark.parametrize(
    ("order", "factor", "status"),
    [("exact", "1", "open"), ("short", "0.8", "open"), ("closed", "1", "closed"), ("unknown", None, None)],
)
def test_orders_fit_the_documents_that_name_them_as_far_as_they_should(
    tmp_path: Path, order: Literal["", "exact", "short", "unknown", "closed"], factor: str | None, status: str | None
) -> None:
    recipe = Recipe(name="o", kind="digital", vendor="V1022", order=order)
    written = paper(recipe, 7)

    master.write(tmp_path, [(recipe, written)])

    with (tmp_path / "purchase_orders.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    if factor is None:
        assert rows == []
    else:
        assert (rows[0]["number"], rows[0]["status"]) == (written.po_number, status)
        assert float(rows[0]["total"]) == pytest.approx(float(written.sums.net) * float(factor), abs=0.01)
