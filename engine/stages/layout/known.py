"""What is known of a vendor's paper: by content files, and by corrections that came later."""

from collections.abc import Iterable, Mapping, Sequence

from engine.content.layout_book import LayoutBook
from engine.model.layout import LearnedPlacing


def known(
    books: Mapping[str, LayoutBook], identities: Iterable[str], learned: Sequence[LearnedPlacing]
) -> tuple[LearnedPlacing, ...]:
    """Return one placing a field: the file's, unless a correction taught the field after what the file was made of.

    `identities` say who the vendor is, the surest first; `learned` is what the database holds of it.
    """
    written: dict[str, LearnedPlacing] = {}
    for identity in identities:
        for book in books.values():
            written = {**book.of(identity), **written}
    newer = tuple(one for one in learned if _is_newer(one, written.get(one.placing.field)))
    taught = {one.placing.field for one in newer}
    return (*(one for field, one in sorted(written.items()) if field not in taught), *newer)


def _is_newer(one: LearnedPlacing, written: LearnedPlacing | None) -> bool:
    if written is None:
        return True
    return one.learned_at is not None and written.learned_at is not None and one.learned_at > written.learned_at
