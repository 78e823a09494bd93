"""Learned layouts as content: what corrections taught is written into a file that a version pins and the gate sees."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.content.layout_book import LayoutBook, Paper, Place, Taught, book_file, load_books
from engine.content.layout_text import text_of
from engine.model.errors import ContentError, PostroomError
from engine.model.layout import LearnedPlacing
from engine.model.record import Record
from engine.model.value import Value
from engine.runtime.house import House
from engine.stages.layout.known import known
from engine.store import documents, ledger
from engine.store import layouts as learned
from engine.store.database import reading, transaction

_SUREST = ("vendor_tax_id", "vendor_registration_id", "vendor_iban", "vendor_name")
"""What a vendor is called by in a file, the first of these that is known."""


class Known(Value):
    """Where one field of one vendor is read from."""

    identity: str
    """`vendor_tax_id:gb980780684`."""
    field: str
    document: str
    """The corrected document that taught it."""
    at: str
    """When (ISO 8601)."""
    book: str
    """`name@version` of the file that says it; empty: only the database does."""


class Exported(NamedTuple):
    """What an export wrote."""

    book: LayoutBook
    file: Path
    taken: int
    """Places that were not in the version before."""
    elsewhere: tuple[str, ...]
    """Vendors that were left out, because another file has them: `ab@2: gb980780684`."""


def overview(house: House) -> tuple[Known, ...]:
    """Return all that is known of vendors' paper, by vendor and field: of each field the place that is in force."""
    books = house.library.layouts
    taught = _by_identity(house)
    written = {identity for book in books.values() for paper in book.vendors for identity in paper.known_by}
    return tuple(
        Known(
            identity=identity, field=one.placing.field, document=one.document_id, book=one.book,
            at="" if one.learned_at is None else one.learned_at.isoformat(),
        )
        for identity in sorted({*taught, *written})
        for one in sorted(known(books, [identity], taught.get(identity, ())), key=lambda one: one.placing.field)
    )  # fmt: skip


def export(house: House, name: str, *, by: str) -> Exported | None:
    """Write what was learned since into the next version of a file of layouts, and say so in the ledger; None when nothing was.

    Raises ContentError when the folder cannot be written, PostroomError when the name is none for a file.
    """
    root = house.settings.content_folder()
    books = load_books(root)
    before = books.get(name)
    taught, elsewhere = _mine(_by_identity(house), books, name)
    papers = tuple(_papers(house, before, taught))
    old = before.placed if before else {}
    try:
        book = LayoutBook(name=name, version=before.version + 1 if before else 1, vendors=papers) if papers else None
    except ValueError as e:
        raise PostroomError(f"A file of layouts cannot be called {name!r}: small letters, digits and _.") from e
    if book is None or book.placed == old:
        return None
    file = _written(root, book)
    done = Exported(book, file, sum(old.get(key) != one for key, one in book.placed.items()), elsewhere)
    with transaction(house.engine) as tx:
        data = {"layout": book.ref, "places": done.taken}
        ledger.append(tx, at=house.clock.now(), document_id=None, kind="layouts_accepted", actor=by, data=data)
    return done


def _written(root: Path, book: LayoutBook) -> Path:
    file = book_file(root, book.ref)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text_of(book))
    except OSError as e:
        raise ContentError(f"cannot be written: {e.strerror or e}", file=str(file)) from e
    return file


def _by_identity(house: House) -> Mapping[str, tuple[LearnedPlacing, ...]]:
    found: dict[str, tuple[LearnedPlacing, ...]] = {}
    with reading(house.engine) as tx:
        for one in learned.everything(tx):
            found[one.identity] = (*found.get(one.identity, ()), one)
    return found


def _mine(
    taught: Mapping[str, tuple[LearnedPlacing, ...]], books: Mapping[str, LayoutBook], name: str
) -> tuple[Mapping[str, tuple[LearnedPlacing, ...]], tuple[str, ...]]:  # fmt: skip
    """Return what may stand in the file `name`, and the vendors that stand in others."""
    others = {
        identity: book.ref
        for book in books.values()
        if book.name != name
        for paper in book.vendors
        for identity in paper.known_by
    }
    left = tuple(f"{others[one]}: {one.partition(':')[2]}" for one in taught if one in others)
    return {identity: some for identity, some in taught.items() if identity not in others}, left


def _papers(
    house: House, before: LayoutBook | None, taught: Mapping[str, tuple[LearnedPlacing, ...]]
) -> Iterator[Paper]:  # fmt: skip
    """Yield the vendors of the file, with what was learned since in the place of what it says."""
    told = {name: paper for paper in (before.vendors if before else ()) for name in paper.known_by}
    groups = _vendors(taught, before.vendors if before else ())
    for identities in groups:
        paper = next((told[one] for one in identities if one in told), None)
        fields = dict(paper.fields) if paper else {}
        newest: dict[str, LearnedPlacing] = {}
        for one in (one for identity in identities for one in taught.get(identity, ())):
            was = newest.get(one.placing.field)
            if was is None or _at(one) > _at(was):
                newest[one.placing.field] = one
        for field, one in newest.items():
            if field not in fields or _at(one) > fields[field].taught.at.isoformat():
                fields[field] = _place(one)
        ident, name = (paper.id, paper.name) if paper else (identities[0].partition(":")[2], _name(house, newest))
        yield Paper(id=ident, name=name, known_by=identities, fields=fields)


def _vendors(taught: Mapping[str, Sequence[LearnedPlacing]], papers: Iterable[Paper]) -> list[tuple[str, ...]]:
    """Return the identities of each vendor, the surest first: what one document taught is of one vendor."""
    groups: list[tuple[set[str], set[str]]] = [(set(paper.known_by), set()) for paper in papers]
    for identity, some in taught.items():
        names, sources = {identity}, {one.document_id for one in some}
        apart = []
        for group in groups:
            if group[0] & names or group[1] & sources:
                names, sources = names | group[0], sources | group[1]
            else:
                apart.append(group)
        groups = [*apart, (names, sources)]
    return sorted(tuple(sorted(names, key=_rank)) for names, _ in groups)


def _rank(identity: str) -> tuple[int, str]:
    kind = identity.partition(":")[0]
    return (_SUREST.index(kind) if kind in _SUREST else len(_SUREST)), identity


def _at(one: LearnedPlacing) -> str:
    return "" if one.learned_at is None else one.learned_at.isoformat()


def _place(one: LearnedPlacing) -> Place:
    said = one.placing.model_dump(exclude={"field"})
    return Place.model_validate(
        {**said, "taught": Taught.model_validate({"at": one.learned_at, "document": one.document_id})}
    )


def _name(house: House, taught: Mapping[str, LearnedPlacing]) -> str:
    """Return what the vendor is called on the document that taught something last."""
    last = max(taught.values(), key=_at)
    with reading(house.engine) as tx:
        document = documents.get(tx, last.document_id)
        data = None if document is None else documents.load(tx, document.id, document.revision, "record")
    return "" if data is None else Record.model_validate(data).value("vendor_name") or ""
