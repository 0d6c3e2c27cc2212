"""Database URLs: variables filled in, SQLite files found from the site, passwords kept apart."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from connectors.redaction import Redactor
from schemas.message import FetchError, Message

_ONLY_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


def database_url(template: str, site_folder: Path, redactor: Redactor) -> URL:
    """The URL to connect to; its password is known to ``redactor``.

    A variable that stands for a part (``postgresql://reader:${PASSWORD}@host/db``) may hold any
    character; one that stands for the whole URL must be percent-encoded as URLs are.
    SQLite files are relative to the site and opened read-only.

    Raises:
        FetchError: no URL, or a variable is not set.
    """
    if _ONLY_VARIABLE.fullmatch(template):
        url = _parse(redactor.expand(template))
    else:
        url = _fill_in(_parse(template), redactor)
    if url.password:
        redactor.hide(str(url.password))
    return _read_only_sqlite(url, site_folder) if url.get_backend_name() == "sqlite" else url


def _parse(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        # not chained: the error repeats the text, which may hold a password
        raise FetchError(
            Message("数据库地址不是合法的 SQLAlchemy URL。", "The database URL is not valid."),
            where="connector.url",
            advice=Message(
                "例如 postgresql+psycopg://reader:${PASSWORD}@host:5432/database。",
                "For example postgresql+psycopg://reader:${PASSWORD}@host:5432/database.",
            ),
        ) from None


def _fill_in(url: URL, redactor: Redactor) -> URL:
    expand = redactor.expand
    return url.set(
        username=expand(url.username) if url.username else None,
        password=expand(str(url.password)) if url.password else None,
        host=expand(url.host) if url.host else None,
        database=expand(url.database) if url.database else None,
        query={
            name: expand(value) if isinstance(value, str) else tuple(map(expand, value))
            for name, value in url.query.items()
        },
    )


def _read_only_sqlite(url: URL, site_folder: Path) -> URL:
    database = url.database or ""
    if database.startswith("file:") or database in ("", ":memory:"):
        return url
    path = (site_folder / database).resolve()
    if not path.is_file():
        raise FetchError(
            Message(f"没有这个数据库文件：{database}。", f"There is no database file {database}."),
            where=str(path),
            advice=Message("请检查 connector.url。", "Check connector.url."),
        )
    name = f"file:{quote(str(path))}"
    return url.set(database=name, query={**url.query, "mode": "ro", "uri": "true"})


def public_database_url(url: URL, redactor: Redactor) -> str:
    """The URL without user, password and parameters, for snapshots and messages."""
    plain = URL.create(
        url.get_backend_name(), host=url.host, port=url.port, database=url.database
    ).render_as_string(hide_password=True)
    return redactor.redact(plain)
