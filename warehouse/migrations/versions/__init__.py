"""Alembic migrations of the control database, shipped with the package."""
