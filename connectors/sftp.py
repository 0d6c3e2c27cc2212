"""A folder on an SFTP server whose host key is pinned."""

from __future__ import annotations

import contextlib
import datetime as dt
import fnmatch
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from connectors.archive import CHUNK_BYTES, ArchiveWriter, Origin, Stored
from connectors.completeness import check_bytes
from connectors.context import FetchContext
from connectors.drop_files import is_temporary, natural_key
from connectors.redaction import Redactor
from connectors.retrying import backoff_seconds
from connectors.transfer import TransientError
from schemas.connector_options import SftpConnector
from schemas.message import FetchError, IncompleteFetchError, Message
from schemas.snapshot import Fetched

_AGAIN = Message(
    "已保留上一次的数据；请稍后重新运行，或联系来源部门。",
    "The last data are kept; run again later, or ask the department.",
)


def fetch(options: SftpConnector, context: FetchContext) -> Fetched:
    """Archive the files whose names match, in natural order.

    Raises:
        FetchError: another host key, no login, no such folder, nothing matches.
        IncompleteFetchError: a file is empty, cut, or changed while it was read.
    """
    retrying = Retrying(
        stop=stop_after_attempt(options.limits.attempts),
        wait=backoff_seconds,
        retry=retry_if_exception_type(TransientError),
        sleep=context.clock.sleep,
        reraise=True,
    )
    try:
        return retrying(_fetch_all, options, context)
    except TransientError as trouble:
        raise trouble.error from None


def _fetch_all(options: SftpConnector, context: FetchContext) -> Fetched:
    where = f"sftp://{options.host}:{options.port}{options.path}"
    with _connected(options, context, where) as client, _plain_trouble(where):
        session = client.open_sftp()
        channel = session.get_channel()
        assert channel is not None
        channel.settimeout(options.limits.read_seconds)
        wanted, skipped = _select(session, options, where)
        stored = []
        for done, entry in enumerate(wanted, start=1):
            with _deadline(client, options.limits.total_seconds, where):
                stored.append(_store(session, entry, options, context, where))
            context.progress(Message(entry.filename, entry.filename), done, len(wanted))
    zh = f"目录列表：{len(stored)} 个文件，下载字节数与服务器一致，下载前后未变"
    en = f"listing of the folder: {len(stored)} files, as many bytes as the server says, unchanged"
    if skipped:
        zh += f"；已跳过：{'、'.join(skipped)}"
        en += f"; skipped: {', '.join(skipped)}"
    return Fetched(
        snapshots=tuple(item.snapshot for item in stored),
        evidence=Message(f"{zh}。", f"{en}."),
        new_content=any(item.is_new for item in stored),
    )


@contextlib.contextmanager
def _connected(
    options: SftpConnector, context: FetchContext, where: str
) -> Iterator[paramiko.SSHClient]:
    """A connection to the server whose key is the declared one."""
    password = None
    if options.password_variable is not None:
        password = Redactor(context.environment).secret(options.password_variable)
    client = paramiko.SSHClient()
    key = _host_key(options.host_key)
    name = options.host if options.port == 22 else f"[{options.host}]:{options.port}"
    client.get_host_keys().add(name, key.get_name(), key)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        try:
            client.connect(
                options.host,
                port=options.port,
                username=options.user,
                password=password,
                key_filename=_key_file(options, context),
                timeout=options.limits.connect_seconds,
                banner_timeout=options.limits.connect_seconds,
                auth_timeout=options.limits.read_seconds,
                allow_agent=False,
                look_for_keys=False,
            )
        except (paramiko.BadHostKeyException, paramiko.AuthenticationException) as error:
            raise _refused(error, where) from None
        except (paramiko.SSHException, OSError) as error:
            if "not found in known_hosts" in str(error):
                raise _refused(error, where) from None
            raise TransientError(_unreachable(error, where)) from None
        yield client
    finally:
        client.close()


def _host_key(line: str) -> paramiko.PKey:
    """The key of a known_hosts line, with or without the host names in front."""
    parts = line.split()
    text = (
        line if len(parts) > 2 and not parts[0].startswith(("ssh-", "ecdsa-")) else f"host {line}"
    )
    try:
        entry = HostKeyEntry.from_line(text)
    except (InvalidHostKey, paramiko.SSHException):
        entry = None
    if entry is None or entry.key is None:
        raise FetchError(
            Message("host_key 不是 known_hosts 格式。", "host_key is no line of known_hosts."),
            where="connector.host_key",
            advice=Message(
                "例如 ssh-ed25519 AAAA…，可用 ssh-keyscan 取得，并请部门核对指纹。",
                "For example ssh-ed25519 AAAA…: get it with ssh-keyscan and have the department "
                "compare its fingerprint.",
            ),
        )
    return entry.key


def _key_file(options: SftpConnector, context: FetchContext) -> str | None:
    if options.key_file is None:
        return None
    path = context.site_folder / Path(options.key_file).expanduser()
    if not path.is_file():
        raise FetchError(
            Message("没有这个密钥文件。", "There is no such key file."),
            where=options.key_file,
            advice=Message("请检查 connector.key_file。", "Check connector.key_file."),
        )
    return str(path)


