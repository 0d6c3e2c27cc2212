"""Connections that know where they may lead and when they must end."""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from connectors.context import Resolver
from connectors.destination import DestinationPolicy

_OP_LEGACY_SERVER_CONNECT = 0x4  # named in ssl from Python 3.12 on


class ConnectionGate:
    """Resolves, checks and connects in one step, and can end every connection at a deadline.

    Name and address are checked in the moment of connecting: a name server that answers
    differently a moment later (DNS rebinding) changes nothing.
    """

    def __init__(self, policy: DestinationPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._open: list[tuple[HTTPConnection, socket.socket]] = []
        self._lock = threading.Lock()
        self.expired = False

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A connected socket to an address that the source may be fetched from."""
        self._forget_closed()
        host = connection.host.strip("[]").lower().rstrip(".")
        timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
        try:
            found = self._resolver(host, connection.port, 0, socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(host, connection, reason) from error
        for *_, address in found:
            self._policy.check_address(host, str(address[0]))
        trouble: OSError = OSError("no address")
        for family, kind, protocol, _, address in found:
            try:
                channel = self._open_socket(host, (family, kind, protocol), address, timeout)
            except OSError as error:
                trouble = error
                continue
            with self._lock:
                # a second handle survives TLS, which takes the socket itself away
                self._open.append((connection, channel.dup()))
            return channel
        if isinstance(trouble, TimeoutError):
            raise ConnectTimeoutError(connection, f"no connection within {timeout} s") from trouble
        raise NewConnectionError(connection, str(trouble)) from trouble

    def _open_socket(
        self, host: str, kind: tuple[int, int, int], address: Any, timeout: float | None
    ) -> socket.socket:
        channel = socket.socket(*kind)
        try:
            channel.settimeout(timeout)
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            channel.connect(address)
            self._policy.check_address(host, str(channel.getpeername()[0]))
        except BaseException:
            channel.close()
            raise
        return channel

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """End all connections after ``seconds``, in whatever they are.

        A read timeout alone does not end a server that sends one byte a second.
        """
        self.expired = False
        timer = threading.Timer(seconds, self._end_all)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            for _, channel in self._open:
                channel.close()
            self._open.clear()

    def _forget_closed(self) -> None:
        """Let go of our handles on connections that are over: a long list needs many."""
        with self._lock:
            for connection, channel in self._open:
                if connection.sock is None:
                    channel.close()
            self._open = [pair for pair in self._open if pair[0].sock is not None]

    def _end_all(self) -> None:
        self.expired = True
        with self._lock:
            for _, channel in self._open:
                with contextlib.suppress(OSError):
                    channel.shutdown(socket.SHUT_RDWR)


class _GatedHTTPConnection(HTTPConnection):
    def __init__(self, *arguments: Any, gate: ConnectionGate, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate = gate

    def _new_conn(self) -> socket.socket:
        return self._gate.connect(self)


class _GatedHTTPSConnection(HTTPSConnection):
    def __init__(self, *arguments: Any, gate: ConnectionGate, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate = gate

    def _new_conn(self) -> socket.socket:
        return self._gate.connect(self)


class GatedAdapter(HTTPAdapter):
    """The requests adapter over gated connections; ``legacy_tls`` allows servers that do not know
    secure renegotiation (RFC 5746). Certificates are verified all the same."""

    def __init__(self, gate: ConnectionGate, *, legacy_tls: bool = False) -> None:
        self._gate = gate
        self._legacy_tls = legacy_tls
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Use our connection classes in the pools."""
        if self._legacy_tls:
            context = ssl.create_default_context()
            context.options |= _OP_LEGACY_SERVER_CONNECT
            options["ssl_context"] = context
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": functools.partial(_plain_pool, self._gate),
            "https": functools.partial(_secure_pool, self._gate),
        }


def _plain_pool(gate: ConnectionGate, *arguments: Any, **options: Any) -> HTTPConnectionPool:
    pool = HTTPConnectionPool(*arguments, **options)
    pool.ConnectionCls = functools.partial(_GatedHTTPConnection, gate=gate)  # type: ignore[assignment]
    return pool


def _secure_pool(gate: ConnectionGate, *arguments: Any, **options: Any) -> HTTPSConnectionPool:
    pool = HTTPSConnectionPool(*arguments, **options)
    pool.ConnectionCls = functools.partial(_GatedHTTPSConnection, gate=gate)  # type: ignore[assignment]
    return pool
