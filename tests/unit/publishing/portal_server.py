"""The portal of a site under test, served on the loopback address by a real server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from publishing_office import Office

from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from publishing.portal.published import Published

START_SECONDS = 20.0


@contextmanager
def served(office: Office) -> Iterator[str]:
    """Serve what the office has released; yields the address, without a slash at its end."""
    site = office.release_site
    portal = Portal(Published(site.site, site.public), reports=site.warehouse.reports)
    application = portal_application(portal)
    server = uvicorn.Server(
        uvicorn.Config(application, host="127.0.0.1", port=0, log_level="warning")
    )
    thread = threading.Thread(target=server.run, name="portal under test", daemon=True)
    thread.start()
    try:
        end = time.monotonic() + START_SECONDS
        while not server.started:
            assert thread.is_alive(), "the portal ended while it started"
            assert time.monotonic() < end, "the portal did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
