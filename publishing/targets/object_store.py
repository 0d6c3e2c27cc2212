"""A folder of objects behind an fsspec URL, whatever the driver: sent, copied, listed, deleted.

An object appears whole: stores that take whole objects (S3 and its like) do so by themselves, on
file systems a file is written under another name and renamed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from publishing.hashed_file import FileFacts
from publishing.targets.contract import DeliveryError
from publishing.targets.published_objects import PublicFile
from publishing.targets.secret_values import SecretValues
from schemas.message import GongkaiError, Message
from schemas.targets import ObjectStorageTarget
from warehouse.durable_files import file_sha256, sync_file, sync_folder

RENAMING = frozenset(
    {"file", "local", "sftp", "ssh", "ftp", "smb", "hdfs", "webhdfs", "arrow_hdfs"}
)
"""Drivers of file systems, where an unfinished file could be seen."""
OWN = ".gongkai"
BLOCK = 1 << 20


class ObjectStore:
    """The objects of one target. Keys are paths below its URL."""

    def __init__(self, target: ObjectStorageTarget, site_id: str, secrets: SecretValues) -> None:
        self._where = f"{target.name}（{target.url}）"
        self._own = f"{OWN}/{site_id}"
        self._reads_back = target.verify == "content"
        given: dict[str, Any] = dict(target.options)
        given |= {name: secrets.get(reference) for name, reference in target.secrets.items()}
        with self._told():
            try:
                self._system, root = fsspec.core.url_to_fs(
                    target.url, skip_instance_cache=True, use_listings_cache=False, **given
                )
            except (ImportError, ValueError) as error:
                raise _no_driver(target.url, self._where, error) from error
        self._root = str(root).rstrip("/")
        protocol = self._system.protocol
        names = {protocol} if isinstance(protocol, str) else set(protocol)
        self._renames = bool(names & RENAMING)
        self._is_local = isinstance(self._system, LocalFileSystem)

    @property
    def local_folder(self) -> Path | None:
        """Where the objects lie, if that is on this machine."""
        return Path(self._root) if self._is_local else None

    def send(self, key: str, file: PublicFile) -> None:
        """Send a file and check what arrived.

        Raises:
            DeliveryError: our own file is not what its manifest says, or what arrived is not it.
        """
        if file_sha256(file.path) != file.facts.sha256:
            raise DeliveryError(
                Message(
                    "公开目录中的文件与清单不符，没有发送。",
                    "A file of the public folder is not what its manifest says; it was not sent.",
                ),
                where=str(file.path),
                advice=Message(
                    "若正在撤回，稍后会自动重试；否则请从备份恢复 public 目录。",
                    "Where a withdrawal is under way it is tried again by itself; else restore the "
                    "public folder from its backup.",
                ),
            )
        with self._told():
            if self._renames:
                self._send_and_rename(file.path, key)
            else:
                self._system.put_file(str(file.path), self._path(key))
        self._check(key, file.facts)

    def send_document(self, key: str, document: object) -> None:
        """Send JSON of our own."""
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        with self._told():
            if self._renames:
                name = self._own_name(key)
                self._make_parent(name)
                self._system.pipe_file(self._path(name), content)
                self._rename(name, key)
            else:
                self._system.pipe_file(self._path(key), content)

    def copy(self, key: str, other: str, facts: FileFacts) -> None:
        """Make ``key`` a copy of ``other`` without sending it; file systems copy under another
        name first."""
        with self._told():
            if self._renames:
                name = self._own_name(key)
                self._make_parent(name)
                self._system.cp_file(self._path(other), self._path(name))
                self._rename(name, key)
            else:
                self._system.cp_file(self._path(other), self._path(key))
        self._check(key, facts)

    def delete(self, key: str) -> bool:
        """Delete an object; False where there was none."""
        with self._told():
            try:
                self._system.rm_file(self._path(key))
            except FileNotFoundError:
                return False
        if self._is_local:
            self._drop_empty_folders(key)
        return True

    def listed(self, prefix: str) -> dict[str, int]:
        """Keys below a folder, with their sizes."""
        start = f"{self._root}/" if self._root else ""
        with self._told():
            try:
                found = self._system.find(self._path(prefix.rstrip("/")), detail=True)
            except FileNotFoundError:
                return {}
        return {
            path.removeprefix(start): int(facts["size"])
            for path, facts in found.items()
            if facts["type"] == "file"
        }

    def sha256(self, key: str) -> str:
        """Read an object back."""
        digest = hashlib.sha256()
        with self._told(), self._system.open(self._path(key), "rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def document(self, key: str) -> Any:
        """JSON of our own; None where there is none, or it is cut."""
        with self._told():
            try:
                return json.loads(self._system.cat_file(self._path(key)))
            except (FileNotFoundError, ValueError):
                return None

    def sweep(self) -> None:
        """Take away what a killed attempt left unfinished."""
        if self._renames:
            for key in self.listed(f"{self._own}/incoming"):
                self.delete(key)

    def inventory_key(self, name: str) -> str:
        """Where the list of what is there is kept."""
        return f"{self._own}/{name}.json"

    # ---------------------------------------------------------------------------------------

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}" if self._root else key

    def _own_name(self, key: str) -> str:
        return f"{self._own}/incoming/{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    def _make_parent(self, key: str) -> None:
        self._system.makedirs(self._path(key).rpartition("/")[0], exist_ok=True)

    def _send_and_rename(self, file: Path, key: str) -> None:
        name = self._own_name(key)
        self._make_parent(name)
        self._system.put_file(str(file), self._path(name))
        self._rename(name, key)

    def _rename(self, name: str, key: str) -> None:
        self._make_parent(key)
        if self._is_local:
            there = Path(self._path(key))
            sync_file(Path(self._path(name)))
            Path(self._path(name)).replace(there)
            sync_folder(there.parent)
        else:
            self._system.mv(self._path(name), self._path(key))

    def _check(self, key: str, facts: FileFacts) -> None:
        """What arrived has the size, and where that is wanted the content, of what was sent."""
        with self._told():
            size = int(self._system.info(self._path(key))["size"])
        if size == facts.bytes and (not self._reads_back or self.sha256(key) == facts.sha256):
            return
        raise DeliveryError(
            Message(
                f"送达的对象 {key} 与原文件不符。",
                f"The object {key} that arrived is not the file that was sent.",
            ),
            where=self._where,
            advice=Message("会自动重试。", "It is tried again by itself."),
        )

    def _drop_empty_folders(self, key: str) -> None:
        folder = Path(self._path(key)).parent
        while folder != Path(self._root) and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A driver may raise anything; it becomes a sentence that names the target."""
        try:
            yield
        except GongkaiError:
            raise
        except Exception as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise DeliveryError(
                Message(f"对象存储出错：{reason}。", f"The object storage reports: {reason}."),
                where=self._where,
                advice=Message(
                    "请检查地址、权限和空间；会自动重试，或运行 gongkai deliver --retry。",
                    "Check address, permissions and space; it is tried again by itself, or run "
                    "gongkai deliver --retry.",
                ),
            ) from error


def _no_driver(url: str, where: str, error: Exception) -> DeliveryError:
    scheme = url.partition(":")[0]
    return DeliveryError(
        Message(f"没有 {scheme} 的驱动：{error}。", f"There is no driver for {scheme}: {error}."),
        where=where,
        advice=Message(
            "请在 gongkai 的环境中安装对应的 fsspec 驱动（s3 为 s3fs）。",
            "Install the fsspec driver into the environment of gongkai (s3fs for s3).",
        ),
    )
