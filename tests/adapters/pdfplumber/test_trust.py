import pytest

from adapters.pdfplumber.trust import distrust, is_garbled

TEXT = [
    "Invoice",
    "number",
    "date",
    "amount",
    "delivery",
    "quantity",
    "price",
    "description",
    "total",
    "payment",
    "within",
    "thirty",
    "days",
]


@pytest.mark.parametrize(
    ("words", "facts", "reason"),
    [
        (TEXT, {}, ""),
        ([], {"visible": 0}, "absent"),
        ([], {"visible": 0, "hidden": 90}, "hidden"),
        (TEXT, {"unmapped": 20}, "unmapped characters"),
        (TEXT, {"coverage": 1.0}, "a full-page image"),
        (TEXT * 5, {"coverage": 1.0}, ""),
        (TEXT * 5, {"coverage": 1.0, "hidden": 500}, "a full-page image"),
        (TEXT, {"coverage": 0.4}, "an image with little text"),
        (TEXT[:3], {"paths": 900}, "text drawn as outlines"),
    ],
    ids=[
        "plain",
        "no_words",
        "only_hidden",
        "unmapped",
        "note_on_scan",
        "printed_paper",
        "ocr_layer",
        "photo",
        "outlines",
    ],
)
def test_a_page_is_distrusted_for_one_reason(words: list[str], facts: dict[str, int], reason: str) -> None:
    counts = {"visible": 100, "hidden": 0, "unmapped": 0, "coverage": 0.0, "paths": 0} | facts

    assert distrust(words, **counts) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "is_bad"),
    [
        ("Szczegóły płatności wartość brutto zapłacono przelew rachunek bankowy źródło usługi księgowość razem kwota", False),
        ("Rēķins piegādātājs maksātājs summa apmaksai termiņš banka konts daudzums cena kopā bez nodokļa ēka", False),
        ("領収書 合計 金額 東京都 消費税 内訳 日付 番号 会社 住所 電話 担当 商品 数量 単価", False),
        ("IBAN GmbH BTRG HRB KTNR BLZ RG4711", False),
        ("Xqz7 bcdfg hjklm nprst vwxz qwrtp sdfgh jklzx cvbnm zxcvb lkjhg fdsqw prtwq mnbvc", True),
    ],
    ids=["polish", "latvian", "japanese", "few_abbreviations", "no_syllables"],
)  # fmt: skip
def test_languages_are_not_taken_for_garbage(text: str, is_bad: bool) -> None:
    assert is_garbled(text.split()) is is_bad
