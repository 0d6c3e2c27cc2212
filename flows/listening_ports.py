"""Finding the ports that ``gongkai serve`` listens on."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from schemas.message import GongkaiError, Message

HOST = "127.0.0.1"


def chosen_port(
    port: int,
    option: str,
    *,
    other_port: bool,
    tell: Callable[[Message], None],
    wait_seconds: float = 0.0,
) -> int:
    """The port, or a free one where that is allowed.

    Args:
        port: that is wanted.
        option: of the command line by which another one is chosen.
        other_port: take a free one where ``port`` is taken.
        tell: is told when a free one is taken.
        wait_seconds: how long to wait for one that is taken: its processes are just ending.

    Raises:
        GongkaiError: the port is taken.
    """
    end = time.monotonic() + wait_seconds
    while is_taken(port):
        if time.monotonic() < end:
            time.sleep(0.2)
            continue
        if not other_port:
            raise GongkaiError(
                Message(f"端口 {port} 已被占用。", f"The port {port} is taken."),
                advice=Message(
                    f"请用 {option} 换一个端口，或停止占用它的程序。",
                    f"Choose another one with {option}, or stop the program that uses it.",
                ),
            )
        free = free_port()
        tell(
            Message(
                f"端口 {port} 已被占用，改用 {free}。", f"The port {port} is taken; using {free}."
            )
        )
        return free
    return port


def is_taken(port: int) -> bool:
    """Whether a program listens on the port of the loopback address."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return True
    return False


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return int(tried.getsockname()[1])
