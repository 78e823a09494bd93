"""Sensitive fields go only to targets that an environment approves for them."""

from pathlib import Path

import pytest

from engine.content.approved import sensitive
from engine.content.library import Library
from engine.content.matrix import load_matrices
from engine.model.errors import ContentError
from tests.content.content_folder import changed, copied

ROOT = Path(__file__).parents[2]


def test_a_target_without_approval_is_told_with_field_matrix_and_remedy(tmp_path: Path) -> None:
    content = copied(tmp_path)
    changed(
        content,
        "environments/dev.yaml",
        "erp: {adapter: files, sensitive: [bank, identity]",
        "erp: {adapter: files, sensitive: [identity]",
    )

    with pytest.raises(ContentError) as refused:
        Library.load(content, "dev")

    told = str(refused.value)
    assert "targets.erp.sensitive: ap_invoice@1 would send vendor.iban (bank data) there" in told
    assert "write `sensitive: [bank]`" in told


def test_what_is_approved_is_live() -> None:
    assert Library.load(ROOT, "dev").environment.targets["erp"].sensitive == ("bank", "identity")


@pytest.mark.parametrize(
    ("matrix", "sent"),
    [
        ("files.ap_invoice_csv@1", {("bank", "vendor.iban"), ("identity", "vendor.tax_id")}),
        ("files.ap_invoice_idoc_flat@1", {("identity", "vendor.tax_id")}),
        ("files.expense_json@1", set()),
        ("dynamics_bc.customer_receipt@1", set()),
    ],
    ids=["both", "our own number is no secret", "only picks the number of an employee", "a number of an account of the books"],
)  # fmt: skip
def test_what_a_matrix_sends_of_sensitive_fields(matrix: str, sent: set[tuple[str, str]]) -> None:
    found = load_matrices(ROOT, only=[matrix])[matrix]

    assert {(group, field) for group, field, _ in sensitive(found)} == sent
