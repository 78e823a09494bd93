"""What pages do, programs do: every verb of the runtime that a page uses is used by the API too."""

import ast
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNTIME = "engine.runtime"
STORE = "engine.store"
BROWSERS_ONLY: Mapping[str, str] = {
    "people.entry.": "people sign in with a browser; programs have tokens",
    "people.by_provider.": "people sign in with a browser; programs have tokens",
    "people.stay.": "sessions are those of browsers",
    "people.secrets.": "what waits for a second factor lies in a form of the browser",
    "people.accounts.set_language": "the language of pages",
    "kpi_effort.": "what an answer took on the page; programs have no page",
    "desk.drafting.": "what is typed and not handed in; programs hand in corrections, with If-Match",
    "desk.viewing.": "what the desk shows beside the pages is the story of a document",
    "knowledge_desk.grids.": "cells of a grid are written into the text of a draft, which programs save whole",
    "knowledge_desk.drafts.drop": "what is typed and could not be saved",
    "knowledge_desk.drafts.unfinished": "what is typed and could not be saved",
    "knowledge_desk.pieces.shelf_of": "tells a page whether the content loads; programs get that as a problem",
    "knowledge_desk.releasing.writers": "the API answers it with what is missing",
    "merged.became": "the entry `merged_into` of the story of a document says the same",
    "sheets.opened": "the picture of a matrix, of which programs get the text",
}
"""By the beginning of a verb's name below the runtime: why the API has no route for it."""


SMALL: Mapping[str, str] = {
    "summaries.count": "how many the filters of the list leave; programs count what they page through",
    "summaries.some": "names of documents that the API gives one by one",
}
"""Readings of the store that pages make beside those of the API."""


def used(folder: str, below: str = RUNTIME) -> dict[str, set[str]]:
    """Return the functions of the runtime that a folder calls, with the files that do."""
    found: dict[str, set[str]] = {}
    for file in sorted((ROOT / folder).rglob("*.py")):
        for verb in verbs(ast.parse(file.read_text(encoding="utf-8")), below):
            found.setdefault(verb, set()).add(file.name)
    return found


def verbs(tree: ast.Module, below: str) -> Iterator[str]:
    modules: dict[str, str] = {}
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(below):
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                (modules if find_spec_of(whole) else names)[one.asname or one.name] = whole
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield f"{modules[node.value.id]}.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]


def find_spec_of(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_every_verb_of_a_page_has_a_route_of_the_api() -> None:
    programs = set(used("admin/http"))
    lacking = {
        verb: files
        for verb, files in used("admin/pages").items()
        if verb not in programs and verb.rpartition(".")[2][0].islower()
        and not any(verb.removeprefix(f"{RUNTIME}.").startswith(one) for one in BROWSERS_ONLY)
    }  # fmt: skip

    assert lacking == {}


def test_what_a_page_reads_of_the_store_programs_can_read() -> None:
    programs = set(used("admin/http", STORE))
    lacking = {
        verb.removeprefix(f"{STORE}.")
        for verb in used("admin/pages", STORE)
        if verb not in programs and verb.rpartition(".")[2][0].islower()
    }

    assert lacking == set(SMALL)


def test_what_is_for_browsers_only_is_used_by_pages() -> None:
    pages = [verb.removeprefix(f"{RUNTIME}.") for verb in used("admin/pages")]

    assert [one for one in BROWSERS_ONLY if not any(verb.startswith(one) for verb in pages)] == []
