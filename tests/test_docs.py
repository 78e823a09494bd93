"""The documentation says what the code says: pages, commands, settings, links and walk-throughs are held against it."""

import hashlib
import re
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.content.library import Library
from engine.content.when import Seen
from engine.runtime.settings import Settings
from engine.stages.examples import run_examples
from tools import finding_codes, reference

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
WRITTEN = [page for page in PAGES if page.parent != reference.FOLDER]
COMMANDS = dict(reference.commands())
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def on_pages(pages: Iterable[Path], look: Callable[[Path], Any]) -> dict[str, Any]:
    """Return what a look finds wrong, by page, where it finds something."""
    found = {name(page): look(page) for page in pages}
    assert found
    return {page: one for page, one in found.items() if one}


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in _FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def shell_commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of every simple command in shell blocks that calls `postroom` or `make`."""
    for block in blocks(page, "sh"):
        yield from simple_commands(re.sub(r"<<'EOF'.*?^EOF$", "", block, flags=re.DOTALL | re.MULTILINE))


def mentions(page: Path) -> list[list[str]]:
    """Return the words of every command in code type; a mention may leave the arguments out."""
    return [text.split() for text in re.findall(r"`((?:postroom|make) [^`]+)`", prose(page))]


def simple_commands(text: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(text.replace("\\\n", " ").replace("\n", " ; "), posix=True, punctuation_chars="();<>|&")
    lexer.commenters = ""
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if not set(word) <= set("();<>|&"):
            words.append(word)
            continue
        while words and re.match(r"[A-Z_]+=|\$$|docker$|compose$|run$|--rm$", words[0]):
            words.pop(0)
        if words and words[0].rsplit("/", 1)[-1] in {"postroom", "make"}:
            yield [words[0].rsplit("/", 1)[-1], *words[1:]]
        words = []


def complaint(words: list[str]) -> str | None:
    """Return why a line could not be typed as it stands, or None."""
    path = next((known for known in COMMANDS if words[: len(known.split())] == known.split()), None)
    if path is None:
        return f"no such command: {' '.join(words)}"
    command, rest = COMMANDS[path], words[len(path.split()) :]
    options: dict[str, Any] = {
        option: parameter
        for parameter in command.params if parameter.param_type_name == "option"
        for option in (*parameter.opts, *parameter.secondary_opts)
    }  # fmt: skip
    positional = []
    while rest:
        word = rest.pop(0)
        if word == "#":
            break
        if not word.startswith("--"):
            positional.append(word)
        elif word.partition("=")[0] not in options:
            return f"{path} has no option {word}"
        elif not options[word.partition("=")[0]].is_flag and "=" not in word and (not rest or not rest.pop(0)):
            return f"{path} {word} needs a value"
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    wanted = sum(parameter.required for parameter in arguments)
    most = float("inf") if any(parameter.nargs == -1 for parameter in arguments) else len(arguments)
    return None if wanted <= len(positional) <= most else f"{path}: {len(positional)} arguments"


def test_the_reference_pages_are_what_the_code_says_now() -> None:
    made = reference.pages()
    committed = {page.name: page.read_text(encoding="utf-8") for page in reference.FOLDER.glob("*.md")}

    stale = sorted(page for page in made.keys() | committed.keys() if made.get(page) != committed.get(page))
    assert stale == [], "write them anew: .venv/bin/python -m tools.reference"


def test_every_command_shown_can_be_typed() -> None:
    def wrong(page: Path) -> Any:
        shown = [words for words in shell_commands(page) if words[0] == "postroom"]
        return [wrong for words in shown if (wrong := complaint(words))]

    assert on_pages(WRITTEN, wrong) == {}


def test_every_command_mentioned_is_there_with_its_options() -> None:
    def wrong(page: Path) -> Any:
        named = [words for words in mentions(page) if words[0] == "postroom"]

        wrong = [complaint(words) for words in named]
        return [one for one in wrong if one and not one.endswith(" arguments")]

    assert on_pages(WRITTEN, wrong) == {}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("postroom judge x", "no such command: postroom judge x"),
        ("postroom run x --fast", "postroom run has no option --fast"),
        ("postroom run x --flow", "postroom run --flow needs a value"),
        ("postroom show", "postroom show: 0 arguments"),
        ("A=1 .venv/bin/postroom audit verify | tail", None),
    ],
)
def test_a_command_that_cannot_be_typed_is_noticed(line: str, wrong: str | None) -> None:
    assert [complaint(words) for words in simple_commands(line)] == [wrong]


def test_every_make_target_shown_is_in_the_makefile() -> None:
    def wrong(page: Path) -> Any:
        targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
        shown = {words[1] for words in (*shell_commands(page), *mentions(page)) if words[0] == "make"}
        return shown - targets

    assert on_pages(WRITTEN, wrong) == {}


def test_every_setting_named_exists() -> None:
    def wrong(page: Path) -> Any:
        known = {f"POSTROOM_{setting.upper()}" for setting in Settings.model_fields}
        return set(re.findall(r"POSTROOM_[A-Z_]+", page.read_text(encoding="utf-8"))) - known

    assert on_pages(PAGES, wrong) == {}


def test_every_relative_link_leads_somewhere() -> None:
    def wrong(page: Path) -> Any:
        links = [link for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)) if "://" not in link]
        return [link for link in links if not leads_somewhere(page, link)]

    assert on_pages(PAGES, wrong) == {}


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", prose(target), re.MULTILINE)
    return anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_path_of_the_checkout_named_in_a_command_is_there() -> None:
    def wrong(page: Path) -> Any:
        text = "\n".join(blocks(page, "sh"))
        named = set(re.findall(r"(?<![\w/$.-])(?:samples|tools|rules|mappings|environments)/[\w./-]+\w", text))
        return [path for path in sorted(named) if not (ROOT / path).exists()]

    assert on_pages(WRITTEN, wrong) == {}


def test_every_document_id_shown_is_that_of_a_sample() -> None:
    def wrong(page: Path) -> Any:
        samples = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (ROOT / "samples" / "documents").iterdir()]
        shown = re.findall(
            r"(?:postroom show |documents/|\bid \"?)([0-9a-f]{12,64})\b", page.read_text(encoding="utf-8")
        )
        return [one for one in shown if not any(sample.startswith(one) for sample in samples)]

    assert on_pages(WRITTEN, wrong) == {}


def test_a_decision_is_one_page() -> None:
    def wrong(page: Path) -> Any:
        return max(0, len(page.read_text(encoding="utf-8").splitlines()) - 59)

    assert on_pages(sorted((ROOT / "docs" / "decisions").glob("*.md")), wrong) == {}


def test_every_page_is_found_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {(ROOT / "docs" / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)\)", index)}

    assert [name(page) for page in PAGES if page.parent.parent == ROOT / "docs" and page not in linked] == []


def test_every_dependency_is_explained() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = \[(.*?)^\]", pyproject, re.MULTILINE | re.DOTALL)
    names = re.findall(r'"([\w-]+)', listed.group(1)) if listed else []
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()

    assert names
    assert [one for one in names if one not in explained] == []


def test_finding_codes_are_collected_from_literals_pairs_and_reasons() -> None:
    codes = finding_codes.collect(ROOT)

    assert {"encrypted", "sum_total", "mapping_hold", "posted_differently"} <= set(codes)
    assert codes["encrypted"][0].severity == "fatal"


def test_the_first_rule_and_mapping_of_the_readme_work_as_they_stand(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    walk = text[text.index("## A first rule") : text.index("## Deploy")]
    script = "\n".join(block for kind, block in _FENCE.findall(walk) if kind == "sh" and ".venv" not in block)
    script = script.replace("/tmp/postroom-try", str(tmp_path))

    subprocess.run(["bash", "-c", f"set -e\npostroom() {{ :; }}\ncut() {{ :; }}\n{script}"], cwd=ROOT, check=True)

    library = Library.load(tmp_path / "content", "dev")
    flow = library.flow_for(Seen(type="invoice"))
    assert flow is not None
    assert (flow.ref, flow.ruleset, flow.sends[0].mapping) == ("ap_invoice@3", "ap_invoice@2", "files.ap_invoice_csv@2")
    assert run_examples(library.rulesets["ap_invoice@2"], library.facts) == []
