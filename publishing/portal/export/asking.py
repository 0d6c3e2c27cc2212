"""Asking the portal in process, as a web server would ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Reply:
    """What the portal answers. Names of header fields are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(application: ASGIApp, path: str, headers: Mapping[str, str] | None = None) -> Reply:
    """GET a path; an error of the application is raised as it is."""
    sent: list[Message] = []
    asked = {"accept": "text/html,*/*", "host": "export", **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in asked.items()],
        "client": None,
        "server": ("export", 80),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await application(scope, receive, send)
    start = sent[0]
    found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], found, b"".join(one.get("body", b"") for one in sent[1:]))
