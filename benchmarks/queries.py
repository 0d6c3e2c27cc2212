"""The query API under load, beside datasette on the same rows.

The rows are a real release of the workload ``hourly``; datasette serves them from SQLite with
indexes on all columns that are filtered by equality. Both are asked the same, no query twice, so
that no answer is one kept from before, and the answers of some are compared before anything is
measured. Rounds alternate, so that a busy machine slows both down alike.
"""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import polars as pl

from benchmarks.generator import CATEGORIES, CITIES, FIRST_HOUR, STATIONS
from benchmarks.measuring import ROOT, FailedRunError
from benchmarks.served_processes import Server, served

CLIENTS = 16
SECONDS = 5.0
PATHS = 4_000
COMPARED = 12
SEED = 20261129
DATASET = "hourly_readings"
ROWS_OF_PAGE = 100
DATASETTE_SETTINGS = {"sql_time_limit_ms": "60000", "suggest_facets": "off"}
MakeQuery = Callable[[random.Random, int, str], "Asked"]
INDEXED = ("city_name", "aqi_category_published", "observed_at")


@dataclass(frozen=True, slots=True)
class Asked:
    """One query, as each server is asked it."""

    ours: str
    theirs: str


def against_datasette(
    site: Path, folder: Path, rows: int, rounds: int, beside: bool
) -> dict[str, Any]:
    """Throughput and times of filtered pages and of groups, ours and datasette's.

    Where ``beside`` is false only ours are measured.
    """
    database = folder / f"hourly-{rows}.db"
    settings = [one for pair in DATASETTE_SETTINGS.items() for one in ("--setting", *pair)]
    hours = max(2, rows // STATIONS)
    found: dict[str, Any] = {}
    with contextlib.ExitStack() as running:
        portal: list[str | Path] = ["flows.command_line", "portal", "--site", site]
        servers = {"gongkai": running.enter_context(served(portal, folder / "portal.log"))}
        if beside:
            if not database.exists():
                write_sqlite(site, database)
            other: list[str | Path] = ["datasette", "serve", database, *settings]
            servers["datasette"] = running.enter_context(served(other, folder / "datasette.log"))
        for name, make in {"page": page_query, "groups": group_query}.items():
            asked = different(make, COMPARED + rounds * PATHS, hours, database.stem)
            if beside:
                compare(name, asked[:COMPARED], *servers.values())
            batches = [asked[COMPARED + at * PATHS :][:PATHS] for at in range(rounds)]
            found[name] = _side_by_side(batches, servers)
    return found


def write_sqlite(site: Path, database: Path) -> None:
    """The released rows as a table ``readings`` with the dataset's key and some indexes."""
    version = site / "public" / "datasets" / DATASET / "1"
    files = sorted(version.glob(f"{DATASET}.*.parquet")) or [version / f"{DATASET}.parquet"]
    made = database.with_suffix(".part")
    made.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(made)) as connection, connection:
        for file in files:
            frame = pl.read_parquet(file, hive_partitioning=False)
            moment = pl.col("observed_at").dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
            frame = frame.with_columns(moment)
            if file == files[0]:
                _make_table(connection, frame)
            places = ", ".join("?" * frame.width)
            connection.executemany(f"INSERT INTO readings VALUES ({places})", frame.iter_rows())  # noqa: S608
        for name in INDEXED:
            connection.execute(f"CREATE INDEX by_{name} ON readings ({name})")
        connection.execute("ANALYZE")
    made.rename(database)


def _make_table(connection: sqlite3.Connection, frame: pl.DataFrame) -> None:
    kinds = {pl.String: "TEXT", pl.Int64: "INTEGER", pl.Float64: "REAL"}
    columns = [f"{name} {kinds[dtype.base_type()]}" for name, dtype in frame.schema.items()]
    key = "PRIMARY KEY (station_code, observed_at)"
    connection.execute(f"CREATE TABLE readings ({', '.join([*columns, key])})")


def different(make: MakeQuery, count: int, hours: int, database: str) -> list[Asked]:
    """So many queries, the same each time and none of them twice."""
    made = random.Random(SEED)  # noqa: S311 - load, not secrets
    asked: dict[Asked, None] = {}
    while len(asked) < count:
        asked[make(made, hours, database)] = None
    return list(asked)


