"""The portal as a process of its own: ``python -m flows.serving_portal --site DIR --port PORT``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flows.parent_watch import stop_with_parent
from flows.portal_services import portal_of
from publishing.portal.server import serve_portal
from schemas.definitions import load_definitions
from schemas.message import GongkaiError


def main() -> None:
    """Serve until told to stop; where that cannot be, the last line of the log says why."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    stop_with_parent()
    try:
        serve_portal(portal_of(load_definitions(given.site)), host=given.host, port=given.port)
    except GongkaiError as error:
        sys.exit(str(error.message()))


if __name__ == "__main__":
    main()
