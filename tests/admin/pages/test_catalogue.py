"""What pages say is said in every language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from admin.pages.catalogue import FOLDER, LANGUAGES, catalogue, language_for

ROOT = Path(__file__).parents[3]
METHODS = [("**/templates/**.j2", "jinja2.ext:babel_extract"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None, "NotLetIn": None}


def sentences() -> Iterator[str]:
    """Yield every sentence of templates and of what people at the door are told."""
    for folder in ("admin/pages", "engine/runtime/people"):
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS):
            yield message if isinstance(message, str) else message[0]


EVERY = sorted(set(sentences()))


def test_there_are_sentences_to_look_at() -> None:
    assert {"Sign in", "Nothing waits here.", "Integration admin", "%(count)s document"} <= set(EVERY)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_sentence_is_translated(language: str) -> None:
    with (FOLDER / f"{language}.po").open("rb") as file:
        known = {
            one.id if isinstance(one.id, str) else one.id[0]: one for one in read_po(file, locale=language) if one.id
        }

    assert [one for one in EVERY if one not in known or not known[one].string] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_values(language: str) -> None:
    with (FOLDER / f"{language}.po").open("rb") as file:
        wrong = [(one.id, str(e)) for one in read_po(file, locale=language) if one.id for e in one.check()]

    assert wrong == []


def test_one_and_many_are_told_apart() -> None:
    words = catalogue("de")

    assert [words.ngettext("%(count)s document", "%(count)s documents", n) for n in (1, 2)] == [
        "%(count)s Dokument", "%(count)s Dokumente",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        pytest.param("de", "en", "de", id="chosen"),
        pytest.param(None, "de-CH,de;q=0.9,en;q=0.8", "de", id="a region of it"),
        pytest.param(None, "fr-FR,fr;q=0.9", "en", id="none that we have"),
        pytest.param("xx", "", "en", id="nonsense"),
        pytest.param(None, ";;,%%%,*", "en", id="a broken header"),
    ],
)
def test_a_page_is_in_the_language_that_was_chosen_or_is_wanted(
    chosen: str | None, accepted: str, language: str
) -> None:
    assert language_for(chosen, accepted) == language
