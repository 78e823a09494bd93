"""`postroom migrate`: the tables brought up to date ahead of the programs that need it."""

from admin.cli.console import out
from engine.runtime.settings import Settings
from engine.store import database


def migrate() -> None:
    """Bring the tables up to date, while hub and workers of the version before go on. Every program does so at its start."""
    engine = database.connect(Settings().sql_url())
    try:
        before, _ = database.revision(engine)
        database.migrate(engine)
        after, _ = database.revision(engine)
    finally:
        engine.dispose()
    told = f"are of revision {after}" if before == after else f"went from {before or 'nothing'} to {after}"
    out.print(f"The tables {told}.", highlight=False)
