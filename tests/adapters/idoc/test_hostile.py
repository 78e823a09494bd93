"""IDocs that are damaged, foreign, huge or made to harm."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.model.errors import ReadError
from engine.runtime.media_type import IDOC, IDOC_XML, sniff_bytes
from tests.adapters.idoc.messages import (
    INVOICE,
    Message,
    Seg,
    as_flat,
    as_xml,
    codes,
    data_of,
    plain,
    read,
    records_of,
    seg,
)


def lines(*records: str) -> bytes:
    return "".join(f"{one}\n" for one in records).encode()


def changed(at: int, start: int, text: str) -> bytes:
    """Return the flat invoice with one record written over from a column (0-based) on."""
    records = records_of(INVOICE)
    records[at] = records[at][:start] + text + records[at][start + len(text) :]
    return lines(*records)


@pytest.mark.parametrize(
    "content",
    [
        as_flat(INVOICE, end="\n"), as_flat(INVOICE, end="\r"), as_flat(INVOICE, end=""), as_flat(INVOICE, trim=True),
        b"\xef\xbb\xbf" + as_flat(INVOICE), as_flat(INVOICE, encoding="latin-1"), as_flat(INVOICE, encoding="utf-16"),
        as_flat(INVOICE, encoding="utf-16-le"), as_flat(INVOICE, encoding="utf-16-be"), as_flat(INVOICE) + b"\x1a",
        as_xml(INVOICE, encoding="ISO-8859-1"), as_xml(INVOICE, encoding="UTF-16"), b"\n " + as_xml(INVOICE),
        as_xml(INVOICE).replace(b"<INVOIC02>", b'<n:INVOIC02 xmlns:n="urn:sap-com:document:sap:idoc:messages">')
        .replace(b"</INVOIC02>", b"</n:INVOIC02>"),
    ],
    ids=["lf", "cr", "no line ends", "trimmed", "utf-8 mark", "latin-1", "utf-16", "utf-16 le", "utf-16 be", "ctrl-z",
         "xml latin-1", "xml utf-16", "xml after blanks", "xml in a namespace"],
)  # fmt: skip
def test_every_way_of_writing_says_the_same(tmp_path: Path, content: bytes) -> None:
    assert plain(read(tmp_path, content)) == plain(read(tmp_path, as_flat(INVOICE)))


def test_columns_that_count_bytes_are_told_from_those_that_count_characters(tmp_path: Path) -> None:
    """Each letter with an accent takes two bytes, and what stands behind it moves back by one character."""
    content = as_flat(INVOICE).replace("Müller & Söhne KG  ".encode(), "Müller & Söhne KG".encode())

    said = plain(read(tmp_path, content))
    assert (said["vendor_name"], said["vendor_street"]) == ("Müller & Söhne KG", "Hafenweg 3")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (changed(3, 1063, "too much"), "idoc_wrong_length"),
        (lines(*(record.replace("EDI_DC40  ", "EDI_DC40  ") + "x" * 20 for record in records_of(INVOICE)[:1]),
               *records_of(INVOICE)[1:]), "idoc_wrong_length"),
        (changed(4, 0, "some words that are no name    "), "idoc_broken_records"),
        (changed(4, 33, "0000000000009999"), "idoc_mixed"),
        (lines(*records_of(INVOICE)[:5], *records_of(INVOICE)[6:]), "idoc_incomplete"),
        (lines(*records_of(INVOICE)[:6], *records_of(INVOICE)[5:]), "idoc_incomplete"),
        (changed(14, 55, "000003"), "idoc_other_parent"),
        (changed(1, 0, "E2EDP02   "), "idoc_wrong_order"),
        (changed(3, 100, "M\x00\x01\x9fx"), "idoc_control_characters"),
    ],
    ids=["long record", "long control record", "no segment", "another number", "lost", "doubled", "other parent",
         "out of order", "control characters"],
)  # fmt: skip
def test_what_is_wrong_with_the_form_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    assert code in codes(read(tmp_path, content))


@pytest.mark.parametrize("write", [as_flat, as_xml], ids=["flat", "xml"])
def test_segments_of_somebodys_own_are_told_and_cost_nothing(tmp_path: Path, write: Callable[[Message], bytes]) -> None:
    own = INVOICE._replace(segments=(*INVOICE.segments[:1], Seg("Z1OWN", {"FIELD": "x"}), *INVOICE.segments[1:]))
    reading = read(tmp_path, write(own))

    (finding,) = reading.findings
    assert (finding.code, finding.severity, finding.evidence[0][0]) == ("idoc_unknown_segments", "warning", "Z1OWN")
    assert plain(reading) == plain(read(tmp_path, as_xml(INVOICE)))


@pytest.mark.parametrize(
    ("raw", "value"),
    [("133.88-", "-133.88"), ("-133.88", "-133.88"), ("133.88 ", "133.88"), ("+133.88", "133.88"), ("0.00-", "0.00"),
     ("133.", "133"), (".88", "0.88")],
)  # fmt: skip
def test_amounts_are_exact_wherever_the_sign_stands(tmp_path: Path, raw: str, value: str) -> None:
    reading = read(tmp_path, as_xml(INVOICE.with_(seg("E1EDS01", SUMID="011", SUMME=raw))))

    assert plain(reading)["total"] == value


@pytest.mark.parametrize("raw", ["1.234,50", "1,234.50", "1E3", "--5", "-5-", "NaN", "٣", "five"])
def test_what_is_no_number_is_left_out_and_told(tmp_path: Path, raw: str) -> None:
    reading = read(tmp_path, as_xml(INVOICE.with_(seg("E1EDS01", SUMID="011", SUMME=raw))))

    assert "total" not in plain(reading)
    (finding,) = reading.findings
    assert (finding.code, finding.severity, finding.fields) == ("invalid_value", "error", ("total",))


@pytest.mark.parametrize("raw", ["00000000", "        ", "", "0000"])
def test_a_day_that_is_not_set_is_no_day(tmp_path: Path, raw: str) -> None:
    silent = INVOICE._replace(segments=tuple(one for one in INVOICE.segments if one.values.get("IDDAT") != "028"))
    reading = read(tmp_path, as_flat(silent.with_(seg("E1EDK03", IDDAT="028", DATUM=raw))))

    assert ("due_date" in plain(reading), codes(reading)) == (False, [])


@pytest.mark.parametrize("raw", ["20260230", "99999999", "2026031", "3103 26"])
def test_a_day_that_never_was_is_told(tmp_path: Path, raw: str) -> None:
    silent = INVOICE._replace(segments=tuple(one for one in INVOICE.segments if one.values.get("IDDAT") != "028"))

    assert codes(read(tmp_path, as_flat(silent.with_(seg("E1EDK03", IDDAT="028", DATUM=raw))))) == ["invalid_value"]


@pytest.mark.parametrize(
    ("currency", "total", "is_told"),
    [("JPY", "13388", False), ("JPY", "133.88", True), ("JPY", "13388.00", True), ("KWD", "133.880", False),
     ("KWD", "133.88", True), ("EUR", "133.88", False), ("EUR", "134", False)],
)  # fmt: skip
def test_amounts_as_sap_keeps_them_inside_are_not_guessed_at(
    tmp_path: Path, currency: str, total: str, is_told: bool
) -> None:
    message = Message("INVOIC02", "INVOIC", (
        seg("E1EDK01", CURCY=currency), seg("E1EDS01", SUMID="011", SUMME=total),
    ))  # fmt: skip

    assert ("idoc_currency_decimals" in codes(read(tmp_path, as_flat(message)))) is is_told


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>
<INVOIC02><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>&y;</IDOCTYP></EDI_DC40></IDOC></INVOIC02>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "unsafe_xml"),
        (as_xml(INVOICE)[:-200], "unreadable_xml"),
        (as_xml(INVOICE).replace(b"</INVOIC02>", b" " * 20_000 + b"\x01</INVOIC02>"), "unreadable_xml"),
        (as_flat(INVOICE) + b" " * 200_000, "too_large"),
        (as_xml(INVOICE) + b" " * 200_000, "too_large"),
    ],
    ids=["bomb", "cut", "control character", "large flat", "large xml"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(ReadError) as error:
        read(tmp_path, content, max_xml_bytes=200_000)

    assert error.value.code == code


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with (tmp_path / "message").open("wb") as file:
        file.write(as_flat(INVOICE))
        file.truncate(50 * 1024 * 1024)
    from adapters.idoc.plug import PLUG
    from engine.ports import Limits

    for call in ("read", "pieces"):
        with pytest.raises(ReadError, match="larger than allowed"):
            getattr(PLUG.reader(), call)(
                tmp_path / "message", IDOC, limits=Limits(), **({"pages": None} if call == "read" else {})
            )


def test_a_long_invoice_is_read_whole(tmp_path: Path) -> None:
    many = tuple(
        seg("E1EDP01", seg("E1EDP26", QUALF="003", BETRG="1.00"), POSEX=f"{at:06d}", MENGE="1.000")
        for at in range(1, 2001)
    )
    reading = read(tmp_path, as_flat(INVOICE._replace(segments=(*INVOICE.segments[:11], *many))))

    assert (len(data_of(reading).lines), codes(reading)) == (2000, [])


@pytest.mark.parametrize("write", [as_flat, as_xml], ids=["flat", "xml"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_breaks_the_reader(tmp_path: Path, write: Callable[[Message], bytes], data: st.DataObject) -> None:
    content = bytearray(write(INVOICE))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(300, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    if sniff_bytes(bytes(content)) not in {IDOC, IDOC_XML}:
        return

    with contextlib.suppress(ReadError):
        assert read(tmp_path, bytes(content)).page_count == 0
