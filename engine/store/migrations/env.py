"""Alembic's entry: runs on the connection and in the transaction that `database.migrate` opened."""

from alembic import context

from engine.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
