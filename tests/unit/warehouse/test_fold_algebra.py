"""fold against a plain model: dictionaries of rows by key."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.batch import BatchOrigin, Container, batch_schema
from schemas.dataset import Dataset
from schemas.message import DefinitionError
from schemas.raw_table import LocatorScheme
from schemas.snapshot import Snapshot
from warehouse.accepted import Load, fold
from warehouse.batch_objects import BatchObjects
from warehouse.batch_spool import BatchSpool
from warehouse.partitioning import safe_label
from warehouse.state import AcceptedState, Folded

ZONE = "Asia/Shanghai"
TEXT = {"zh": "测试", "en": "test"}
FIRST = dt.date(2026, 1, 1)


def dataset(*, partition: bool, in_key: bool, deletions: str) -> Dataset:
    names = [("number", "string"), ("town", "string"), ("amount", "decimal"), ("share", "number")]
    return Dataset.model_validate(
        {
            "format": 1,
            "id": "rows",
            "title": TEXT,
            "description": TEXT,
            "theme": "land",
            "owner": TEXT,
            "update_frequency": "daily",
            "primary_key": ("number", "town") if in_key else ("number",),
            "partition": {"field": "town"} if partition else None,
            "deletions": deletions,
            "fields": tuple(
                {"name": n, "type": t, "title": TEXT, **({"scale": 2} if t == "decimal" else {})}
                for n, t in names
            ),
        },
        strict=False,
    )


@dataclass(frozen=True)
class Row:
    number: str
    town: str | None
    amount: int | None
    share: float | None

    def values(self) -> tuple[object, ...]:
        return (self.number, self.town, self.amount, self.share)


@dataclass
class Batch:
    rows: list[Row]
    day: int
    load: Load


def batches(loads: list[Load], in_key: bool) -> st.SearchStrategy[list[Batch]]:
    row = st.builds(
        Row,
        st.sampled_from("abcdef"),
        st.sampled_from(["x", "y", None]),
        st.sampled_from([1, 2, None]),
        st.sampled_from([0.0, -0.0, None]),
    )

    def key(one: Row) -> object:
        return (one.number, one.town) if in_key else one.number

    batch = st.builds(
        Batch, st.lists(row, max_size=6, unique_by=key), st.integers(0, 3), st.sampled_from(loads)
    )
    return st.lists(batch, min_size=1, max_size=5)


@dataclass
class Model:
    """What fold must do, said in dictionaries."""

    keyed_by_town: bool
    partitioned: bool
    keep: bool
    rows: dict[object, tuple[Row, int]] = field(default_factory=dict)
    newest: int = -1

    def key(self, row: Row) -> object:
        return (row.number, row.town) if self.keyed_by_town else row.number

    def label(self, row: Row) -> object:
        return row.town if self.partitioned else ""

    def fold(self, batch: Batch) -> dict[str, int]:
        counts = dict.fromkeys(
            ("new", "changed", "unchanged", "removed", "duplicate", "superseded", "conflict"), 0
        )
        if batch.load == "full" and batch.day < self.newest:
            counts["superseded"] = len(batch.rows)
            return counts
        before = dict(self.rows)
        late = {
            self.label(row)
            for row, day in before.values()
            if batch.load == "partition" and day > batch.day
        }
        replaced = {self.label(row) for row in batch.rows} - late
        taken = {}
        for row in batch.rows:
            key = self.key(row)
            known, day = before.get(key, (None, -1))
            same = known is not None and _equal(known, row)
            if batch.load == "append" and known is not None:
                counts["duplicate" if same else "conflict"] += 1
            elif (
                (batch.load == "upsert" and day > batch.day)
                or (batch.load == "partition" and self.label(row) in late)
                or (batch.load == "partition" and day > batch.day)
            ):
                counts["superseded"] += 1
            else:
                counts["new" if known is None else "unchanged" if same else "changed"] += 1
                taken[key] = (row, batch.day)
        if batch.load in ("full", "partition") and not self.keep:
            for key, (row, _) in before.items():
                gone = batch.load == "full" or self.label(row) in replaced
                if gone and key not in taken:
                    del self.rows[key]
                    counts["removed"] += 1
        self.rows |= taken
        self.newest = max(self.newest, batch.day)
        return counts


def _equal(one: Row, other: Row) -> bool:
    return one.values() == other.values()


def as_frame(rows: list[Row], told: Dataset) -> pl.DataFrame:
    schema = batch_schema(told, ZONE)
    data: dict[str, list[Any]] = {
        "number": [row.number for row in rows],
        "town": [row.town for row in rows],
        "amount": [row.amount for row in rows],
        "share": [row.share for row in rows],
        "_snapshot": [0] * len(rows),
        "_container": [0] * len(rows),
        "_position": list(range(len(rows))),
        "_places": [None] * len(rows),
    }
    columns = [pl.Series(name, data[name], dtype=pl.Float64 if name == "amount" else dtype)
               for name, dtype in schema.items()]  # fmt: skip
    return pl.DataFrame(columns).with_columns(pl.col("amount").cast(schema["amount"]))


def origin(number: int) -> BatchOrigin:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    snapshot = Snapshot(f"{number:064x}", Path("s"), f"file{number}", "x:y", moment, 1)
    return BatchOrigin((snapshot,), (Container(0, "Sheet1", LocatorScheme.SHEET),))


def apply(
    state: AcceptedState | None, batch: Batch, told: Dataset, objects: BatchObjects, number: int
) -> Folded:
    with BatchSpool(told, ZONE, rows_in_memory=1) as spool:
        frame = as_frame(batch.rows, told)
        for chunk in frame.iter_slices(2):  # several chunks, spilled
            spool.add(chunk)
        return fold(
            state,
            spool,
            origin(number),
            dataset=told,
            source="bureau",
            load=batch.load,
            logical_date=FIRST + dt.timedelta(days=batch.day),
            run=f"run{number}",
            objects=objects,
        )


def check(
    state: AcceptedState, model: Model, objects: BatchObjects, written: dict[Any, Any]
) -> None:
    found = {}
    for part in state.parts:
        rows = objects.read(part.sha256)
        told = objects.origin(part.sha256)
        assert rows.height == part.rows > 0
        assert part.nulls["amount"] == rows["amount"].null_count()
        assert part.sums["amount"] == rows["amount"].sum()
        for row in rows.iter_rows(named=True):
            share = row["share"]
            made = Row(row["number"], row["town"], row["amount"], share)
            assert share is None or str(share) == "0.0"
            assert part.partition == (safe_label(row["town"]) if model.partitioned else "")
            name = told.snapshots[row["_snapshot"]].name
            assert told.containers[row["_container"]].snapshot == row["_snapshot"]
            assert written[name][row["_position"]].number == made.number  # lineage holds
            found[model.key(made)] = (made, (row["_logical_date"] - FIRST).days)
        assert rows["number"].to_list() == sorted(rows["number"])
        used = {told.snapshots[i].name for i in rows["_snapshot"]}
        assert used == {one.name for one in told.snapshots}  # origins do not grow for ever
    assert {key: row.values() for key, (row, _) in found.items()} == {
        key: row.values() for key, (row, _) in model.rows.items()
    }
    assert {key: day for key, (_, day) in found.items()} == {
        key: day for key, (_, day) in model.rows.items()
    }
    assert state.rows == len(model.rows)
    assert AcceptedState.from_json(state.to_json()) == state


@settings(max_examples=25, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize(("partition", "in_key"), [(False, False), (True, True), (True, False)])
@pytest.mark.parametrize("deletions", ["tombstone", "keep"])
def test_fold_agrees_with_the_model(
    data: st.DataObject, partition: bool, in_key: bool, deletions: str
) -> None:
    told = dataset(partition=partition, in_key=in_key, deletions=deletions)
    loads: list[Load] = ["full", "upsert", "append"]
    if partition:
        loads.append("partition")
    model = Model(in_key, partition, deletions == "keep")
    state: AcceptedState | None = None
    written: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory() as folder:
        objects = BatchObjects(Path(folder))
        for number, batch in enumerate(data.draw(batches(loads, in_key))):
            written[f"file{number}"] = batch.rows
            folded = apply(state, batch, told, objects, number)
            counts = model.fold(batch)
            assert {
                "new": folded.rows_new,
                "changed": folded.rows_changed,
                "unchanged": folded.rows_unchanged,
                "removed": folded.rows_removed,
                "duplicate": folded.rows_duplicate,
                "superseded": folded.rows_superseded,
                "conflict": folded.append_conflicts.height,
            } == counts
            assert sum(counts.values()) - counts["removed"] == len(batch.rows)
            assert folded.previous == state
            state = folded.state
            check(state, model, objects, written)


@pytest.fixture
def objects(tmp_path: Path) -> BatchObjects:
    return BatchObjects(tmp_path)


PLAIN = dataset(partition=False, in_key=False, deletions="tombstone")
BY_TOWN = dataset(partition=True, in_key=False, deletions="tombstone")


def test_conflicts_name_the_fields_and_keep_the_batch_s_lineage(objects: BatchObjects) -> None:
    first = apply(None, Batch([Row("a", "x", 1, 0.0)], 0, "append"), PLAIN, objects, 0)
    rows = [Row("b", "x", 1, 0.0), Row("a", "x", 2, None)]
    second = apply(first.state, Batch(rows, 1, "append"), PLAIN, objects, 1)
    [conflict] = second.append_conflicts.iter_rows(named=True)
    assert (conflict["number"], conflict["_position"]) == ("a", 1)
    assert conflict["_differs"] == "amount,share"


@pytest.mark.parametrize("told", [PLAIN, BY_TOWN])
def test_a_key_twice_in_a_batch_is_refused(told: Dataset, objects: BatchObjects) -> None:
    rows = [Row("a", "x", 1, 0.0), Row("a", "y", 1, 0.0)]
    with pytest.raises(ValueError, match="1 keys stand twice"):
        apply(None, Batch(rows, 0, "full"), told, objects, 0)


def test_partition_needs_partitions(objects: BatchObjects) -> None:
    with pytest.raises(DefinitionError):
        apply(None, Batch([], 0, "partition"), PLAIN, objects, 0)


def test_a_field_added_later_is_empty(objects: BatchObjects) -> None:
    first = apply(None, Batch([Row("a", "x", 1, 0.0)], 0, "upsert"), PLAIN, objects, 0)
    extra = PLAIN.fields[1].model_copy(update={"name": "village"})
    wider = PLAIN.model_copy(update={"fields": (*PLAIN.fields, extra)})
    with BatchSpool(wider, ZONE) as spool:
        frame = as_frame([Row("b", "x", 1, 0.0)], PLAIN)
        spool.add(frame.with_columns(village=pl.lit("v")).select(list(batch_schema(wider, ZONE))))
        folded = fold(
            first.state, spool, origin(1), dataset=wider, source="bureau", load="upsert",
            logical_date=FIRST, run="run1", objects=objects,
        )  # fmt: skip
    assert objects.read(folded.state.parts[0].sha256)["village"].to_list() == [None, "v"]


def test_a_frame_of_another_form_is_refused() -> None:
    spool = BatchSpool(PLAIN, ZONE)
    with pytest.raises(ValueError, match="not a batch"):
        spool.add(as_frame([Row("a", "x", 1, 0.0)], PLAIN).with_columns(amount=pl.lit(1.0)))
    with pytest.raises(ValueError, match="infinite"):
        spool.add(as_frame([Row("a", "x", 1, float("inf"))], PLAIN))


def test_spilled_files_are_removed(tmp_path: Path) -> None:
    with BatchSpool(BY_TOWN, ZONE, folder=tmp_path, rows_in_memory=1) as spool:
        for number in range(4):
            spool.add(
                as_frame([Row(f"{number}", "x", 1, 0.0), Row(f"{number}!", "y", 1, 0.0)], BY_TOWN)
            )
        assert list(tmp_path.rglob("*.arrow"))
        assert spool.partitions == ["x", "y"]
        assert spool.frame("x")["number"].to_list() == ["0", "1", "2", "3"]
    assert list(tmp_path.iterdir()) == []


def test_equal_content_is_stored_once(objects: BatchObjects) -> None:
    frame = as_frame([Row("a", "x", 1, 0.0)], PLAIN)
    assert objects.write(frame, origin(0)) == objects.write(frame, origin(0))
    assert len(list(objects.archive.rglob("*.parquet"))) == 1
    assert objects.origin(objects.write(frame, origin(0))).snapshots[0].name == "file0"


@pytest.mark.parametrize(
    ("value", "label"),
    [("天水市", "天水市"), ("2026", "2026"), ("a.b-c", "a.b-c"), (None, "none")],
)
def test_labels_of_plain_values(value: str | None, label: str) -> None:
    assert safe_label(value) == label


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=80), unique=True, max_size=8))
def test_labels_are_safe_and_distinct(values: list[str | None]) -> None:
    labels = [safe_label(value) for value in values]
    assert len(set(labels)) == len(values)
    for label in labels:
        assert label not in (".", "..")
        assert not set(label) & set("/\\ %?#\0\n")
        assert 0 < len(label) <= 60
