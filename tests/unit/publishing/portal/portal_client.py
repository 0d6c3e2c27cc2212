"""A portal over an office's public folder, asked in this process."""

from __future__ import annotations

from publishing_office import Office
from starlette.testclient import TestClient

from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from publishing.portal.published import Published


def portal_client(office: Office, *, static: bool = False) -> TestClient:
    """A client that sees answers as they are: redirects and server errors, too."""
    published = Published(office.release_site.site, office.release_site.public)
    application = portal_application(Portal(published, static=static))
    return TestClient(application, raise_server_exceptions=False, follow_redirects=False)
