"""`postroom audit`: whether the ledger is what it was, and bundles by which others can tell."""

from pathlib import Path
from typing import Annotated

import typer

from admin.cli.console import complain, out
from admin.cli.house import opened
from admin.cli.person import person
from engine.model.errors import PostroomError
from engine.store import ledger
from engine.store.database import reading

app = typer.Typer(help="The hash-chained ledger, and signed bundles of what a record rests on.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Look after the hash-chained ledger."""


@app.command("verify")
def verify(
    bundle: Annotated[Path | None, typer.Argument(help="A lineage bundle; without one the hub's own ledger.")] = None,
    key: Annotated[Path | None, typer.Option(help="Public key (PEM) of the hub, got from elsewhere.")] = None,
) -> None:
    """Walk the whole chain, or check a lineage bundle without any hub. Exit code 1 names what was changed."""
    if bundle is not None:
        _verify_bundle(bundle, key)
        return
    with opened() as house, reading(house.engine) as tx:
        result = ledger.verify(tx)
    if result.broken_at is not None:
        complain(f"the chain is broken at entry {result.broken_at}: {result.why}")
        raise typer.Exit(1)
    out.print(f"The chain of {result.count} entries is whole.")


@app.command("bundle")
def bundle(
    document: Annotated[str, typer.Argument(help="Beginning of the document's id.")],
    to: Annotated[Path, typer.Option("--out", "-o", help="Zip file to write; one that is there stays.")],
    by: Annotated[str | None, typer.Option("--by", help="Who takes it; it stands in the ledger.")] = None,
    *,
    masked: Annotated[
        bool, typer.Option("--masked", help="Cover bank and identity data; leave the paper out.")
    ] = False,
) -> None:
    """Write source, readings, decision, content, acts of people, payloads, answers and ledger into one signed zip."""
    from engine.model.sensitive import GROUPS
    from engine.runtime import story
    from engine.runtime.audit import bundle as lineage
    from engine.runtime.people.accounts import Hand

    if to.exists():
        raise PostroomError(f"{to} is there already; take another name.")
    with opened() as house:
        try:
            found = story.find(house, document)
            hidden = GROUPS if masked else frozenset()
            content = lineage.bundle(house, found.id, hand=Hand(person(by).name), hidden=hidden)
        except (LookupError, FileNotFoundError) as e:
            raise PostroomError(str(e)) from e
    with to.open("xb") as file:
        file.write(content)
    out.print(f"{to}: {len(content)} bytes. `postroom audit verify {to}` checks it on any machine.", highlight=False)


@app.command("key")
def key() -> None:
    """Print the public key of this installation; give it to auditors on another way than the bundles."""
    from engine.runtime.audit import signing
    from engine.runtime.settings import Settings

    typer.echo(signing.public_pem(signing.private_key(Settings())).decode(), nl=False)


def _verify_bundle(file: Path, key: Path | None) -> None:
    from engine.runtime.audit import verify as offline

    try:
        verdict = offline.verify(file.read_bytes(), key=key.read_bytes() if key else None)
    except OSError as e:
        raise PostroomError(f"{e.filename} cannot be read: {e.strerror}") from e
    if not verdict.is_intact or verdict.manifest is None:
        for fault in verdict.faults:
            complain(f"broken link: {fault.link}: {fault.why}")
        raise typer.Exit(1)
    manifest = verdict.manifest
    out.print(f"Whole: {verdict.checked} members, document {manifest.document_id[:12]}.", highlight=False)
    out.print(f"Made {manifest.made_at:%Y-%m-%d %H:%M} UTC by {manifest.made_by}; ledger head {manifest.head_seq}.")
    if manifest.masked:
        out.print(f"Masked: {', '.join(manifest.masked)}; what rests on those values was not checked.")
    known = "the key that you brought" if verdict.has_known_key else "the key inside: compare it with the hub's"
    out.print(f"Signed by {known} ({manifest.key[:16]}).", highlight=False)
