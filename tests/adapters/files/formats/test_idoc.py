"""IDocs, read back by parsers written from the published segment definitions, not from our writer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.files.formats.options import parse_options
from adapters.files.formats.render import render
from adapters.shared.idoc.layout import IdocField, Segment, load_layout
from engine.model.errors import Rejected
from tests.adapters.files.factories import CONTROL, operation

SPECS = Path(__file__).parents[5] / "shared" / "specs" / "sap-idoc"

PAYLOAD: dict[str, Any] = {
    "header": {"invoice_number": "RE-2026-0815"},
    "E1EDK01": {"CURCY": "EUR", "BSART": "INVO", "BELNR": "RE-2026-0815"},
    "E1EDKA1": [{"PARVW": "LF", "PARTN": "4711", "NAME1": "Müller & Söhne"}, {"PARVW": "RE", "PARTN": "1000"}],
    "E1EDK02": [{"QUALF": "009", "BELNR": "RE-2026-0815", "DATUM": "2026-01-31"}],
    "E1EDK03": [{"IDDAT": "026", "DATUM": "20260131"}],
    "E1EDK04": {"MWSKZ": "V1", "MSATZ": "19", "MWSBT": "1.38"},
    "E1EDKT1": [{"TDID": "Z001", "E1EDKT2": [{"TDLINE": "first line"}, {"TDLINE": "second"}]}],
    "E1EDP01": [
        {
            "POSEX": "000010", "MENGE": "3.000", "MENEE": "PCE", "NETWR": "10.50",
            "E1EDP02": [{"QUALF": "001", "BELNR": "4500000001", "ZEILE": "000010"}],
            "E1EDP19": [{"QUALF": "002", "IDTNR": "M-4", "KTEXT": "Screws"}],
        },
        {"POSEX": "000020", "NETWR": "-3.25", "E1EDPT1": [{"TDID": "0001", "E1EDPT2": [{"TDLINE": "deep"}]}]},
    ],
    "E1EDS01": [{"SUMID": "010", "SUMME": "7.25", "WAERQ": "EUR"}],
}  # fmt: skip


def published() -> dict[str, Any]:
    file = SPECS / "INVOIC02.segments.json"
    if not file.is_file():
        pytest.skip("the published segment definitions do not stand beside this checkout")
    definitions: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return definitions


def write(payload: dict[str, Any] | None = None, *, kind: str = "idoc_flat", **options: Any) -> bytes:
    op = operation(PAYLOAD if payload is None else payload, **{"format": kind, "control": CONTROL, **options})
    (content,) = render(op, parse_options(op.options))
    return content


def cut(text: str, fields: list[dict[str, Any]]) -> dict[str, str]:
    cells = {field["name"]: text[field["offset"] : field["offset"] + field["len"]].rstrip() for field in fields}
    return {name: cell for name, cell in cells.items() if cell}


def parse_flat(content: bytes) -> list[tuple[int, int, int, str, dict[str, str]]]:
    """Return (SEGNUM, PSGNUM, HLEVEL, segment, fields) of each data record, by the published definitions."""
    definitions: dict[str, list[dict[str, Any]]] = {}

    def gather(segments: dict[str, Any]) -> None:
        for segment in segments.values():
            definitions[segment["name"]] = segment["fields"]
            gather(segment["children"])

    gather(published()["segments"])
    records = content.decode("utf-8").split("\r\n")
    assert records.pop() == ""
    assert len(records[0]) == 524
    found = [(0, 0, 0, "EDI_DC40", cut(records[0], definitions["EDI_DC40"]))]
    for record in records[1:]:
        assert len(record) == 1063
        name = "E1" + record[0:30].rstrip()[2:7]
        assert record[30:33] == "100"
        assert record[33:49] == found[0][4]["DOCNUM"]
        found.append(
            (int(record[49:55]), int(record[55:61]), int(record[61:63]), name, cut(record[63:], definitions[name]))
        )
    return found


def parse_xml(content: bytes) -> list[tuple[str, str, dict[str, str]]]:
    """Return (parent segment, segment, fields) in document order."""
    root = etree.fromstring(content)
    assert (root.tag, [child.tag for child in root], root[0].get("BEGIN")) == ("INVOIC02", ["IDOC"], "1")
    found = []
    for element in root[0].iter():
        if element.get("SEGMENT") is not None:
            assert element.get("SEGMENT") == "1"
            parent = element.getparent()
            fields = {str(child.tag): str(child.text) for child in element if child.get("SEGMENT") is None}
            found.append((str(parent.tag) if parent is not None else "", str(element.tag), fields))
    return found


def test_the_layout_is_the_published_one() -> None:
    def shape(segment: Segment) -> dict[str, Any]:
        fields = [(field.name, field.offset, field.length) for field in segment.fields]
        return {"name": segment.name, "fields": fields, "children": [shape(child) for child in segment.children]}

    def published_shape(segment: dict[str, Any]) -> dict[str, Any]:
        fields = [(field["name"], field["offset"], field["len"]) for field in segment["fields"]]
        return {
            "name": segment["name"], "fields": fields,
            "children": [published_shape(child) for child in segment["children"].values()],
        }  # fmt: skip

    layout = load_layout("INVOIC02")
    ours = [shape(segment) for segment in (layout.control, *layout.segments)]
    assert ours == [published_shape(segment) for segment in published()["segments"].values()]


def test_fields_of_a_segment_follow_each_other_without_a_gap() -> None:
    def walk(segments: tuple[Segment, ...]) -> Iterator[Segment]:
        for segment in segments:
            yield segment
            yield from walk(segment.children)

    layout = load_layout("INVOIC02")
    gaps = [
        (segment.name, after.name)
        for segment in (layout.control, *walk(layout.segments))
        for before, after in zip(segment.fields, segment.fields[1:], strict=False)
        if before.offset + before.length != after.offset
    ]
    assert gaps == []


def test_the_flat_file_reads_back_by_the_published_definitions() -> None:
    records = parse_flat(write())

    assert [(number, parent, level, name) for number, parent, level, name, _ in records[1:]] == [
        (1, 0, 1, "E1EDK01"), (2, 0, 2, "E1EDKA1"), (3, 0, 2, "E1EDKA1"), (4, 0, 2, "E1EDK02"), (5, 0, 2, "E1EDK03"),
        (6, 0, 2, "E1EDK04"), (7, 0, 2, "E1EDKT1"), (8, 7, 3, "E1EDKT2"), (9, 7, 3, "E1EDKT2"),
        (10, 0, 2, "E1EDP01"), (11, 10, 3, "E1EDP02"), (12, 10, 3, "E1EDP19"),
        (13, 0, 2, "E1EDP01"), (14, 13, 3, "E1EDPT1"), (15, 14, 4, "E1EDPT2"), (16, 0, 2, "E1EDS01"),
    ]  # fmt: skip


def test_values_stand_in_their_fields_in_the_spelling_of_sap() -> None:
    records = parse_flat(write())

    assert records[2][4] == {"PARVW": "LF", "PARTN": "4711", "NAME1": "Müller & Söhne"}
    assert records[4][4] == {"QUALF": "009", "BELNR": "RE-2026-0815", "DATUM": "20260131"}
    assert records[13][4] == {"POSEX": "000020", "NETWR": "3.25-"}


def test_the_control_record_names_both_ends_and_the_operation() -> None:
    control = parse_flat(write())[0][4]

    expected = {**CONTROL, "CREDAT": "20260131", "TABNAM": "EDI_DC40", "DIRECT": "2", "IDOCTYP": "INVOIC02"}
    expected |= {"MESTYP": "INVOIC", "ARCKEY": operation().short_key}
    assert {**expected, "DOCNUM": control["DOCNUM"]} == control
    assert len(control["DOCNUM"]) == 16


def test_the_document_number_is_the_same_for_the_same_operation_only() -> None:
    def number(key: str) -> bytes:
        op = operation(PAYLOAD, key=key, format="idoc_flat", control=CONTROL)
        return render(op, parse_options(op.options))[0][13:29]

    assert number("a") == number("a")
    assert number("a") != number("b")


def test_the_xml_holds_the_same_segments_and_values_as_the_flat_file() -> None:
    flat = parse_flat(write())
    xml = parse_xml(write(kind="idoc_xml"))

    assert [(name, fields) for _, _, _, name, fields in flat] == [(name, fields) for _, name, fields in xml]


def test_segments_of_the_xml_are_nested() -> None:
    nested = [(parent, name) for parent, name, _ in parse_xml(write(kind="idoc_xml")) if parent != "IDOC"]

    assert nested == [
        ("E1EDKT1", "E1EDKT2"), ("E1EDKT1", "E1EDKT2"), ("E1EDP01", "E1EDP02"), ("E1EDP01", "E1EDP19"),
        ("E1EDP01", "E1EDPT1"), ("E1EDPT1", "E1EDPT2"),
    ]  # fmt: skip


@pytest.mark.parametrize("sample", sorted(SPECS.glob("samples/*Invoice_Outbound.xml")), ids=lambda path: path.stem)
def test_published_samples_survive_a_round_trip(sample: Path) -> None:
    root = etree.parse(sample).getroot()
    if root.tag != "INVOIC02":
        pytest.skip("not an INVOIC02 sample")
    payload = sample_payload(root[0])
    expected = flattened(payload)

    written = parse_xml(write({**payload, "EDI_DC40": CONTROL}, kind="idoc_xml"))

    assert [(name, fields) for _, name, fields in written[1:]] == expected


def sample_payload(element: etree._Element) -> dict[str, Any]:
    """Return a sample as a payload: fields the definitions know, dummy texts cut to their lengths, minus in front."""
    lengths = {field.name: field.length for field in fields_of(str(element.tag))}
    out: dict[str, Any] = {}
    for child in element:
        name, text = str(child.tag), " ".join((child.text or "").split())
        if child.get("SEGMENT") is not None:
            if name != "EDI_DC40":
                out.setdefault(name, []).append(sample_payload(child))
        elif text and name in lengths:
            is_negative = text.endswith("-") and text[:-1].replace(".", "").isdigit()
            out[name] = f"-{text[:-1]}" if is_negative else text[: lengths[name]].strip()
    return out


def fields_of(name: str) -> tuple[IdocField, ...]:
    def walk(segments: tuple[Segment, ...]) -> Iterator[Segment]:
        for segment in segments:
            yield segment
            yield from walk(segment.children)

    return next((segment.fields for segment in walk(load_layout("INVOIC02").segments) if segment.name == name), ())


def flattened(holder: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    for name, value in holder.items():
        for item in value if isinstance(value, list) else ():
            fields = {n: f"{t[1:]}-" if t[0] == "-" and t != "-" else t for n, t in item.items() if isinstance(t, str)}
            found += [(name, fields), *flattened(item)]
    return found


def test_a_partner_may_name_other_releases_of_segments() -> None:
    lines = write(segment_names={"E1EDP01": "E2EDP01012"}).decode().splitlines()

    assert [line[:30].rstrip() for line in lines if line.startswith("E2EDP01")] == ["E2EDP01012", "E2EDP01012"]


def test_blanks_at_the_end_can_be_left_away() -> None:
    lines = write(trim=True, line_ending="lf").decode().split("\n")

    assert [line == line.rstrip() for line in lines] == [True] * len(lines)
    assert lines[1].startswith("E2EDK01005")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_one_character_is_one_byte_where_the_receiver_counts_bytes(encoding: str) -> None:
    records = write(encoding=encoding, line_ending="lf").split(b"\n")

    assert {len(record) for record in records[1:-1]} == {1063}
    assert "Müller & Söhne".encode(encoding) in records[2]


@pytest.mark.parametrize("kind", ["idoc_flat", "idoc_xml"])
@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"E1EDK01": {"BELNR": "x" * 36}}, "E1EDK01.BELNR", "36 characters, at most 35 fit"),
        ({"E1EDP01": [{"NETWR": "1"}, {"NETWR": "1" * 16 + ".00"}]}, "E1EDP01[1].NETWR", "19 characters, at most 18 fit"),
        ({"E1EDP01": [{"NETWR": "-" + "1" * 15 + ".00"}]}, "E1EDP01[0].NETWR", "19 characters, at most 18 fit"),
        ({"E1EDP01": [{"NETWR": "1,50"}]}, "E1EDP01[0].NETWR", "no plain number"),
        ({"E1EDP01": [{"E1EDP02": [{"ZEILE": "1234567"}]}]}, "E1EDP01[0].E1EDP02[0].ZEILE", "7 characters, at most 6 fit"),
        ({"E1EDK03": [{"IDDAT": "026", "DATUM": "31.01.2026"}]}, "E1EDK03[0].DATUM", "is no date"),
        ({"E1EDK03": [{"UZEIT": "noon"}]}, "E1EDK03[0].UZEIT", "is no time"),
        ({"E1EDP01": [{"LPRIO": "A"}]}, "E1EDP01[0].LPRIO", "other signs than digits"),
        ({"E1EDK01": {"BELNO": "1"}}, "E1EDK01.BELNO", "has no such field or segment"),
        ({"E1EDL20": [{}]}, "E1EDL20", "no such segment at the top"),
        ({"E1EDK01": None}, "E1EDK01", "0 of them, 1 to 1 are allowed"),
        ({"E1EDK04": [{"MWSKZ": "V1"}, {"MWSKZ": "V2"}]}, "E1EDK04", "2 of them, 0 to 1 are allowed"),
        ({"E1EDK01": "text"}, "E1EDK01", "an object with fields is expected"),
        ({"EDI_DC40": {"SNDPRN": "x" * 11}}, "EDI_DC40.SNDPRN", "11 characters, at most 10 fit"),
        ({"EDI_DC40": {"CREDAT": "soon"}}, "EDI_DC40.CREDAT", "is no date"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_segment_and_field(
    kind: str, change: dict[str, Any], field: str, why: str
) -> None:
    with pytest.raises(Rejected, match=why) as error:
        write({**PAYLOAD, **change}, kind=kind)

    assert list(error.value.fields) == [field]


@pytest.mark.parametrize("name", ["SNDPOR", "SNDPRT", "SNDPRN", "RCVPOR", "RCVPRN"])
def test_a_control_record_without_an_end_is_refused(name: str) -> None:
    with pytest.raises(Rejected, match=f"EDI_DC40.{name}: a value is required"):
        write(control={key: value for key, value in CONTROL.items() if key != name})


def test_a_character_the_encoding_lacks_is_refused_by_segment_and_field() -> None:
    payload = {**PAYLOAD, "E1EDKA1": [{"PARVW": "LF", "NAME1": "Дом"}]}

    with pytest.raises(Rejected, match=r"E1EDKA1\[0\]\.NAME1: the character"):
        write(payload, encoding="latin-1")


def test_text_that_grows_when_respelled_is_refused_and_not_cut() -> None:
    payload = {**PAYLOAD, "E1EDKA1": [{"PARVW": "LF", "NAME1": "€" * 12}]}

    with pytest.raises(Rejected, match="36 characters once respelled, at most 35 fit"):
        write(payload, encoding="latin-1", unencodable="transliterate")


def test_a_file_that_is_too_large_cannot_be_split() -> None:
    with pytest.raises(Rejected, match="cannot be split any further"):
        write(max_bytes=1000)


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False).map(lambda d: format(d, "f"))
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co")), min_size=1, max_size=35
)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"NETWR": AMOUNTS, "MATKL": TEXTS.map(lambda text: text[:9])},
        optional={"E1EDP19": st.lists(st.fixed_dictionaries({"QUALF": st.just("002"), "KTEXT": TEXTS}), max_size=3)},
    ),
    max_size=5,
)


@given(items=ITEMS)
@settings(deadline=None)
def test_any_items_come_back_from_both_forms(items: list[dict[str, Any]]) -> None:
    payload = {"E1EDK01": {"CURCY": "EUR"}, "E1EDP01": items}

    def sap(amount: str) -> str:
        return f"{amount[1:]}-" if amount.startswith("-") else amount

    expected: list[tuple[str, dict[str, str]]] = [("E1EDK01", {"CURCY": "EUR"})]
    for item in items:
        expected.append(("E1EDP01", {"NETWR": sap(item["NETWR"]), "MATKL": item["MATKL"]}))
        expected += [("E1EDP19", child) for child in item.get("E1EDP19", [])]

    assert [(name, fields) for _, _, _, name, fields in parse_flat(write(payload))[1:]] == expected
    assert [(name, fields) for _, name, fields in parse_xml(write(payload, kind="idoc_xml"))[1:]] == expected
