import pytest

from engine.model.field import Field
from engine.stages.contradict.around import Letter, check_letter, check_name, letter
from engine.stages.contradict.printed import PrintedText
from tests.stages.contradict.papers import IBAN, OTHER_IBAN, extraction, page, seen

PRINT = PrintedText((page(f"Rechnung RE-2026-4711 vom 01.03.2026 Gesamt 1.190,00 EUR IBAN {IBAN} Skonto 23,80"),))
FIELDS = (
    seen("invoice_number", "RE-2026-4711"), seen("issue_date", "2026-03-01"), seen("total", "1190.00"), seen("vendor_iban", IBAN)
)  # fmt: skip


def noted(name: str, *fields: Field) -> list[tuple[str, str]]:
    return [(note.code, note.severity) for note in check_name(extraction(*(fields or FIELDS)), name, PRINT)]


def disputed(text: str, subject: str = "Rechnung") -> list[tuple[str, str]]:
    mail = letter(subject=subject, sender="a@b.example", text=text, html="")
    return [(one.field, one.other) for one in check_letter(extraction(*FIELDS), mail, PRINT)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("RE-2026-4711.pdf", []), ("rechnung_RE20264711.pdf", []), ("scan.pdf", []), ("IMG_20260305_120000.jpg", []),
        ("4711.pdf", []), ("Rechnung 2026-03.pdf", []), ("invoice (3).pdf", []), ("XY-2026-9999.pdf", []),
        ("RE-2026-4712.pdf", [("file_name_differs", "warning")]), ("Rechnung_RE20264721.pdf", [("file_name_differs", "warning")]),
        ("2026-02-27 Rechnung.pdf", [("file_date_differs", "info")]), ("2026-03-01 Rechnung.pdf", []),
        ("2026-04-02 Rechnung.pdf", []),
    ],
)  # fmt: skip
def test_file_names_are_held_against_the_document(name: str, found: list[tuple[str, str]]) -> None:
    assert noted(name) == found


def test_a_number_that_is_hard_to_read_accuses_no_file_name() -> None:
    assert noted("RE-2026-4712.pdf", seen("invoice_number", "RE-2026-4711", 0.5)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anbei unsere Rechnung RE-2026-4711 über 1.190,00 EUR, IBAN DE02 1203 0000 0000 2020 51.", []),
        ("Anbei unsere Rechnung. Tel. 0351 123456, Amtsgericht HRB 12345", []),
        ("Unsere Bank hat gewechselt: IBAN DE75 5121 0800 1245 1261 99", [("vendor_iban", OTHER_IBAN)]),
        ("Anbei die Rechnung RE-2026-4713", [("invoice_number", "RE-2026-4713")]),
        ("Anbei die Rechnungen RE-2026-4710 und RE-2026-4711", []),
        ("Bitte zahlen Sie 1.910,00 EUR", [("total", "1910.00")]),
        ("Mit Skonto 23,80 EUR weniger", []),
        ("Rechnung über 1.190,00 EUR, letzte war 500,00 EUR", []),
    ],
    ids=["agrees", "says nothing", "account", "number", "several numbers", "amount", "part", "several amounts"],
)  # fmt: skip
def test_the_mail_is_held_against_its_attachment(text: str, found: list[tuple[str, str]]) -> None:
    assert disputed(text) == found


def test_a_mail_with_several_documents_accuses_only_by_the_account() -> None:
    text = f"Anbei RE-2026-4713 über 500,00 EUR, neue IBAN {OTHER_IBAN}"
    mail = letter(subject="Rechnungen", sender="a@b.example", text=text, html="", document_count=2)

    assert [one.field for one in check_letter(extraction(*FIELDS), mail, PRINT)] == ["vendor_iban"]


def test_a_dispute_with_the_mail_shows_both_readings_and_the_sender() -> None:
    mail = Letter(subject="Neue Bank", sender="x@y.example", text=f"IBAN {OTHER_IBAN}")

    (one,) = check_letter(extraction(*FIELDS), mail, PRINT)

    evidence = dict(one.finding.evidence)
    assert (one.finding.code, one.finding.severity) == ("contradiction", "error")
    assert (evidence["mail"], evidence["printed"], evidence["mail from"]) == (OTHER_IBAN, IBAN, "x@y.example")


def test_a_letter_is_its_own_words_without_tags_and_quotes() -> None:
    html = "<html><style>p {}</style><p>Guten Tag,</p><p>anbei</p></html>"

    assert letter(subject="s", sender="a", text="", html=html).text.split() == ["Guten", "Tag,", "anbei"]
    assert letter(subject="s", sender="a", text="neu\n> alt 500,00 EUR", html="").text.strip() == "neu"
    assert "alt" not in letter(subject="s", sender="a", text="neu\n----- Original Message -----\nalt", html="").text
