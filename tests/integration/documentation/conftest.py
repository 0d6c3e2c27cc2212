"""A site made of a page's examples, its departments played on loopback."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fenced import Block, blocks
from page_site import lay_out


def _same(asked: str, body: bytes, wanted: str) -> bool:
    """Whether a request is the one a page names: method, target, perhaps a JSON body."""
    method_and_target, _, wanted_body = wanted.partition(" {")
    if asked != method_and_target:
        return False
    return not wanted_body or json.loads(body or b"null") == json.loads("{" + wanted_body)


@dataclass
class Departments:
    """A server on loopback that answers what a page says."""

    url: str
    replies: list[Block]


@pytest.fixture
def departments() -> Iterator[Departments]:
    """The departments' server; a test sets its replies."""
    state = Departments("", [])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = f"{self.command} {self.path}"
            for reply in state.replies:
                if _same(asked, body, reply.about):
                    content = reply.text.encode()
                    self.send_response(200)
                    break
            else:
                content = b"no such page"
                self.send_response(404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815 - names given by the library

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def site_of(
    tmp_path: Path, departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], Path]:
    """Lays the site of a page out and starts its departments."""
    monkeypatch.setenv("AIR_TOKEN", "not-a-secret")

    def laid_out(page: Path) -> Path:
        folder = tmp_path / "site"
        departments.replies = [block for block in blocks(page) if block.mark == "reply"]
        lay_out(folder, page, departments.url)
        return folder

    return laid_out
