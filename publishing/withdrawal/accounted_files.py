"""Every file of a version must be accounted for before one of its rows can be withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.changelog import CHANGELOG
from publishing.delta import DELTA
from publishing.ocds.release_package import OCDS
from publishing.tombstones import file_name
from publishing.version_build import DATASET_FILE, PACKAGE, SUMS
from publishing.version_index import MANIFEST
from schemas.message import GongkaiError, Message

FINDINGS = "findings.json"
EARLIER_FORMS = frozenset({PACKAGE, OCDS})
"""Of versions that a program made which did not list its forms."""


class UnaccountedFileError(GongkaiError):
    """A version holds a file of which a withdrawal does not know what stands in it."""


@dataclass(frozen=True, slots=True)
class AccountedFiles:
    """The files of a version, by what is done with them when rows go.

    Attributes:
        of_partitions: label -> tables and lineage: written again without the rows.
        forms: made again from tables and dataset file.
    """

    of_partitions: Mapping[str, tuple[str, ...]]
    forms: frozenset[str]


class VersionTooOldError(GongkaiError):
    """A version does not say by what dataset file it was made."""


def refuse_without_dataset_file(folder: Path) -> None:
    """Raise VersionTooOldError where the forms of a version cannot be made again."""
    if (folder / DATASET_FILE).exists():
        return
    raise VersionTooOldError(
        Message(
            "该版本由早期程序生成，没有 dataset.json，无法逐行重写，因此没有撤回任何内容。",
            "The version was made by an earlier program without dataset.json and cannot be "
            "rewritten row by row, so nothing was withdrawn.",
        ),
        where=str(folder),
        advice=Message(
            "请用 gongkai withdraw <数据集> <版本号> 撤回整个版本，再撤回该行。",
            "Withdraw the whole version with gongkai withdraw DATASET VERSION, then the row.",
        ),
    )


def accounted_files(folder: Path, manifest: Mapping[str, Any]) -> AccountedFiles:
    """Sort the files of a version.

    Raises:
        UnaccountedFileError: the folder or the manifest has a file that is none of the known ones.
    """
    parts = {
        part["partition"]: (*part["formats"].values(), *part["lineage"].values())
        for part in manifest["partitions"]
    }
    forms = frozenset(manifest.get("forms", EARLIER_FORMS & set(manifest["files"])))
    known = {name for names in parts.values() for name in names} | forms
    known |= {FINDINGS, file_name(manifest["dataset"]), DELTA, CHANGELOG, MANIFEST, SUMS}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    unknown = sorted((there | set(manifest["files"])) - known)
    if unknown:
        raise UnaccountedFileError(
            Message(
                f"该版本含有来历不明的文件：{'、'.join(unknown)}。不知道其中是否含有被撤回的内容，"
                "因此没有撤回任何内容。",
                f"The version has files of unknown origin: {', '.join(unknown)}. Whether they hold "
                "what is to be withdrawn is not known, so nothing was withdrawn.",
            ),
            where=str(folder),
            advice=Message(
                "请先查明并移走这些文件，然后重新运行。",
                "Find out what they are and take them away, then run the command again.",
            ),
        )
    return AccountedFiles(parts, forms)
