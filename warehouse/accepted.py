"""Folding a batch into the accepted state of its source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from schemas.batch import BatchOrigin, batch_schema
from schemas.dataset import Dataset
from schemas.message import DefinitionError, Message
from warehouse.batch_objects import BatchObjects
from warehouse.batch_spool import BatchSpool
from warehouse.grace import MISSING_SINCE, still_kept
from warehouse.lineage import Piece, merge
from warehouse.part_statistics import describe
from warehouse.partitioning import keys_stay_in_partition
from warehouse.row_form import conform, differing_names, differs, in_key_order, is_in_key_order
from warehouse.state import AcceptedState, Folded, Part
from warehouse.withdrawn_rows import WithdrawnRows

Load = Literal["full", "partition", "upsert", "append"]
LOGICAL_DATE = "_logical_date"
STORED = "__stored"  # suffix of the stored twin of a column while rows are compared


def fold(
    previous: AcceptedState | None,
    batch: BatchSpool,
    origin: BatchOrigin,
    *,
    dataset: Dataset,
    source: str,
    load: Load,
    logical_date: dt.date,
    run: str,
    objects: BatchObjects,
    today: dt.date | None = None,
    withdrawn: WithdrawnRows | None = None,
) -> Folded:
    """Fold the rows of a batch into the state of its source, partition by partition.

    ``full`` replaces everything, ``partition`` the partitions that came, ``upsert`` by key,
    ``append`` adds and never changes what is known. Older never overwrites newer: ``full`` is
    compared by batch, ``partition`` by partition, ``upsert`` by row. A dataset that keeps
    deleted rows (``deletions: keep``) loses none; one with ``grace_days`` loses them only after
    they have been missing for so long. What was accepted under a day that is still to
    come (a clock ran ahead, somebody named a wrong day) counts as of ``today``, so that it makes
    no batch of today a late one.

    Rows that are ``withdrawn`` are kept up to date like any other, since a withdrawal may be
    lifted; but they are counted apart, because they are not published.

    New objects are written, but nothing is committed: that is ``Warehouse.batches.accept``.

    Raises:
        ValueError: a key stands twice in the batch (the rules see to that before).
        DefinitionError: ``load: partition`` on a dataset without partitions.
    """
    if load == "partition" and dataset.partition is None:
        raise DefinitionError(
            Message(
                f"来源 {source} 写了 load: partition，但数据集 {dataset.id} 没有分区。",
                f"Source {source} says load: partition, but dataset {dataset.id} has none.",
            ),
            advice=Message("请改为 full、upsert 或 append。", "Use full, upsert or append."),
        )
    if previous is not None and today is not None:
        previous = _as_of(previous, today)
    if load == "full" and previous is not None and previous.logical_date > logical_date:
        return _nothing_taken(previous, batch)
    folding = _Folding(
        previous, batch, origin, dataset, load, logical_date, objects, today, withdrawn
    )
    folding.fold_all()
    newest = logical_date if previous is None else max(logical_date, previous.logical_date)
    parts = tuple(folding.parts[label] for label in sorted(folding.parts))
    return Folded(
        state=AcceptedState(dataset.id, source, run, newest, parts),
        previous=previous,
        rows_new=folding.count.new,
        rows_changed=folding.count.changed,
        rows_unchanged=folding.count.unchanged,
        rows_removed=folding.count.removed,
        rows_duplicate=folding.count.duplicate,
        rows_superseded=folding.count.superseded,
        append_conflicts=folding.conflict_rows(),
        rows_missing=folding.count.missing,
        rows_lost=folding.count.missing if dataset.grace_days else folding.count.removed,
        rows_withdrawn=folding.count.withdrawn,
    )


def _as_of(state: AcceptedState, today: dt.date) -> AcceptedState:
    """The state with no day later than today."""
    parts = tuple(replace(part, logical_date=min(part.logical_date, today)) for part in state.parts)
    return replace(state, logical_date=min(state.logical_date, today), parts=parts)


def _nothing_taken(previous: AcceptedState, batch: BatchSpool) -> Folded:
    conflicts = pl.DataFrame(
        schema={**batch_schema(batch.dataset, batch.timezone), "_differs": pl.String()}
    )
    return Folded(previous, previous, 0, 0, 0, 0, 0, batch.rows, conflicts)


@dataclass(slots=True)
class _Count:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    missing: int = 0
    duplicate: int = 0
    superseded: int = 0
    withdrawn: int = 0


@dataclass(slots=True)
class _Folding:
    """One fold under way."""

    previous: AcceptedState | None
    batch: BatchSpool
    origin: BatchOrigin
    dataset: Dataset
    load: Load
    logical_date: dt.date
    objects: BatchObjects
    today: dt.date | None = None
    withdrawn: WithdrawnRows | None = None
    parts: dict[str, Part] = field(default_factory=dict)
    count: _Count = field(default_factory=_Count)
    conflicts: list[pl.DataFrame] = field(default_factory=list)
    moved: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    came: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return list(self.dataset.primary_key)

    @property
    def values(self) -> list[str]:
        return [name for name in self.dataset.field_names if name not in self.keys]

    def schema(self) -> dict[str, pl.DataType]:
        columns = batch_schema(self.dataset, self.batch.timezone)
        hidden = {LOGICAL_DATE: pl.Date()}
        if self.dataset.grace_days:
            hidden[MISSING_SINCE] = pl.Date()
        return {**columns, **hidden}

    def fold_all(self) -> None:
        """Fold each partition that came, then take rows that moved out of their old ones."""
        self.came = [label for label in self.batch.partitions if not self._is_late(label)]
        if self.previous is not None:
            self.parts = {part.partition: part for part in self.previous.parts}
        old_parts = dict(self.parts)
        if self.load == "full":
            for label in set(old_parts) - set(self.came):
                self._drop_part(label)
        wanders = not keys_stay_in_partition(self.dataset)
        if wanders:
            self._check_keys_across_partitions()
        for label in self.came:
            rows = self._batch_rows(label)
            strays = self._strays(rows, label, old_parts) if wanders else None
            self._fold_partition(label, rows, old_parts.get(label), strays)
        for label, leaving in self.moved.items():
            self._take_out(label, pl.concat(leaving))

    def _check_keys_across_partitions(self) -> None:
        frames = [self.batch.frame(label).select(self.keys) for label in self.batch.partitions]
        doubled = self.batch.rows - pl.concat(frames).n_unique() if frames else 0
        if doubled:
            raise ValueError(f"{doubled} keys stand twice in a batch of {self.dataset.id}")

    def _is_late(self, label: str) -> bool:
        """Whether a partition stored is newer than the batch; then its rows are superseded."""
        if self.load != "partition" or self.previous is None:
            return False
        part = self.previous.part(label)
        late = part is not None and part.logical_date > self.logical_date
        if late:
            self.count.superseded += self.batch.frame(label).height
        return late

    def _drop_part(self, label: str) -> None:
        if self.dataset.deletions == "keep":
            return
        if not self.dataset.grace_days:
            self.count.removed += self.parts.pop(label).rows
            return
        part = self.parts[label]
        kept = self._gone(self._stored(part))
        self._store(label, merge([(kept, self.objects.origin(part.sha256))]), part.logical_date)

    def _gone(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Of stored rows that a full delivery lacks, those that stay for their grace period."""
        if not self.dataset.grace_days:
            self.count.removed += rows.height
            return rows.clear()
        kept, newly = still_kept(rows, self.logical_date, self.dataset.grace_days)
        self.count.removed += rows.height - kept.height
        self.count.missing += newly
        return kept

    def _batch_rows(self, label: str) -> pl.DataFrame:
        rows = self.batch.frame(label).with_columns(pl.lit(self.logical_date).alias(LOGICAL_DATE))
        if self.dataset.grace_days:
            rows = rows.with_columns(pl.lit(None, dtype=pl.Date).alias(MISSING_SINCE))
        rows = in_key_order(rows, self.keys)
        if not is_in_key_order(rows, self.keys):  # sorted, and yet not rising
            doubled = rows.height - rows.select(self.keys).n_unique()
            raise ValueError(f"{doubled} keys stand twice in a batch of {self.dataset.id}")
        return rows

    def _stored(self, part: Part) -> pl.DataFrame:
        rows = conform(self.objects.read(part.sha256), self.dataset, self.schema())
        if self.today is None:
            return rows
        return rows.with_columns(pl.min_horizontal(LOGICAL_DATE, pl.lit(self.today)))

    def _strays(
        self, rows: pl.DataFrame, label: str, old_parts: dict[str, Part]
    ) -> pl.DataFrame | None:
        """Stored rows whose key now comes in this partition but stood in another one."""
        wanted = rows.select(self.keys)
        found = []
        for other, part in old_parts.items():
            if other == label:
                continue
            known = self.objects.read(part.sha256, self.keys)
            if not known.join(wanted, on=self.keys, how="semi", nulls_equal=True).height:
                continue
            stored = self._stored(part).join(wanted, on=self.keys, how="semi", nulls_equal=True)
            found.append(stored.with_columns(pl.lit(other).alias("_label")))
        return pl.concat(found) if found else None

    def _fold_partition(
        self, label: str, rows: pl.DataFrame, part: Part | None, strays: pl.DataFrame | None
    ) -> None:
        stored = self._stored(part) if part else pl.DataFrame(schema=self.schema())
        known = stored.with_columns(pl.lit(label).alias("_label"))
        if strays is not None:
            known = pl.concat([known, strays])
        compared = self._compare(rows, known, label)
        taken = self._taken(compared)
        kept = self._kept(stored, rows, taken)
        left_out = compared.filter(~pl.col("_take") & pl.col("_known"))
        if self.load == "append":
            conflicting = left_out.filter(pl.col("_other"))
            if self.withdrawn:
                marks = self.withdrawn.found(conflicting, self.keys)
                conflicting = conflicting.filter(~self.withdrawn.whole(marks))
            self.conflicts.append(self._as_conflicts(conflicting))
        if strays is not None:
            self._note_moves(compared.filter("_take"), label)
        self._write(label, taken, kept, part)

    def _compare(self, rows: pl.DataFrame, known: pl.DataFrame, label: str) -> pl.DataFrame:
        """The batch's rows beside their stored twins: ``_known``, ``_other``, ``_take``, and
        the ledger's counts of them."""
        twins = known.select(
            *self.keys,
            pl.col([*self.values, LOGICAL_DATE]).name.suffix(STORED),
            pl.col("_label"),
            pl.lit(True).alias("_known"),
        )
        joined = rows.join(
            twins, on=self.keys, how="left", nulls_equal=True, maintain_order="left"
        ).with_columns(
            pl.col("_known").fill_null(False),
            differs(self.values, STORED).alias("_other"),
            (pl.col(LOGICAL_DATE + STORED) > pl.col(LOGICAL_DATE)).fill_null(False).alias("_late"),
        )
        match self.load:
            case "append":
                take = ~pl.col("_known")
            case "upsert":
                take = ~pl.col("_late")
            case "partition":  # a row must not leave a partition that is newer than the batch
                take = ~pl.col("_late") | (pl.col("_label") == label)
            case "full":
                take = pl.lit(True)
        compared = joined.with_columns(take.alias("_take"))
        self._count_rows(self._published(compared))
        return compared

    def _published(self, compared: pl.DataFrame) -> pl.DataFrame:
        """The batch's rows without those that are withdrawn as a whole, which are counted."""
        if not self.withdrawn:
            return compared
        gone = self.withdrawn.whole(self.withdrawn.found(compared, self.keys))
        self.count.withdrawn += int(gone.sum())
        return compared.filter(~gone)

    def _count_rows(self, compared: pl.DataFrame) -> None:
        known, other, take = pl.col("_known"), pl.col("_other"), pl.col("_take")
        new, changed, unchanged, same, late = compared.select(
            (take & ~known).sum().alias("new"),
            (take & known & other).sum().alias("changed"),
            (take & known & ~other).sum().alias("unchanged"),
            (~take & ~other).sum().alias("same"),
            (~take).sum().alias("late"),
        ).row(0)
        self.count.new += new
        self.count.changed += changed
        self.count.unchanged += unchanged
        if self.load == "append":
            self.count.duplicate += same
        else:
            self.count.superseded += late

    def _taken(self, compared: pl.DataFrame) -> pl.DataFrame:
        return compared.filter("_take").select(list(self.schema()))

    def _kept(self, stored: pl.DataFrame, rows: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
        """Stored rows of the partition that stay beside what is taken."""
        if not stored.height:
            return stored
        staying = stored.join(taken.select(self.keys), on=self.keys, how="anti", nulls_equal=True)
        if self.load in ("upsert", "append") or self.dataset.deletions == "keep":
            return staying
        return self._gone(staying)

    def _as_conflicts(self, rows: pl.DataFrame) -> pl.DataFrame:
        named = differing_names(self.values, STORED).list.join(",").alias("_differs")
        columns = list(batch_schema(self.dataset, self.batch.timezone))
        return rows.with_columns(named).select(*columns, "_differs")

    def conflict_rows(self) -> pl.DataFrame:
        """All rows that append refused."""
        schema = {**batch_schema(self.dataset, self.batch.timezone), "_differs": pl.String()}
        return pl.concat([pl.DataFrame(schema=schema), *self.conflicts])

    def _note_moves(self, taken: pl.DataFrame, label: str) -> None:
        """Rows that came here must go from the partition where they stood."""
        moving = taken.filter(pl.col("_known") & (pl.col("_label") != label))
        for (old,), rows in moving.partition_by("_label", as_dict=True).items():
            self.moved.setdefault(str(old), []).append(rows.select(self.keys))

    def _take_out(self, label: str, leaving: pl.DataFrame) -> None:
        """Take rows that moved elsewhere out of their old partition.

        Where that partition was replaced too they are gone from it already, and were counted as
        removed there although they are known elsewhere.
        """
        part = self.parts.get(label)
        replaced = self.load == "full" or (self.load == "partition" and label in self.came)
        kept_a_while = bool(self.dataset.grace_days) and part is not None
        if replaced and self.dataset.deletions != "keep" and not kept_a_while:
            self.count.removed -= leaving.height
            return
        if part is None:
            return
        stored = self._stored(part)
        if replaced and kept_a_while:  # what moved was missed here, or even taken for removed
            moved = stored.join(leaving, on=self.keys, how="semi", nulls_equal=True)
            self.count.missing -= moved.filter(pl.col(MISSING_SINCE) == self.logical_date).height
            self.count.removed -= leaving.height - moved.height
        staying = stored.join(leaving, on=self.keys, how="anti", nulls_equal=True)
        piece = merge([(staying, self.objects.origin(part.sha256))])
        self._store(label, piece, part.logical_date)

    def _write(
        self, label: str, taken: pl.DataFrame, kept: pl.DataFrame, part: Part | None
    ) -> None:
        untouched = part is not None and not taken.height and kept.height == part.rows
        if untouched and not self.dataset.grace_days:
            return  # nothing came in, nothing went out
        pieces: list[Piece] = []
        if part is not None and kept.height:
            pieces.append((kept, self.objects.origin(part.sha256)))
        pieces.append((taken, self.origin))
        newest = self.logical_date
        if part is not None and self.load != "full":
            newest = max(newest, part.logical_date)
        self._store(label, merge(pieces), newest)

    def _store(self, label: str, piece: Piece, logical_date: dt.date) -> None:
        frame, origin = piece
        if not frame.height:
            self.parts.pop(label, None)
            return
        rows = in_key_order(frame, self.keys)
        sha256 = self.objects.write(rows, origin)
        self.parts[label] = describe(rows, self.dataset, label, sha256, logical_date)
