"""Several documents in review that are one paper become one."""

import io
from itertools import count
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from engine.model.correction import Correction
from engine.model.page import Reading
from engine.runtime import again, corrections, erasing, intake, merged, steps
from engine.runtime import reading as pages_of
from engine.runtime.desk import answering, merging
from engine.runtime.desk.merging import Part
from engine.runtime.desk.taking import Gone, Refused
from engine.runtime.house import House
from engine.store import documents, kpi_facts, ledger, operations, reviews, tables
from engine.store.database import reading, transaction
from tests.house import furnished_house
from tests.runtime.bundles import hybrid
from tests.runtime.desk.held import judged_again, large_invoice, stored
from tests.runtime.desk.papers import old_paper
from tests.runtime.processed import walked
from tests.store.factories import operation

NUMBERS = count(10, 2)
"""Of the next two invoices; the same twice would be copies."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return furnished_house(tmp_path_factory.mktemp("home"))


@pytest.fixture
def papers(house: House, tmp_path: Path) -> list[str]:
    """Two invoices on paper that wait at the desk."""
    at = next(NUMBERS)
    return [walked(house, old_paper(tmp_path, f"NF-2021-{at + one}", month=at + one)) for one in (0, 1)]


def seen(house: House, *ids: str) -> list[Part]:
    return [Part(id=one, revision=stored(house, one).revision) for one in ids]


def kinds(house: House, document_id: str) -> list[str]:
    with reading(house.engine) as tx:
        return [one.kind for one in ledger.story(tx, document_id)]


def text_of(house: House, document_id: str) -> list[str]:
    with reading(house.engine) as tx:
        known = Reading.model_validate(documents.latest(tx, document_id, "reading"))
    return [" ".join(word.text for word in page.words) for page in known.pages]


def test_the_pages_become_one_document_in_the_order_that_is_said(house: House, papers: list[str]) -> None:
    first, second = papers
    done = merging.merge(house, seen(house, second, first), by="anna")

    whole = judged_again(house, done.id, done.revision)

    assert whole.state in {"in_review", "posting"}
    assert [text_of(house, done.id)[at] for at in (0, 1)] == [text_of(house, one)[0] for one in (second, first)]
    assert [stored(house, one).state for one in papers] == ["unpacked", "unpacked"]
    with reading(house.engine) as tx:
        assert {merged.became(tx, one) for one in papers} == {done.id}
        assert [one.id for one in documents.children(tx, first)] == [done.id]
        assert [one for one in reviews.open_items(tx) if one.document_id in papers] == []
        assert kpi_facts._arrivals(tx, [done.id]) == {done.id: 1}
    assert "merged_into" in kinds(house, first)
    assert "documents_merged" in kinds(house, done.id)


def test_the_whole_claims_what_the_parts_gave_back(house: House, papers: list[str]) -> None:
    before = claimed(house)
    done = merging.merge(house, seen(house, *papers), by="anna")
    given_back = claimed(house)
    judged_again(house, done.id, done.revision)

    assert set(papers) <= before
    assert not set(papers) & given_back
    assert done.id in claimed(house)


def claimed(house: House) -> set[str]:
    """Return the documents that hold a business key."""
    with reading(house.engine) as tx:
        return set(tx.execute(select(tables.claims.c.document_id)).scalars())


def test_the_same_answer_twice_changes_nothing(house: House, papers: list[str]) -> None:
    saw = seen(house, *papers)
    first = merging.merge(house, saw, by="anna")

    assert merging.merge(house, saw, by="berta") == first.model_copy(update={"is_new": False})
    assert kinds(house, first.id).count("documents_merged") == 1
    with pytest.raises(Refused, match="unpacked"):
        merging.merge(house, list(reversed(saw)), by="anna")


def test_a_part_that_is_walked_again_stays_a_part(house: House, papers: list[str]) -> None:
    done = merging.merge(house, seen(house, *papers), by="anna")

    result = steps.read(house, papers[0], again.next_revision(house, papers[0], flow=None))

    assert result == {"next": "over", "children": []}
    assert stored(house, papers[0]).state == "unpacked"
    assert stored(house, done.id).state == "received"


def test_an_undone_merge_judges_the_parts_again_and_the_whole_no_more(house: House, papers: list[str]) -> None:
    done = merging.merge(house, seen(house, *papers), by="anna")
    judged_again(house, done.id, done.revision)

    begun = merging.undo(house, done.id, revision=1, by="anna", why="Two papers.")
    for one in begun:
        judged_again(house, one.id, one.revision)

    assert sorted(one.id for one in begun) == sorted(papers)
    assert [stored(house, one).state for one in papers] == ["in_review", "in_review"]
    assert merging.undo(house, done.id, revision=1, by="anna", why="Two papers.") == ()
    steps.read(house, done.id, again.next_revision(house, done.id, flow=None))
    assert stored(house, done.id).state == "duplicate"


def test_what_was_undone_is_merged_again(house: House, papers: list[str]) -> None:
    first = merging.merge(house, seen(house, *papers), by="anna")
    judged_again(house, first.id, first.revision)
    for one in merging.undo(house, first.id, revision=1, by="anna", why="Two papers."):
        judged_again(house, one.id, one.revision)

    second = merging.merge(house, seen(house, *papers), by="anna")

    assert (second.id, second.revision, second.is_new) == (first.id, 2, True)
    assert judged_again(house, second.id, 2).state in {"in_review", "posting"}


def test_who_is_erased_is_erased_in_the_parts_and_the_whole(house: House, papers: list[str]) -> None:
    done = merging.merge(house, seen(house, *papers), by="anna")
    judged_again(house, done.id, done.revision)
    answering.reject(house, done.id, revision=1, by="anna", why="Not ours.")

    for one in (*papers, done.id):
        assert {each.id for each in erasing.look(house, [one]).documents} == {*papers, done.id}


def test_what_stands_in_a_target_is_not_merged(house: House, papers: list[str]) -> None:
    with transaction(house.engine) as tx:
        key = f"ap_invoice/erp/vendor_invoice/{papers[1][:9]}"
        operations.plan(tx, operation(key, document_id=papers[1]), at=house.clock.now())
        operations.move(tx, key, "sending", at=house.clock.now())
        operations.move(tx, key, "committed", at=house.clock.now())

    with pytest.raises(Refused, match="committed"):
        merging.merge(house, seen(house, *papers), by="anna")

    assert [stored(house, one).state for one in papers] == ["in_review", "in_review"]
    assert "merged_into" not in kinds(house, papers[0])


def test_what_cannot_become_one_is_refused_in_a_sentence(house: House, papers: list[str], tmp_path: Path) -> None:
    data = large_invoice(house, tmp_path, "RE-7107")
    saw = seen(house, *papers)

    with pytest.raises(Refused, match="only pages of PDF"):
        merging.merge(house, [*saw, *seen(house, data)], by="anna")
    with pytest.raises(Refused, match="2 to 50 different"):
        merging.merge(house, [saw[0], saw[0]], by="anna")
    with pytest.raises(LookupError):
        merging.merge(house, [saw[0], Part(id="0" * 64, revision=1)], by="anna")
    judged_again(
        house, papers[0], corrections.correct(house, papers[0], [Correction(path="po_number", value="4500")], by="b")
    )
    with pytest.raises(Gone):
        merging.merge(house, saw, by="anna")
    answering.reject(house, papers[1], revision=1, by="anna", why="A copy.")
    with pytest.raises(Refused, match="is rejected"):
        merging.merge(house, seen(house, *papers), by="anna")


def test_pictures_go_in_as_they_are(house: House, papers: list[str], tmp_path: Path) -> None:
    files = []
    for name, mode in (("a.png", "RGBA"), ("b.jpg", "RGB"), ("c.tiff", "1")):
        file = tmp_path / name
        Image.new(mode, (300, 400), "white").save(file, dpi=(150, 150))
        files.append(file)
    ids = [waiting(house, file.read_bytes(), file.name) for file in files]

    done = merging.merge(house, seen(house, papers[0], *ids), by="anna")

    with reading(house.engine) as tx:
        whole = documents.get(tx, done.id)
    assert whole is not None
    with house.blobs.open(whole.blob.sha256) as stream, pikepdf.open(io.BytesIO(stream.read())) as pdf:
        sizes = [[round(float(side)) for side in page.mediabox][2:] for page in pdf.pages]
    assert sizes == [[595, 842], [144, 192], [144, 192], [144, 192]]


def test_two_e_invoices_are_two_documents(house: House, papers: list[str]) -> None:
    both = [waiting(house, hybrid() + end, name) for end, name in ((b"", "one.pdf"), (b"\n", "two.pdf"))]

    with pytest.raises(Refused, match="each carry an e-invoice"):
        merging.merge(house, seen(house, *both), by="anna")


def waiting(house: House, content: bytes, name: str) -> str:
    """Take in a file that was read and waits for people."""
    document = intake.accept(house, io.BytesIO(content), name=name, source="test").document
    steps.begin(house, document.id, 1)
    with transaction(house.engine) as tx:
        documents.save(tx, document.id, 1, "reading", pages_of.read(house, document).model_dump(mode="json"))
    steps.to_review(house, document, 1, queue="intake", reasons=["split_unsure"], message="Look at it.")
    return document.id
