"""Connecting to the database of a target, and its trouble as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from publishing.release_site import ReleaseSite
from publishing.targets.contract import DeliveryError
from publishing.targets.secret_values import SecretValues
from schemas.message import Message
from schemas.targets import SqlTarget
from warehouse.database import database_url

CONNECT_SECONDS = 15
BUSY_SECONDS = 30
LOCK = "gongkai targets"


@contextmanager
def transaction(
    target: SqlTarget, site: ReleaseSite, secrets: SecretValues
) -> Iterator[Connection]:
    """One transaction: committed at its end, else nothing happened. Two loads of one target come
    one after the other.

    Raises:
        DeliveryError: the database cannot be reached, or refuses.
    """
    url = _url(target, site, secrets)
    try:
        engine = _engine(url)
        try:
            with engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(
                        "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))",
                        (LOCK, target.db_schema or ""),
                    )
                yield connection
            if url.get_backend_name() == "sqlite":
                _empty_log(engine)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise _told(target, error) from error


def _url(target: SqlTarget, site: ReleaseSite, secrets: SecretValues) -> URL:
    url = database_url(target.url, site.folder)
    if target.password is not None:
        url = url.set(password=secrets.get(target.password))
    own = database_url(site.site.database, site.folder)
    if url.get_backend_name() == "sqlite" and url.database == own.database:
        raise DeliveryError(
            Message(
                "目标数据库不能是站点自己的控制数据库。",
                "The target must not be the site's own control database.",
            ),
            where=f"gongkai.yml: targets {target.name}",
            advice=Message("请改用另一个文件。", "Name another file."),
        )
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        arguments = {"connect_timeout": CONNECT_SECONDS, "application_name": "gongkai"}
        return create_engine(url, poolclass=NullPool, connect_args=arguments)
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: object, _record: object) -> None:
    """Readers go on while rows are written, and what is deleted is overwritten."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
    connection.isolation_level = None  # type: ignore[attr-defined]


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _empty_log(engine: Engine) -> None:
    """Old pages stay in the log until it is written back: what was withdrawn must not."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def _told(target: SqlTarget, error: Exception) -> DeliveryError:
    where = f"{target.name}（{target.url}）"
    if isinstance(error, ImportError | NoSuchModuleError):
        return DeliveryError(
            Message("没有这种数据库的驱动。", "There is no driver for this database."),
            where=where,
            advice=Message(
                "请在 gongkai 的环境中安装 gongkai[postgresql]。",
                "Install gongkai[postgresql] into the environment of gongkai.",
            ),
        )
    original = error.orig if isinstance(error, DBAPIError) else error
    reason = (str(original).strip() or type(error).__name__).splitlines()[0]
    state = getattr(original, "sqlstate", None) or ""
    advice = Message(
        "请检查地址、账号和空间；会自动重试，或运行 gongkai deliver --retry。",
        "Check address, account and space; it is tried again by itself, or run gongkai deliver "
        "--retry.",
    )
    if state == "42501":  # insufficient_privilege
        advice = Message(
            "请给该用户建表（CREATE）和临时表（TEMPORARY）的权限，"
            "然后运行 gongkai deliver --retry。",
            "Grant the user CREATE on the schema and TEMPORARY on the database, then run gongkai "
            "deliver --retry.",
        )
    elif state == "2BP01":  # dependent_objects_still_exist
        advice = Message(
            "数据集的字段变了，须换新表，但有视图依赖旧表：请删除这些视图，"
            "运行 gongkai deliver --retry，再重建它们。",
            "The fields of the dataset changed and the table is to be replaced, but views depend "
            "on it: drop them, run gongkai deliver --retry, and make them again.",
        )
    elif state == "55P03":  # lock_not_available
        advice = Message(
            "有人正在长时间读旧表；会自动重试。",
            "Somebody is reading the old table for long; it is tried again by itself.",
        )
    return DeliveryError(
        Message(f"数据库没有接受：{reason}。", f"The database refuses: {reason}."),
        where=where,
        advice=advice,
    )
