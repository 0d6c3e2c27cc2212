"""What the portal of a site is given to work with."""

from __future__ import annotations

from flows.evidence.site_evidence import SiteEvidence
from publishing.portal.application import Portal
from publishing.portal.published import Published
from schemas.definitions import Definitions


def portal_of(definitions: Definitions) -> Portal:
    """The portal of a site. It reads the public folder, and the archive for what stands in the
    document behind a row. On a machine that has nothing but the site's definitions and its public
    folder it shows the places alone."""
    published = Published(definitions.site, definitions.folder / definitions.site.public)
    if not (definitions.folder / definitions.site.archive).is_dir():
        return Portal(published)
    evidence = SiteEvidence(definitions)
    return Portal(published, evidence=evidence, row_index=evidence.row_index)
