"""Which file an address means: versions, pointers, deltas and the catalogue, and nothing else."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from publishing.catalogue.writing import FOLDER as CATALOGUE_FOLDER
from publishing.delta import DELTA
from publishing.portal.files.lifetime import POINTER as POINTER_LIFETIME
from publishing.portal.files.lifetime import version_lifetime
from publishing.portal.files.naming import content_disposition, is_compressible, media_type
from publishing.portal.files.opening import (
    FileHashes,
    NotRegularError,
    OpenedFile,
    Stamp,
    open_regular,
    opened_folder,
)
from publishing.portal.published import Published
from publishing.version_build import DATASET_FILE, SUMS
from publishing.version_index import MANIFEST, POINTER, VersionIndex
from schemas.dataset import Dataset

DATASETS = "datasets"
METADATA: Final = "-metadata.json"  # CSVW: beside the table it describes
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_ROOT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_TRIES = 10
_BETWEEN_TRIES_SECONDS = 0.03
_KEPT_VERSIONS = 256

Result = TypeVar("Result")


class NoSuchFileError(Exception):
    """No published file has this address: 404."""


class WithdrawnError(Exception):
    """The file was published and has been taken back: 410."""

    def __init__(self, reason: Mapping[str, str], day: str) -> None:
        super().__init__(reason.get("en", ""))
        self.reason = reason
        self.day = day


class BeingReplacedError(Exception):
    """The files and the manifest of a version do not agree yet: 503, ask again."""


class _UnsettledError(Exception):
    """What was opened is not what the manifest says."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A published file, opened, with all that is said of it.

    Attributes:
        sha256: of the bytes of ``file``.
        gzip: the same file compressed, where the release holds that too.
        compressible: whether the gzip coding is worth while.
        link: value of the ``Link`` field, or "".
    """

    file: OpenedFile
    sha256: str
    media_type: str
    disposition: str
    lifetime: str
    gzip: OpenedFile | None = None
    compressible: bool = False
    link: str = ""

    def close(self) -> None:
        """Let the files go."""
        self.file.close()
        if self.gzip is not None:
            self.gzip.close()


@dataclass(frozen=True, slots=True)
class _Version:
    """What the manifest in a version's folder says."""

    files: Mapping[str, Mapping[str, Any]]
    previous: int | None
    title: str
    lifetime: str


