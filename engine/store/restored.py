"""What a database that was restored from a copy may not know: what left after the copy was made."""

from sqlalchemy import Connection, update

from engine.store import tables

_OPERATIONS = tables.operations


def look_first(tx: Connection) -> int:
    """Have what stands as never sent looked for in the target before it is sent: it may have left since. Return how many."""
    unsent = (_OPERATIONS.c.state == "planned", _OPERATIONS.c.attempts == 0)
    return tx.execute(update(_OPERATIONS).where(*unsent).values(attempts=1)).rowcount
