"""All findings of a run as one frame: made in bulk, stored as Parquet, never cut short."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import polars as pl

from expectations.personal_data import screen_text
from schemas.batch import BatchOrigin
from schemas.dataset import Dataset
from schemas.finding import Finding, Scope, Severity
from schemas.message import Message

SENTENCES = ("what_zh", "what_en", "advice_zh", "advice_en")
MAY_HOLD_NUMBERS = ("value", "row_key", "what_zh", "what_en")
_MOMENT = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_MANY_DIGITS = r"([0-9０-９][ -]?){11,}"
SCHEMA: dict[str, pl.DataType] = {
    "rule": pl.String(),
    "severity": pl.String(),
    "scope": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "pattern": pl.String(),
    "count": pl.Int64(),
    "personal": pl.Boolean(),
    "what_zh": pl.String(),
    "what_en": pl.String(),
    "advice_zh": pl.String(),
    "advice_en": pl.String(),
    "_snapshot": pl.Int32(),
    "_container": pl.Int32(),
    "_position": pl.Int64(),
}


def frame_of(findings: Iterable[Finding]) -> pl.DataFrame:
    """Finding objects as a frame."""
    rows = [
        (
            item.rule,
            item.severity.value,
            item.scope.value,
            item.column,
            item.value,
            item.pattern,
            item.count,
            item.personal,
            item.what.zh,
            item.what.en,
            item.advice.zh,
            item.advice.en,
            item.place.snapshot if item.place else None,
            item.place.container if item.place else None,
            item.place.position if item.place else None,
        )
        for item in findings
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def frame_of_failures(described: pl.DataFrame) -> pl.DataFrame:
    """What the columnar evaluator found (``expectations.describing.describe``) in the same form."""
    return described.with_columns(pl.lit(1, dtype=pl.Int64).alias("count")).select(
        pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()
    )


def completed(
    findings: pl.DataFrame,
    *,
    run: str,
    dataset: Dataset,
    source: str,
    origin: BatchOrigin,
    keys: pl.DataFrame,
) -> pl.DataFrame:
    """Add who, where and which row: run, dataset, source, file, locator, snapshot, row_key and
    finding_id.

    ``keys`` has the lineage columns of all rows that findings may be about, ``_row_key`` and
    ``_places``. Personal values are masked here, before anything is stored.
    """
    joined = findings.join(
        keys, on=["_snapshot", "_container", "_position"], how="left", maintain_order="left"
    )
    locators, snapshots, files = [], [], []
    for row in joined.select(
        "_snapshot", "_container", "_position", "column", "_places"
    ).iter_rows():
        snapshot, container, position, column, places = row
        locators.append(_locator(origin, container, position, column, places))
        of_container = origin.containers[container].snapshot if container is not None else snapshot
        known = of_container is not None and of_container < len(origin.snapshots)
        snapshots.append(origin.snapshots[of_container].sha256 if known else "")
        files.append(origin.snapshots[of_container].name if known else "")
    told = joined.with_columns(
        pl.Series("locator", locators, dtype=pl.String),
        pl.Series("snapshot", snapshots, dtype=pl.String),
        pl.Series("file", files, dtype=pl.String),
        pl.col("_row_key").fill_null("").alias("row_key"),
        pl.lit(run).alias("run"),
        pl.lit(dataset.id).alias("dataset"),
        pl.lit(source).alias("source"),
    ).drop("_row_key", "_places")
    told = told.with_columns(_redacted(told.get_column(name)) for name in MAY_HOLD_NUMBERS)
    return told.with_columns(_finding_ids(told))


def _redacted(texts: pl.Series) -> pl.Series:
    """Personal numbers in what findings repeat of the data are redacted before it is stored."""
    distinct = texts.unique()
    without_moments = distinct.str.replace_all(_MOMENT, "")
    suspects = distinct.filter(without_moments.str.contains(_MANY_DIGITS))
    changed = {text: screen_text(text)[0] for text in suspects.to_list()}
    return texts.replace(changed) if changed else texts


def _locator(
    origin: BatchOrigin,
    container: int | None,
    position: int | None,
    column: str,
    places: str | None,
) -> str:
    if container is None or position is None:
        return ""
    if places:
        own = json.loads(places)
        if column in own:
            return str(own[column])
    return origin.containers[container].locate(position, column)


def _finding_ids(told: pl.DataFrame) -> pl.Series:
    parts = told.select(
        "dataset", "source", "rule", "column", "pattern", "row_key", "locator", "snapshot", "value"
    )
    ids = [
        hashlib.sha256("\x1f".join(map(str, row)).encode()).hexdigest()[:16]
        for row in parts.iter_rows()
    ]
    return pl.Series("finding_id", ids, dtype=pl.String)


def counts_by_severity(findings: pl.DataFrame) -> dict[str, int]:
    """``{critical, error, warning}``: how many findings there are of each."""
    counts = {"critical": 0, "error": 0, "warning": 0}
    for severity, count in findings.group_by("severity").len().iter_rows():
        counts[severity] = count
    return counts


def cases_of(findings: pl.DataFrame) -> list[Finding]:
    """One finding per case (rule, column, pattern), counting all of them."""
    grouped = findings.group_by("rule", "column", "pattern", maintain_order=True).agg(
        pl.col("count").sum(), *(pl.col(name).first() for name in ("severity", "scope", *SENTENCES))
    )
    return [
        Finding(
            rule=row["rule"],
            severity=Severity(row["severity"]),
            what=Message(row["what_zh"], row["what_en"]),
            advice=Message(row["advice_zh"], row["advice_en"]),
            scope=Scope(row["scope"]),
            column=row["column"],
            pattern=row["pattern"],
            count=row["count"],
        )
        for row in grouped.iter_rows(named=True)
    ]
