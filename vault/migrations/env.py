"""Runs migration steps on the connection that `vault.database_schema` hands over. There is no offline
mode. On PostgreSQL each step is a transaction, so that none holds a table while another one works."""

from alembic import context

from vault.models import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata(),
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
    transaction_per_migration=context.config.attributes["connection"].dialect.name != "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
