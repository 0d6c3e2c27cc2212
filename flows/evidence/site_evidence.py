"""The evidence of a site's rows, as the portal asks for it and ``gongkai explain`` shows it."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.archive import Archive
from flows.evidence.cell_evidence import RowCells
from flows.evidence.row_reading import RowReading, read_row
from flows.evidence.shelf import Shelf
from flows.evidence.workshop import Workshop
from publishing.portal.evidence import RowEvidence, UpstreamRow
from publishing.reader import NoSuchVersionError, ReleaseReader, Trace
from publishing.row_index import RowIndex
from schemas.dataset import Dataset
from schemas.definition_checks import layout_of
from schemas.definitions import Definitions
from schemas.effective_layout import EffectiveLayout, as_of_date, effective_layout
from schemas.message import FetchError, GongkaiError, Message
from schemas.snapshot import Snapshot
from schemas.source import Source

REMEMBERED_ROWS = 512
REMEMBERED_BYTES = 64 << 20
GONE = Message(
    "归档中已没有这个文件，只能显示位置。",
    "The archive does not hold this file any more; only the places can be shown.",
)
OTHER_SOURCE = Message(
    "这个来源的设置已经变更或删除，无法再按当时的方式读取文件，只能显示位置。",
    "The settings of this source were changed or removed, so the document cannot be read as it was "
    "then; only the places can be shown.",
)
NOT_YET = Message(
    "正在读取归档的文件，请稍后刷新本页查看原文。",
    "The archived document is being read; reload this page in a while to see its text.",
)


class SiteEvidence:
    """Looks cells up in the archive of a site. Safe to share between threads.

    ``row_index`` finds rows by their ids; it lies beside what is prepared.
    """

    def __init__(
        self,
        definitions: Definitions,
        *,
        workshop: Workshop | None = None,
        wait_seconds: float = 6.0,
    ) -> None:
        self.definitions = definitions
        self._archive = Archive(definitions.folder / definitions.site.archive)
        self._public = definitions.folder / definitions.site.public
        self._workshop = workshop or Workshop()
        folder = evidence_folder(definitions)
        self._shelf = Shelf(folder / "snapshots", self._workshop, wait_seconds=wait_seconds)
        self.row_index = RowIndex(folder / "row_ids")
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[object, ...], RowEvidence] = OrderedDict()

    def evidence(self, trace: Trace) -> RowEvidence | None:
        """See :class:`publishing.portal.evidence.EvidenceSource`."""
        defined = self.definitions.datasets.get(trace.dataset)
        if defined is None or trace.snapshot is None:
            return None
        # what was withdrawn or redacted since makes another row, which is looked at anew
        key = (trace.dataset, trace.version, trace.position, repr(trace.row))
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        found = self._found(defined.model, trace)
        if found.is_final:
            with self._lock:
                self._known[key] = found
                while len(self._known) > REMEMBERED_ROWS or self._bytes() > REMEMBERED_BYTES:
                    self._known.popitem(last=False)
        return found

    def close(self) -> None:
        """End what is being read."""
        self._workshop.close()

    def _bytes(self) -> int:
        return sum(
            len(cell.crop.png)
            for one in self._known.values()
            for item in one.fields.values()
            for cell in item.cells
            if cell.crop is not None
        )

    def _found(self, dataset: Dataset, trace: Trace) -> RowEvidence:
        if dataset.derived is not None:
            return self._upstream(dataset, trace)
        source = self.definitions.sources.get(trace.source)
        layout = layout_of(self.definitions, source.model) if source else None
        if source is None or layout is None or trace.container is None:
            return RowEvidence(trouble=OTHER_SOURCE)
        snapshot = self._snapshot(trace)
        if snapshot is None:
            return RowEvidence(trouble=GONE)
        try:
            day = as_of_date(source.model, snapshot, snapshot.fetched_at.date())
            effective = effective_layout(source.model, layout, day)
            return self._read(dataset, source.model, effective, snapshot, trace)
        except FileNotFoundError:  # what was prepared has just been tidied away
            return RowEvidence(trouble=NOT_YET, is_final=False)
        except GongkaiError as error:
            return RowEvidence(trouble=error.what)

    def _read(
        self,
        dataset: Dataset,
        source: Source,
        layout: EffectiveLayout,
        snapshot: Snapshot,
        trace: Trace,
    ) -> RowEvidence:
        prepared = self._shelf.snapshot(snapshot, layout)
        if prepared is None:
            return RowEvidence(trouble=NOT_YET, is_final=False)
        if isinstance(prepared, Message):
            return RowEvidence(trouble=prepared)
        site = self.definitions.site
        reading = read_row(
            trace,
            prepared,
            dataset,
            layout,
            snapshot,
            timezone=site.timezone,
            vocabulary_folders=self.definitions.vocabulary_folders(),
            office_phones=site.office_phones,
            today=dt.datetime.now(ZoneInfo(site.timezone)).date(),
        )
        if not isinstance(reading, RowReading):
            return RowEvidence(trouble=OTHER_SOURCE)
        return RowCells(reading, self._shelf, snapshot.path).evidence()

    def _snapshot(self, trace: Trace) -> Snapshot | None:
        """The archived snapshot with what is not published of it (the text of its link)."""
        if trace.snapshot is None:
            return None
        try:
            kept = self._archive.get(trace.snapshot.sha256, name=trace.snapshot.name)
        except FetchError:
            return None
        return replace(kept, fetched_at=trace.snapshot.fetched_at)

    def _upstream(self, dataset: Dataset, trace: Trace) -> RowEvidence:
        """The upstream row that the lineage of a derived row names: the first of those used."""
        if trace.snapshot is None or trace.position is None or dataset.derived is None:
            return RowEvidence()
        upstream, _, number = trace.snapshot.name.rpartition("/")
        reader = ReleaseReader(self._public, Path(), upstream, self.row_index)
        try:
            found = reader.id_at(trace.position - 1, int(number))
        except (NoSuchVersionError, ValueError):  # thinned or withdrawn since
            return RowEvidence()
        rows = (UpstreamRow(upstream, int(number), found),) if found else ()
        return RowEvidence(upstream=rows)


def evidence_folder(definitions: Definitions) -> Path:
    """Where what is made to find evidence lies; it can be deleted at any time."""
    return definitions.folder / definitions.site.archive / "evidence"
