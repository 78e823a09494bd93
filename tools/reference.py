"""Writes docs/reference from the code and the written knowledge: `python -m tools.reference`.

A page says only what the code says, so it is never written by hand; tests/test_docs.py finds pages that are out of date.
"""

import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr

from admin.cli.main import app as cli
from engine.content.converters import CONVERTERS
from engine.content.flow import Send
from engine.content.library import Library
from engine.content.when import When
from engine.model.document import MOVES, SETTLED
from engine.model.master_kinds import KINDS
from engine.model.masterdata import Column
from engine.model.operation import ANSWER_MOVES, OPERATION_MOVES
from engine.model.posted_invoices import POSTED_INVOICES
from engine.ports import Manifest
from engine.runtime import plugs
from engine.runtime.settings import Settings
from tools.finding_codes import collect
from tools.markdown import cell, code, codes, table
from tools.reference_http import http
from tools.reference_kpi import key_figures

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
_NOTE = "<!-- Written by tools/reference.py from the code. Do not edit; run: .venv/bin/python -m tools.reference -->"


def pages() -> dict[str, str]:
    """Return every reference page by file name."""
    library = Library.load(ROOT, "dev")
    made: Mapping[str, tuple[str, str]] = {
        "settings.md": ("Settings", _settings()),
        "commands.md": ("Commands", _commands()),
        "facts.md": ("Facts", _facts(library)),
        "rules.md": ("Rules", _rules(library)),
        "flows.md": ("Flows", _flows(library)),
        "finding-codes.md": ("Finding codes", _findings()),
        "states.md": ("States", _states()),
        "adapters.md": ("Adapters", _adapters()),
        "converters.md": ("Converters", _converters()),
        "fields.md": ("Canonical fields", _fields(library)),
        "master-data.md": ("Master data", _masters()),
        "key-figures.md": ("Key figures", key_figures()),
        "http-api.md": ("HTTP API", http()),
    }
    return {name: f"{_NOTE}\n\n# {title}\n\n{text.strip()}\n" for name, (title, text) in made.items()}


def _settings() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else field.default
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
        rows.append(
            (code(f"POSTROOM_{name.upper()}"), code(_type(field.annotation)), code(shown), cell(field.description))
        )
    return (
        "Read from the environment, else from a file `.env` in the working folder. A list is written as JSON: "
        "`POSTROOM_RETRY_PAUSES_SECONDS='[5, 60]'`.\n\n" + table(("name", "type", "default", "meaning"), rows)
    )


def _type(annotation: Any) -> str:
    if annotation is SecretStr:
        return "secret"
    if typing.get_origin(annotation) is typing.Literal:
        return " or ".join(map(str, typing.get_args(annotation)))
    if typing.get_origin(annotation) is types.UnionType:
        return " or ".join(_type(one) for one in typing.get_args(annotation) if one is not type(None))
    if typing.get_origin(annotation) is tuple:
        return f"list of {_type(typing.get_args(annotation)[0])}"
    return {"Path": "path", "str": "text", "int": "integer", "float": "number"}.get(
        annotation.__name__, str(annotation)
    )


def _commands() -> str:
    return "\n\n".join(_command(path, command) for path, command in commands())


def commands() -> Iterator[tuple[str, Any]]:
    """Yield (`postroom audit verify`, command) for every command that does something."""

    def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield path, command
            return
        unnamed = getattr(command, "unnamed", None)
        for name, one in inner.items():
            if name != unnamed:
                yield from walk(f"{path} {name}", one)
        if unnamed:  # last: its own name is the beginning of the others
            yield path, inner[unnamed]

    yield from walk("postroom", typer.main.get_command(cli))


def _command(path: str, command: Any) -> str:
    rows = []
    for parameter in command.params:
        is_option = parameter.param_type_name == "option"
        names = [*parameter.opts, *parameter.secondary_opts] if is_option else [_metavar(parameter)]
        default = parameter.default if parameter.default not in (None, False, [], ()) else ""
        rows.append((codes(names), "yes" if parameter.required else "", code(default), cell(parameter.help or "")))
    body = table(("argument or option", "required", "default", "meaning"), rows) if rows else "No arguments."
    return f"## {path}\n\n{' '.join((command.help or '').split())}\n\n{body}"


