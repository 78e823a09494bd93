"""Cases that begin at the pages: vocabularies and layouts are tested too, masked as well; no secret gets into a case."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.model.correction import Correction
from engine.runtime import checking, corrections, golden
from engine.runtime.golden import Refused
from engine.runtime.house import House
from tests.house import furnished_house, test_settings
from tests.runtime.processed import TEXT_INVOICE, furnish, walked
from tests.runtime.test_corrections import paper

pytestmark = pytest.mark.slow
NUMBER = "DE136695976"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def frozen(place: Path) -> Path:
    """A folder with an invoice on paper as two cases from its pages on: as it is, and masked."""
    house = furnished_house(place / "home")
    furnish(house)
    file = place / "paper.txt"
    file.write_text(TEXT_INVOICE.format(number="1"), encoding="utf-8")
    one = walked(house, file)
    golden.add(house, place, one, name="plain", from_="pages")
    golden.add(house, place, one, name="masked", from_="pages", is_masked=True)
    golden.add(house, place, one, name="record")
    house.close()
    return place


@pytest.fixture(scope="module")
def bench(frozen: Path) -> Iterator[House]:
    with golden.bench(test_settings(frozen / "other")) as made:
        yield made


def without_labels(library: Library) -> Library:
    """Return the library with a German vocabulary in which no label means anything."""
    words = library.vocabularies["de"]
    none = {name: labels.model_copy(update={"strong": ("zzz",), "weak": ()}) for name, labels in words.labels.items()}
    return replace(library, vocabularies={**library.vocabularies, "de": words.model_copy(update={"labels": none})})


def test_cases_from_pages_come_out_as_frozen_without_their_database(bench: House, frozen: Path) -> None:
    ran = {one.case: one for one in golden.run(bench, golden.cases(frozen))}

    assert {name: (one.differences, one.asked_anew) for name, one in ran.items()} == {
        f"ap_invoice/{name}": ((), ()) for name in ("plain", "masked", "record")
    }


def test_an_edited_vocabulary_is_told_by_what_is_read_otherwise(bench: House, frozen: Path) -> None:
    ran = {one.case: one for one in golden.run(bench, golden.cases(frozen), library=without_labels(bench.library))}

    assert ran["ap_invoice/record"].differences == ()
    for name in ("plain", "masked"):
        assert any(
            one.startswith("record subtotal: '100.00' -> nothing") for one in ran[f"ap_invoice/{name}"].differences
        )


def test_a_masked_page_tells_of_no_vendor(frozen: Path) -> None:
    case = json.loads((frozen / "golden/ap_invoice/masked.json").read_text(encoding="utf-8"))
    words = [word[0] for page in case["pages"]["pages"] for word in page["words"]]

    printed = "".join(sign for word in words for sign in word.upper() if sign.isalnum())
    assert NUMBER not in printed
    assert not {"nordlicht", "filtertechnik", "speicherhof", "flensburg"} & {word.casefold() for word in words}
    assert "Rechnungsnummer:" in words, "what is no party's stays"


def test_a_learned_place_is_part_of_the_case(place: Path, tmp_path: Path) -> None:
    house = furnished_house(tmp_path / "home")
    first = walked(house, paper(tmp_path, "NWX-77-A", total="120.00"))
    corrections.correct(house, first, [Correction(path="invoice_number", value="NWX-77-A")], by="anna")
    second = walked(house, paper(tmp_path, "NWX-78-C", total="360.00"))

    golden.add(house, tmp_path, second, name="learned", from_="pages")
    house.close()

    with golden.bench(test_settings(tmp_path / "bench")) as there:
        (ran,) = golden.run(there, golden.cases(tmp_path))
    ((_, case),) = golden.cases(tmp_path)
    assert "NWX-78-C" in json.dumps(case.record["fields"])
    assert ran.differences == ()


def test_a_document_with_a_secret_does_not_become_a_case(tmp_path: Path) -> None:
    house = furnished_house(tmp_path / "home")
    furnish(house)
    file = tmp_path / "paper.txt"
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    file.write_text(TEXT_INVOICE.format(number="1") + f"\n{key}\n", encoding="utf-8")
    one = walked(house, file)

    with pytest.raises(Refused, match="an AWS access key stands in the document") as refused:
        golden.add(house, tmp_path, one, name="secret", from_="pages")
    house.close()

    assert key not in str(refused.value)
    assert not (tmp_path / "golden").exists()


def test_the_check_finds_a_secret_that_was_written_into_a_case(frozen: Path, tmp_path: Path) -> None:
    file = tmp_path / "golden/ap_invoice/plain.json"
    file.parent.mkdir(parents=True)
    text = (frozen / "golden/ap_invoice/plain.json").read_text(encoding="utf-8")
    file.write_text(text.replace('"why": ""', '"why": "' + "AKIA" + 'ABCDEFGHIJKLMNOP"'), encoding="utf-8")

    (told,) = checking.told_secrets(tmp_path)

    assert told.startswith("golden/ap_invoice/plain.json:")
    assert "ABCDEF" not in told
