"""Alembic environment: runs on the connection that warehouse.database hands in."""

from __future__ import annotations

from alembic import context

from warehouse.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
