"""Trying one source without writing anything: first rows, findings, columns nobody uses."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from connectors.archive import Archive
from connectors.context import FetchContext
from connectors.fetching import fetch
from flows.batch_stage import BatchInput, build_batch
from flows.findings_frame import completed
from flows.history import rule_context
from flows.opened_site import OpenedSite
from flows.settling import settle
from flows.source_run import compiled_rules
from schemas.definition_checks import layout_of
from schemas.message import GongkaiError, Message, WrongUseError
from schemas.reader_options import form_of
from schemas.snapshot import Snapshot
from schemas.source import Source

SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """What a source would give."""

    rows: pl.DataFrame
    findings: pl.DataFrame
    rows_read: int
    rows_good: int
    rows_quarantined: int
    rows_excluded: int
    excluded_reasons: dict[str, int]
    masked_names: dict[str, int]
    is_held: bool


def try_source(
    opened: OpenedSite, source: Source, *, file: Path | None, logical_date: dt.date
) -> Trial:
    """Read, cast and judge what a source gives, or one file in its stead. Writes nothing."""
    dataset = opened.definitions.datasets[source.dataset_id].model
    layout = layout_of(opened.definitions, source)
    if layout is None:
        raise GongkaiError(
            Message("派生来源没有可试读的文件。", "A derived source has no file to try."),
            advice=Message("请用 gongkai run。", "Use gongkai run."),
        )
    with _snapshots(opened, source, file, logical_date) as snapshots:
        given = BatchInput(
            dataset=dataset,
            source=source,
            layout=layout,
            snapshots=snapshots,
            timezone=opened.site.timezone,
            vocabulary_folders=opened.definitions.vocabulary_folders(),
            office_phones=opened.site.office_phones,
            today=opened.today(),
        )
        rules = compiled_rules(opened, dataset)
        context = rule_context(opened, dataset, logical_date)
        with build_batch(given, rules, context) as built:
            settled = settle(built, rules, context, dataset)
            findings = completed(
                settled.findings,
                run="",
                dataset=dataset,
                source=source.id,
                origin=built.origin,
                keys=settled.keys,
            )
            frames = [built.spool.frame(label) for label in built.spool.partitions]
            rows = frames[0].head(SHOWN_ROWS) if frames else built.empty
            return Trial(
                rows=rows.select(dataset.field_names),
                findings=findings,
                rows_read=built.rows_read,
                rows_good=built.rows_read - built.rows_excluded - settled.out().height,
                rows_quarantined=settled.quarantined.height,
                rows_excluded=built.rows_excluded,
                excluded_reasons=built.excluded_reasons,
                masked_names=built.masked_names,
                is_held=settled.is_held,
            )


@contextmanager
def _snapshots(
    opened: OpenedSite, source: Source, file: Path | None, logical_date: dt.date
) -> Iterator[tuple[Snapshot, ...]]:
    """The given file as a snapshot, or a fetch into an archive that is thrown away."""
    if file is not None:
        yield (file_snapshot(file),)
        return
    with TemporaryDirectory(prefix="gongkai-try-") as folder:
        layout = layout_of(opened.definitions, source)
        reader = source.reader or (layout.reader if layout else None)
        context = FetchContext(
            site_folder=opened.folder,
            archive=Archive(Path(folder)),
            logical_date=logical_date,
            reader_type=form_of(reader) if reader else "",
        )
        yield fetch(source, context).snapshots


def file_snapshot(file: Path) -> Snapshot:
    """A file on this machine as a snapshot that stands in no archive."""
    if not file.is_file():
        raise WrongUseError(
            Message("文件不存在。", "The file does not exist."),
            where=str(file),
            advice=Message("请检查路径。", "Check the path."),
        )
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    status = file.stat()
    return Snapshot(
        sha256=digest,
        path=file,
        name=file.name,
        url=file.resolve().as_uri(),
        fetched_at=dt.datetime.fromtimestamp(status.st_mtime, dt.UTC),
        size=status.st_size,
    )
