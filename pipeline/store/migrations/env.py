"""Run the migrations on the connection that `migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import pipeline.store.tables  # noqa: F401 - fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
