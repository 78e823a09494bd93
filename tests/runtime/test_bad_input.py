"""The bad-input table: every hostile file gets a finding that says what to do, and its bytes are kept."""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.model.document import Blob
from engine.model.errors import ReadError
from engine.runtime import intake
from tests.house import Hub, furnished_house, running_hub
from tests.runtime import bad_files

pytestmark = pytest.mark.slow

MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n\r\nNo attachment here.\r\n"

TABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty file": (lambda: b"", "empty_file"),
    "truncated PDF": (lambda: bad_files.pdf(30)[:900], "unreadable_pdf"),
    "encrypted PDF": (bad_files.encrypted_pdf, "encrypted"),
    "PDF without pages": (bad_files.zero_page_pdf, "no_pages"),
    "PDF of 2,001 pages": (lambda: bad_files.pdf(2001), "too_many_pages"),
    "PDF that inflates to 1 GB": (bad_files.bomb_pdf, "too_large"),
    "picture of 30,000 x 30,000 pixels": (bad_files.huge_png, "too_many_pixels"),
    "truncated picture": (lambda: bad_files.png()[:50], "unreadable_image"),
    "billion laughs": (bad_files.BILLION_LAUGHS.encode, "unsafe_xml"),
    "external entity": (bad_files.OUTSIDE_ENTITY.encode, "unsafe_xml"),
    "broken XML": (lambda: b"<?xml version='1.0'?><Invoice><a></Invoice>", "unreadable_xml"),
    "program": (lambda: b"\x7fELF" + bytes(200), "unsupported_type"),
    "zip archive": (lambda: b"PK\x03\x04" + bytes(100), "unsupported_type"),
    "mail without attachment": (lambda: MAIL, "no_attachment"),
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("house")) as hub:
        yield hub


@pytest.mark.parametrize(("build", "code"), TABLE.values(), ids=TABLE)
def test_a_bad_file_goes_to_a_person_and_nothing_is_lost(
    hub: Hub, tmp_path: Path, build: Callable[[], bytes], code: str
) -> None:
    content = build()

    line = hub.process(bad_files.write(tmp_path, content))

    assert (line.route, line.queue, line.reasons) == ("review", "intake", (code,))
    assert len(line.message) > 20
    kept = hub.house.blobs.local(Blob(sha256=line.id, size=len(content), media_type=""))
    assert kept.read_bytes() == content


def test_a_file_over_the_size_limit_is_refused_before_it_is_kept(tmp_path: Path) -> None:
    house = furnished_house(tmp_path / "house", max_bytes=1000)

    with pytest.raises(ReadError) as refused:
        intake.accept(house, io.BytesIO(bytes(1001)), name="big.pdf", source="test")

    house.close()
    assert refused.value.code == "too_large"


def test_a_wrong_extension_changes_nothing(hub: Hub, tmp_path: Path) -> None:
    line = hub.process(bad_files.write(tmp_path, bad_files.pdf(text="Rechnung 81"), "photo.jpg"))

    assert "unsupported_type" not in line.reasons
    assert line.type != "image/jpeg"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\windows\\win.ini", "a\x00b.pdf", "\u202efdp.exe", "new\nline.pdf", "x" * 5000],
    ids=["climbing", "backslashes", "NUL", "bidi override", "line break", "very long"],
)
def test_a_tricky_name_is_made_harmless(hub: Hub, tmp_path: Path, name: str) -> None:
    line = hub.process(bad_files.write(tmp_path, name.encode() + b" is no known type"), name=name)

    assert len(line.document) <= 255
    assert line.document.isprintable()
    assert not {"/", "\\"} & set(line.document)


def test_a_name_that_is_not_utf8_is_shown_and_processed(hub: Hub, tmp_path: Path) -> None:
    raw = os.path.join(os.fsencode(tmp_path), b"rechnung-\xff.txt")  # noqa: PTH118 - pathlib has no bytes
    with open(raw, "wb") as file:  # noqa: PTH123
        file.write(b"\x00\x01")

    line = hub.process(Path(os.fsdecode(raw)))

    assert line.document.startswith("rechnung-")
    line.document.encode()


def test_one_bad_file_does_not_stop_the_next(hub: Hub, tmp_path: Path) -> None:
    bad = hub.process(bad_files.write(tmp_path, b"%PDF-1.7 garbage", "bad.pdf"))
    good = hub.process(bad_files.write(tmp_path, bad_files.pdf(text="Invoice No. 99"), "good.pdf"))

    assert bad.reasons == ("unreadable_pdf",)
    assert "unreadable_pdf" not in good.reasons


def test_the_same_bytes_under_two_names_are_one_document(hub: Hub, tmp_path: Path) -> None:
    content = bad_files.pdf(text="twice")
    first = hub.process(bad_files.write(tmp_path, content, "one.pdf"))

    with bad_files.write(tmp_path, content, "two.pdf").open("rb") as stream:
        again = intake.accept(hub.house, stream, name="two.pdf", source="test")

    assert (again.is_new, again.document.id) == (False, first.id)
    assert first.id == hashlib.sha256(content).hexdigest()
