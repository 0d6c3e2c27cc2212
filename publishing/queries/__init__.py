"""Typed questions about the rows of a released version, answered by DuckDB.

Start at :class:`publishing.queries.engine.QueryEngine`. No SQL comes from outside: column names
are those of the version's dataset file, and values are bound.
"""
