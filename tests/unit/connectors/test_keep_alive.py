"""A server that keeps its connections open must not be waited for after the last byte."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from loopback import make_context

from connectors.fetching import fetch
from schemas.source import Source

BODY = b"a,b\r\n1,2\r\n" * 100


class _KeepsAlive(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base
        """Say nothing."""


def test_an_open_connection_costs_no_time(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _KeepsAlive)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    source = Source.model_validate(
        {
            "format": 1,
            "id": "s",
            "dataset": "land/d",
            "department": {"zh": "局", "en": "bureau"},
            "connector": {
                "type": "http",
                "url": f"http://127.0.0.1:{server.server_address[1]}/a.csv",
                "limits": {"connect_seconds": 5.0, "read_seconds": 5.0, "attempts": 1},
            },
            "layout": "l",
            "load": "full",
        },
        strict=False,
    )
    began = time.monotonic()
    fetched = fetch(source, make_context(tmp_path))
    assert fetched.snapshots[0].path.read_bytes() == BODY
    assert time.monotonic() - began < 2.5
    server.shutdown()
    server.server_close()