class PublicFiles:
    """The files of a public folder by address. Safe to share between threads."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._hashes = FileHashes()
        self._lock = threading.Lock()
        self._versions: OrderedDict[Stamp, _Version] = OrderedDict()

    def pointer(self, dataset_id: str, name: str = POINTER) -> FoundFile:
        """``versions.json``, or ``withdrawals.json`` of a dataset that has one.

        Raises NoSuchFileError.
        """
        self._index(dataset_id)
        try:
            with opened_folder(self._root, DATASETS, dataset_id) as folder:
                return self._described(open_regular(name, folder), name, dataset_id)
        except (FileNotFoundError, NotRegularError) as error:
            raise NoSuchFileError from error

    def current(self, dataset_id: str, name: str) -> int:
        """The current version, which has a file of that name. Raises as :meth:`version_file`."""
        index = self._index(dataset_id)
        number = index.current
        if number is None:
            _refuse_withdrawn(index.entries[-1])  # as all the others
            raise NoSuchFileError
        self.version_file(dataset_id, number, name).close()
        return number

    def version_file(self, dataset_id: str, number: int, name: str) -> FoundFile:
        """A file of a version.

        Raises:
            NoSuchFileError: there is no such dataset, version or file.
            WithdrawnError: version or file were taken back.
            BeingReplacedError: the folder is being changed; it will have settled soon.
        """
        return self._settled(lambda: self._version_file(dataset_id, number, name))

    def delta(self, dataset_id: str, before: int, after: int) -> FoundFile:
        """What ``after`` changes against the version before it. Raises as :meth:`version_file`."""
        return self._settled(lambda: self._version_file(dataset_id, after, DELTA, before))

    def catalogue_file(self, name: str) -> FoundFile:
        """A file that lies in the public folder itself, or is a link into the catalogue's folder.

        Raises NoSuchFileError.
        """
        if not _ROOT_NAME.fullmatch(name):
            raise NoSuchFileError

        def look() -> FoundFile:
            path = Path(os.path.realpath(self._root / name))
            root = Path(os.path.realpath(self._root))
            if path.parent != root and (root / CATALOGUE_FOLDER) not in path.parents:
                raise NoSuchFileError
            try:
                return self._described(open_regular(path), name, self._published.site.id)
            except NotRegularError as error:
                raise NoSuchFileError from error
            except FileNotFoundError as error:
                if (self._root / name).is_symlink():  # switched between two looks
                    raise _UnsettledError from error
                raise NoSuchFileError from error

        return self._settled(look)

    @property
    def _root(self) -> Path:
        return self._published.public

    def _index(self, dataset_id: str) -> VersionIndex:
        index = None
        if _IDENTIFIER.fullmatch(dataset_id):
            index = self._published.index(dataset_id)
        if index is None:
            raise NoSuchFileError
        return index

    def _version_file(
        self, dataset_id: str, number: int, name: str, before: int | None = None
    ) -> FoundFile:
        index = self._index(dataset_id)
        entry = index.entry(number)
        if entry is None:
            raise NoSuchFileError
        _refuse_withdrawn(entry)
        if before is not None:
            _refuse_withdrawn(index.entry(before) or {})
        try:
            with opened_folder(self._root, DATASETS, dataset_id, str(number)) as folder:
                version = self._version(folder)
                if before is not None and version.previous != before:
                    raise NoSuchFileError
                if name in (MANIFEST, SUMS):
                    return self._described(
                        open_regular(name, folder), name, dataset_id, number, version
                    )
                if name not in version.files:
                    _refuse_removed(entry, name)
                    raise NoSuchFileError
                return self._open_listed(folder, name, dataset_id, number, version)
        except NotRegularError as error:
            raise NoSuchFileError from error
        except FileNotFoundError as error:  # the pointer or the manifest names it
            raise _UnsettledError from error

    def _open_listed(
        self, folder: int, name: str, dataset_id: str, number: int, version: _Version
    ) -> FoundFile:
        file = self._open_as_told(folder, name, version)
        twin = f"{name}.gz"
        compressed = None
        try:
            if twin in version.files:
                compressed = self._open_as_told(folder, twin, version)
        except (OSError, NotRegularError, _UnsettledError):
            file.close()
            raise
        metadata = f"{name}{METADATA}"
        link = ""
        if metadata in version.files:
            link = f'<{metadata}>; rel="describedby"; type="application/csvm+json"'
        return FoundFile(
            file,
            version.files[name]["sha256"],
            media_type(name),
            content_disposition(name, dataset_id, number, version.title),
            version.lifetime,
            compressed,
            is_compressible(name),
            link,
        )

    def _open_as_told(self, folder: int, name: str, version: _Version) -> OpenedFile:
        file = open_regular(name, folder)
        told = version.files[name]
        if file.size != told["bytes"] or self._hashes.sha256(file) != told["sha256"]:
            file.close()
            raise _UnsettledError
        return file

    def _described(
        self,
        file: OpenedFile,
        name: str,
        dataset_id: str,
        number: int | None = None,
        version: _Version | None = None,
    ) -> FoundFile:
        """A file that no manifest names: its hash is its own."""
        title = dataset_id if version is None else version.title
        return FoundFile(
            file,
            self._hashes.sha256(file),
            media_type(name),
            content_disposition(name, dataset_id, number, title),
            POINTER_LIFETIME if version is None else version.lifetime,
            compressible=is_compressible(name),
        )

    def _version(self, folder: int) -> _Version:
        """What the manifest in an opened folder says now."""
        file = open_regular(MANIFEST, folder)
        try:
            with self._lock:
                known = self._versions.get(file.stamp)
            if known is not None:
                return known
            try:
                manifest = json.loads(file.read(0, file.size))
            except ValueError as error:
                raise _UnsettledError from error
        finally:
            file.close()
        version = _Version(
            manifest["files"],
            manifest["previous_version"],
            manifest["title"]["zh"],
            version_lifetime(_dataset(folder)),
        )
        with self._lock:
            self._versions[file.stamp] = version
            while len(self._versions) > _KEPT_VERSIONS:
                self._versions.popitem(last=False)
        return version

    def _settled(self, look: Callable[[], Result]) -> Result:
        """What is found, looked for again while a folder is being changed."""
        for last in range(_TRIES, 0, -1):
            try:
                return look()
            except _UnsettledError as error:
                if last == 1:
                    raise BeingReplacedError from error
            time.sleep(_BETWEEN_TRIES_SECONDS)
        raise BeingReplacedError


def _dataset(folder: int) -> Dataset | None:
    try:
        file = open_regular(DATASET_FILE, folder)
    except FileNotFoundError:  # a version that an older program made
        return None
    try:
        return Dataset.model_validate_json(file.read(0, file.size))
    finally:
        file.close()


def _refuse_withdrawn(entry: Mapping[str, Any]) -> None:
    withdrawn = entry.get("withdrawn")
    if withdrawn is not None:
        raise WithdrawnError(withdrawn["reason"], withdrawn["on"])


def _refuse_removed(entry: Mapping[str, Any], name: str) -> None:
    """A file that a redaction took away whole."""
    for redaction in entry.get("redactions", ()):
        change = redaction["files"].get(name)
        if change is not None and change["new_sha256"] is None:
            raise WithdrawnError(redaction["reason"], redaction["on"])