def page_query(made: random.Random, hours: int, database: str) -> Asked:
    """A hundred rows that meet two conditions, with the total: of one of three kinds."""
    match made.randrange(3):
        case 0:
            since = _moment(made, hours)
            station = f"{1001 + made.randrange(STATIONS)}A"
            conditions = [("station_code", "eq", station), ("observed_at", "ge", since)]
        case 1:
            above = str(made.randrange(200, 2_500) / 10)
            conditions = [("city_name", "eq", made.choice(CITIES)), ("pm10_ug_m3", "ge", above)]
        case _:
            above = str(made.randrange(2_000, 9_000) / 100)
            category = made.choice(CATEGORIES)
            conditions = [("aqi_category_published", "eq", category), ("pm25_ug_m3", "ge", above)]
    ours = [(name if one == "eq" else f"{name}.{one}", value) for name, one, value in conditions]
    theirs = [(f"{name}__{'exact' if one == 'eq' else 'gte'}", v) for name, one, v in conditions]
    shape = [("_size", ROWS_OF_PAGE), ("_shape", "objects")]
    return Asked(
        f"/api/v1/datasets/{DATASET}/rows?{urlencode([*ours, ('limit', ROWS_OF_PAGE)])}",
        f"/{database}/readings.json?{urlencode([*theirs, *shape])}",
    )


def group_query(made: random.Random, hours: int, database: str) -> Asked:
    """Figures per city over what was observed since some hour: half of all rows on average."""
    since = _moment(made, hours)
    above = str(made.randrange(0, 300) / 10)
    ours = [
        ("group", "city_name"),
        ("aggregate", "count,avg:pm25_ug_m3,max:aqi_published"),
        ("observed_at.ge", since),
        ("pm25_ug_m3.ge", above),
    ]
    sql = (
        "select city_name, count(*) as rows, avg(pm25_ug_m3) as mean, max(aqi_published) as most "
        "from readings where observed_at >= :since and pm25_ug_m3 >= :above "
        "group by city_name order by city_name"
    )
    theirs = [("sql", sql), ("since", since), ("above", above), ("_shape", "objects")]
    return Asked(
        f"/api/v1/datasets/{DATASET}/rows?{urlencode(ours)}",
        f"/{database}.json?{urlencode(theirs)}",
    )


def _moment(made: random.Random, hours: int) -> str:
    return f"{FIRST_HOUR + timedelta(hours=made.randrange(hours)):%Y-%m-%dT%H:%M:%S}+08:00"


def compare(name: str, asked: Sequence[Asked], ours: Server, theirs: Server) -> None:
    """Raises FailedRunError where the two servers answer differently."""
    read: Callable[[dict[str, Any]], Any] = _facts_of_page if name == "page" else _facts_of_groups
    for one in asked:
        told, known = _get(ours.port, one.ours), _get(theirs.port, one.theirs)
        if read(told) != read(known):
            raise FailedRunError(f"different answers to {one.ours} and {one.theirs}")


def _facts_of_page(body: dict[str, Any]) -> Any:
    total = body["meta"]["total"] if "meta" in body else body["filtered_table_rows_count"]
    keys = sorted((row["station_code"], row["observed_at"]) for row in body["rows"])
    return total, len(keys), keys if total <= ROWS_OF_PAGE else None  # orders are not the same


def _facts_of_groups(body: dict[str, Any]) -> Any:
    rows = [list(row.values()) for row in body["rows"]]
    return sorted((city, count, round(mean, 6), most) for city, count, mean, most in rows)


def _get(port: int, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        body: dict[str, Any] = json.load(answer)
        return body


def _side_by_side(
    batches: Sequence[Sequence[Asked]], servers: Mapping[str, Server]
) -> dict[str, Any]:
    """Medians of the rounds; each has queries of its own, the same for both servers."""
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
    for asked in batches:
        paths = {"gongkai": [one.ours for one in asked], "datasette": [one.theirs for one in asked]}
        for name, server in servers.items():
            before = server.cpu_seconds()
            figures = _load(server.port, paths[name])
            spent = server.cpu_seconds() - before
            figures["server_cpu_ms"] = round(1000 * spent / figures["requests"], 2)
            measured[name].append(figures)
    medians: dict[str, Any] = {
        server: {name: statistics.median(one[name] for one in runs) for name in runs[0]}
        for server, runs in measured.items()
    }
    if len(medians) > 1:
        ratio = medians["gongkai"]["per_second"] / medians["datasette"]["per_second"]
        medians["throughput_ratio"] = round(ratio, 2)
    return medians


def _load(port: int, paths: Sequence[str]) -> dict[str, float]:
    plan = {"port": port, "clients": CLIENTS, "seconds": SECONDS, "paths": paths}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_client"],
        cwd=ROOT,
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FailedRunError(f"the clients failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
