"""A department's database through SQLAlchemy, only ever read."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.types import NullType

from connectors.archive import Origin
from connectors.context import FetchContext
from connectors.database_url import database_url, public_database_url
from connectors.json_lines import json_line, plain_text
from connectors.redaction import Redactor
from schemas.connector_options import SqlConnector
from schemas.message import FetchError, IncompleteFetchError, Message
from schemas.snapshot import Fetched

_ROWS_AT_ONCE = 5000
_READING = re.compile(r"^\s*(?:--[^\n]*\n|/\*.*?\*/|\s)*(select|with)\b", re.IGNORECASE | re.DOTALL)
_SNAPSHOT_ISOLATION = {"postgresql": "REPEATABLE READ", "mysql": "REPEATABLE READ"}
_TELLS_READ_ONLY = ("mysql", "mariadb", "oracle")


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: all rows in a fixed order, and how many there are."""

    rows: sa.Select[Any]
    count: sa.Select[tuple[int]]
    parameters: dict[str, str]


def fetch(options: SqlConnector, context: FetchContext) -> Fetched:
    """Read the rows in one read-only transaction and archive them as JSON lines.

    With ``incremental`` only rows beyond the accepted mark are read, and those whose mark is
    NULL; where there are none, no snapshot comes.

    Raises:
        FetchError: no connection, no such table, a wrong query, or an empty table.
        IncompleteFetchError: as many rows came as the database did not count.
    """
    redactor = Redactor(context.environment)
    url = database_url(options.url, context.site_folder, redactor)
    where = public_database_url(url, redactor)
    with _plain_trouble(where, redactor):
        engine = _engine(url)
        try:
            with engine.connect() as connection:
                _begin_reading(connection)
                return _read(connection, options, context, where)
        finally:
            engine.dispose()


def _engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        # the driver opens no transaction for SELECT by itself, and so would give no snapshot
        sa.event.listen(engine, "connect", _leave_transactions_to_us)
        sa.event.listen(engine, "begin", _begin_sqlite)
    isolation = _SNAPSHOT_ISOLATION.get(engine.dialect.name)
    return engine.execution_options(isolation_level=isolation) if isolation else engine


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_reading(connection: sa.Connection) -> None:
    """Make the transaction read-only where the database knows that."""
    name = connection.dialect.name
    if name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif name in _TELLS_READ_ONLY:
        connection.rollback()
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _read(
    connection: sa.Connection, options: SqlConnector, context: FetchContext, where: str
) -> Fetched:
    question = _question(connection, options, context)
    expected = connection.execute(question.count, question.parameters).scalar_one()
    if expected == 0:
        return _nothing(options, context, where)
    name = f"{options.table or 'query'}.jsonl"
    marks = _Marks(options, context)
    written = 0
    with context.archive.writer() as writer:
        result = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE).execute(
            question.rows, question.parameters
        )
        columns = list(result.keys())
        marks.find_column(columns, where)
        for rows in result.partitions(_ROWS_AT_ONCE):
            writer.write(b"".join(json_line(columns, row) for row in rows))
            written += len(rows)
            marks.see(rows)
            context.progress(Message(name, name), written, expected)
        again = connection.execute(question.count, question.parameters).scalar_one()
        if not written == expected == again:
            raise IncompleteFetchError(
                Message(
                    f"数据库计数 {expected} 行（读后 {again} 行），读到 {written} 行。",
                    f"The database counts {expected} rows ({again} afterwards), {written} came.",
                ),
                where=where,
                advice=Message("请稍后重新运行。", "Run again later."),
            )
        stored = writer.commit(Origin(url=where, name=name, fetched_at=context.clock.now()))
    return Fetched(
        snapshots=(stored.snapshot,),
        evidence=Message(
            f"同一只读事务内计数 {expected} 行，读到 {written} 行。",
            f"{expected} rows counted and {written} read in one read-only transaction.",
        ),
        new_content=stored.is_new,
        high_mark=marks.highest_text(),
    )


def _nothing(options: SqlConnector, context: FetchContext, where: str) -> Fetched:
    if options.incremental is None:
        raise FetchError(
            Message("查询没有返回任何行。", "There are no rows."),
            where=where,
            advice=Message(
                "空表不会被当作全部删除；请联系来源部门。",
                "An empty table is not taken for a deletion of everything; ask the department.",
            ),
        )
    since = _since(options, context)
    return Fetched(
        snapshots=(),
        evidence=Message(
            f"{options.incremental.column} 大于 {since} 的行：0。",
            f"rows whose {options.incremental.column} is beyond {since}: 0.",
        ),
        new_content=False,
        high_mark=context.since,
    )


def _since(options: SqlConnector, context: FetchContext) -> str:
    assert options.incremental is not None
    return options.incremental.start if context.since is None else context.since


