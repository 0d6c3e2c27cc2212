"""Opening the control database: engine settings and migrations."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import filelock
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import DatabaseError as SqlDatabaseError

from schemas.message import GongkaiError, Message

BUSY_TIMEOUT_SECONDS = 30
MIGRATION_LOCK = 6_205_210_001  # any number; all processes of gongkai use the same one
MIGRATIONS = Path(__file__).with_name("migrations")
HEAD = "0005"


class DatabaseError(GongkaiError):
    """The control database cannot be opened or is not ours."""


def database_url(url: str, folder: Path) -> URL:
    """The URL, with a relative sqlite path made absolute below ``folder``."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseError(
            Message("数据库地址无法识别。", "The database URL cannot be understood."),
            where="gongkai.yml: database",
            advice=Message(
                "例如 sqlite:///gongkai.db 或 postgresql+psycopg://用户@主机/库。",
                "Write sqlite:///gongkai.db or postgresql+psycopg://user@host/database.",
            ),
        ) from error
    if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        parsed = parsed.set(database=str((folder / parsed.database).resolve()))
    return parsed


def _use_write_ahead_log(cursor: sqlite3.Cursor, seconds: float) -> None:
    """Two processes that open a new file at once may find it locked here, and SQLite's own busy
    timeout does not cover the change of the journal mode."""
    end = time.monotonic() + seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if time.monotonic() >= end or not _is_busy(error):
                raise
            time.sleep(0.02)
        else:
            return


def _prepare_sqlite(engine: Engine, busy_timeout_seconds: float) -> None:
    """Durable and patient: WAL, synchronous=FULL, and a wait for the lock instead of an error."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA busy_timeout={round(busy_timeout_seconds * 1000)}")
        _use_write_ahead_log(cursor, busy_timeout_seconds)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
        # The driver's own BEGIN would come only before the first write; then two readers that
        # both go on to write dead-lock. We begin by ourselves, below.
        connection.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def open_engine(url: str, folder: Path) -> Engine:
    """An engine for the control database, migrated to the newest version.

    Raises:
        DatabaseError: the URL is wrong, the server cannot be reached, or the database was made by
            a newer gongkai.
    """
    parsed = database_url(url, folder)
    where = parsed.render_as_string(hide_password=True)
    try:
        if parsed.get_backend_name() == "sqlite":
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(parsed)
            _prepare_sqlite(engine, _busy_timeout_seconds(parsed))
        else:
            engine = create_engine(parsed, pool_pre_ping=True)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            _check_sqlite(engine, where)
        _migrate(engine, parsed)
        event.listen(engine, "handle_error", _tell)
    except NoSuchModuleError as error:
        raise DatabaseError(
            Message("没有这种数据库的驱动。", "There is no driver for this kind of database."),
            where=where,
        ) from error
    except DBAPIError as error:
        if _is_busy(error.orig):
            raise _busy(where) from error
        raise DatabaseError(
            Message(
                f"控制数据库打不开：{error.orig}",
                f"The control database cannot be opened: {error.orig}",
            ),
            where=where,
            advice=Message(
                "请检查地址、权限和磁盘空间，或从备份恢复。",
                "Check the address, the permissions and the disk space, or restore a backup.",
            ),
        ) from error
    return engine


def _busy_timeout_seconds(url: URL) -> float:
    """How long to wait for another process's lock: ``?timeout=`` of the URL, else 30 s."""
    told = url.query.get("timeout")
    try:
        return float(told) if isinstance(told, str) else BUSY_TIMEOUT_SECONDS
    except ValueError:
        return BUSY_TIMEOUT_SECONDS


def _tell(context: ExceptionContext) -> None:
    """Trouble of the database itself becomes a sentence; what our statements do wrong does not."""
    error = context.sqlalchemy_exception
    if not isinstance(error, OperationalError) and type(error) is not SqlDatabaseError:
        return
    if _is_busy(error.orig):
        raise _busy() from error
    reason = str(error.orig).splitlines()[0]
    raise DatabaseError(
        Message(f"控制数据库出错：{reason}", f"Trouble with the control database: {reason}"),
        advice=Message(
            "请检查磁盘空间和权限，或从备份恢复。",
            "Check disk space and permissions, or restore the database from its backup.",
        ),
    ) from error


def _is_busy(error: BaseException | None) -> bool:
    """Whether SQLite has waited for another process's lock in vain."""
    return "database is locked" in str(error) or "database is busy" in str(error)


def _busy(where: str = "") -> DatabaseError:
    return DatabaseError(
        Message(
            "控制数据库正被另一个进程占用，等待超时。",
            "Another process holds the control database; waiting for it took too long.",
        ),
        where=where,
        advice=Message(
            "请等另一个进程结束后重新运行。", "Run again when the other process has ended."
        ),
    )


def _check_sqlite(engine: Engine, where: str) -> None:
    """Refuse to write into a damaged file: what is written there may be lost, and what is read
    may be wrong. Takes a few milliseconds for each ten megabytes."""
    with engine.connect() as connection:
        found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
    if found != "ok":
        raise DatabaseError(
            Message(
                f"控制数据库已损坏，没有写入任何内容：{found}",
                f"The control database is damaged; nothing was written: {found}",
            ),
            where=where,
            advice=Message(
                "请从备份恢复这个文件，然后重新运行。",
                "Restore this file from its backup, then run again.",
            ),
        )


@contextlib.contextmanager
def _only_one_migrates(engine: Engine, url: URL) -> Iterator[Connection]:
    """Two processes that start at once must not both migrate: a file lock for SQLite, an
    advisory lock for PostgreSQL."""
    if url.get_backend_name() == "sqlite":
        database = url.database
        lock: contextlib.AbstractContextManager[object] = (
            filelock.FileLock(f"{database}.migration.lock", timeout=10 * BUSY_TIMEOUT_SECONDS)
            if database
            else contextlib.nullcontext()
        )
        with lock, engine.begin() as connection:
            yield connection
        return
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
        yield connection


def _current_revision(connection: Connection) -> str | None:
    """What the version table says, without importing Alembic (0.3 s saved on each start)."""
    present = connection.dialect.has_table(connection, "alembic_version")
    if not present:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine, url: URL) -> None:
    """Bring the database to HEAD; all of it in one transaction, so a kill leaves it as it was."""
    with engine.connect() as connection:
        if _current_revision(connection) == HEAD:
            return
    with _only_one_migrates(engine, url) as connection:
        if _current_revision(connection) == HEAD:
            return
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    # Alembic is needed once in the life of a database, and takes a third of a second to import.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseError(
            Message(
                f"控制数据库的版本无法识别：{error}",
                f"The version of the control database is unknown: {error}",
            ),
            advice=Message(
                "它可能由更新的 gongkai 建立：请升级 gongkai。",
                "It may have been made by a newer gongkai: upgrade gongkai.",
            ),
        ) from error
