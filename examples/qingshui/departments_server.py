"""A small server that plays the departments: list pages, notices, a paged JSON interface, files.

``python -m examples.qingshui.departments_server --folder DIR --port 0 --announce FILE``

It binds 127.0.0.1 only, prints its address, writes it into the announce file, and ends cleanly on
SIGTERM, SIGINT or when the process that started it closes its standard input (``--until-eof``).
Where the wished port is taken, another one is used.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

HOST = "127.0.0.1"
API_PATHS = {"/api/land/result/list": "api/land_market_results.json"}
WALL_PREFIX = "/waf/"
MAXIMUM_PAGE = 100
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv",
    ".json": "application/json; charset=utf-8",
}
WALL_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>请稍候…</title></head>
<body><p>正在检查您的浏览器，请稍候……</p>
<script>setTimeout(function () { location.reload(); }, 5000);</script>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: HTTPStatus
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def _json_reply(value: object) -> Reply:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(HTTPStatus.OK, body, {"Content-Type": CONTENT_TYPES[".json"]})


def page_of_records(records: Sequence[object], page: int, size: int) -> dict[str, Any]:
    """One page in the envelope of the interface; errors come with HTTP status 200."""
    if page < 1 or not 1 <= size <= MAXIMUM_PAGE:
        return {"code": 500, "msg": "分页参数错误", "data": None}
    rows = list(records[(page - 1) * size : page * size])
    return {"code": 0, "msg": "操作成功", "data": {"total": len(records), "rows": rows}}


def _number(value: object, default: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0 if value is not None else default


class Departments:
    """The folder of the departments' files, answering requests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def answer(self, target: str, wanted: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
        """The reply to a request for ``target`` (path and query) with the body's parameters."""
        path = unquote(urlsplit(target).path)
        if path.startswith(WALL_PREFIX):
            # A firewall that takes programs for intruders: status 200 and the type asked for.
            return Reply(HTTPStatus.OK, WALL_PAGE.encode(), {"Content-Type": "text/csv"})
        if path in API_PATHS:
            query = {name: values[-1] for name, values in parse_qs(urlsplit(target).query).items()}
            return self._records(API_PATHS[path], {**query, **wanted})
        return self._file(path, headers)

    def _records(self, name: str, wanted: Mapping[str, Any]) -> Reply:
        records = json.loads((self.folder / name).read_text(encoding="utf-8"))
        page, size = _number(wanted.get("pageNum", 1), 1), _number(wanted.get("pageSize", 20), 20)
        return _json_reply(page_of_records(records, page, size))

    def _file(self, path: str, headers: Mapping[str, str]) -> Reply:
        file = (self.folder / path.lstrip("/")).resolve()
        if not file.is_relative_to(self.folder) or not file.is_file():
            return Reply(HTTPStatus.NOT_FOUND, "没有这个页面".encode())
        body = file.read_bytes()
        modified = int(file.stat().st_mtime)
        validators = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            "Last-Modified": formatdate(modified, usegmt=True),
        }
        if _is_fresh(headers, validators["ETag"], modified):
            return Reply(HTTPStatus.NOT_MODIFIED, b"", validators)
        kind = CONTENT_TYPES.get(file.suffix, "application/octet-stream")
        return Reply(HTTPStatus.OK, body, {"Content-Type": kind, **validators})


def _is_fresh(headers: Mapping[str, str], etag: str, modified: int) -> bool:
    """Whether the asker has it already (RFC 9110: If-None-Match goes before If-Modified-Since)."""
    known = headers.get("If-None-Match")
    if known is not None:
        return etag in {tag.strip() for tag in known.split(",")}
    since = headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        return modified <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Departments"
    departments: Departments

    def do_GET(self) -> None:
        self._send(self._answer({}))

    def do_HEAD(self) -> None:
        self._send(self._answer({}), with_body=False)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            wanted = json.loads(body or b"{}")
        except ValueError:
            wanted = None
        if not isinstance(wanted, dict):
            self._send(Reply(HTTPStatus.BAD_REQUEST, "请求不是 JSON 对象".encode()))
            return
        self._send(self._answer(wanted))

    def _answer(self, wanted: Mapping[str, Any]) -> Reply:
        return self.departments.answer(self.path, wanted, dict(self.headers.items()))

    def _send(self, reply: Reply, *, with_body: bool = True) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": "text/plain; charset=utf-8", **reply.headers}.items():
            self.send_header(name, value)
        if reply.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base
        """Say nothing: the console belongs to the demo."""


def start_server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A listening server for the folder, on the wished port or, if that is taken, on another."""
    handler = type("Handler", (_Handler,), {"departments": Departments(folder)})
    try:
        server = ThreadingHTTPServer((HOST, port), handler)
    except OSError:
        if port == 0:
            raise
        server = ThreadingHTTPServer((HOST, 0), handler)
    server.daemon_threads = True
    return server


def url_of(server: ThreadingHTTPServer) -> str:
    """The address of a listening server, without a slash at the end."""
    return f"http://{HOST}:{server.server_address[1]}"


def _announce(file: Path, url: str) -> None:
    """Write the address in one step, so that a reader sees all of it or nothing."""
    draft = file.with_name(file.name + ".new")
    draft.write_text(url + "\n", encoding="utf-8")
    draft.replace(file)


def _at_end_of_input(stop: Callable[[], None]) -> None:
    sys.stdin.read()
    stop()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="departments_server", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--announce", type=Path)
    parser.add_argument("--until-eof", action="store_true")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"没有这个文件夹 / there is no folder {options.folder}", file=sys.stderr)
        return 2
    server = start_server(options.folder, options.port)

    def stop(*_: object) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread
        threading.Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if options.until_eof:
        threading.Thread(target=_at_end_of_input, args=(stop,), daemon=True).start()
    url = url_of(server)
    print(url, flush=True)
    if options.announce:
        _announce(options.announce, url)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
