"""One paper of each workflow for the demo: of these days, and the same every time."""

from datetime import date
from pathlib import Path

from admin.samples.workflows import write

TODAY = date(2026, 11, 2)


def test_the_papers_are_the_same_on_the_same_day(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write(tmp_path / name, today=TODAY)

    found = {file.relative_to(tmp_path / "one"): file.read_bytes() for file in (tmp_path / "one").rglob("*.*")}
    assert sorted(file.name for file in found if file.parent.name == "papers") == [
        "1-expense.eml", "2-expense-above-the-limit.eml", "3-statement.pdf", "4-lead.html", "5-change-of-account.pdf",
        "6-order-form.pdf", "7-order-of-a-customer.pdf", "8-application-and-extract.pdf",
    ]  # fmt: skip
    assert {file.name for file in found if file.parent.name == "later"} == {"9-tax-form.pdf", "10-letter.pdf"}
    same = {file for file, content in found.items() if (tmp_path / "other" / file).read_bytes() == content}
    assert {file.name for file in found.keys() - same} <= {"1-expense.eml", "2-expense-above-the-limit.eml"}