def _question(connection: sa.Connection, options: SqlConnector, context: FetchContext) -> _Question:
    """Untyped columns throughout: values come as the driver gives them, nothing is converted."""
    parameters = {"since": _since(options, context)} if options.incremental else {}
    if options.table is not None:
        schema, _, table = options.table.rpartition(".")
        names, order = _table_columns(connection, table, schema or None)
        source: sa.FromClause = sa.table(
            table, *(sa.column(name) for name in names), schema=schema or None
        )
    else:
        query = _only_reading(options.query or "")
        text = sa.text(query)
        if options.incremental is not None and ":since" in query:
            text = text.bindparams(sa.bindparam("since", type_=NullType()))
        probe: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(
            text.columns().subquery("probe")
        )
        given = parameters if ":since" in query else {}
        names = list(connection.execute(probe.where(sa.false()), given).keys())
        _unambiguous(names)
        source = text.columns(*(sa.column(name) for name in names)).subquery("gongkai_rows")
        order = names
    rows = sa.select(*(source.c[name] for name in names)).order_by(
        *(sa.column(name) for name in options.order_by or order)
    )
    count = sa.select(sa.func.count()).select_from(source)
    if options.incremental is not None and options.table is not None:
        column: sa.ColumnClause[Any] = sa.column(options.incremental.column)
        # the mark keeps the database's own idea of its type; rows without one would never come
        beyond = (column > sa.bindparam("since", type_=NullType())) | column.is_(None)
        rows, count = rows.where(beyond), count.where(beyond)
    return _Question(rows, count, parameters if _uses_since(options) else {})


def _uses_since(options: SqlConnector) -> bool:
    return options.incremental is not None and (
        options.table is not None or ":since" in (options.query or "")
    )


def _table_columns(
    connection: sa.Connection, table: str, schema: str | None
) -> tuple[list[str], list[str]]:
    """Column names, and those that order the rows: the primary key, or else all."""
    inspector = sa.inspect(connection)
    names = [str(column["name"]) for column in inspector.get_columns(table, schema)]
    try:
        key = list(inspector.get_pk_constraint(table, schema)["constrained_columns"])
    except (NoSuchTableError, NotImplementedError):  # a view has none
        key = []
    return names, key or names


def _only_reading(query: str) -> str:
    text = query.strip().rstrip(";")
    if not _READING.match(text) or ";" in re.sub(r"'[^']*'|--[^\n]*", "", text):
        raise FetchError(
            Message("query 必须是单个 SELECT 语句。", "query must be a single SELECT."),
            where="connector.query",
            advice=Message("请改写查询。", "Rewrite the query."),
        )
    return text


def _unambiguous(columns: list[str]) -> None:
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise FetchError(
            Message(f"列名重复：{'、'.join(twice)}。", f"Column names twice: {', '.join(twice)}."),
            where="connector.query",
            advice=Message("请在 query 中用 AS 改名。", "Rename them with AS in the query."),
        )


class _Marks:
    """The greatest value of the incremental column."""

    def __init__(self, options: SqlConnector, context: FetchContext) -> None:
        self._column = options.incremental.column if options.incremental else None
        self._before = context.since
        self._index: int | None = None
        self._highest: Any = None

    def find_column(self, columns: list[str], where: str) -> None:
        if self._column is None:
            return
        if self._column not in columns:
            raise FetchError(
                Message(
                    f"结果中没有增量列 {self._column}。",
                    f"The result has no incremental column {self._column}.",
                ),
                where=where,
                advice=Message("请在 query 中选出该列。", "Select it in the query."),
            )
        self._index = columns.index(self._column)

    def see(self, rows: Any) -> None:
        if self._index is None:
            return
        for row in rows:
            value = row[self._index]
            if value is not None and (self._highest is None or value > self._highest):
                self._highest = value

    def highest_text(self) -> str | None:
        return self._before if self._highest is None else plain_text(self._highest)


@contextlib.contextmanager
def _plain_trouble(where: str, redactor: Redactor) -> Iterator[None]:
    """Say what the database says, without what it must not say."""
    try:
        yield
    except NoSuchTableError as error:
        raise FetchError(
            Message(f"数据库中没有表 {error}。", f"The database has no table {error}."),
            where=where,
            advice=Message("请检查 connector.table。", "Check connector.table."),
        ) from None
    except (SQLAlchemyError, ImportError, TypeError) as error:
        cause = getattr(error, "orig", None) or error
        text = " ".join(redactor.redact(str(cause)).split())[:300]
        # not chained: drivers repeat connection strings in their errors
        raise FetchError(
            Message(f"数据库读取失败：{text}。", f"The database cannot be read: {text}."),
            where=where,
            advice=Message(
                "请检查地址、账号权限和网络；驱动需另行安装。",
                "Check address, account and network; its driver must be installed.",
            ),
        ) from None
