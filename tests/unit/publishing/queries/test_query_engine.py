"""The query engine against the same questions answered by plain Python, in memory and in place."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from decimal import Context, Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import polars as pl
import pytest
from publishing_office import Office
from queried_parcels import (
    NOTES,
    current,
    id_of,
    in_order,
    meets,
    parcels,
    published,
    queried_office,
    released_rows,
)

from publishing.portal.published import PublishedVersion
from publishing.queries.engine import QueryEngine
from publishing.queries.operators import Function, Operator, functions_of, operators_of
from publishing.queries.query import (
    Aggregate,
    Filter,
    Group,
    GroupQuery,
    Order,
    RowQuery,
    Selection,
    make_aggregate,
    make_filter,
    make_group,
    make_order,
)
from publishing.queries.ranked_rows import RankedRows
from publishing.queries.refusals import (
    QueryRefusedError,
    QueryTooHeavyError,
    VersionChangedError,
)
from publishing.queries.typed_values import typed_value, value_text
from publishing.queries.version_table import VersionTable

TIMEZONE = "Asia/Shanghai"
COUNT = 400
TEXTS = {
    "number": ["2025-0003", "2024", ""],
    "town": ["永清镇", "红", "没有的镇", ""],
    "note": [*(text for text in NOTES if text is not None), "land", "用地", "_", "'; DROP TABLE x"],
    "price_cny": [
        "0",
        "0.01",
        "0.005",
        "-3.5",
        "1e0"[:1],
        "99999999999999.99",
        "9" * 40,
        "-" + "9" * 39,
    ],
    "area_m2": ["0.0001", "0.00005", "12345678901234567890.1234", "7.5"],
    "ratio": ["0.1", "0.30000000000000004", "1e-7", "-2.5", "1e16"],
    "floors": [
        "0",
        "1",
        "-7",
        "32768",
        "-32769",
        str(2**53 + 1),
        str(2**63 - 1),
        str(2**70),
        str(-(2**70)),
    ],
    "is_new": ["true", "false"],
    "signed_on": ["2026-01-31", "1949-10-01", "2026-02-01"],
    "seen_at": ["2026-01-31T23:59:00+08:00", "2026-01-31T15:59:00.001Z", "2026-01-31T23:59:00"],
    "year": ["2025", "1900", "40000", "-40000", str(2**40)],
    "period": ["2025-12", "2024-01"],
}


@pytest.fixture(scope="module")
def parcel_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = queried_office(
        tmp_path_factory.mktemp("queries") / "site",
        parcels(COUNT),
        partition={"field": "year"},
        primary_key=("year", "number"),
    )
    yield office
    office.release_site.warehouse.close()


@pytest.fixture(scope="module")
def version(parcel_office: Office) -> PublishedVersion:
    return current(parcel_office)


@pytest.fixture(scope="module", params=["by ranks", "in memory", "in place"])
def engine(request: pytest.FixtureRequest, version: PublishedVersion) -> QueryEngine:
    engine = QueryEngine(TIMEZONE, memory_mb=0 if request.param == "in place" else 1_000)
    table = engine._tables.table(version)
    assert table.ranked.have(version.dataset.field_names) is (request.param != "in place")
    if request.param == "in memory":
        table.ranked = RankedRows({}, table.rows)
    return engine


def names_of(engine: QueryEngine, version: PublishedVersion, query: RowQuery) -> list[str]:
    page = engine.rows(version, query)
    at = [column.name for column in page.columns].index("number")
    return [row[at] for row in page.rows]


def test_every_operator_of_every_field_is_right(
    engine: QueryEngine, version: PublishedVersion, parcel_office: Office
) -> None:
    rows = released_rows(parcel_office)
    in_memory = engine._tables.table(version).memory_bytes > 0
    tried = 0
    for field in version.dataset.fields:
        for operator in operators_of(field.type):
            texts = ["true", "false"] if operator is Operator.EMPTY else TEXTS[field.name]
            if not in_memory:  # the same SQL but for the types of the columns
                texts = texts[:2]
            for text in texts:
                condition = make_filter(version.dataset, field.name, operator, [text], engine.zone)
                page = engine.rows(
                    version, RowQuery(Selection((condition,)), select=("number",), limit=COUNT)
                )
                expected = [row["number"] for row in rows if meets(row, condition)]
                assert [row[0] for row in page.rows] == expected, (field.name, operator, text)
                assert page.total == len(expected)
                tried += 1
    assert tried > (250 if in_memory else 100)


def test_in_takes_several_values(
    engine: QueryEngine, version: PublishedVersion, parcel_office: Office
) -> None:
    rows = released_rows(parcel_office)
    for name in TEXTS:
        if Operator.IN in operators_of(version.dataset.field(name).type):
            condition = make_filter(version.dataset, name, "in", TEXTS[name], engine.zone)
            query = RowQuery(Selection((condition,)), limit=COUNT)
            expected = [row["number"] for row in rows if meets(row, condition)]
            assert names_of(engine, version, query) == expected, name


def test_no_row_has_one_of_no_values(engine: QueryEngine, version: PublishedVersion) -> None:
    for field in version.dataset.fields:
        none = Selection((Filter(field.name, Operator.IN, ()),))
        page = engine.rows(version, RowQuery(none))
        assert (page.rows, page.total) == ([], 0), field.name


def test_not_equal_is_the_opposite_of_equal(engine: QueryEngine, version: PublishedVersion) -> None:
    for name in version.dataset.field_names:
        text = TEXTS[name][0]
        counts = [
            engine.rows(version, RowQuery(Selection((condition,)))).total
            for operator in ("eq", "ne")
            for condition in [make_filter(version.dataset, name, operator, [text], engine.zone)]
        ]
        assert sum(counts) == COUNT, name


def test_values_come_back_as_they_were_released(
    engine: QueryEngine, version: PublishedVersion, parcel_office: Office
) -> None:
    page = engine.rows(version, RowQuery(limit=COUNT))
    rows = released_rows(parcel_office)
    assert [column.name for column in page.columns] == version.dataset.field_names
    assert page.rows == [tuple(row.values()) for row in rows]
    moments = [(row[9], released["seen_at"]) for row, released in zip(page.rows, rows, strict=True)]
    for found, released in moments:  # equal moments may be in different zones
        assert str(found) == str(released)
    assert page.row_ids == [id_of(parcel_office, row) for row in rows]
    assert (page.total, page.next_cursor) == (COUNT, "")
    kinds = [type(value) for value in page.rows[0]]
    assert all(
        kind in (str, int, float, bool, Decimal, type(None)) or kind.__module__ == "datetime"
        for kind in kinds
    )


@pytest.mark.parametrize("seed", range(12))
def test_pages_by_cursor_are_the_whole_in_order(
    engine: QueryEngine, version: PublishedVersion, parcel_office: Office, seed: int
) -> None:
    """For random sorts over columns full of ties and empty values, and random page sizes."""
    made = random.Random(seed)
    names = made.sample(version.dataset.field_names, made.choice([0, 1, 2, 4]))
    orders = tuple(Order(name, made.random() < 0.5) for name in names)
    selection = Selection()
    rows = released_rows(parcel_office)
    if seed % 2:
        condition = make_filter(version.dataset, "town", "ne", ["永清镇"], engine.zone)
        selection, rows = Selection((condition,)), [row for row in rows if meets(row, condition)]
    expected = [row["number"] for row in in_order(rows, orders)]
    query = RowQuery(selection, ("number",), orders, limit=made.choice([7, 50, 133]))
    found: list[str] = []
    while True:
        page = engine.rows(version, query)
        found += [row[0] for row in page.rows]
        assert page.total == len(expected)
        if not page.next_cursor:
            break
        query = RowQuery(selection, ("number",), orders, query.limit, cursor=page.next_cursor)
    assert found == expected
    by_offset = RowQuery(selection, ("number",), orders, limit=20, offset=30)
    assert [row[0] for row in engine.rows(version, by_offset).rows] == expected[30:50]


def test_search_finds_words_in_any_text_whatever_their_case(
    engine: QueryEngine, version: PublishedVersion, parcel_office: Office
) -> None:
    rows = released_rows(parcel_office)

    def holds(row: dict[str, object], word: str) -> bool:
        return any(word in str(row[name] or "").lower() for name in ("number", "town", "note"))

    for text in ("INDUSTRIAL", "永清 land", "% off", "没有这个词", "2025- 红堡"):
        words = text.lower().split()
        expected = [row["number"] for row in rows if all(holds(row, word) for word in words)]
        assert names_of(engine, version, RowQuery(Selection(search=text), limit=COUNT)) == expected


def test_groups_are_exact(
    engine: QueryEngine, version: PublishedVersion, parcel_office: Office
) -> None:
    rows = released_rows(parcel_office)
    dataset = version.dataset
    texts = [
        f"{function}:{field.name}"
        for field in dataset.fields
        for function in functions_of(field.type)
        if field.name in ("price_cny", "area_m2", "floors", "signed_on", "town", "seen_at")
    ]
    for groups in (("town",), ("year", "is_new"), ("signed_on.year",), ("seen_at.month",), ()):
        for at in range(0, len(texts), 10):
            aggregates = [make_aggregate(dataset, text) for text in ("count", *texts[at : at + 10])]
            query = GroupQuery(
                groups=tuple(make_group(dataset, name) for name in groups),
                aggregates=tuple(aggregates),
                limit=COUNT,
            )
            page = engine.groups(version, query)
            expected: dict[tuple[object, ...], list[dict[str, object]]] = {}
            for row in rows:
                expected.setdefault(tuple(group_value(row, name) for name in groups), []).append(
                    row
                )
            assert page.total == len(page.rows) == len(expected)
            for found in page.rows:
                members = expected[found[: len(groups)]]
                for aggregate, value in zip(aggregates, found[len(groups) :], strict=True):
                    assert value == figure(members, aggregate), (groups, aggregate)


def group_value(row: dict[str, object], name: str) -> object:
    field, _, part = name.partition(".")
    value = row[field]
    if value is None or not part:
        return value
    return int(str(value)[:4]) if part == "year" else str(value)[:7]


def figure(rows: list[dict[str, object]], aggregate: Aggregate) -> object:
    if aggregate.field is None:
        return len(rows)
    values: list = [row[aggregate.field] for row in rows if row[aggregate.field] is not None]
    match aggregate.function:
        case Function.COUNT:
            return len(values)
        case Function.MIN:
            return min(values, default=None)
        case Function.MAX:
            return max(values, default=None)
        case Function.SUM:
            return sum(values) if values else None
        case Function.AVG:
            if not values:
                return None
            scale = 6 + {"price_cny": 2, "area_m2": 4}.get(aggregate.field, 0)
            exact = sum(Fraction(value) for value in values) / len(values)
            return Decimal(round(exact * 10**scale)).scaleb(-scale, Context(prec=99))


def test_groups_are_sorted_and_paged(engine: QueryEngine, version: PublishedVersion) -> None:
    query = GroupQuery(
        groups=(Group("note"), Group("town")),
        aggregates=(Aggregate(Function.COUNT), Aggregate(Function.AVG, "price_cny")),
        order=(Order("avg:price_cny", descending=True), Order("count")),
        limit=COUNT,
    )
    whole = engine.groups(version, query).rows
    averages = [row[3] for row in whole if row[3] is not None]
    assert averages == sorted(averages, reverse=True)
    assert all(row[3] is None for row in whole[len(averages) :])
    paged: list[tuple[object, ...]] = []
    cursor = ""
    while True:
        page = engine.groups(
            version,
            GroupQuery(query.selection, query.groups, query.aggregates, query.order, 7, cursor),
        )
        paged += page.rows
        cursor = page.next_cursor
        if not cursor:
            break
    assert paged == whole


@pytest.mark.parametrize(
    ("name", "operator", "texts", "code"),
    [
        ("nothing", "eq", ["1"], "unknown_field"),
        ('number" OR 1=1 --', "eq", ["1"], "unknown_field"),
        ("price_cny", "contains", ["1"], "unknown_operator"),
        ("is_new", "lt", ["true"], "unknown_operator"),
        ("number", "like", ["1"], "unknown_operator"),
        ("price_cny", "eq", ["1e3"], "wrong_value"),
        ("price_cny", "eq", ["NaN"], "wrong_value"),
        ("price_cny", "eq", ["1,000"], "wrong_value"),
        ("price_cny", "eq", [""], "wrong_value"),
        ("floors", "eq", ["1.0"], "wrong_value"),
        ("floors", "eq", ["１"], "wrong_value"),
        ("ratio", "eq", ["inf"], "wrong_value"),
        ("ratio", "eq", ["1e999"], "wrong_value"),
        ("is_new", "eq", ["True"], "wrong_value"),
        ("signed_on", "eq", ["2026-02-30"], "wrong_value"),
        ("signed_on", "eq", ["2026-2-3"], "wrong_value"),
        ("seen_at", "le", ["2026-01-31"], "wrong_value"),
        ("seen_at", "le", ["0001-01-01T00:00+14:00"], "wrong_value"),
        ("period", "eq", ["2026-13"], "wrong_value"),
        ("note", "eq", ["\ud800"], "wrong_value"),
        ("note", "eq", ["x" * 201], "wrong_value"),
        ("note", "eq", ["a", "b"], "one_value"),
        ("note", "in", ["a"] * 101, "too_many"),
        ("note", "empty", ["yes"], "wrong_value"),
    ],
)
def test_a_wrong_filter_is_refused_with_a_reason(
    version: PublishedVersion, name: str, operator: str, texts: list[str], code: str
) -> None:
    with pytest.raises(QueryRefusedError) as refused:
        make_filter(version.dataset, name, operator, texts, QueryEngine(TIMEZONE).zone)
    error = refused.value
    assert error.code == code
    assert error.parameter
    assert error.what.zh
    assert error.what.en
    assert error.advice.zh
    assert error.advice.en


def test_other_wrong_queries_are_refused(engine: QueryEngine, version: PublishedVersion) -> None:
    dataset = version.dataset
    wrong = [
        lambda: make_order("-nothing", dataset.field_names),
        lambda: make_group(dataset, "town.year"),
        lambda: make_group(dataset, "signed_on.day"),
        lambda: make_aggregate(dataset, "sum:year"),
        lambda: make_aggregate(dataset, "median:price_cny"),
        lambda: make_aggregate(dataset, "sum"),
        lambda: make_aggregate(dataset, "avg:nothing"),
        lambda: engine.rows(version, RowQuery(limit=10_001)),
        lambda: engine.rows(version, RowQuery(limit=-1)),
        lambda: engine.rows(version, RowQuery(offset=-1)),
        lambda: engine.rows(version, RowQuery(select=("x",))),
        lambda: engine.rows(version, RowQuery(order=(Order('number" --'),))),
        lambda: engine.rows(version, RowQuery(Selection((Filter('a"', Operator.EQ, ("",)),)))),
        lambda: engine.groups(version, GroupQuery()),
        lambda: engine.groups(version, GroupQuery(groups=(Group("town"), Group("town")))),
        lambda: engine.groups(version, GroupQuery(groups=(Group("x"),))),
        lambda: engine.groups(version, GroupQuery(groups=(Group("town"),), order=(Order("year"),))),
    ]
    for ask in wrong:
        with pytest.raises(QueryRefusedError):
            ask()


def test_a_cursor_is_bound_to_its_query_and_rows(
    engine: QueryEngine, version: PublishedVersion
) -> None:
    order = (Order("floors"),)
    cursor = engine.rows(version, RowQuery(order=order, limit=5)).next_cursor
    assert cursor
    others = [
        RowQuery(order=(Order("floors", descending=True),), cursor=cursor),
        RowQuery(Selection(search="a"), order=order, cursor=cursor),
        RowQuery(order=order, select=("number",), cursor=cursor),
        *(RowQuery(order=order, cursor=cursor[:at] + "A" + cursor[at + 1 :]) for at in (0, 9, -2)),
        RowQuery(order=order, cursor=cursor[:-3]),
        RowQuery(order=order, cursor="汉"),
        RowQuery(order=order, cursor="W10"),
        RowQuery(order=order, cursor="x" * 9000),
    ]
    for query in others:
        with pytest.raises(QueryRefusedError) as refused:
            engine.rows(version, query)
        assert refused.value.code == "wrong_cursor"


def test_a_heavy_query_is_stopped_and_the_next_one_answered(parcel_office: Office) -> None:
    version = current(parcel_office)
    engine = QueryEngine(TIMEZONE, seconds=0.3)
    engine.rows(version, RowQuery())
    heavy = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7"
    table = engine._tables.table(version)
    with pytest.raises(QueryTooHeavyError) as refused, engine._running(table) as connection:
        connection.execute(heavy)
    assert refused.value.code == "too_slow"
    assert engine.rows(version, RowQuery()).total == COUNT


def test_a_sum_that_no_number_can_hold_is_refused(tmp_path: Path) -> None:
    large = "6" + "0" * 33
    rows = [
        row | {"area_m2": area}
        for row, area in zip(parcels(4), ["-" + large, large] * 2, strict=True)
    ]
    office = queried_office(tmp_path / "site", rows)
    version, engine = current(office), QueryEngine(TIMEZONE)
    sums = (Aggregate(Function.SUM, "area_m2"),)
    assert engine.groups(version, GroupQuery(aggregates=sums)).rows == [(0,)]
    above = Selection((make_filter(version.dataset, "area_m2", "gt", ["0"], engine.zone),))
    with pytest.raises(QueryRefusedError) as refused:
        engine.groups(version, GroupQuery(above, aggregates=sums))
    assert refused.value.code == "sum_too_large"
    office.release_site.warehouse.close()


@pytest.mark.parametrize("memory_mb", [1_000, 0])
def test_the_database_reaches_nothing_but_the_rows(
    parcel_office: Office, memory_mb: int, tmp_path: Path
) -> None:
    version = current(parcel_office)
    table = VersionTable(version, timezone=TIMEZONE, memory_mb=memory_mb, query_mb=100)
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    python_variable = pl.DataFrame({"a": [1]})
    for statement in (
        f"SELECT * FROM read_csv('{other}')",
        f"SELECT * FROM '{other}'",
        f"SELECT * FROM read_text('{version.folder / 'manifest.json'}')",
        "SELECT * FROM glob('/*')",
        f"COPY (SELECT 1) TO '{tmp_path / 'written.csv'}'",
        f"ATTACH '{tmp_path / 'written.db'}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '90GB'",
        "SET enable_external_access = true",
        "SELECT * FROM python_variable",
    ):
        with pytest.raises(duckdb.Error):
            table.cursor().execute(statement).fetchall()
    assert python_variable.height
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.csv"]


def test_memory_is_bounded_and_shared_by_use(tmp_path: Path) -> None:
    office = queried_office(tmp_path / "site", parcels(30))
    for place in range(4):
        office.accept([row | {"floors": place} for row in parcels(30)])
        office.release()
    versions = [published_version(office, number) for number in range(1, 6)]
    engine = QueryEngine(TIMEZONE)
    engine.rows(versions[0], RowQuery())
    one = engine._tables.table(versions[0]).memory_bytes
    engine._tables._memory_mb = 2.5 * one / 1e6
    for version in versions:
        assert engine.rows(version, RowQuery()).total == 30
    assert list(engine._tables._kept) == [("parcels", 4), ("parcels", 5)]
    assert engine.rows(versions[0], RowQuery()).total == 30
    office.release_site.warehouse.close()


def published_version(office: Office, number: int) -> PublishedVersion:
    version = published(office).version("parcels", number)
    assert version is not None
    return version


def test_replaced_files_are_never_read_under_the_old_name(tmp_path: Path) -> None:
    """A withdrawal replaces a file; whoever had read the manifest before is told to come again."""
    office = queried_office(tmp_path / "site", parcels(20))
    version = current(office)
    file = version.parquet_files()[0]
    other = tmp_path / "other.parquet"
    shutil.copyfile(file, other)
    with other.open("ab") as stream:
        stream.write(b"x")
    other.replace(file)
    with pytest.raises(VersionChangedError):
        QueryEngine(TIMEZONE).rows(version, RowQuery())
    office.release_site.warehouse.close()


def test_files_read_in_place_and_replaced_give_no_rows(tmp_path: Path) -> None:
    office = queried_office(tmp_path / "site", parcels(30))
    version = current(office)
    engine = QueryEngine(TIMEZONE, memory_mb=0)
    assert engine.rows(version, RowQuery()).total == 30
    (file,) = version.parquet_files()
    kept = file.read_bytes()
    file.unlink()
    other = pl.read_parquet(kept).head(20)
    other.write_parquet(file)
    for _ in range(2):  # while it is there, and when it would be loaded anew
        with pytest.raises(VersionChangedError):
            engine.rows(version, RowQuery())
    file.unlink()
    file.write_bytes(kept)
    assert engine.rows(version, RowQuery()).total == 30
    file.unlink()
    file.write_bytes(kept)  # another file with the same bytes: only the first query is turned away
    with pytest.raises(VersionChangedError):
        engine.groups(version, GroupQuery(aggregates=(Aggregate(Function.COUNT),)))
    assert engine.rows(version, RowQuery()).total == 30
    office.release_site.warehouse.close()


def test_many_threads_get_right_answers(engine: QueryEngine, version: PublishedVersion) -> None:
    wrong: list[object] = []

    def ask(seed: int) -> None:
        made = random.Random(seed)
        for _ in range(15):
            year = made.choice([2024, 2025, 2026])
            condition = make_filter(version.dataset, "year", "eq", [str(year)], engine.zone)
            page = engine.rows(version, RowQuery(Selection((condition,)), limit=10))
            if {row[10] for row in page.rows} != {year}:
                wrong.append(page)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_values_of_cursors_are_read_back_as_they_were(
    engine: QueryEngine, version: PublishedVersion, parcel_office: Office
) -> None:
    for row in released_rows(parcel_office)[:50]:
        for field in version.dataset.fields:
            value = row[field.name]
            if value is not None:
                assert typed_value("x", field, value_text(value), engine.zone) == value