def _select(
    session: paramiko.SFTPClient, options: SftpConnector, where: str
) -> tuple[list[paramiko.SFTPAttributes], list[str]]:
    try:
        entries = session.listdir_attr(options.path)
    except FileNotFoundError:
        raise FetchError(
            Message("服务器上没有这个目录。", "The server has no such folder."),
            where=where,
            advice=Message("请检查 connector.path。", "Check connector.path."),
        ) from None
    matching = sorted(
        (entry for entry in entries if fnmatch.fnmatchcase(entry.filename, options.glob)),
        key=lambda entry: natural_key(entry.filename),
    )
    wanted, skipped = [], []
    for entry in matching:
        if stat.S_ISDIR(entry.st_mode or 0):
            continue
        if is_temporary(entry.filename) or not stat.S_ISREG(entry.st_mode or stat.S_IFREG):
            skipped.append(entry.filename)
        else:
            wanted.append(entry)
    if not wanted:
        raise FetchError(
            Message(
                f"目录中没有符合“{options.glob}”的文件。",
                f"No file of the folder matches “{options.glob}”.",
            ),
            where=where,
            advice=Message("请检查 glob。", "Check glob."),
        )
    return wanted, skipped


def _store(
    session: paramiko.SFTPClient,
    entry: paramiko.SFTPAttributes,
    options: SftpConnector,
    context: FetchContext,
    folder: str,
) -> Stored:
    path = f"{options.path.rstrip('/')}/{entry.filename}"
    where = f"{folder.rstrip('/')}/{entry.filename}"
    with context.archive.writer() as writer:
        before = session.stat(path)
        _download(session, path, before.st_size or 0, writer, options, where)
        after = session.stat(path)
        if (before.st_size, before.st_mtime) != (after.st_size, after.st_mtime):
            raise TransientError(_differs(before.st_size, after.st_size, where))
        if writer.size != after.st_size:
            raise TransientError(_differs(after.st_size, writer.size, where))
        writer.flush()
        modified = dt.datetime.fromtimestamp(after.st_mtime or 0, dt.UTC).isoformat()
        origin = Origin(
            url=where,
            name=entry.filename,
            fetched_at=context.clock.now(),
            headers={"Last-Modified": modified},
        )
        try:
            check_bytes(
                writer.path, context.completeness, reader_type=context.reader_type, where=where
            )
        except IncompleteFetchError:
            writer.commit(origin, is_current=False)
            raise
        return writer.commit(origin)


def _download(
    session: paramiko.SFTPClient,
    path: str,
    size: int,
    writer: ArchiveWriter,
    options: SftpConnector,
    where: str,
) -> None:
    most = options.limits.max_bytes
    if size <= most:
        with session.open(path, "rb") as file:
            file.prefetch(size)
            while data := file.read(CHUNK_BYTES):
                writer.write(data)
                if writer.size > most:
                    break
    if max(size, writer.size) > most:
        raise FetchError(
            Message(
                f"文件超过了声明的上限 {most} 字节。", f"The file is larger than {most} bytes."
            ),
            where=where,
            advice=Message(
                "如属正常，请提高 limits.max_bytes。", "If that is right, raise limits.max_bytes."
            ),
        )


@contextlib.contextmanager
def _deadline(client: paramiko.SSHClient, seconds: float, where: str) -> Iterator[None]:
    """Close the connection when one file takes too long, however slowly it drips."""
    expired = threading.Event()

    def end() -> None:
        expired.set()
        client.close()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (paramiko.SSHException, OSError, EOFError, TransientError):
        if not expired.is_set():
            raise
        raise FetchError(
            Message(
                f"整个传输超过了 {seconds:g} 秒的总时限。",
                f"The whole transfer took longer than its {seconds:g} s.",
            ),
            where=where,
            advice=Message(
                "如文件确实很大，请提高 limits.total_seconds。",
                "If the file is really large, raise limits.total_seconds.",
            ),
        ) from None
    finally:
        timer.cancel()


@contextlib.contextmanager
def _plain_trouble(where: str) -> Iterator[None]:
    try:
        yield
    except PermissionError:
        raise FetchError(
            Message("服务器不允许读取。", "The server does not permit reading."),
            where=where,
            advice=Message("请部门开放该账号的读取权限。", "Ask the department for read access."),
        ) from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise TransientError(_unreachable(error, where)) from None


def _differs(expected: int | None, got: int | None, where: str) -> IncompleteFetchError:
    return IncompleteFetchError(
        Message(
            f"文件大小对不上（{expected} / {got} 字节），可能正在写入。",
            f"The sizes differ ({expected} / {got} bytes): the file may be being written.",
        ),
        where=where,
        advice=_AGAIN,
    )


def _refused(error: Exception, where: str) -> FetchError:
    if isinstance(error, paramiko.AuthenticationException):
        return FetchError(
            Message("登录被拒绝。", "The login was refused."),
            where=where,
            advice=Message(
                "请检查用户名、密码变量或密钥文件。", "Check user, password or key file."
            ),
        )
    return FetchError(
        Message(
            "服务器的主机密钥与声明的不同，已拒绝连接。",
            "The server's host key is not the declared one; the connection is refused.",
        ),
        where=where,
        advice=Message(
            "请与部门核对指纹后再修改 host_key；可能有人冒充该服务器。",
            "Compare the fingerprint with the department before changing host_key: somebody may "
            "pose as the server.",
        ),
    )


def _unreachable(error: Exception, where: str) -> FetchError:
    reason = str(error) or type(error).__name__
    return FetchError(
        Message(f"SFTP 连接失败：{reason}。", f"The SFTP connection failed: {reason}."),
        where=where,
        advice=_AGAIN,
    )
