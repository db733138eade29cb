"""Alembic's entry: runs the migrations on the connection that `db/migrate.py` opened."""

from alembic import context

from fairline.db.types import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
