"""Where values stand on the paper of vendors, as files: what corrections taught, accepted and pinned by a version.

`mappings/inbound/layouts/<name>.vN.yaml`, written by `postroom layouts export` and free to be edited. Of each name the
newest version is in force, or the one that is pinned. A correction that is made later goes before the file.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from engine.content.facts import Name
from engine.content.strict_yaml import load
from engine.content.wording import Wording, files, read
from engine.model.errors import ContentError
from engine.model.layout import Anchor, Column, Kind, LearnedPlacing, Placing
from engine.model.value import Value

FOLDER = Path("mappings") / "inbound" / "layouts"
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,5})(\.\d{1,6})?")
_NAMED = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\.v[1-9][0-9]*\.yaml")
IDENTITY = r"^(vendor_tax_id|vendor_registration_id|vendor_iban|vendor_name):[^\W_]+$"


def _number(value: Any) -> Any:
    """Strict YAML leaves `80.5` text; a place on a page is no amount, so a float is right for it."""
    return json.loads(value) if isinstance(value, str) and _PLAIN.fullmatch(value) else value


Number = Annotated[float, BeforeValidator(_number)]
Share = Annotated[Number, Field(ge=0, le=1)]


class Words(Value):
    """Printed words that announce a value, and the way from them to it in points."""

    text: str = Field(min_length=1)
    """Folded (no case, no accents), without digits."""
    right: Number
    right_end: Number
    down: Number


class Edges(Value):
    """The column of a table: edges as shares of the page's width, and points below the row's first number."""

    left: Share
    right: Share
    below: Number


class Taught(Value):
    """Since when a place is known, and from which document; a correction that is newer goes before it."""

    at: AwareDatetime
    document: str = ""


class Place(Value):
    """Where one field stands; the meaning of each part is that of `engine.model.layout.Placing`."""

    kind: Kind
    shape: str = Field(min_length=1)
    words: int = Field(ge=1, le=8)
    page: int = Field(ge=-1, le=10_000)
    x0: Share
    top: Share
    anchors: tuple[Words, ...] = ()
    column: Edges | None = None
    taught: Taught

    def placing(self, field: str) -> Placing:
        """Return the place as readers take it."""
        return Placing(
            field=field, kind=self.kind, shape=self.shape, words=self.words, page=self.page, x0=self.x0, top=self.top,
            anchors=tuple(Anchor(**one.model_dump()) for one in self.anchors),
            column=None if self.column is None else Column(**self.column.model_dump()),
        )  # fmt: skip


FieldName = Annotated[str, Field(pattern=r"^(lines\.)?[a-z][a-z0-9_]*$")]


class Paper(Value):
    """The documents of one vendor."""

    id: str = Field(pattern=r"^\w[\w-]*$")
    name: str = ""
    """For people; by it nothing is found."""
    known_by: tuple[Annotated[str, Field(pattern=IDENTITY)], ...] = Field(min_length=1)
    """What identifies the vendor: `vendor_tax_id:gb980780684`. Letters and digits only, in small letters."""
    fields: Mapping[FieldName, Place] = Field(min_length=1)


class Placed(NamedTuple):
    """One place of one vendor: the smallest part that can be changed alone."""

    known_by: tuple[str, ...]
    place: Place


class LayoutBook(Wording):
    """One version of a file of layouts."""

    name: Name
    vendors: tuple[Paper, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> "LayoutBook":
        ids = [one.id for one in self.vendors]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise ValueError(f"the vendor {twice!r} stands here twice")
        known = [one for paper in self.vendors for one in paper.known_by]
        if twice := next((one for one in known if known.count(one) > 1), None):
            raise ValueError(f"two vendors are known by {twice!r}")
        return self

    @property
    def placed(self) -> Mapping[tuple[str, str], Placed]:
        """Every place by vendor (id) and field."""
        return {
            (paper.id, field): Placed(paper.known_by, place)
            for paper in self.vendors
            for field, place in paper.fields.items()
        }

    def with_placed(self, placed: Mapping[tuple[str, str], Placed]) -> "LayoutBook":
        """Return the book with just these places."""
        papers = tuple(
            Paper(id=vendor, known_by=one.known_by, fields={field: one.place})
            for (vendor, field), one in placed.items()
        )
        return self.model_copy(update={"vendors": papers})

    def of(self, identity: str) -> Mapping[str, LearnedPlacing]:
        """Return the places of a vendor by field."""
        return self._by_identity.get(identity, {})

    @cached_property
    def _by_identity(self) -> Mapping[str, Mapping[str, LearnedPlacing]]:
        found: dict[str, dict[str, LearnedPlacing]] = {}
        for (_, field), one in self.placed.items():
            for identity in one.known_by:
                found.setdefault(identity, {})[field] = self._learned(field, identity, one.place)
        return found

    def _learned(self, field: str, identity: str, place: Place) -> LearnedPlacing:
        return LearnedPlacing(
            placing=place.placing(field), identity=identity, document_id=place.taught.document,
            learned_at=place.taught.at, book=self.ref,
        )  # fmt: skip


def load_books(root: Path, *, only: Collection[str] | None = None) -> Mapping[str, LayoutBook]:
    """Return the layouts by name: of each the highest version, or those in `only` (`suppliers@1`) that are there.

    Raises ContentError for a broken file, one that is not called as it says, and a vendor in two books.
    """
    folder, found = root / FOLDER, dict[str, LayoutBook]()
    for name in sorted(_names(folder)):
        for file in files(folder, name, only=only):
            book = read(file, LayoutBook)
            expected = f"{book.name}.v{book.version}.yaml"
            if file.name != expected:
                raise load(file).error(f"name and version belong to a file called {expected}", "name")
            if name not in found or found[name].version < book.version:
                found[name] = book
    _refuse_shared(folder, found)
    return found


def book_file(root: Path, ref: str) -> Path:
    """Return the file of `name@version`, whether it is there or not."""
    return root / FOLDER / f"{ref.replace('@', '.v')}.yaml"


def _names(folder: Path) -> Iterator[str]:
    for file in folder.glob("*"):
        named = _NAMED.fullmatch(file.name)
        if named is None:
            raise ContentError("a file here is called name.vN.yaml, such as suppliers.v1.yaml", file=str(file))
        yield named["name"]


def _refuse_shared(folder: Path, books: Mapping[str, LayoutBook]) -> None:
    owners: dict[str, LayoutBook] = {}
    for book in books.values():
        for identity in (one for paper in book.vendors for one in paper.known_by):
            other = owners.setdefault(identity, book)
            if other is not book:
                raise ContentError(
                    f"{identity} stands in {other.ref} already; a vendor's layout stands in one file",
                    file=str(folder / f"{book.name}.v{book.version}.yaml"), path="vendors",
                )  # fmt: skip