def _metavar(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    return f"{name}..." if parameter.nargs == -1 else name


def _facts(library: Library) -> str:
    rows = [
        (
            code(name), fact.type + (f" ({fact.unit})" if fact.unit else ""), codes(fact.values), cell(fact.meaning),
            "set by rules" if fact.asserted else cell(fact.missing or "never"),
        )
        for name, fact in library.facts.facts.items()
    ]  # fmt: skip
    return (
        f"What a rule may test: `rules/facts.yaml`, version {library.facts.version}. "
        "Integers named `..._minor` count cents or whatever is the smallest unit of the document's currency.\n\n"
        + table(("fact", "type", "values", "meaning", "missing when"), rows)
    )


def _rules(library: Library) -> str:
    head = "Rules only escalate: `post` < `wait` < `review` < `duplicate` < `reject`. How to write one: "
    text = [head + "[write a rule](../how-to/write-a-rule.md)."]
    for ref, ruleset in library.rulesets.items():
        rows = []
        for rule in ruleset.rules:
            leads = rule.then.route or (f"asserts `{rule.then.asserts}`" if rule.then.asserts else "notes")
            queue = f" {code(rule.then.queue)}" if rule.then.queue else ""
            rows.append((code(rule.id), cell(rule.name), code(rule.when), rule.missing or "", f"{leads}{queue}",
                         rule.severity, cell(rule.why)))  # fmt: skip
        limits = [f"{code(name)} {codes(f'{c} {v}' for c, v in by.items())}"
                  for name, by in ruleset.limits.model_dump().items()]  # fmt: skip
        sure = codes(f"{name} {value}" for name, value in ruleset.confidence.fields.items())
        text += [
            f"## {ref}",
            "\n".join([
                f"- Least confidence: `{ruleset.confidence.default}` for each field, but {sure}",
                f"- Mandatory: {codes(ruleset.mandatory)}",
                f"- Signals that name the vendor, in this order: {codes(ruleset.match.vendor)}",
                f"- Tolerances: {codes(f'{n} {v}' for n, v in ruleset.tolerances.model_dump().items())}",
                f"- Limits: {'; '.join(limits)}",
            ]),
            table(("rule", "name", "when", "undecided", "leads to", "severity", "why"), rows),
        ]  # fmt: skip
    return "\n\n".join(text)


def _flows(library: Library) -> str:
    rows = [
        (
            code(ref), _taken(flow.when),
            code(flow.ruleset), code(flow.business_key),
            "<br>".join([
                *(_send(send) for send in flow.sends),
                *(f"{code(one.object)} takes {code(one.reverses)} back, by {code(one.mapping)}" for one in flow.reversals),
            ]),
        )
        for ref, flow in library.flows.items()
    ]  # fmt: skip
    queues = {name: title for flow in library.flows.values() for name, title in flow.queues.items()}
    return "\n\n".join([
        "Which documents go which way. A flow version pins the rules and mappings under it.",
        table(("flow", "takes", "rules", "business key", "sends"), rows),
        "## Review queues",
        table(("queue", "team"), [(code(name), cell(title)) for name, title in queues.items()]),
    ])  # fmt: skip


def _taken(when: When) -> str:
    """Return which documents a flow takes, in words."""
    asked = [codes(when.types)]
    asked += ["(only with `--flow`)"] if when.on_request else []
    asked += ["(events)"] if when.origin == "event" else []
    asked += [f"by {codes(when.channels)}"] if when.channels else []
    asked += [f"from {codes(when.sources)}"] if when.sources else []
    asked += [f"with type confidence {code(f'{when.type_confidence}')}"] if when.type_confidence is not None else []
    asked += [f"if {code(when.condition)}"] if when.condition else []
    return " ".join(asked)


def _send(send: Send) -> str:
    once = f", one for each of {code(send.each)} by {code(send.item_key)}" if send.each else ""
    return f"{code(send.target)} {code(send.object)} by {code(send.mapping)}{once}"


def _findings() -> str:
    rows = []
    for name, places in collect(ROOT).items():
        rows.append((
            code(name), codes(dict.fromkeys(place.severity for place in places)),
            "<br>".join(dict.fromkeys(cell(place.message) for place in places if place.message)),
            codes(dict.fromkeys(place.module for place in places)),
        ))  # fmt: skip
    return (
        "What reading, checking, mapping and posting can report, beside the [rules](rules.md). `info` is for the story, "
        "`warning` may pass, `error` asks a person, `fatal` means that the document cannot be processed; `review` is the "
        "reason of a review. An ellipsis stands for a value of the document.\n\n"
        + table(("code", "severity", "says", "made in"), rows)
    )


def _states() -> str:
    settled = codes(state for state in MOVES if state in SETTLED)
    documents = f"Settled, the machine has nothing left to do by itself: {settled}. Every move may be repeated."
    operations = (
        "An operation is one write into one target. `delivered`: handed over, an acknowledgement is awaited. "
        "`unknown`: the call left and no answer came; `find` runs before anything is sent again."
    )
    late = (
        "Moves that only an acknowledgement of the target makes, never a person: it may refuse what got no answer, and take "
        "what it had refused once it is mended over there. What contradicts an earlier word of the target changes no state; "
        "it raises the alarm `answer_contradicts` and asks a person."
    )
    answered = table(
        ("from", "may become"),
        [(code(state), codes(one for one in OPERATION_MOVES if one in to)) for state, to in ANSWER_MOVES.items()],
    )
    parts = ("## Documents", documents, _moves(MOVES), "## Operations", operations, _moves(OPERATION_MOVES), "### Late answers",
             late, answered)  # fmt: skip
    return "\n\n".join(parts)


def _moves(moves: Mapping[Any, frozenset[Any]]) -> str:
    order = list(moves)
    onward = {state: [one for one in order if one in moves[state] and one != state] for state in order}
    arrows = [f"  {state} --> {one}" for state in order for one in onward[state]]
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", f"  [*] --> {order[0]}", *arrows, "```"])
    rows = [(code(state), codes(onward[state]) or "nothing") for state in order]
    return f"{table(('from', 'may become'), rows)}\n\n{diagram}"


def _adapters() -> str:
    return "\n\n".join(_adapter(plug.manifest) for _, plug in sorted(plugs.discover().items()))


def _adapter(manifest: Manifest) -> str:
    facts = [("kind", codes(manifest.kind)), ("media types", codes(manifest.media_types)), ("reads", manifest.reads),
             ("objects", codes(manifest.objects)), ("safe to repeat by", cell(manifest.repeat)),
             ("credentials", codes(manifest.secrets))]  # fmt: skip
    text = [f"## {manifest.name}", cell(manifest.title) + ".",
            "\n".join(f"- {name}: {value}" for name, value in facts if value)]  # fmt: skip
    if manifest.settings_schema:
        text += ["### Settings of a target (environment file)", _properties(manifest.settings_schema)]
    definitions = manifest.options_schema.get("$defs", {})
    for name, schema in definitions.items():
        if "properties" in schema:
            title = f"### Options `format: {name}`" if "format" in schema["properties"] else f"### A {name}"
            text += [title, _properties(schema, definitions)]
    return "\n\n".join(text)


def _properties(schema: Mapping[str, Any], definitions: Mapping[str, Any] | None = None) -> str:
    required = set(schema.get("required", ()))
    rows = []
    for name, written in schema["properties"].items():
        kind = _resolve(written, definitions or {})
        rows.append((code(name), "yes" if name in required else "", _kind(kind), cell(kind.get("description", ""))))
    return table(("name", "required", "value", "meaning"), rows)


def _resolve(written: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(written.get("$ref", "")).removeprefix("#/$defs/")
    return {**definitions[name], **written} if name in definitions else written


def _kind(kind: Mapping[str, Any]) -> str:
    if "const" in kind:
        return code(kind["const"])
    if "enum" in kind:
        return codes(kind["enum"])
    bounds = [f"{word} {kind[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in kind]
    inner = str(kind.get("items", {}).get("$ref", kind.get("items", {}).get("type", ""))).removeprefix("#/$defs/")
    of = f" of {inner}" if inner and inner != "object" else ""
    return cell(" ".join([f"{kind.get('type', '')}{of}", *bounds]))


def _converters() -> str:
    rows = []
    for name, function in CONVERTERS.items():
        parameters = list(inspect.signature(function).parameters.values())
        shown = [p for p in parameters if p.name not in {"value", "context"}]
        rows.append((code(name + _arguments(shown)), cell(_first_words(function))))
    return (
        'Filters for `via`, `when` and templates of a mapping: `via: "value | trim | cut(35)"`. Other filters, calls and '
        "arithmetic signs do not exist. A missing value is handed on.\n\n" + table(("converter", "what it does"), rows)
    )


def _arguments(parameters: list[inspect.Parameter]) -> str:
    parts = [
        f"*{p.name}" if p.kind is p.VAR_POSITIONAL else p.name if p.default is p.empty else f"{p.name}={p.default!r}"
        for p in parameters
    ]  # fmt: skip
    return f"({', '.join(parts)})" if parts else ""


def _first_words(function: Callable[..., object]) -> str:
    return " ".join((inspect.getdoc(function) or "").split())


def _fields(library: Library) -> str:
    languages = codes(sorted(library.vocabularies))
    text = [
        "The names used in records, rules, mappings and the API.",
        f"Labels on paper are known in these languages: {languages} (`mappings/inbound/vocabulary.*.yaml`).",
        "## Types",
        table(("type", "form"), _field_types(library)),
    ]
    for name, schema in library.schemas.items():
        text += [f"## {name}", cell(schema.get("description", "")), _field_table(schema)]
        groups = {n: p["items"] for n, p in schema["properties"].items() if p.get("type") == "array"}
        for group, items in groups.items():
            text += [f"### {name}: {group}[]", _field_table(items)]
    return "\n\n".join(text)


def _field_types(library: Library) -> Iterator[tuple[str, str]]:
    types_of = {name: kind for schema in library.schemas.values() for name, kind in schema["$defs"].items()}
    for name, kind in types_of.items():
        bounds = f"{kind.get('minLength', 0)} to {kind['maxLength']} characters." if "maxLength" in kind else ""
        yield name, cell(kind.get("description", bounds))


def _field_table(schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = []
    for name, field in schema["properties"].items():
        kind = str(field.get("$ref", field.get("type", ""))).removeprefix("#/$defs/")
        term = field.get("x-en16931", "")
        rows.append((code(name), kind, "yes" if name in required else "", term, cell(field.get("description", ""))))
    return table(("field", "type", "required", "EN 16931", "meaning"), rows)


def _masters() -> str:
    """Return every kind of master data with its columns."""
    text = [
        "The columns that `postroom masterdata import` takes, by kind: [how to](../how-to/master-data.md).",
        "The last kind comes in by `postroom duplicates import`: [how to](../how-to/duplicates.md).",
    ]
    for kind in (*KINDS, POSTED_INVOICES):
        rows = [
            (code(one.name), one.type, "key" if one.name in kind.key else "required" if one.required else "",
             cell(" ".join(filter(None, (one.meaning, _choices(one))))))
            for one in kind.columns
        ]  # fmt: skip
        text += [f"## {kind.name}", f"{kind.title}.", table(("column", "type", "", "meaning"), rows)]
    return "\n\n".join(text)


def _choices(column: Column) -> str:
    return f"One of {', '.join(f'`{choice}`' for choice in column.choices)}." if column.choices else ""


def main() -> int:
    """Write the pages; with `--check` only say which are out of date."""
    made = pages()
    stale = [name for name, text in made.items() if not _is_current(FOLDER / name, text)]
    stale += [file.name for file in sorted(FOLDER.glob("*.md")) if file.name not in made]
    if "--check" in sys.argv:
        print("\n".join(stale) or "docs/reference is up to date")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (FOLDER / name).unlink(missing_ok=True) if name not in made else (FOLDER / name).write_text(made[name])
    print(f"{len(made)} pages in {FOLDER.relative_to(ROOT)}, {len(stale)} changed")
    return 0


def _is_current(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
