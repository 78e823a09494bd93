import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.naming import file_name, part_name, safe
from engine.model.errors import Rejected
from tests.adapters.files.factories import operation

KEY = operation().short_key


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{key}.csv", f"{KEY}.csv"),
        ("AP_{invoice_no}_{key}.csv", f"AP_RE-2026-0815_{KEY}.csv"),
        ("{header.vendor}_{key}.csv", f"Muller_Sohne_{KEY}.csv"),
        ("{date}_{object}_{target}_{key}.csv", f"20260131_vendor_invoice_erp_{KEY}.csv"),
        ("{document_id}_{key}", f"dddddddddddd_{KEY}"),
        ("in/../{key} .csv", f"in_.._{KEY}_.csv"),
        (".hidden_{key}.csv", f"hidden_{KEY}.csv"),
    ],
)
def test_a_name_is_made_of_the_operation_alone(pattern: str, name: str) -> None:
    assert file_name(pattern, operation()) == name


@pytest.mark.parametrize(
    "pattern", ["{key}_{absent}.csv", "{key}_{header.lines}.csv", "{key}_{lines}", "{key}_{}.csv", "{key}_{x"]
)
def test_a_placeholder_without_a_value_is_refused(pattern: str) -> None:
    with pytest.raises(Rejected, match="file name"):
        file_name(pattern, operation())


@given(value=st.text(min_size=1, max_size=300))
def test_no_value_can_leave_the_folder_or_hide(value: str) -> None:
    name = safe(value)

    assert re.fullmatch(r"([A-Za-z0-9_]([A-Za-z0-9._-]{0,46}[A-Za-z0-9])?)?", name)
    assert ".." not in name


def test_a_delivery_after_a_refusal_has_a_name_of_its_own() -> None:
    assert file_name("{key}.csv", operation(), generation=2) == f"{KEY}_r2.csv"


@pytest.mark.parametrize(
    ("part", "parts", "name"), [(1, 1, "a.csv"), (1, 3, "a_p01of03.csv"), (12, 120, "a_p012of120.csv")]
)
def test_parts_are_counted_in_the_name(part: int, parts: int, name: str) -> None:
    assert part_name("a.csv", part, parts) == name


def test_an_overlong_name_is_refused() -> None:
    with pytest.raises(Rejected, match="no usable name"):
        file_name("x" * 200 + "{key}", operation())


def test_values_of_a_payload_without_header_are_found() -> None:
    op = operation({"text": "<a/>", "invoice_number": "R 1", "EDI_DC40": {"MESFCT": "B2B"}})

    assert file_name("{invoice_number}_{EDI_DC40.MESFCT}_{key}.xml", op) == f"R_1_B2B_{op.short_key}.xml"
