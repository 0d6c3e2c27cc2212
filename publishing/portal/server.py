"""Serving the portal by itself."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from publishing.portal.application import portal_application
from publishing.portal.portal import Portal
from schemas.message import GongkaiError, Message

STOP_SECONDS = 5
"""How long downloads under way may hold up the end."""


def serve_portal(
    portal: Portal, *, host: str, port: int, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until SIGINT or SIGTERM, then let downloads under way end and return.

    Args:
        portal: the services of the portal.
        host: name or address to listen on.
        port: to listen on.
        ready: called once when the portal listens.

    Raises:
        GongkaiError: the address cannot be listened on; it says why.
    """
    application = portal_application(portal)
    config = uvicorn.Config(
        application,
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # whose X-Forwarded-For is believed stands in the site file
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    with listening(host, port) as listener, _stop_signals_end_quietly():
        ready()
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens. Raises GongkaiError where that is not possible."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _not_listening(host, port, error) from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(2048)
        except OSError as error:
            raise _not_listening(host, port, error) from error
        yield listener


def _not_listening(host: str, port: int, error: OSError) -> GongkaiError:
    if error.errno == errno.EADDRINUSE:
        return GongkaiError(
            Message(f"端口 {port} 已被占用。", f"The port {port} is taken."),
            advice=Message(
                "请用 --port 换一个端口，或停止占用它的程序。",
                "Choose another one with --port, or stop the program that uses it.",
            ),
        )
    if error.errno == errno.EACCES:
        return GongkaiError(
            Message(f"本用户不能监听端口 {port}。", f"This user may not listen on port {port}."),
            advice=Message(
                "请用 --port 换一个大于 1023 的端口；对外的 80 和 443 端口交给 nginx"
                "（见 deploy/nginx）。",
                "Choose a port above 1023 with --port; leave ports 80 and 443 to nginx "
                "(see deploy/nginx).",
            ),
        )
    return GongkaiError(
        Message(
            f"不能监听地址 {host}：{error.strerror}。",
            f"Cannot listen on {host}: {error.strerror}.",
        ),
        advice=Message(
            "请检查 --host：本机的地址，例如 127.0.0.1（只供本机）或 0.0.0.0（所有网卡）。",
            "Check --host: an address of this machine, such as 127.0.0.1 (this machine only) or "
            "0.0.0.0 (all of its networks).",
        ),
    )


@contextmanager
def _stop_signals_end_quietly() -> Iterator[None]:
    """The server raises the signal that stopped it once more when it has stopped; to be told to
    stop is no failure."""
    before = {
        number: signal.signal(number, lambda _number, _frame: None)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
