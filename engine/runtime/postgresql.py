"""Copies of a PostgreSQL database by the server's own tools, `pg_dump` and `pg_restore`: one snapshot, all or nothing."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url

from engine.model.errors import PostroomError

SCHEMAS = ("public", "dbos")
"""Where tables of a hub lie: ours, and those of its workflows."""
_TOOLS = "the package postgresql-client, not older than the server"


def dump(url: str, file: Path) -> None:
    """Write a database, as it is at one moment, into a file that `pg_restore` reads. Raises PostroomError."""
    asked = make_url(url)
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}"], asked)


def load(url: str, file: Path) -> None:
    """Put a copy into an empty database, or nothing of it. Raises PostroomError when it holds a table, or the copy is bad."""
    asked = make_url(url)
    if held := _tables(asked):
        raise PostroomError(
            f"The database {asked.database} is not empty (it holds {held[0]}, for one); a backup is restored into an empty one."
        )
    # the server makes schema `public` with each database
    _run(["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(file)], asked)


def _tables(url: URL) -> list[str]:
    engine = create_engine(url)
    try:
        look = inspect(engine)
        schemas = set(look.get_schema_names()) & set(SCHEMAS)
        return sorted(f"{schema}.{name}" for schema in schemas for name in look.get_table_names(schema))
    finally:
        engine.dispose()


def _run(command: list[str], url: URL) -> None:
    """Run a tool against a database; a password goes by the environment, where no list of processes shows it."""
    named = [*command[:1], f"--dbname={_address(url)}", *command[1:]]
    secret = {"PGPASSWORD": url.password} if url.password else {}
    try:
        done = subprocess.run(
            named, env={**os.environ, **secret}, capture_output=True, text=True, check=False, errors="replace"
        )
    except FileNotFoundError as e:
        raise PostroomError(f"{command[0]} is not installed here; a backup of PostgreSQL needs {_TOOLS}.") from e
    if done.returncode != 0:
        told = done.stderr.strip().splitlines()
        raise PostroomError(
            f"{command[0]} failed: {told[-1] if told else f'exit code {done.returncode}'} It needs {_TOOLS}."
        )


def _address(url: URL) -> str:
    """Return a database as the tools name it, without the password."""
    plain: Mapping[str, object] = {"drivername": "postgresql", "password": None}
    return url.set(**plain).render_as_string(hide_password=False)  # type: ignore[arg-type]
