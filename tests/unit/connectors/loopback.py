"""A department's server on loopback whose every byte is under the test's control."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.archive import Archive
from connectors.context import FetchContext
from connectors.spacing import HostSpacing

START = dt.datetime(2026, 3, 9, 1, 0, tzinfo=dt.UTC)


class FakeClock:
    """Time that passes only by sleeping."""

    def __init__(self, start: dt.datetime = START) -> None:
        self.start = start
        self.elapsed = 0.0
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds


@dataclass
class Request:
    """What the server was asked."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Reply = bytes | list[bytes | float]
"""Raw bytes of a reply; in a list, a number is a pause in seconds."""


@dataclass
class Department:
    """A raw-socket HTTP server. ``answer`` gets each request and returns the reply's bytes."""

    answer: Callable[[Request], Reply]
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                channel, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(channel,), daemon=True).start()

    def _talk(self, channel: socket.socket) -> None:
        with channel, channel.makefile("rb") as reader:
            try:
                request = _read_request(reader)
                if request is None:
                    return
                self.requests.append(request)
                reply = self.answer(request)
                for part in reply if isinstance(reply, list) else [reply]:
                    if isinstance(part, bytes):
                        channel.sendall(part)
                    else:
                        threading.Event().wait(part)
                channel.shutdown(socket.SHUT_WR)
            except OSError:
                return  # the client has gone, as in the tests of limits


def _read_request(reader: Any) -> Request | None:
    line = reader.readline().decode("latin-1").split()
    if len(line) < 2:
        return None
    headers = {}
    while (header := reader.readline().decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = reader.read(int(headers.get("content-length", 0)))
    return Request(line[0], line[1], headers, body)


@contextmanager
def department(answer: Callable[[Request], Reply]) -> Iterator[Department]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Department(answer, port=listener.getsockname()[1])
    stop = threading.Event()
    thread = threading.Thread(target=server.serve, args=(listener, stop), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def reply(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    length: int | None = -1,
    **headers: str,
) -> bytes:
    """A reply; ``length`` None leaves Content-Length out, -1 is the true one."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length == -1 else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def make_context(
    tmp_path: Path, *, reader_type: str = "delimited", clock: FakeClock | None = None, **more: Any
) -> FetchContext:
    return FetchContext(
        site_folder=tmp_path,
        archive=Archive(tmp_path / "archive"),
        logical_date=dt.date(2026, 3, 9),
        reader_type=reader_type,
        clock=clock or FakeClock(),
        spacing=HostSpacing(),
        **more,
    )
