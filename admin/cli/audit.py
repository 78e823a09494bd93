"""`postroom audit`: whether the ledger is what it was."""

import typer

from admin.cli.console import complain, out
from admin.cli.house import opened
from engine.store import ledger
from engine.store.database import reading

app = typer.Typer(help="The hash-chained ledger.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Look after the hash-chained ledger."""


@app.command("verify")
def verify() -> None:
    """Walk the whole chain. Exit code 1 and the number of the broken entry when anything was changed, added or removed."""
    with opened() as house, reading(house.engine) as tx:
        result = ledger.verify(tx)
    if result.broken_at is not None:
        complain(f"the chain is broken at entry {result.broken_at}: {result.why}")
        raise typer.Exit(1)
    out.print(f"The chain of {result.count} entries is whole.")
