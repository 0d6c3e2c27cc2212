"""A small site with accepted batches, for tests of publishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from publishing.candidate import SourceShare
from publishing.facts import ReleaseOutcome, RunFacts
from publishing.reader import ReleaseReader
from publishing.release import cut_release
from publishing.release_site import ReleaseSite
from schemas.batch import BatchOrigin, Container, batch_schema
from schemas.dataset import Dataset
from schemas.raw_table import LocatorScheme
from schemas.site import Site
from schemas.snapshot import Snapshot
from warehouse.accepted import Load, fold
from warehouse.batch_objects import BatchObjects
from warehouse.batch_spool import BatchSpool
from warehouse.control import Warehouse
from warehouse.state import Folded

TIMEZONE = "Asia/Shanghai"
NOW = dt.datetime(2026, 5, 1, 2, 0, tzinfo=dt.UTC)
TEXT = {"zh": "测试", "en": "test"}


def make_dataset(**changes: Any) -> Dataset:
    """Parcels: a text key, an amount, an area, a measurement, a day, a moment."""
    given: dict[str, Any] = {
        "format": 1,
        "id": "parcels",
        "title": {"zh": "地块", "en": "Parcels"},
        "description": TEXT,
        "theme": "land",
        "owner": {"zh": "自然资源局", "en": "Natural resources"},
        "update_frequency": "monthly",
        "primary_key": ("number",),
        "gates": {"drop": 1.0, "null": 1.0},
        "fields": (
            _field("number", "string", "编号", constraints={"required": True}),
            _field("price_cny", "decimal", "价格", scale=2, unit="元"),
            _field("ratio", "number", "容积率"),
            _field("signed_on", "date", "日期"),
            _field("seen_at", "datetime", "时间"),
            _field("is_new", "boolean", "是否新增"),
            _field("floors", "integer", "层数"),
        ),
    }
    return Dataset.model_validate(given | changes, strict=False)


def _field(name: str, kind: str, title: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "title": {"zh": title, "en": name}, **more}


Row = Mapping[str, Any]


def make_frame(dataset: Dataset, rows: Sequence[Row]) -> pl.DataFrame:
    """A batch frame; positions count from 2, as below a header."""
    schema = batch_schema(dataset, TIMEZONE)
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in schema}
    columns["_snapshot"] = [0] * len(rows)
    columns["_container"] = [0] * len(rows)
    columns["_position"] = list(range(2, len(rows) + 2))
    built = {}
    for name, dtype in schema.items():
        if isinstance(dtype, pl.Datetime):
            values = pl.Series(name, columns[name], dtype=pl.Datetime("ms"))
            built[name] = values.dt.replace_time_zone(TIMEZONE)
        elif isinstance(dtype, pl.Decimal):
            values = [None if v is None else Decimal(str(v)) for v in columns[name]]
            built[name] = pl.Series(name, values, dtype=dtype)
        else:
            built[name] = pl.Series(name, columns[name], dtype=dtype)
    return pl.DataFrame(built)


@dataclass
class Office:
    """A site under test: takes rows, folds, accepts, releases."""

    folder: Path
    dataset: Dataset
    release_site: ReleaseSite
    runs: int = 0

    def origin(self, dataset: Dataset) -> BatchOrigin:
        """One snapshot per run, one sheet; field n stands in column n."""
        snapshot = Snapshot(
            sha256=f"{self.runs:064x}",
            path=self.release_site.archive / "snapshots" / f"{self.runs:064x}",
            name=f"run{self.runs}.xls",
            url=f"https://department.example/run{self.runs}.xls",
            fetched_at=NOW - dt.timedelta(hours=3),
            size=10,
        )
        columns = {name: ((i, name),) for i, name in enumerate(dataset.field_names)}
        return BatchOrigin((snapshot,), (Container(0, "Sheet1", LocatorScheme.SHEET, columns),))

    def accept(
        self,
        rows: Sequence[Row],
        *,
        source: str = "bureau",
        load: Load = "full",
        day: str = "2026-04-30",
    ) -> Folded:
        """Fold rows into a source's state and accept it."""
        self.runs += 1
        ledger = self.release_site.warehouse.batches
        known = ledger.latest(self.dataset.id, source)
        logical_date = dt.date.fromisoformat(day)
        with BatchSpool(self.dataset, TIMEZONE) as spool:
            spool.add(make_frame(self.dataset, rows))
            folded = fold(
                known.state if known else None,
                spool,
                self.origin(self.dataset),
                dataset=self.dataset,
                source=source,
                load=load,
                logical_date=logical_date,
                run=f"run{self.runs}",
                objects=BatchObjects(self.release_site.archive),
            )
        ledger.accept(
            folded.state, run=f"run{self.runs}", load=load, logical_date=logical_date, at=NOW
        )
        return folded

    def release(
        self, precedence: Mapping[str, int] | None = None, **changes: Any
    ) -> ReleaseOutcome:
        """Cut a release from everything accepted."""
        batches = self.release_site.warehouse.batches.latest_of_dataset(self.dataset.id)
        shares = [
            SourceShare(batch.state, (precedence or {}).get(source))
            for source, batch in batches.items()
        ]
        given: dict[str, Any] = {"fingerprint": f"inputs{self.runs}", "facts": RunFacts(now=NOW)}
        return cut_release(self.release_site, self.dataset, shares, **(given | changes))

    @property
    def reader(self) -> ReleaseReader:
        """The releases."""
        site = self.release_site
        return ReleaseReader(site.public, site.archive, self.dataset.id)

    def version_folder(self, version: int) -> Path:
        """The files of a version."""
        return self.release_site.dataset_folder(self.dataset.id) / str(version)

    def numbers(self) -> list[str]:
        """The released keys, in release order."""
        return list(self.reader.scan().collect()["number"])


def open_site(folder: Path, **changes: Any) -> ReleaseSite:
    """The site in a folder."""
    given = {"format": 1, "id": "county", "publisher": {"name": TEXT}}
    site = Site.model_validate(given | changes, strict=False)
    return ReleaseSite(site, folder, Warehouse(site.database, folder))


def parcel(number: str, price: str | None = "100.00", **more: Any) -> dict[str, Any]:
    """A row."""
    return {
        "number": number,
        "price_cny": price,
        "ratio": 1.5,
        "signed_on": dt.date(2026, 1, 15),
        "seen_at": dt.datetime(2026, 1, 15, 8, 30),  # noqa: DTZ001 - local, zone set by the frame
        "is_new": True,
        "floors": 3,
        **more,
    }
