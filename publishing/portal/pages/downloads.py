"""The files of a version as its page offers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from publishing.file_formats import FILE_FORMATS
from publishing.portal.published import PublishedVersion
from schemas.strict import Text

FIRST_OFFERED = ("excel.xlsx", "csv", "parquet", "jsonl")
"""In the order in which most readers want them; packed twins follow."""
KNOWN_FILES = (
    "datapackage.json",
    "manifest.json",
    "findings.json",
    "changelog.json",
    "dataset.json",
    "ocds.json",
    "lineage.parquet",
    "lineage.json",
    "SHA256SUMS",
)
"""Files that the texts ``downloads.file_…`` explain."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file.

    Attributes:
        name: of the file.
        format: as the site's ``formats`` name it; "" for a file that is no table.
        title: of the format.
        path: from the root of the portal.
        bytes, sha256: of its content; unknown (None, "") of the manifest and the sums themselves.
        text: key of the text that says what it is good for; "" where there is none.
    """

    name: str
    format: str
    title: Text
    path: str
    bytes: int | None
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class PartitionDownloads:
    """The tables of one partition, and what is left out of them and why."""

    partition: str
    rows: int
    files: tuple[Download, ...]
    left_out: tuple[str, ...]


def table_downloads(version: PublishedVersion) -> list[PartitionDownloads]:
    """The tables, the newest partition first."""
    return [
        PartitionDownloads(
            part["partition"],
            part["rows"],
            tuple(
                _table(version, kind, part["formats"][kind]) for kind in _ordered(part["formats"])
            ),
            tuple(part["left_out"]),
        )
        for part in reversed(version.manifest["partitions"])
    ]


def other_downloads(version: PublishedVersion) -> list[Download]:
    """Everything that describes the tables, and the files of the version that are none."""
    manifest = version.manifest
    tables = {name for part in manifest["partitions"] for name in part["formats"].values()}
    lineage = {
        name
        for part in manifest["partitions"]
        if part["partition"]
        for name in part["lineage"].values()
    }
    names = [*manifest["files"], "manifest.json", "SHA256SUMS"]
    return [_other(version, name) for name in _known_first(set(names) - tables - lineage)]


def version_path(dataset_id: str, version: int) -> str:
    """What the files of a version stand below."""
    return f"/datasets/{dataset_id}/{version}/"


def _ordered(formats: Iterable[str]) -> list[str]:
    given = list(formats)
    first = [kind for kind in FIRST_OFFERED if kind in given]
    return first + [kind for kind in given if kind not in first]


def _known_first(names: Iterable[str]) -> list[str]:
    given = set(names)
    known = [name for name in KNOWN_FILES if name in given]
    return known + sorted(given - set(known))


def _table(version: PublishedVersion, kind: str, name: str) -> Download:
    zh, en = FILE_FORMATS[kind].title
    text = f"downloads.for_{kind.replace('.', '_')}"
    return _download(version, name, kind, Text(zh=zh, en=en), text)


def _other(version: PublishedVersion, name: str) -> Download:
    known = name in KNOWN_FILES
    text = f"downloads.file_{name.replace('.', '_').lower()}" if known else ""
    return _download(version, name, "", Text(zh=name, en=name), text)


def _download(version: PublishedVersion, name: str, kind: str, title: Text, text: str) -> Download:
    facts = version.manifest["files"].get(name)
    return Download(
        name,
        kind,
        title,
        version_path(version.dataset.id, version.number) + name,
        facts["bytes"] if facts else None,
        facts["sha256"] if facts else "",
        text,
    )
