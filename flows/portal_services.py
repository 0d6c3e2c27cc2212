"""What the portal of a site is given to work with."""

from __future__ import annotations

from publishing.portal.application import Portal
from publishing.portal.published import Published
from schemas.definitions import Definitions


def portal_of(definitions: Definitions) -> Portal:
    """The portal of a site. It reads the public folder; the control database stays closed, so it
    also runs on a machine that has nothing but the site's definitions and its public folder."""
    folder = definitions.folder / definitions.site.public
    return Portal(Published(definitions.site, folder))
