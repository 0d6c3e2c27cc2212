"""The candidate: the union of what all sources of a dataset have given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from publishing.release_rules import key_of_two_sources
from schemas.batch import LINEAGE_COLUMNS, BatchOrigin, batch_schema
from schemas.dataset import Dataset
from schemas.finding import Finding
from schemas.row_identity import key_text
from schemas.strict import Text
from warehouse.batch_objects import BatchObjects
from warehouse.lineage import Piece, merge
from warehouse.partitioning import keys_stay_in_partition
from warehouse.row_form import conform, in_key_order
from warehouse.state import AcceptedState
from warehouse.withdrawn_rows import WithdrawnRows

SOURCE = "_source"
RANK = "_rank"
WITHOUT_PRECEDENCE = 2**31 - 1
MAX_CONFLICTS_NAMED = 1000


@dataclass(frozen=True, slots=True)
class SourceShare:
    """What one source gives to a candidate.

    ``precedence``: where two sources give one key, the lower number wins; without it (or with
    equal numbers) rows that differ are withheld and are a finding, rows that are equal are
    published once.
    """

    state: AcceptedState
    precedence: int | None = None
    department: Text | None = None

    @property
    def rank(self) -> int:
        """The precedence as a number that always compares."""
        return WITHOUT_PRECEDENCE if self.precedence is None else self.precedence


@dataclass(frozen=True, slots=True)
class CandidatePartition:
    """Rows of one partition of the candidate.

    Attributes:
        frame: the dataset's fields in key order, then ``_source`` (index into ``sources``) and
            the lineage columns.
        sources: ids of the sources, in the order that ``_source`` counts.
        origin: what the lineage columns point into.
        conflicts: keys that two sources give with different values; withheld.
    """

    frame: pl.DataFrame
    sources: tuple[str, ...]
    origin: BatchOrigin
    conflicts: tuple[Finding, ...]

    def rows_by_source(self) -> dict[str, int]:
        """How many of the rows each source gives."""
        counts = dict(self.frame.group_by(SOURCE).len().iter_rows())
        return {source: counts.get(index, 0) for index, source in enumerate(self.sources)}


class Candidate:
    """The union of accepted states, read partition by partition when asked for.

    Rows that are withdrawn are taken out as soon as they are read: they take no part in conflicts.
    """

    def __init__(
        self,
        dataset: Dataset,
        shares: Iterable[SourceShare],
        objects: BatchObjects,
        timezone: str,
        withdrawn: WithdrawnRows | None = None,
    ) -> None:
        self.dataset = dataset
        self._withdrawn = (withdrawn or WithdrawnRows(dataset.id)).as_computed_by(dataset)
        self.shares: Sequence[SourceShare] = sorted(shares, key=lambda s: s.state.source)
        self._objects = objects
        self._schema = batch_schema(dataset, timezone)
        self._keys = list(dataset.primary_key)
        self._last: tuple[str, CandidatePartition] | None = None
        self._elsewhere = self._rows_given_in_two_partitions()

    @property
    def rows_given(self) -> int:
        """Rows of all sources, before keys that two of them give are settled."""
        return sum(share.state.rows for share in self.shares)

    @property
    def partitions(self) -> list[str]:
        """Labels of all partitions that hold rows, in order."""
        return sorted({part.partition for share in self.shares for part in share.state.parts})

    def inputs(self, partition: str) -> str:
        """A hash of all that the partition's rows are made of, known without reading them.

        All withdrawals of the dataset enter it: which partition a row stands in is not known.
        """
        withdrawn = [self._withdrawn.digest()] if self._withdrawn else []
        if self._elsewhere is not None:  # then other partitions have a say as well
            given = [
                (share.state.source, share.rank, [part.sha256 for part in share.state.parts])
                for share in self.shares
            ]
            return _hash([partition, given, *withdrawn])
        return _hash(
            withdrawn
            + [
                (share.state.source, share.rank, part.sha256)
                for share in self.shares
                if (part := share.state.part(partition)) is not None
            ]
        )

    def partition(self, label: str) -> CandidatePartition:
        """Read one partition. The last one read is kept, since it is often asked for twice."""
        if self._last is None or self._last[0] != label:
            self._last = (label, self._read(label))
        return self._last[1]

    def _read(self, label: str) -> CandidatePartition:
        pieces: list[Piece] = []
        sources: list[str] = []
        for share in self.shares:
            part = share.state.part(label)
            if part is None:
                continue
            rows = conform(self._objects.read(part.sha256), self.dataset, self._schema)
            rows = self._withdrawn.taken_out(rows, self._keys)
            marks = (
                pl.lit(len(sources), dtype=pl.Int32).alias(SOURCE),
                pl.lit(share.rank).alias(RANK),
            )
            pieces.append((rows.with_columns(marks), self._objects.origin(part.sha256)))
            sources.append(share.state.source)
        if not pieces:
            columns = {name: self._schema[name] for name in self.dataset.field_names}
            lineage_columns = {SOURCE: pl.Int32(), **LINEAGE_COLUMNS}
            empty = pl.DataFrame(schema={**columns, **lineage_columns})
            return CandidatePartition(empty, (), BatchOrigin((), ()), ())
        frame, origin = merge(pieces)
        conflicts: tuple[Finding, ...] = ()
        if self._elsewhere is not None:
            frame, conflicts = self._without_losers_elsewhere(frame, label, sources)
        if len(pieces) > 1:
            frame, found = self._settle(frame, sources)
            conflicts += found
        fields = self.dataset.field_names
        lineage = [name for name in self._schema if name not in fields]
        frame = in_key_order(frame.select(*fields, SOURCE, *lineage), self._keys)
        return CandidatePartition(frame, tuple(sources), origin, conflicts)

    def _settle(
        self, frame: pl.DataFrame, sources: Sequence[str]
    ) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
        """One row per key: by precedence, else withheld where the rows differ."""
        if frame.select(self._keys).n_unique() == frame.height:
            return frame, ()
        best = frame.filter(pl.col(RANK) == pl.col(RANK).min().over(self._keys))
        values = [name for name in self.dataset.field_names if name not in self._keys]
        distinct = pl.struct(values).n_unique().over(self._keys) if values else pl.lit(1)
        judged = best.with_columns(distinct.alias("_distinct"))
        undecided = judged.filter(pl.col("_distinct") > 1)
        agreed = judged.filter(pl.col("_distinct") == 1).drop("_distinct")
        settled = agreed.unique(subset=self._keys, keep="first", maintain_order=True)
        return settled, self._conflicts(undecided, sources)

    def _conflicts(self, rows: pl.DataFrame, sources: Sequence[str]) -> tuple[Finding, ...]:
        if not rows.height:
            return ()
        grouped = rows.group_by(self._keys, maintain_order=True).agg(pl.col(SOURCE))
        if grouped.height > MAX_CONFLICTS_NAMED:
            given = sorted({sources[index] for index in rows[SOURCE].unique()})
            return (key_of_two_sources(self.dataset.id, "", given, grouped.height),)
        return tuple(
            key_of_two_sources(
                self.dataset.id, key_text(key), sorted(sources[index] for index in indexes), 1
            )
            for *key, indexes in grouped.iter_rows()
        )

    def _rows_given_in_two_partitions(self) -> pl.DataFrame | None:
        """Keys that sources give in different partitions (only where a key does not fix its
        partition): key, source, label, and whether that row loses."""
        if keys_stay_in_partition(self.dataset) or len(self.shares) < 2:
            return None
        given = [
            self._without_withdrawn(self._objects.read(part.sha256, self._keys)).with_columns(
                pl.lit(share.state.source).alias("_given_by"),
                pl.lit(part.partition).alias("_label"),
                pl.lit(share.rank).alias(RANK),
            )
            for share in self.shares
            for part in share.state.parts
        ]
        if not given:
            return None
        spread = pl.concat(given).filter(pl.col("_label").n_unique().over(self._keys) > 1)
        if not spread.height:
            return None
        ranked = spread.with_columns(
            (pl.col(RANK) == pl.col(RANK).min().over(self._keys)).alias("_best")
        )
        best_label = pl.when("_best").then("_label")
        decided = ranked.with_columns(
            (best_label.drop_nulls().n_unique().over(self._keys) == 1).alias("_decided")
        )
        return decided.with_columns((pl.col("_decided") & pl.col("_best")).alias("_wins"))

    def _without_withdrawn(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Key columns without those of rows that are withdrawn as a whole."""
        if not self._withdrawn:
            return keys
        marks = self._withdrawn.found(keys, self._keys)
        return keys.filter(~self._withdrawn.whole(marks))

    def _without_losers_elsewhere(
        self, frame: pl.DataFrame, label: str, sources: Sequence[str]
    ) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
        assert self._elsewhere is not None
        spread = self._elsewhere
        losing = spread.filter((pl.col("_label") == label) & ~pl.col("_wins"))
        position = {source: index for index, source in enumerate(sources)}
        losing = losing.with_columns(
            pl.col("_given_by").replace_strict(position, return_dtype=pl.Int32).alias(SOURCE)
        )
        rest = frame.join(losing, on=[*self._keys, SOURCE], how="anti", nulls_equal=True)
        first = pl.col("_label") == pl.col("_label").min().over(self._keys)
        told_here = spread.filter(~pl.col("_decided"), first & (pl.col("_label") == label))
        grouped = told_here.select(self._keys).unique(maintain_order=True)
        if not grouped.height:
            return rest, ()
        everyone = sorted(spread["_given_by"].unique())
        if grouped.height > MAX_CONFLICTS_NAMED:
            return rest, (key_of_two_sources(self.dataset.id, "", everyone, grouped.height),)
        return rest, tuple(
            key_of_two_sources(self.dataset.id, key_text(key), everyone, 1)
            for key in grouped.iter_rows()
        )


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()
