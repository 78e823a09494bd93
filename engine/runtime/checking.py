"""One look over a whole content folder, for people before a commit and for pipelines.

Is it whole, and does it do what it says? Nothing is written, sent or asked of a running hub.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from engine.content.environment import Environment, load_environments
from engine.content.library import Library
from engine.content.lint.finding import LintFinding
from engine.content.released import read_lock
from engine.content.secrecy import golden_files, secrets_in
from engine.model.errors import ContentError
from engine.model.value import Value
from engine.runtime import bindings, golden, mappings, plugs, rules
from engine.runtime.house import check_bindings, resolve
from engine.runtime.settings import Settings

State = Literal["clean", "findings", "broken", "skipped"]


class Part(Value):
    """One thing that was looked at."""

    name: str
    state: State
    looked_at: str
    """What and how much: `6 matrices`."""
    told: tuple[str, ...] = ()
    """One sentence a finding, with the place."""
    notes: tuple[str, ...] = ()
    """What is known and not wrong."""


def check(settings: Settings, root: Path) -> Iterator[Part]:
    """Yield what was looked at in the content folder `root`, in order: loading, lints, examples, references, golden cases."""
    own = settings.model_copy(update={"content": root})
    names = _environments(root)
    is_loaded = True
    for name in names:
        part = _part(f"load {name}", root, lambda name=name: _load(root, name))  # type: ignore[misc]
        is_loaded = is_loaded and part.state == "clean"
        yield part
    if not names:
        is_loaded = False
        yield _part("load", root, lambda: _none(root))
    yield from examined(root)
    if not is_loaded:
        yield from (Part(name=name, state="skipped", looked_at="not loaded") for name in ("references", "golden"))
        return
    yield _part("references", root, lambda: _references(root, settings.env))
    yield _part("golden", root, lambda: _golden(own, root))


def told_secrets(root: Path) -> list[str]:
    """Return where a secret stands in a golden case, never the secret."""
    return [
        f"{file.relative_to(root)}:{line}: {what} stands in it; remove the case, and change the secret: it is known now"
        for file in golden_files(root)
        for line, what in secrets_in(file.read_bytes())
    ]


def examined(root: Path) -> Iterator[Part]:
    """Yield what lint and examples say of the rules and the mappings."""
    yield _part("rules lint", root, lambda: _linted("rules and tables", rules.lint(root)))
    yield _part("mappings lint", root, lambda: _linted("matrices and cross-references", mappings.lint(root)))
    yield _part("rules test", root, lambda: _rules(root))
    yield _part("mappings test", root, lambda: _mappings(root))


def code(parts: list[Part]) -> int:
    """Return the exit code: 0 clean, 1 findings, 2 broken."""
    states = {part.state for part in parts}
    return 2 if "broken" in states else 1 if "findings" in states else 0


Looked = tuple[str, list[str], list[str]]
"""What was looked at, what is wrong, what is known."""


def _part(name: str, root: Path, look: Callable[[], Looked]) -> Part:
    """Return one part; content that cannot be loaded breaks it, and is told like a finding."""
    try:
        looked_at, told, notes = look()
    except ContentError as e:
        return Part(name=name, state="broken", looked_at="", told=(_relative(e.message, root),))
    state: State = "findings" if told else "clean"
    return Part(
        name=name, state=state, looked_at=looked_at, told=tuple(_relative(one, root) for one in told),
        notes=tuple(_relative(one, root) for one in notes),
    )  # fmt: skip


def _relative(text: str, root: Path) -> str:
    """Return a sentence with paths as they stand in the folder, wherever it lies."""
    for prefix in (f"{root}/", f"{root.resolve()}/"):
        text = text.replace(prefix, "")
    return text


def _environments(root: Path) -> list[str]:
    return sorted(file.stem for file in (root / "environments").glob("*.yaml"))


def _none(root: Path) -> Looked:
    raise ContentError(
        "there is no environment; write one, such as environments/dev.yaml", file=str(root / "environments")
    )


def _load(root: Path, environment: str) -> Looked:
    library = Library.load(root, environment)
    check_bindings(library, plugs.discover())
    released = len(read_lock(root / "rules" / "released.lock"))
    return f"{len(library.digests)} files or sets of files, {released} released as they were", [], []


def _linted(what: str, found: tuple[LintFinding, ...]) -> Looked:
    said = [(one.severity, f"{one}") for one in found]
    return (
        what,
        [text for severity, text in said if severity != "info"],
        [text for severity, text in said if severity == "info"],
    )


def _rules(root: Path) -> Looked:
    run = rules.examples(root)
    wrong = [
        f"{one.file}:{line}: {failure.rule}, example {failure.example}: {failure.message}"
        for one in run
        for failure, line in zip(one.failures, one.lines, strict=True)
    ]
    return f"{sum(one.examples for one in run)} examples of {len(run)} sets and tables", wrong, []


def _mappings(root: Path) -> Looked:
    run = mappings.examples(root)
    wrong = [
        f"{one.file}{'' if failure.line is None else f':{failure.line}'}: {failure.example}: {failure.message}"
        for one in run
        for failure in one.failures
    ]
    untried = [f"{one.file}: no example fills {', '.join(one.untried)}" for one in run if one.untried]
    return f"{sum(one.examples for one in run)} examples of {len(run)} matrices", wrong, untried


def _references(root: Path, wanted: str) -> Looked:
    """Resolve every binding of the environment in force without using one; missing credentials of others are notes."""
    bound = bindings.checked(root, wanted, plugs.discover(), out=root / "out")
    told = [
        f"environments/{wanted}.yaml: {one.name}: {one.state}, {one.note or one.source}"
        for one in bound
        if not one.is_well
    ]
    others = {name: one for name, one in load_environments(root / "environments").items() if name != wanted}
    notes = [note for name, environment in others.items() for note in _missing(name, environment, root)]
    return f"{len(bound)} bindings of {wanted}", told, notes


def _missing(name: str, environment: Environment, root: Path) -> Iterator[str]:
    for target, binding in environment.targets.items():
        try:
            resolve(binding.settings, out=root / "out", target=target)
        except ContentError as e:
            yield f"environments/{name}.yaml: {e.message}"


def _golden(settings: Settings, root: Path) -> Looked:
    found = golden.cases(root)
    if not found:
        return "no cases; freeze some with `postroom golden add`", [], []
    with golden.bench(settings) as house:
        ran = list(golden.run(house, found))
    told = [f"{one.file}: {change}" for one in ran for change in one.differences]
    return f"{len(ran)} cases", [*told_secrets(root), *told], []
