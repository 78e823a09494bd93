import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runtime.names import MAX_LENGTH, printable_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("invoice 4711.pdf", "invoice 4711.pdf", id="usual"),
        pytest.param("../../etc/passwd", "passwd", id="climbing path"),
        pytest.param("C:\\Users\\anna\\scan.tif", "scan.tif", id="windows path"),
        pytest.param("C:scan.tif", "scan.tif", id="drive"),
        pytest.param("..", "document", id="only dots"),
        pytest.param("folder/", "folder", id="folder"),
        pytest.param("a\x00b\x1b[31m\r\nc.pdf", "ab[31m c.pdf", id="control characters"),
        pytest.param("invoice\u202efdp.exe", "invoicefdp.exe", id="bidi override"),
        pytest.param("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf", id="zero width"),
        pytest.param(os.fsdecode(b"r\xe9sum\xe9.pdf"), "r%E9sum%E9.pdf", id="latin-1 from the system"),
        pytest.param(b"r\xe9sum\xe9.pdf", "r%E9sum%E9.pdf", id="latin-1 bytes"),
        pytest.param("Straße.pdf".encode(), "Straße.pdf", id="utf-8 bytes"),
        pytest.param("a\ud800b.pdf", "a\ufffdb.pdf", id="lone surrogate"),
        pytest.param("e\u0301.pdf", "é.pdf", id="decomposed"),
        pytest.param("発注書.pdf", "発注書.pdf", id="japanese"),
        pytest.param("  .hidden.  ", "hidden", id="dots and spaces around"),
        pytest.param("", "document", id="empty"),
        pytest.param("/\u202e/", "document", id="nothing visible"),
    ],
)
def test_names_are_made_fit_to_show(name: str | bytes, expected: str) -> None:
    assert printable_name(name) == expected


def test_a_long_name_keeps_its_ending() -> None:
    found = printable_name("x" * 500 + ".pdf")

    assert len(found) == MAX_LENGTH
    assert found.endswith("x….pdf")


@given(name=st.text(st.characters(exclude_categories=())) | st.binary(max_size=300))
def test_any_name_is_short_visible_and_no_path(name: str | bytes) -> None:
    found = printable_name(name)

    assert 0 < len(found) <= MAX_LENGTH
    assert not {"/", "\\"} & set(found)
    assert not {unicodedata.category(sign) for sign in found} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert found.strip() == found
    assert found.encode()


@given(name=st.text(st.characters(exclude_categories=())) | st.binary(max_size=300))
def test_a_name_made_fit_stays_as_it_is(name: str | bytes) -> None:
    found = printable_name(name)

    assert printable_name(found) == found
