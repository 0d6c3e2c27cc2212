"""What the portal of a site is given to work with."""

from __future__ import annotations

import os
from dataclasses import replace

from flows.evidence.site_evidence import SiteEvidence
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from schemas.definitions import Definitions
from warehouse.control import Warehouse
from warehouse.reports import ReportLedger


def portal_of(definitions: Definitions) -> Portal:
    """The portal of a site.

    It reads the public folder, and the archive for what stands in the document behind a row, and
    keeps reports of readers in the control database. On a machine that has nothing but the site's
    definitions and its public folder, or may not write below the archive (where what it reads is
    prepared), it shows places alone; without a control database it takes no reports.
    """
    published = Published(definitions.site, definitions.folder / definitions.site.public)
    portal = Portal(published, reports=_reports(definitions))
    archive = definitions.folder / definitions.site.archive
    if not (archive.is_dir() and os.access(archive, os.W_OK)):
        return portal
    evidence = SiteEvidence(definitions)
    return replace(portal, evidence=evidence, row_index=evidence.row_index)


def _reports(definitions: Definitions) -> ReportLedger | None:
    """Where reports of readers are kept: the site's control database, where this machine has it.
    A database file is not made for them."""
    address = definitions.site.database
    name = address.removeprefix("sqlite:///")
    if name != address and not (definitions.folder / name).is_file():
        return None
    return Warehouse(address, definitions.folder).reports
