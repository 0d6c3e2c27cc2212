"""What the parts of the portal work on."""

from __future__ import annotations

from dataclasses import dataclass

from publishing.portal.evidence import EvidenceSource
from publishing.portal.published import Published
from publishing.row_index import RowIndex
from warehouse.reports import ReportLedger


@dataclass(frozen=True, slots=True)
class Portal:
    """The services of a portal.

    Attributes:
        static: the pages are made for a copy that is served without this program: nothing that
            needs it (search, query API) is offered.
        evidence: looks up what stands in the document behind a row; without it only places are
            shown.
        row_index: finds rows by their ids without reading all keys.
        reports: keeps what readers report as wrong; without it they are told whom to write to.
    """

    published: Published
    static: bool = False
    evidence: EvidenceSource | None = None
    row_index: RowIndex | None = None
    reports: ReportLedger | None = None

    @property
    def serves_queries(self) -> bool:
        """Whether the query API is there."""
        return self.published.site.query_api and not self.static
