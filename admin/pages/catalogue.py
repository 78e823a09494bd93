"""What pages say, in the reader's language: gettext catalogues, read as they stand, without a step at build."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
LANGUAGES = ("en", "de")
"""The first is that in which templates are written."""


class Catalogue:
    """The sentences of one language; what it has not is said as it is written in the template."""

    def __init__(self, sentences: Mapping[str, str], plurals: Mapping[str, tuple[str, ...]]) -> None:
        self._sentences = sentences
        self._plurals = plurals

    def gettext(self, message: str) -> str:
        """Return a sentence."""
        return self._sentences.get(message) or message

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the sentence for a number of things (both languages have one and many)."""
        forms = self._plurals.get(one) or (one, many)
        return forms[0] if number == 1 else forms[-1]


@lru_cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of one of LANGUAGES."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    texts = {one.id: one.string for one in read if one.id and one.string}
    return Catalogue(
        {key: text for key, text in texts.items() if isinstance(key, str) and isinstance(text, str)},
        {key[0]: tuple(text) for key, text in texts.items() if isinstance(key, tuple) and not isinstance(text, str)},
    )


def language_for(chosen: str | None, accepted: str) -> str:
    """Return the language of a page: the one the person chose, else the first that the browser wants and we have."""
    if chosen in LANGUAGES:
        return chosen
    wanted = [part.split(";")[0].strip().replace("-", "_") for part in accepted.split(",")]
    return str(negotiate_locale(wanted, LANGUAGES) or LANGUAGES[0])
