"""SFTP against a real server on loopback."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from loopback import FakeClock, make_context

from connectors import sftp
from schemas.connector_options import SftpConnector
from schemas.message import FetchError, IncompleteFetchError
from schemas.snapshot import Fetched

PASSWORD = "kanarie-7f3"
ENVIRONMENT = {"SFTP_PASSWORD": PASSWORD}


class _Login(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("reader", PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Folder(paramiko.SFTPServerInterface):
    """Serves ``root``; the faults that a test wants are set on the class made for it."""

    root = Path()
    cut_at: int | None = None
    grows = False
    pause = 0.0

    def list_folder(self, path: str) -> Any:
        folder = self._path(path)
        if not folder.is_dir():
            return paramiko.SFTP_NO_SUCH_FILE
        found = []
        for item in folder.iterdir():
            entry = paramiko.SFTPAttributes.from_stat(item.lstat())
            entry.filename = item.name
            found.append(entry)
        return found

    def stat(self, path: str) -> Any:
        found = paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        if type(self).grows:
            with self._path(path).open("ab") as file:
                file.write(b"+")
        return found

    def open(self, path: str, flags: int, attr: Any) -> Any:
        handle = _Handle(flags)
        handle.readfile = self._path(path).open("rb")
        handle.cut_at, handle.pause = self.cut_at, self.pause
        return handle

    def _path(self, path: str) -> Path:
        return self.root / path.lstrip("/")


class _Handle(paramiko.SFTPHandle):
    cut_at: int | None = None
    pause = 0.0

    def read(self, offset: int, length: int) -> Any:
        time.sleep(self.pause)
        if self.cut_at is not None:
            length = min(length, max(0, self.cut_at - offset))
            if length == 0:
                return paramiko.SFTP_EOF
        return super().read(offset, length)


class Server:
    def __init__(self, root: Path) -> None:
        self.key = paramiko.ECDSAKey.generate()
        self.folder = type("Folder", (_Folder,), {"root": root})
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.transports: list[paramiko.Transport] = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                channel, _ = self.listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(channel)
            transport.add_server_key(self.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, self.folder)
            try:
                transport.start_server(server=_Login())
            except (paramiko.SSHException, EOFError, OSError):
                continue  # the client refused the host key
            self.transports.append(transport)

    def close(self) -> None:
        if self.listener.fileno() < 0:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for transport in self.transports:
            transport.close()
        self.thread.join(5)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "server" / "out"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def server(tmp_path: Path, outbox: Path) -> Iterator[Server]:
    running = Server(tmp_path / "server")
    yield running
    running.close()


def run(server: Server, tmp_path: Path, **options: Any) -> Fetched:
    environment = options.pop("environment", ENVIRONMENT)
    connector = SftpConnector.model_validate(
        {
            "type": "sftp",
            "host": "127.0.0.1",
            "port": server.port,
            "user": "reader",
            "host_key": f"{server.key.get_name()} {server.key.get_base64()}",
            "password_variable": "SFTP_PASSWORD",
            "path": "/out",
            "limits": {"attempts": 2, "connect_seconds": 5.0, **options.pop("limits", {})},
            **options,
        },
        strict=False,
    )
    context = make_context(tmp_path, clock=FakeClock(), environment=environment)
    return sftp.fetch(connector, context)


def test_files_come_in_natural_order_with_exact_bytes(
    server: Server, tmp_path: Path, outbox: Path
) -> None:
    big = os.urandom(300_000)
    for name, data in (("10.csv", b"x"), ("2.csv", big), ("a.csv.part", b"x"), ("b.txt", b"x")):
        (outbox / name).write_bytes(data)
    (outbox / "folder.csv").mkdir()
    first = run(server, tmp_path, glob="*.csv*")
    assert [snapshot.name for snapshot in first.snapshots] == ["2.csv", "10.csv"]
    assert first.snapshots[0].path.read_bytes() == big
    assert first.snapshots[0].url == f"sftp://127.0.0.1:{server.port}/out/2.csv"
    assert "a.csv.part" in first.evidence.zh
    assert "as many bytes" in first.evidence.en
    second = run(server, tmp_path, glob="*.csv*")
    assert (first.new_content, second.new_content) == (True, False)


@pytest.mark.parametrize("form", ["{key}", "[127.0.0.1]:22 {key}", "host,1.2.3.4 {key} comment"])
def test_the_pinned_key_may_be_a_whole_line(
    server: Server, tmp_path: Path, outbox: Path, form: str
) -> None:
    (outbox / "a.csv").write_bytes(b"x")
    key = f"{server.key.get_name()} {server.key.get_base64()}"
    assert run(server, tmp_path, host_key=form.format(key=key)).snapshots


def test_another_host_key_is_refused_before_the_login(
    server: Server, tmp_path: Path, outbox: Path
) -> None:
    (outbox / "a.csv").write_bytes(b"x")
    for other in (paramiko.ECDSAKey.generate(), paramiko.RSAKey.generate(2048)):
        key = f"{other.get_name()} {other.get_base64()}"
        with pytest.raises(FetchError, match="not the declared one"):
            run(server, tmp_path, host_key=key)
    assert not any(transport.is_authenticated() for transport in server.transports)
    with pytest.raises(FetchError, match="no line of known_hosts"):
        run(server, tmp_path, host_key="ssh-ed25519 nonsense")


def test_a_wrong_password_is_told_without_it(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="login was refused") as caught:
        run(server, tmp_path, environment={"SFTP_PASSWORD": "kanarie-wrong"})
    assert "kanarie" not in str(caught.value)
    with pytest.raises(FetchError, match="SFTP_PASSWORD is not set"):
        run(server, tmp_path, environment={})


def test_nothing_there(server: Server, tmp_path: Path, outbox: Path) -> None:
    with pytest.raises(FetchError, match="No file"):
        run(server, tmp_path)
    with pytest.raises(FetchError, match="no such folder"):
        run(server, tmp_path, path="/elsewhere")


def test_a_dead_server_is_tried_again_and_told(server: Server, tmp_path: Path) -> None:
    server.close()
    with pytest.raises(FetchError, match="connection failed"):
        run(server, tmp_path)


def test_a_download_cut_short_is_partial(server: Server, tmp_path: Path, outbox: Path) -> None:
    (outbox / "a.csv").write_bytes(b"x" * 1000)
    server.folder.cut_at = 999
    with pytest.raises(IncompleteFetchError, match=r"1000 / 999"):
        run(server, tmp_path)
    server.folder.cut_at = 1000
    assert run(server, tmp_path).snapshots


def test_a_file_that_grows_is_partial(server: Server, tmp_path: Path, outbox: Path) -> None:
    (outbox / "a.csv").write_bytes(b"x" * 1000)
    server.folder.grows = True
    with pytest.raises(IncompleteFetchError, match="being written"):
        run(server, tmp_path)


def test_an_empty_file_is_partial(server: Server, tmp_path: Path, outbox: Path) -> None:
    (outbox / "a.csv").write_bytes(b"")
    with pytest.raises(IncompleteFetchError, match="empty"):
        run(server, tmp_path)


def test_limits(server: Server, tmp_path: Path, outbox: Path) -> None:
    (outbox / "a.csv").write_bytes(b"x" * 1000)
    assert run(server, tmp_path, limits={"max_bytes": 1000}).snapshots
    with pytest.raises(FetchError, match="larger than 999"):
        run(server, tmp_path, limits={"max_bytes": 999})
    server.folder.pause = 2.0
    begun = time.monotonic()
    with pytest.raises(FetchError, match="took longer than"):
        run(server, tmp_path, limits={"total_seconds": 0.5})
    assert time.monotonic() - begun < 1.8
